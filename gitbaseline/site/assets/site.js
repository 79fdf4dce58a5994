// What every page has: filters over its tables, ages as of today, buttons that copy a command; and
// what the scripts of single pages share.
"use strict";

// The way to the site's top, from wherever the page lies.
function home() {
  return document.querySelector("nav .home").getAttribute("href").replace("index.html", "");
}

function amount(value) {
  const short = Number(value.toPrecision(6));
  return Math.abs(short) >= 1e5 && Math.abs(short) < 1e15 ? short.toFixed(0) : String(short);
}

// Loads a script once; what does not load is as if it said nothing.
const loaded = new Map();
function loadScript(file) {
  if (!loaded.has(file)) {
    loaded.set(file, new Promise((done) => {
      const script = document.createElement("script");
      script.src = file;
      script.onload = script.onerror = done;
      document.head.append(script);
    }));
  }
  return loaded.get(file);
}

const AGES = [[365 * 86400, "year"], [86400, "day"], [3600, "hour"], [60, "minute"]];

function age(at) {
  const seconds = Math.max(0, (Date.now() - Date.parse(at)) / 1000);
  for (const [size, unit] of AGES) {
    const count = Math.floor(seconds / size);
    if (count) return `${count} ${unit}${count === 1 ? "" : "s"}`;
  }
  return "now";
}

function ages() {
  for (const time of document.querySelectorAll("td.age time")) {
    time.title = `${time.dateTime}; ${time.textContent} when this page was made`;
    time.textContent = age(time.dateTime);
  }
}

function filters() {
  const form = document.querySelector("form.filter");
  const tables = [...document.querySelectorAll("table[data-filtered]")];
  if (!form || !tables.length) return;
  const rows = tables.flatMap((table) => [...table.tBodies[0].rows]);
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const sections = [...document.querySelectorAll("[data-section]")];
  const chosen = (name) => (form.elements[name] ? form.elements[name].value : "");
  const left = form.elements.left;

  function filter() {
    const words = chosen("words").toLowerCase().split(/\s+/).filter(Boolean);
    const [verdict, tier] = [chosen("verdict"), chosen("tier")];
    let shown = 0;
    for (const row of rows) {
      const section = row.closest("[data-section]");
      const heading = section ? section.querySelector("h2").textContent.toLowerCase() : "";
      const fits =
        words.every((word) => texts.get(row).includes(word) || heading.includes(word)) &&
        (!verdict || row.dataset.verdict === verdict) &&
        (!tier || row.dataset.tier === tier);
      row.hidden = !fits;
      shown += fits;
    }
    for (const section of sections) {
      section.hidden = ![...section.querySelectorAll("tbody tr")].some((row) => !row.hidden);
    }
    left.textContent = shown === rows.length ? "" : `${shown} of ${rows.length}`;
  }

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter(); // what the browser kept in the fields when the page was left
}

function copies() {
  for (const button of document.querySelectorAll("button.copy")) {
    button.addEventListener("click", async () => {
      const code = button.parentElement.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code); // the browser lets only a person copy it
        button.textContent = "Selected";
      }
    });
  }
}

function pairs() {
  const button = document.querySelector("button.pair");
  if (!button) return;
  const boxes = [...document.querySelectorAll("td.pick input")];
  const ticked = () => boxes.filter((box) => box.checked);
  const follow = () => { button.disabled = ticked().length !== 2; };
  for (const box of boxes) box.addEventListener("change", follow);
  follow();
  button.addEventListener("click", () => {
    const [now, before] = ticked().map((box) => box.value); // the newest stands first
    location.href = `${home()}compare.html#a=${before}&b=${now}`;
  });
}

ages();
filters();
copies();
pairs();
