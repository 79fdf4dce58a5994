// All entries by words and fields. The list is loaded when somebody first asks.
"use strict";

const FIELDS = ["entry", "value", "unit", "tier", "status", "operator", "signer", "notes", "at"];
const SHOWN = 200;
const form = document.querySelector("form.search");
const told = document.querySelector(".told");
const table = document.querySelector("table.found");
const files = JSON.parse(document.getElementById("parts").textContent);
const parts = [];
let loading = null;

// Each part of the list is a script that calls this: a page on a disk may not fetch.
function baselineCatalogue(part, rows) {
  parts[part] = rows.map((row) => {
    const entry = Object.fromEntries(FIELDS.map((name, at) => [name, row[at]]));
    [entry.family, entry.measurement] = entry.entry.split("/");
    entry.words = row.join(" ").toLowerCase();
    return entry;
  });
}

function load() {
  loading ??= Promise.all(files.map((file) => new Promise((done) => {
    const script = document.createElement("script");
    script.src = file;
    script.onload = script.onerror = done;
    document.head.append(script);
  })));
  return loading;
}

function test(word) {
  const [, name, wanted] = /^([a-z]+):(.*)$/.exec(word) ?? [];
  if (name === "since") return (entry) => entry.at.slice(0, wanted.length) >= wanted;
  if (name === "until") return (entry) => entry.at.slice(0, wanted.length) <= wanted;
  if (["family", "measurement", ...FIELDS].includes(name)) {
    return (entry) => String(entry[name]).toLowerCase().includes(wanted);
  }
  return (entry) => entry.words.includes(word);
}

function cell(row, text, className) {
  const made = row.insertCell();
  made.textContent = text;
  if (className) made.className = className;
}

async function search() {
  const query = form.elements.q.value.trim();
  history.replaceState(null, "", query ? `#${encodeURIComponent(query)}` : "#");
  if (!query) { table.hidden = true; told.textContent = ""; return; }
  told.textContent = "Loading";
  await load();
  if (form.elements.q.value.trim() !== query) return; // more was typed meanwhile
  const tests = query.toLowerCase().split(/\s+/).map(test);
  const found = parts.flat().filter((entry) => tests.every((fits) => fits(entry)));
  const body = table.tBodies[0];
  body.replaceChildren();
  for (const entry of found.slice(0, SHOWN)) {
    const row = body.insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    const link = document.createElement("a");
    link.href = `entries/${entry.entry}.html`;
    link.textContent = entry.entry;
    head.append(link);
    row.append(head);
    cell(row, entry.value, "number");
    for (const name of ["unit", "tier", "status", "operator", "signer"]) cell(row, entry[name]);
    cell(row, entry.notes, "notes");
  }
  table.hidden = !found.length;
  const more = found.length > SHOWN ? `, the newest ${SHOWN} shown` : "";
  told.textContent = `${found.length} ${found.length === 1 ? "entry" : "entries"}${more}`;
}

try {
  form.elements.q.value = decodeURIComponent(location.hash.slice(1));
} catch {
  form.elements.q.value = ""; // not an address that this page made
}
form.addEventListener("input", search);
form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
if (form.elements.q.value) search();
