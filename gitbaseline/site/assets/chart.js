// Wakes the charts that stand in the page as SVG: told values, keys, zoom, the whole history. Each
// wakes when it comes into view. What the page drew is stretched; a whole history is drawn here.
"use strict";

const LEFT = 70, RIGHT = 746, TOP = 26, BOTTOM = 248, WIDTH = 760; // as chart_history.py draws them
const SVG = "http://www.w3.org/2000/svg";
const ROUND = [1, 2, 2.5, 5, 10];
const ROOM = 0.06; // of a span, above and below
const NEAR = 14; // pixels from a mark in which a click means it
const MARKED = 300; // entries in view up to which each has its mark

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

function draw(name, attributes, said) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (said !== undefined) made.textContent = said;
  return made;
}

// Draws the two axes of an SVG: values of pixels as `valueAt` tells, `dates` as [pixel, text].
function axes(svg, unit, low, high, pixelOf, dates) {
  const rows = ticks(low, high, 6).flatMap((tick) => [
    draw("path", { d: `M${LEFT} ${pixelOf(tick)}H${RIGHT}`, class: "grid" }),
    draw("text", { x: LEFT - 8, y: pixelOf(tick) + 4, "text-anchor": "end" }, amount(tick)),
  ]);
  svg.querySelector(".axis.y").replaceChildren(unit.cloneNode(true), ...rows);
  svg.querySelector(".axis.x").replaceChildren(
    ...dates.map(([x, said]) => draw("text", { x, y: BOTTOM + 18, "text-anchor": "middle" }, said)),
  );
}

function sixth(view) {
  const every = Math.max(1, Math.ceil((view.last - view.first + 1) / 6));
  const found = [];
  for (let at = view.first; at <= view.last; at += every) found.push(at);
  return found;
}

// What the page drew of its own entries: lines are stretched, marks moved, ticks drawn anew.
function still(svg, points) {
  const stretch = svg.querySelector(".stretch");
  const marks = [...svg.querySelectorAll(".marks use")];
  const kept = [".axis.x", ".axis.y"].map((one) => [svg.querySelector(one), svg.querySelector(one).innerHTML]);
  const unit = svg.querySelector(".unit").cloneNode(true);
  const places = marks.map((mark) => [Number(mark.getAttribute("x")), Number(mark.getAttribute("y"))]);
  const [low, high] = [Number(svg.dataset.low), Number(svg.dataset.high)];
  const valueAt = (y) => low + ((BOTTOM - y) / (BOTTOM - TOP)) * (high - low);
  const pixelOf = (value) => BOTTOM - ((value - low) / (high - low)) * (BOTTOM - TOP);
  const place = (at, x, y) => { marks[at].setAttribute("x", x); marks[at].setAttribute("y", y); };
  return {
    count: points.length,
    mark: (at) => marks[at],
    place: (at) => ["x", "y"].map((name) => Number(marks[at].getAttribute(name))),
    tell: (at) => points[at][3].join("  \u00b7  "),
    page: (at) => points[at][2],
    show(view) {
      if (view.last - view.first + 1 >= points.length) {
        stretch.removeAttribute("transform");
        places.forEach(([x, y], at) => place(at, x, y));
        for (const [axis, drawn] of kept) axis.innerHTML = drawn; // the page's own
        return;
      }
      const shown = points.slice(view.first, view.last + 1);
      let bottom = Math.max(...shown.map((point) => pixelOf(point[0])));
      let top = Math.min(...shown.map((point) => pixelOf(point[1])));
      const room = (bottom - top) * ROOM || 8;
      bottom += room;
      top -= room;
      const step = (RIGHT - LEFT) / points.length;
      const from = LEFT + step * view.first, to = LEFT + step * (view.last + 1);
      const a = (RIGHT - LEFT) / (to - from), e = LEFT - a * from;
      const d = (BOTTOM - TOP) / (bottom - top), f = TOP - d * top;
      stretch.setAttribute("transform", `matrix(${a} 0 0 ${d} ${e} ${f})`);
      places.forEach(([x, y], at) => place(at, a * x + e, d * y + f));
      const dates = sixth(view).map((at) => [a * places[at][0] + e, points[at][3][0].slice(0, 10)]);
      axes(svg, unit, valueAt(bottom), valueAt(top), (value) => d * pixelOf(value) + f, dates);
    },
  };
}

// A history of any length, of the parts' values: every entry while there is room for its mark, else
// for each pixel the span of the values there.
function whole(svg, points) {
  const unit = svg.querySelector(".unit").cloneNode(true);
  const group = draw("g", { class: "whole" });
  svg.querySelector(".marks").after(group);
  const [low, high] = [Number(svg.dataset.low), Number(svg.dataset.high)];
  const valueAt = (y) => low + ((BOTTOM - y) / (BOTTOM - TOP)) * (high - low);
  const band = svg.querySelector(".band");
  const limits = band ? ["y", "height"].map((name) => Number(band.getAttribute(name))) : null;
  const peak = svg.querySelector(".stretch .ceiling");
  const ceiling = peak ? valueAt(Number(/^M[\d.]+ ([-\d.]+)H/.exec(peak.getAttribute("d"))[1])) : null;
  let view, x, y;

  function columns() {
    const found = new Map();
    for (let at = view.first; at <= view.last; at += 1) {
      if (!points[at].inLine) continue;
      const column = Math.round(x(at));
      const one = found.get(column) ?? { low: Infinity, high: -Infinity, sum: 0, count: 0 };
      one.low = Math.min(one.low, points[at].value);
      one.high = Math.max(one.high, points[at].value);
      one.sum += points[at].value;
      one.count += 1;
      found.set(column, one);
    }
    return [...found].map(([column, one]) => [column, one.low, one.high, one.sum / one.count]);
  }

  function entries() {
    return points.slice(view.first, view.last + 1).map((point, at) => [x(view.first + at), point])
      .filter(([, point]) => point.inLine).map(([place, p]) => [place, p.low, p.high, p.value]);
  }

  return {
    count: points.length,
    whole: `all ${points.length}`,
    mark: (at) => group.querySelector(`[data-at="${at}"]`),
    place: (at) => [x(at), y(points[at].value)],
    tell: (at) => points[at].told,
    page: (at) => points[at].page,
    leave: () => group.remove(),
    show(asked) {
      view = asked;
      let bottom = Infinity, top = -Infinity;
      for (let at = view.first; at <= view.last; at += 1) {
        bottom = Math.min(bottom, points[at].low);
        top = Math.max(top, points[at].high);
      }
      const room = (top - bottom) * ROOM || Math.abs(top) * ROOM || 1;
      bottom -= room;
      top += room;
      const step = (RIGHT - LEFT) / (view.last - view.first + 1);
      x = (at) => LEFT + (at - view.first + 0.5) * step;
      y = (value) => BOTTOM - ((value - bottom) / (top - bottom)) * (BOTTOM - TOP);
      const few = view.last - view.first < MARKED;
      const line = few ? entries() : columns();
      const drawn = [];
      if (limits) {
        const [from, to] = [y(valueAt(limits[0])), y(valueAt(limits[0] + limits[1]))];
        drawn.push(draw("rect", { class: "band", x: LEFT, width: RIGHT - LEFT, y: from, height: to - from }));
      }
      if (ceiling !== null) drawn.push(draw("path", { class: "ceiling", d: `M${LEFT} ${y(ceiling)}H${RIGHT}` }));
      const span = line.map(([place, from, to]) => `M${place.toFixed(1)} ${y(from).toFixed(1)}V${y(to).toFixed(1)}`);
      drawn.push(draw("path", { class: few ? "interval" : "span", d: span.join("") }));
      const path = line.map(([place, , , value]) => `${place.toFixed(1)} ${y(value).toFixed(1)}`);
      if (path.length > 1) drawn.push(draw("path", { class: "line", d: `M${path.join("L")}` }));
      for (let at = view.first; at <= view.last; at += 1) {
        const point = points[at];
        if (point.begins) drawn.push(draw("path", { class: "step", d: `M${x(at) - step / 2} ${TOP}V${BOTTOM}` }));
        if (!few) continue;
        const kind = point.mark;
        drawn.push(draw("use", { href: `#mark-${kind}`, class: kind, x: x(at), y: y(point.value), "data-at": at }));
      }
      group.replaceChildren(...drawn);
      axes(svg, unit, bottom, top, y, sixth(view).map((at) => [x(at), points[at].at.slice(0, 10)]));
    },
  };
}

// The parts of a history are scripts that call these two: a page on a disk may not fetch.
const histories = { parts: null, values: new Map() };
function baselineHistoryParts(parts) { histories.parts = parts; }
function baselineHistory(number, values) { histories.values.set(number, values); }

async function historyOf(figure, unit) {
  const list = figure.dataset.history;
  await loadScript(list);
  const numbers = (histories.parts ?? []).map((_, at, all) => (at + 1) % all.length);
  await Promise.all(numbers.map((number) => loadScript(list.replace(/\.js$/, `-${number}.js`))));
  const folder = list.slice(list.indexOf("series/")).replace(/^series/, "entries").replace(/\/[^/]*$/, "");
  return numbers.flatMap((number, at) => {
    const { lines, factors } = histories.parts[at];
    const { keys, rows, steps } = histories.values.get(number);
    const place = keys.indexOf(figure.dataset.key);
    const factor = Object.hasOwn(factors, figure.dataset.key) ? factors[figure.dataset.key] : 0;
    if (place < 0 || !factor) return [];
    const begins = new Set(steps[place]);
    return rows.map(([name, kind, line, cells], row) => [name, kind, lines[line], cells[place], begins.has(row)])
      .filter(([, , , cell]) => cell)
      .map(([name, kind, fits, cell, first]) => point(folder, name, kind, fits, cell.map((one) => one * factor), first, unit));
  });
}

// A name is a slug, or of another stretch of the measurement `stretch/slug`.
function point(folder, name, kind, fits, [value, low, high], begins, unit) {
  const [, year, month, day, hour, minute, second] = /(\d{4})(..)(..)T(..)(..)(..)Z[^/]*$/.exec(name);
  const at = `${year}-${month}-${day} ${hour}:${minute}:${second}`;
  const mark = kind === "withdrawn" || fits ? kind : "other";
  const words = { other: "not comparable" }[mark] ?? mark;
  return {
    at, value, low, high, begins, mark,
    inLine: mark === "ok" || mark === "candidate",
    page: `${name.includes("/") ? folder.replace(/\/[^/]*$/, "") : folder}/${name}.html`,
    told: [at, `${amount(value)} ${unit}`, words].join("  \u00b7  "),
  };
}

function wake(figure) {
  const svg = figure.querySelector("svg.history");
  const own = JSON.parse(figure.querySelector("script").textContent);
  if (!svg || !own.length) return;
  const box = figure.querySelector(".plot");
  const told = figure.querySelector(".tools .told");
  const range = figure.querySelector(".range");
  const tools = figure.querySelector(".tools");
  const drawn = still(svg, own);
  let plot = drawn;
  let view = { first: 0, last: plot.count - 1 };
  let here = -1;

  function tell(at) {
    if (here >= 0) plot.mark(here)?.classList.remove("here");
    here = at;
    if (at < 0) { told.textContent = ""; return; }
    plot.mark(at)?.classList.add("here");
    told.textContent = plot.tell(at);
  }

  function zoom(first, last) {
    const count = Math.min(plot.count, Math.max(2, last - first + 1));
    const from = Math.max(0, Math.min(first, plot.count - count));
    view = { first: from, last: from + count - 1 };
    plot.show(view);
    tell(here);
    const part = count < plot.count ? `${from + 1} to ${from + count} of ${plot.count}` : plot.whole ?? "";
    range.textContent = count > MARKED ? `${part}; of each pixel the span and mean` : part;
  }

  function scaled(times, around, from = view) {
    const count = from.last - from.first + 1;
    const next = Math.max(2, Math.round(count * times));
    const middle = around >= 0 ? around : (from.first + from.last) / 2;
    const share = count > 1 ? (middle - from.first) / (count - 1) : 0.5;
    const first = Math.round(middle - share * (next - 1));
    zoom(first, first + next - 1);
  }

  const all = () => zoom(0, plot.count - 1);
  const pan = (by) => zoom(view.first + by, view.last + by);

  function pixel(event) {
    const area = svg.getBoundingClientRect();
    return [((event.clientX - area.left) / area.width) * WIDTH, ((event.clientY - area.top) / area.width) * WIDTH];
  }

  function at(event) {
    const count = view.last - view.first + 1;
    const share = (pixel(event)[0] - LEFT) / (RIGHT - LEFT);
    return view.first + Math.max(0, Math.min(count - 1, Math.floor(share * count)));
  }

  function open(index) {
    if (index >= 0) location.href = home() + plot.page(index);
  }

  // One pointer tells and chooses a stretch; two pinch; one finger moves what is zoomed.
  const pointers = new Map();
  let begun = null;
  const chosen = draw("rect", { class: "chosen", y: TOP, height: BOTTOM - TOP });

  function begin(event) {
    pointers.set(event.pointerId, event);
    const [one, other] = pointers.values();
    begun = { at: at(event), x: event.clientX, view, apart: other && Math.abs(one.clientX - other.clientX) };
  }

  function follow(event) {
    if (pointers.has(event.pointerId)) pointers.set(event.pointerId, event);
    const [one, other] = pointers.values();
    if (other && begun.apart) {
      const apart = Math.max(1, Math.abs(one.clientX - other.clientX));
      scaled(begun.apart / apart, begun.at, begun.view);
      begun.pinched = true;
    } else if (one && event.pointerType !== "mouse" && view.last - view.first + 1 < plot.count) {
      const width = svg.getBoundingClientRect().width * ((RIGHT - LEFT) / WIDTH);
      const by = Math.round(((begun.x - event.clientX) / width) * (view.last - view.first + 1));
      zoom(begun.view.first + by, begun.view.last + by);
    } else {
      tell(at(event));
      const [from, to] = one ? [begun.at, at(event)].sort((a, b) => a - b) : [0, 0];
      if (to - from > 1) {
        const [x, end] = [plot.place(from)[0], plot.place(to)[0]];
        chosen.setAttribute("x", x);
        chosen.setAttribute("width", end - x);
        svg.append(chosen);
      } else chosen.remove();
    }
  }

  function end(event) {
    if (!pointers.delete(event.pointerId)) return;
    chosen.remove();
    if (begun.pinched) { if (!pointers.size) begun = null; return; }
    const other = at(event);
    if (event.pointerType === "mouse" && event.type === "pointerup") {
      const [x, y] = pixel(event);
      const [markX, markY] = plot.place(other);
      if (Math.abs(other - begun.at) > 1) zoom(Math.min(begun.at, other), Math.max(begun.at, other));
      else if (Math.hypot(x - markX, y - markY) < NEAR) open(other);
    }
  }

  svg.addEventListener("pointerdown", begin);
  svg.addEventListener("pointermove", follow);
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) svg.addEventListener(name, end);
  svg.addEventListener("dblclick", all);
  // The wheel scrolls the page unless the chart is what one is at, or Ctrl (a pinched pad) says so.
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== box) return;
    event.preventDefault();
    const count = view.last - view.first + 1;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      pan(Math.sign(event.deltaX) * Math.ceil(count / 20));
    } else scaled(event.deltaY < 0 ? 0.8 : 1.25, at(event));
  }, { passive: false });

  box.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor((view.last - view.first + 1) / 2));
    const keys = {
      ArrowLeft: () => move(-1), ArrowRight: () => move(1),
      PageUp: () => pan(-page), PageDown: () => pan(page),
      Home: () => tell(view.first), End: () => tell(view.last),
      "+": () => scaled(0.5, here), "=": () => scaled(0.5, here), "-": () => scaled(2, here),
      0: all, Escape: () => tell(-1), Enter: () => open(here),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    keys[event.key]();
    event.preventDefault();
  });

  function move(by) {
    const next = here < 0 ? view.last : Math.max(0, Math.min(plot.count - 1, here + by));
    if (next < view.first) pan(next - view.first);
    if (next > view.last) pan(next - view.last);
    tell(next);
  }

  async function turn(button) {
    tell(-1);
    if (plot === drawn) {
      told.textContent = "Loading";
      const points = await historyOf(figure, svg.querySelector(".unit").textContent);
      told.textContent = "";
      if (!points.length) { told.textContent = "The history could not be loaded"; return; }
      plot = whole(svg, points);
      button.textContent = "These entries";
    } else {
      plot.leave();
      plot = drawn;
      button.textContent = "Whole history";
    }
    svg.classList.toggle("all", plot !== drawn);
    all();
  }

  tools.addEventListener("click", (event) => {
    const how = event.target.dataset.zoom;
    if (how === "in") scaled(0.5, here);
    if (how === "out") scaled(2, here);
    if (how === "all") all();
    if (how === "whole") turn(event.target);
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
