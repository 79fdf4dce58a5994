// Two entries side by side: every metric, and what differs around them. It shows moves and judges
// none: tolerances, intervals and the verdict are the command's, which stands below.
"use strict";

// The only names that a script is ever loaded by: nothing else of the address is used.
const NAME = /^([a-z0-9][a-z0-9._-]{0,63})\/([a-z0-9][a-z0-9._-]{0,79})@(\d{8}T\d{6}Z(?:-[1-9]\d{0,5})?)$/;
const SHOWN = 2000;
const form = document.querySelector("form.compare");
const told = document.querySelector(".told");
const result = document.querySelector(".result");
const list = document.getElementById("entries");
const files = JSON.parse(document.getElementById("parts").textContent);
const entries = new Map();

// As text: a literal would take a key called __proto__ for something else than a key.
function baselineEntry(name, text) { entries.set(name, JSON.parse(text)); }

function baselineCatalogue(table, rows) {
  for (const [path] of rows) {
    const option = document.createElement("option");
    option.value = path.replace(/\/([^/]*)$/, "@$1");
    list.append(option);
  }
}

async function entry(name) {
  const parts = NAME.exec(name);
  if (!parts) throw new Error(`expected family/measurement@time, got ${name || "nothing"}`);
  if (!entries.has(name)) await loadScript(`entries/${parts[1]}/${parts[2]}/${parts[3]}.js`);
  if (!entries.has(name)) throw new Error(`there is no entry ${name} on this site`);
  return entries.get(name);
}

function make(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function table(caption, head, numbers, rows) {
  const scroll = make("div", undefined, "scroll");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", caption);
  const made = make("table");
  made.append(make("caption", caption, "unseen"));
  const top = made.createTHead().insertRow();
  head.forEach((text, at) => {
    const cell = make("th", text, numbers.includes(at) ? "number" : "");
    cell.scope = "col";
    top.append(cell);
  });
  const body = made.createTBody();
  for (const texts of rows) {
    const row = body.insertRow();
    texts.forEach((text, at) => {
      const cell = make(at ? "td" : "th", text, numbers.includes(at) ? "number" : at ? "notes" : "");
      if (!at) cell.scope = "row";
      row.append(cell);
    });
  }
  scroll.append(made);
  return scroll;
}

function way(metric, delta) {
  if (!delta) return "same";
  if (metric.direction === "higher-is-better") return delta > 0 ? "better" : "worse";
  if (metric.direction === "lower-is-better") return delta < 0 ? "better" : "worse";
  return delta > 0 ? "up" : "down";
}

function metrics(before, now) {
  const keys = [...new Set([...Object.keys(before.metrics), ...Object.keys(now.metrics)])];
  const rows = keys.map((key) => {
    const [old, fresh] = [before, now].map(({ metrics: all }) => (Object.hasOwn(all, key) ? all[key] : undefined));
    const base = [key, ...[old, fresh].map((one) => (one ? amount(one.value) : "")), (fresh ?? old).unit];
    if (!old || !fresh) return [...base, "", old ? "only before" : "only now"];
    if (old.unit !== fresh.unit) return [...base, "", `unit was ${old.unit}`];
    const delta = fresh.value - old.value;
    const move = old.value ? `${delta > 0 ? "+" : ""}${((100 * delta) / Math.abs(old.value)).toFixed(2)} %` : "";
    return [...base, move, way(fresh, delta)];
  });
  return rows.sort((one, other) => Math.abs(parseFloat(other[4]) || 0) - Math.abs(parseFloat(one[4]) || 0));
}

function flat(value, prefix, into) {
  for (const [key, inner] of Object.entries(value ?? {})) {
    const name = prefix ? `${prefix}.${key}` : key;
    if (inner !== null && typeof inner === "object" && !Array.isArray(inner)) flat(inner, name, into);
    else if (inner !== null) into.set(name, typeof inner === "string" ? inner : JSON.stringify(inner));
  }
  return into;
}

function around(document_) {
  const { context, environment, git, cluster, cohort, testbed, source_format, harness_sha256, artifact_sha256, tier, standing } = document_;
  return flat({ ...context, environment, git, cluster, cohort, testbed, source_format, harness_sha256, artifact_sha256, tier, standing }, "", new Map());
}

function differences(before, now) {
  const [old, fresh] = [around(before), around(now)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((name) => old.get(name) !== fresh.get(name))
    .sort()
    .map((name) => [name, old.get(name) ?? "not said", fresh.get(name) ?? "not said"]);
}

async function compare() {
  const [a, b] = [form.elements.a.value.trim(), form.elements.b.value.trim()];
  result.replaceChildren();
  told.textContent = "";
  if (!a || !b) return;
  let before, now;
  try {
    [before, now] = [await entry(a), await entry(b)];
  } catch (error) {
    told.textContent = error.message;
    return;
  }
  history.replaceState(null, "", `#a=${a}&b=${b}`); // both spell an entry
  const rows = metrics(before, now);
  const differ = differences(before, now);
  const command = make("div", undefined, "command");
  command.append(make("code", `git baseline diff ${a} ${b}`));
  result.append(
    make("h2", "Metrics"),
    table("Metrics, the largest move first", ["Metric", "Before", "Now", "Unit", "Move", "Which is"], [1, 2, 4], rows.slice(0, SHOWN)),
    make("p", "Moves only. Tolerances, intervals and the verdict are told by", "quiet"),
    command,
    make("h2", "What differs around them"),
    differ.length ? table("What differs", ["Field", "Before", "Now"], [], differ) : make("p", "Nothing."),
  );
  told.textContent = `${rows.length} ${rows.length === 1 ? "metric" : "metrics"}, ${differ.length} other ${differ.length === 1 ? "difference" : "differences"}`;
}

function fromAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  form.elements.a.value = given.get("a") ?? form.elements.a.value;
  form.elements.b.value = given.get("b") ?? form.elements.b.value;
  compare();
}

form.addEventListener("submit", (event) => { event.preventDefault(); compare(); });
form.querySelector(".swap").addEventListener("click", () => {
  const { a, b } = form.elements;
  [a.value, b.value] = [b.value, a.value];
  compare();
});
form.addEventListener("focusin", () => files.forEach(loadScript), { once: true });
addEventListener("hashchange", fromAddress);
fromAddress();
