// Wakes the charts that stand in the page as SVG: told values, keys, zoom. Each wakes when it comes
// into view. What it draws anew are the ticks; lines are stretched, marks moved.
"use strict";

const LEFT = 70, RIGHT = 746, TOP = 26, BOTTOM = 248; // as chart_history.py draws them
const SVG = "http://www.w3.org/2000/svg";
const ROUND = [1, 2, 2.5, 5, 10];

function ticks(low, high, most) {
  const raw = (high - low) / most;
  const unit = 10 ** Math.floor(Math.log10(raw));
  for (const times of ROUND) {
    const step = times * unit;
    const first = Math.ceil(low / step), last = Math.floor(high / step);
    if (last - first + 1 <= most) {
      return Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
    }
  }
  return [];
}

function amount(value) {
  const short = Number(value.toPrecision(6));
  return Math.abs(short) >= 1e5 && Math.abs(short) < 1e15 ? short.toFixed(0) : String(short);
}

function wake(figure) {
  const svg = figure.querySelector("svg.history");
  const points = JSON.parse(figure.querySelector("script").textContent);
  if (!svg || !points.length) return;
  const plot = figure.querySelector(".plot");
  const told = figure.querySelector(".told");
  const stretch = svg.querySelector(".stretch");
  const marks = [...svg.querySelectorAll(".marks use")];
  const axes = { x: svg.querySelector(".axis.x"), y: svg.querySelector(".axis.y") };
  const still = { x: axes.x.innerHTML, y: axes.y.innerHTML };
  const unit = svg.querySelector(".unit").cloneNode(true);
  const places = marks.map((mark) => [Number(mark.getAttribute("x")), Number(mark.getAttribute("y"))]);
  const [low, high] = [Number(svg.dataset.low), Number(svg.dataset.high)];
  const home = document.querySelector("nav .home").getAttribute("href").replace("index.html", "");
  const whole = { first: 0, last: points.length - 1 };
  let view = whole;
  let here = -1;

  const valueAt = (y) => low + ((BOTTOM - y) / (BOTTOM - TOP)) * (high - low);
  const pixelOf = (value) => BOTTOM - ((value - low) / (high - low)) * (BOTTOM - TOP);

  function text(said, x, y, anchor) {
    const label = document.createElementNS(SVG, "text");
    label.setAttribute("x", x);
    label.setAttribute("y", y);
    label.setAttribute("text-anchor", anchor);
    label.textContent = said;
    return label;
  }

  function draw() {
    if (view === whole) {
      stretch.removeAttribute("transform");
      marks.forEach((mark, at) => place(mark, ...places[at]));
      axes.x.innerHTML = still.x; // the page's own
      axes.y.innerHTML = still.y;
      return;
    }
    const shown = points.slice(view.first, view.last + 1);
    let bottom = Math.max(...shown.map((point) => pixelOf(point[0])));
    let top = Math.min(...shown.map((point) => pixelOf(point[1])));
    const room = (bottom - top) * 0.06 || 8;
    bottom += room;
    top -= room;
    const step = (RIGHT - LEFT) / points.length;
    const from = LEFT + step * view.first, to = LEFT + step * (view.last + 1);
    const a = (RIGHT - LEFT) / (to - from), e = LEFT - a * from;
    const d = (BOTTOM - TOP) / (bottom - top), f = TOP - d * top;
    stretch.setAttribute("transform", `matrix(${a} 0 0 ${d} ${e} ${f})`);
    marks.forEach((mark, at) => place(mark, a * places[at][0] + e, d * places[at][1] + f));
    const rows = ticks(valueAt(bottom), valueAt(top), 6).flatMap((tick) => {
      const y = d * pixelOf(tick) + f;
      const grid = document.createElementNS(SVG, "path");
      grid.setAttribute("d", `M${LEFT} ${y}H${RIGHT}`);
      grid.setAttribute("class", "grid");
      return [grid, text(amount(tick), LEFT - 8, y + 4, "end")];
    });
    axes.y.replaceChildren(unit.cloneNode(true), ...rows);
    const every = Math.max(1, Math.ceil(shown.length / 6));
    const dates = [];
    for (let at = view.first; at <= view.last; at += every) {
      dates.push(text(points[at][4], a * places[at][0] + e, BOTTOM + 18, "middle"));
    }
    axes.x.replaceChildren(...dates);
  }

  function place(mark, x, y) {
    mark.setAttribute("x", x);
    mark.setAttribute("y", y);
  }

  function tell(at) {
    if (here >= 0) marks[here].classList.remove("here");
    here = at;
    if (at < 0) { told.textContent = ""; return; }
    marks[at].classList.add("here");
    told.textContent = points[at][3].join("  \u00b7  ");
  }

  function zoom(first, last) {
    const count = last - first + 1;
    if (count >= points.length || points.length < 3) view = whole;
    else {
      const from = Math.max(0, Math.min(first, points.length - Math.max(2, count)));
      view = { first: from, last: Math.min(points.length - 1, from + Math.max(2, count) - 1) };
    }
    draw();
  }

  function scaled(times, around) {
    const count = view.last - view.first + 1;
    const next = Math.max(2, Math.round(count * times));
    const middle = around >= 0 ? around : (view.first + view.last) / 2;
    const share = count > 1 ? (middle - view.first) / (count - 1) : 0.5;
    const first = Math.round(middle - share * (next - 1));
    zoom(first, first + next - 1);
  }

  function at(event) {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * 760;
    let best = -1, nearest = Infinity;
    for (let index = view.first; index <= view.last; index += 1) {
      const away = Math.abs(Number(marks[index].getAttribute("x")) - x);
      if (away < nearest) { nearest = away; best = index; }
    }
    return best;
  }

  let held = -1;
  svg.addEventListener("pointermove", (event) => tell(at(event)));
  svg.addEventListener("pointerdown", (event) => { held = at(event); });
  svg.addEventListener("pointerup", (event) => {
    const other = at(event);
    if (held >= 0 && other >= 0 && Math.abs(other - held) > 1) {
      zoom(Math.min(held, other), Math.max(held, other)); // dragged over a stretch
    } else if (other >= 0 && event.pointerType === "mouse") {
      location.href = home + points[other][2];
    }
    held = -1;
  });
  svg.addEventListener("dblclick", () => zoom(0, points.length - 1));
  plot.addEventListener("keydown", (event) => {
    const keys = {
      ArrowLeft: () => move(-1), ArrowRight: () => move(1),
      Home: () => tell(view.first), End: () => tell(view.last),
      "+": () => scaled(0.5, here), "=": () => scaled(0.5, here), "-": () => scaled(2, here),
      0: () => zoom(0, points.length - 1), Escape: () => tell(-1),
      Enter: () => { if (here >= 0) location.href = home + points[here][2]; },
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    keys[event.key]();
    event.preventDefault();
  });

  function move(by) {
    const next = here < 0 ? view.last : Math.max(0, Math.min(points.length - 1, here + by));
    if (next < view.first || next > view.last) {
      const count = view.last - view.first;
      const first = next < view.first ? next : next - count;
      zoom(first, first + count);
    }
    tell(next);
  }

  const tools = figure.querySelector(".tools");
  tools.addEventListener("click", (event) => {
    const how = event.target.dataset ? event.target.dataset.zoom : undefined;
    if (how === "in") scaled(0.5, here);
    if (how === "out") scaled(2, here);
    if (how === "all") zoom(0, points.length - 1);
  });
  figure.dataset.awake = "yes";
}

const inView = new IntersectionObserver((seen) => {
  for (const one of seen) {
    if (one.isIntersecting) { inView.unobserve(one.target); wake(one.target); }
  }
});
for (const figure of document.querySelectorAll("figure[data-chart]")) {
  inView.observe(figure);
}
