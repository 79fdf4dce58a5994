// All entries by words and fields, by the rules of `git baseline search` (registry/search.py). The
// list is loaded when somebody first asks.
"use strict";

const SHOWN = 200, AROUND = 24, EXCERPT = 72; // rows; characters of a text before and with a word
const form = document.querySelector("form.search");
const told = document.querySelector(".told");
const table = document.querySelector("table.found");
const files = JSON.parse(document.getElementById("parts").textContent);
const RULES = JSON.parse(document.getElementById("rules").textContent);
const SECONDS = { h: 3600, d: 86400, w: 604800 };
const ORDER = {
  "=": (a, b) => a === b, ">=": (a, b) => a >= b, "<=": (a, b) => a <= b,
  ">": (a, b) => a > b, "<": (a, b) => a < b,
};
const entries = [];
let sorted = false;

// Each part of the list is a script that calls this: a page on a disk may not fetch.
function baselineCatalogue(values, rows) {
  for (const [path, said, unit, signer, imported, fields, texts, around] of rows) {
    entries.push({
      path, said, unit: values[unit], signer: values[signer], imported,
      slug: path.slice(path.lastIndexOf("/") + 1),
      fields: new Map(RULES.fields.map((name, at) => [name, values[fields[at]]])),
      texts: texts.map((place) => values[place]),
      around: around.map((place) => values[place]),
    });
  }
  sorted = false;
}

async function load() {
  await Promise.all(files.map(loadScript));
  if (!sorted) entries.sort((one, other) => order(other) > order(one) ? 1 : -1);
  sorted = true;
}

function order(entry) {
  const [time, suffix] = [entry.slug.slice(0, 16), entry.slug.slice(17) || "1"];
  return `${time} ${suffix.padStart(6, "0")} ${entry.path}`;
}

const fold = (text) => text.normalize("NFC").toUpperCase().toLowerCase();
const oneLine = (text) => text.split(/\s+/).filter(Boolean).join(" ");

class Refused extends Error {}

// A shell's pattern: * ? [abc] [!a-z], everything else is itself.
function pattern(text) {
  const parts = text.match(/\[!?\]?[^\]]*\]|[^]/g) ?? [];
  const spelled = parts.map((part) => {
    if (part === "*") return ".*";
    if (part === "?") return ".";
    if (part.length > 1 && part.startsWith("[")) {
      const inside = part.slice(1, -1).replace(/[\\\]^[]/g, "\\$&").replace(/^!/, "^");
      return `[${inside}]`;
    }
    return part.replace(/[.*+?^${}()|[\]\\\/-]/g, "\\$&");
  });
  try {
    return new RegExp(`^${spelled.join("")}$`, "su");
  } catch {
    return /^(?!)/; // such as [z-a], which nothing fits
  }
}

function decimal(text) {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

// Returns whether one of some values is what was asked for.
function fitting(value, order) {
  const wanted = decimal(value), text = fold(value), like = pattern(text);
  const is = (found) => {
    if (Array.isArray(found)) return found.some(is);
    if (typeof found === "number" && wanted !== null) return ORDER[order](found, wanted);
    const said = fold(typeof found === "object" ? JSON.stringify(found) : String(found));
    return order === "=" && (said === text || like.test(said));
  };
  return is;
}

// Returns the bound as a slug spells its time.
function time(name, value) {
  const age = /^(\d{1,6})([hdw])$/.exec(value);
  if (age) return slug(Date.now() - 1000 * age[1] * SECONDS[age[2]]);
  const day = /^\d{4}-\d\d-\d\d$/.test(value);
  const at = Date.parse(day ? `${value}T00:00:00Z` : value);
  const whole = day || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value);
  if (!whole || Number.isNaN(at)) {
    throw new Refused(`${name}: expected a day (2026-01-31), a second (2026-01-31T12:00:00Z) or an age such as 12h, 30d, 4w; got ${value}`);
  }
  return slug(day && name === "until" ? at + 86_399_000 : at);
}

const slug = (at) => new Date(Math.max(0, at)).toISOString().slice(0, 19).replace(/[-:]/g, "") + "Z";

// Where a word stands in a text, with what is around it on one line; nothing where it does not.
function excerpt(text, word) {
  const line = oneLine(text);
  const at = fold(line).indexOf(fold(oneLine(word)));
  if (at < 0) return "";
  const begin = Math.max(0, at - AROUND), end = begin + EXCERPT;
  return `${begin ? "..." : ""}${line.slice(begin, end)}${end < line.length ? "..." : ""}`;
}

function terms(query) {
  const found = query.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  return found.map((term) => term.replaceAll('"', ""));
}

// Returns tests of an entry. Each gives false, or where it was found, in words where that tells.
function tests(query) {
  return terms(query).map((term) => {
    const field = /^([A-Za-z_][\w.-]*):(?!\/\/)(.+)$/s.exec(term);
    const [name, value] = field ? [field[1], field[2]] : ["text", term];
    if (name === "since" || name === "until") {
      const bound = time(name, value);
      return (entry) => (name === "since" ? entry.slug.slice(0, 16) >= bound : entry.slug.slice(0, 16) <= bound) && " ";
    }
    // The one field that the command has not: it checks no signature.
    if (name === "signer") return (entry) => fold(entry.signer).includes(fold(value)) && " ";
    if (name === "text" || RULES.texts.includes(name)) return holding(name, value);
    const choices = RULES.choices[name];
    if (choices && !choices.includes(value.toLowerCase())) {
      throw new Refused(`${name}: expected ${choices.join(" or ")}, got ${value}`);
    }
    const bound = /^(>=|<=|>|<)(.+)$/s.exec(value);
    if (bound && decimal(bound[2]) === null) throw new Refused(`${name}: expected a number after ${bound[1]}, got ${bound[2]}`);
    const prefix = !bound && RULES.digests.includes(name) ? "*" : "";
    const is = bound ? fitting(bound[2], bound[1]) : fitting(value + prefix, "=");
    if (RULES.fields.includes(name)) return (entry) => entry.fields.get(name).some(is) && " ";
    if (!entries.some((entry) => around(entry, name).length)) throw new Refused(`no entry has a field ${name}`);
    return (entry) => around(entry, name).some(is) && " ";
  });
}

function holding(name, value) {
  return (entry) => {
    for (const [kind, ...texts] of entry.texts) {
      if (name !== "text" && kind !== name) continue;
      for (const text of texts) {
        const found = excerpt(text, value);
        if (found) return `${kind}: ${found}`;
      }
    }
    return false;
  };
}

// Returns what an entry says under a name: whole, or the part after the last dot.
function around(entry, name) {
  return entry.around.flatMap((group) => Object.entries(group))
    .filter(([key]) => key === name || key.slice(key.lastIndexOf(".") + 1) === name)
    .map(([, value]) => value);
}

function cell(row, text, className) {
  const made = row.insertCell();
  made.textContent = text;
  if (className) made.className = className;
}

function show(found) {
  const body = table.tBodies[0];
  body.replaceChildren();
  for (const [entry, where] of found.slice(0, SHOWN)) {
    const row = body.insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    const link = document.createElement("a");
    link.href = `entries/${entry.path}.html`;
    link.textContent = entry.path;
    head.append(link);
    row.append(head);
    cell(row, entry.said, "number");
    cell(row, entry.unit);
    cell(row, entry.fields.get("tier")[0]);
    cell(row, entry.fields.get("status")[0] + (entry.imported ? ", imported" : ""));
    cell(row, entry.fields.get("operator")[0]);
    cell(row, entry.signer);
    cell(row, [...new Set(where)].join("; "), "notes");
  }
  table.hidden = !found.length;
  const more = found.length > SHOWN ? `, the newest ${SHOWN} shown` : "";
  told.textContent = `${found.length} ${found.length === 1 ? "entry" : "entries"}${more}`;
}

async function search() {
  const { q, tier, status } = form.elements;
  const chosen = [["tier", tier.value], ["status", status.value]].filter(([, value]) => value);
  const query = [q.value.trim(), ...chosen.map((one) => one.join(":"))].filter(Boolean).join(" ");
  history.replaceState(null, "", query ? `#${encodeURIComponent(query)}` : "#");
  table.hidden = true;
  told.textContent = query && "Loading";
  if (!query) return;
  asked = query;
  await load();
  if (asked !== query) return; // more was typed meanwhile
  try {
    const fits = tests(query);
    const found = entries.map((entry) => [entry, fits.map((test) => test(entry))]);
    show(found.filter(([, where]) => where.every(Boolean)).map(([entry, where]) => [entry, where.filter((one) => one !== " ")]));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    told.textContent = error.message;
  }
}

let asked = "";
try {
  form.elements.q.value = decodeURIComponent(location.hash.slice(1));
} catch {
  form.elements.q.value = ""; // not an address that this page made
}
form.addEventListener("input", search);
form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
if (form.elements.q.value) search();
