"""The site in Chromium, from a disk and from a server: no errors, no requests elsewhere, it works.

Skipped where there is no Chromium or no playwright; .ci/run installs both.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
LATENCY = "series/llama/decode_latency/index.html"


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield started
        started.close()


@pytest.fixture
def page(browser):
    """A page that notes errors, dialogs and requests; at the end there must be none."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, color_scheme="light")
    opened = context.new_page()
    faults = []
    opened.on("pageerror", lambda error: faults.append(f"error {error}"))
    opened.on(
        "dialog", lambda dialog: (faults.append(f"dialog {dialog.message}"), dialog.dismiss())
    )
    opened.on("console", lambda m: m.type in ("error", "warning") and faults.append(m.text))
    opened.on("requestfailed", lambda request: faults.append(f"failed {request.url}"))
    opened.on("request", lambda r: r.url.startswith("file://") or faults.append(f"asked {r.url}"))
    opened.faults = faults
    yield opened
    context.close()
    assert faults == []


@pytest.fixture
def visit(page, shown):
    def go(name):
        page.goto((shown / name.partition("#")[0]).as_uri() + name[len(name.partition("#")[0]) :])
        return page

    return go


def kinds(shown):
    """One page of each kind, and every page of what is hostile."""
    entries = sorted((shown / "entries").rglob("*.html"))
    found = {path.relative_to(shown).parts[:3]: path for path in entries}
    names = [path.relative_to(shown) for path in found.values()]
    names += [path.relative_to(shown) for path in (shown / "series").rglob("*.html")]
    return sorted(
        {"families/llama/index.html", "index.html", "search.html", "compare.html", *map(str, names)}
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_page_loads_clean_and_is_accessible(browser, shown, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    faults = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda m: m.type in ("error", "warning") and faults.append(m.text))
    opened.on("dialog", lambda dialog: (faults.append("dialog"), dialog.dismiss()))
    for name in kinds(shown):
        opened.goto((shown / name).as_uri())
        for folded in opened.locator("details").all():
            folded.evaluate("one => one.open = true")
        found = axe.run(opened, options={"preload": False}).response["violations"]
        faults += [
            f"{name}: {one['id']} {one['impact']} {one['nodes'][0]['html'][:200]}" for one in found
        ]
    context.close()
    assert faults == []


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_no_page_is_wider_than_its_window_and_nothing_moves(browser, shown, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    opened = context.new_page()
    faults = []
    opened.add_init_script(
        """new PerformanceObserver((list) => {
             for (const one of list.getEntries()) window.shift = (window.shift || 0) + one.value;
           }).observe({ type: "layout-shift", buffered: true });"""
    )
    for name in kinds(shown):
        opened.goto((shown / name).as_uri())
        opened.wait_for_timeout(60)
        wide, window, shift = opened.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth,"
            " window.shift || 0]"
        )
        if wide > window or shift > 0.02:
            faults.append((name, wide, window, shift))
    context.close()
    assert faults == []


def test_a_chart_tells_the_value_under_the_pointer(visit):
    page = visit(LATENCY)
    page.wait_for_selector("figure[data-awake]")
    mark = page.locator(".marks use").nth(3).bounding_box()
    page.mouse.move(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    told = page.locator("figure .told").text_content()
    assert told.startswith("2026-01-05 00:00:00")
    assert "41 ms" in told
    assert "n = 5" in told
    assert page.locator(".marks use.here").count() == 1


def test_a_chart_obeys_the_keyboard(visit):
    page = visit(LATENCY)
    page.wait_for_selector("figure[data-awake]")
    page.locator("figure .plot").focus()
    page.keyboard.press("Home")
    assert page.locator("figure .told").text_content().startswith("2026-01-02")
    page.keyboard.press("ArrowRight")
    assert page.locator("figure .told").text_content().startswith("2026-01-03")
    whole = page.locator("svg.history").evaluate("one => one.outerHTML")
    page.keyboard.press("+")
    assert "matrix(" in page.locator(".stretch").get_attribute("transform")
    for _ in range(40):  # beyond the end of what is in view: the view goes along
        page.keyboard.press("ArrowRight")
    told = page.locator("figure .told").text_content()
    assert told.startswith("2026-02-11")
    assert "candidate" in told
    page.keyboard.press("End")
    page.keyboard.press("-")
    page.keyboard.press("0")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert page.locator("svg.history").evaluate("one => one.outerHTML") == whole
    page.keyboard.press("Escape")
    assert page.locator("figure .told").text_content() == ""
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.wait_for_url("**/entries/llama/decode_latency/20260211T000000Z.html")


def test_zoomed_marks_stay_true_to_the_axis(visit):
    """Value read off the axis at each mark in view is the value in the data."""
    page = visit(LATENCY)
    page.wait_for_selector("figure[data-awake]")
    page.locator("figure .plot").focus()
    page.keyboard.press("Home")
    page.keyboard.press("+")
    page.keyboard.press("+")
    read = page.evaluate(
        """() => {
          const texts = [...document.querySelectorAll(".axis.y text:not(.unit)")];
          const ticks = texts.map((one) => [Number(one.textContent), Number(one.getAttribute("y")) - 4]);
          const [[v0, y0], [v1, y1]] = [ticks[0], ticks[ticks.length - 1]];
          const marks = [...document.querySelectorAll(".marks use")];
          return marks.map((mark) => v0 + ((Number(mark.getAttribute("y")) - y0) / (y1 - y0)) * (v1 - v0));
        }"""
    )
    values = page.evaluate(
        """() => JSON.parse(document.querySelector("figure script").textContent)
                 .map((point) => parseFloat(point[3][1]))"""
    )
    assert read[:10] == pytest.approx(values[:10], abs=0.05)


def test_dragging_over_a_stretch_and_the_buttons_zoom(visit):
    page = visit(LATENCY)
    page.wait_for_selector("figure[data-awake]")
    marks = page.locator(".marks use")
    one, other = (marks.nth(at).bounding_box() for at in (5, 15))
    page.mouse.move(one["x"], one["y"])
    page.mouse.down()
    page.mouse.move(other["x"], other["y"])
    page.mouse.up()
    assert page.locator(".stretch").get_attribute("transform").startswith("matrix(")
    page.get_by_role("button", name="All", exact=True).click()
    assert page.locator(".stretch").get_attribute("transform") is None
    page.get_by_role("button", name="Zoom in").click()
    assert page.locator(".stretch").get_attribute("transform").startswith("matrix(")
    page.get_by_role("button", name="Zoom out").click()
    assert page.locator(".stretch").get_attribute("transform") is None


def in_view(page):
    """First and last entry in view and how many there are, as the chart says; None for all."""
    told = page.locator(".range").first.text_content()
    return tuple(map(int, re.findall(r"\d+", told))) or None


def test_the_wheel_zooms_where_the_pointer_is_and_else_scrolls(visit):
    page = visit(LATENCY)
    page.wait_for_selector("figure[data-awake]")
    page.locator("figure .plot").scroll_into_view_if_needed()
    mark = page.locator(".marks use").nth(10).bounding_box()
    page.mouse.move(mark["x"], mark["y"])
    page.mouse.wheel(0, -100)
    page.wait_for_timeout(100)
    assert in_view(page) is None  # the chart is not what one is at: the page scrolls
    page.locator("figure .plot").focus()
    mark = page.locator(".marks use").nth(10).bounding_box()
    page.mouse.move(mark["x"] + 3, mark["y"])
    for _ in range(6):
        page.mouse.wheel(0, -100)
    page.wait_for_function("() => document.querySelector('.range').textContent")
    page.wait_for_timeout(200)
    first, last, count = in_view(page)
    assert count == 41
    assert first <= 11 <= last
    assert last - first < 20
    page.mouse.wheel(60, 0)
    page.wait_for_timeout(100)
    assert in_view(page) == (first + 1, last + 1, count)
    page.keyboard.press("PageUp")
    assert in_view(page)[0] < first
    for _ in range(12):
        page.mouse.wheel(0, 100)
    page.wait_for_timeout(200)
    assert in_view(page) is None


PINCH = """([from, to]) => {
  const svg = document.querySelector("svg.history");
  const box = svg.getBoundingClientRect();
  const send = (type, id, x) => svg.dispatchEvent(new PointerEvent(type, {
    pointerId: id, pointerType: "touch", bubbles: true, clientX: box.left + x, clientY: box.top + 50,
  }));
  const middle = box.width / 2;
  send("pointerdown", 1, middle - from);
  send("pointerdown", 2, middle + from);
  send("pointermove", 1, middle - to);
  send("pointermove", 2, middle + to);
  send("pointerup", 1, middle - to);
  send("pointerup", 2, middle + to);
}"""
SWIPE = """(by) => {
  const svg = document.querySelector("svg.history");
  const box = svg.getBoundingClientRect();
  const send = (type, x) => svg.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, pointerType: "touch", bubbles: true, clientX: box.left + x, clientY: box.top + 50,
  }));
  send("pointerdown", 300);
  send("pointermove", 300 + by);
  send("pointerup", 300 + by);
}"""


def test_two_fingers_zoom_and_one_moves(visit):
    page = visit(LATENCY)
    page.wait_for_selector("figure[data-awake]")
    page.evaluate(SWIPE, 100)
    assert in_view(page) is None  # all is in view: there is nothing to move
    page.evaluate(PINCH, [50, 150])
    first, last, _ = in_view(page)
    assert 10 < last - first < 18
    page.evaluate(SWIPE, 200)
    assert in_view(page)[0] < first
    page.evaluate(PINCH, [200, 20])
    assert in_view(page) is None
    assert page.url.endswith(LATENCY)  # nothing was opened by all that


def test_a_click_opens_only_the_entry_that_it_meets(visit):
    page = visit(LATENCY)
    page.wait_for_selector("figure[data-awake]")
    page.locator("figure .plot").scroll_into_view_if_needed()
    box = page.locator("svg.history").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.15)
    assert page.url.endswith(LATENCY)
    mark = page.locator(".marks use").nth(20).bounding_box()
    page.mouse.click(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    page.wait_for_url("**/entries/llama/decode_latency/20260122T000000Z.html")


@pytest.fixture
def long(own, tmp_path, monkeypatch):
    """A site whose measurement has three older parts, of which some entries stand apart."""
    monkeypatch.setattr("gitbaseline.site.stretch.PART", 4)
    for number in range(18):
        chip = "A100" if number in (1, 9) else "H100"
        unit, scale = ("s", 1000) if number < 5 else ("ms", 1)
        value = (100 if number < 8 else 120) + number % 3
        given = ["--value", value / scale, "--unit", unit, "--env", f"gpu_model={chip}"]
        path = own.record("fam", "step", *given)
        if number == 6:
            own("retract", path, "--why", "w")
    own("site", tmp_path / "out")
    return tmp_path / "out" / "series" / "fam" / "step" / "index.html"


def test_the_whole_history_is_one_chart(page, long):
    page.goto(long.as_uri())
    page.wait_for_selector("figure[data-awake]")
    still = page.locator("svg.history").evaluate("one => one.outerHTML")
    assert page.locator(".marks use").count() == 6
    page.get_by_role("button", name="Whole history").click()
    marks = page.locator(".whole use")
    sync_api.expect(marks).to_have_count(18)
    kinds_ = [mark.get_attribute("class").split()[0] for mark in marks.all()]
    assert [at for at, kind in enumerate(kinds_) if kind == "other"] == [1, 9]
    assert [at for at, kind in enumerate(kinds_) if kind == "withdrawn"] == [6]
    page.locator("figure .plot").focus()
    page.keyboard.press("Home")
    told = page.locator("figure .told")
    assert told.text_content().startswith("2026-01-02 00:00:00")
    assert "100 ms" in told.text_content()  # it was recorded in seconds
    page.keyboard.press("ArrowRight")
    assert "not comparable" in told.text_content()
    for _ in range(2):
        page.keyboard.press("+")
    assert in_view(page)[2] == 18
    page.get_by_role("button", name="These entries").click()
    drawn = page.locator("svg.history").evaluate("one => one.outerHTML")
    assert drawn == still
    page.get_by_role("button", name="Whole history").click()
    sync_api.expect(marks).to_have_count(18)
    page.locator("figure .plot").focus()
    page.keyboard.press("Home")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Enter")
    page.wait_for_url("**/entries/fam/step/20260102T000000Z.html")
    page.wait_for_load_state("networkidle")
    assert page.locator("h1").text_content() == "20260102T000000Z"


def test_of_more_entries_than_pixels_their_span_is_drawn(page, long):
    page.goto(long.as_uri())
    page.evaluate("() => 0")
    page.wait_for_selector("figure[data-awake]")
    drawn = page.evaluate(
        """() => {
          const svg = document.querySelector("svg.history");
          const points = Array.from({ length: 5000 }, (_, at) => ({
            at: "2026-01-01", value: 100 + (at % 7), low: 100, high: 107, begins: at === 2500,
            mark: "ok", inLine: true, page: "", told: String(at),
          }));
          const plot = whole(svg, points);
          plot.show({ first: 0, last: 4999 });
          const found = [svg.querySelectorAll(".whole use").length,
            svg.querySelector(".whole .span").getAttribute("d").match(/M/g).length,
            svg.querySelectorAll(".whole .step").length];
          plot.leave();
          return found;
        }"""
    )
    assert drawn == [0, 677, 1]


def test_the_overview_filters_by_words_verdict_and_tier(visit):
    page = visit("index.html")

    def shown_rows():
        return page.locator("tbody tr:visible th a").all_text_contents()

    every = shown_rows()
    page.get_by_label("Filter").fill("llama ms")
    assert shown_rows() == ["decode_latency"]
    assert page.locator("output").text_content() == f"1 of {len(every)}"
    assert page.locator("section.family:visible").count() == 1
    page.get_by_label("Filter").fill("")
    page.locator("select[name=verdict]").select_option("RED")
    assert shown_rows() == ["decode_latency", "sweep"]
    page.locator("select[name=verdict]").select_option("")
    page.locator("select[name=tier]").select_option("VERDICT")
    assert shown_rows() == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status:retracted family:llama", 1),
        ("family:serving upgrade", 1),
        ("since:2026-02-15 until:2026-02-16", 2),
        ("signer:tess@ tier:draft unit:ms", 43),
        ("<script>alert(1)</script>", 2),
        ("nothing-of-the-kind", 0),
    ],
)
def test_the_search_finds_entries_by_words_and_fields(visit, query, found):
    page = visit("search.html")
    page.get_by_label("Words").fill(query)
    sync_api.expect(page.locator(".told")).to_have_text(re.compile(r"\d+ entr"))
    assert page.locator("table.found tbody tr").count() == found
    if found:
        page.locator("table.found tbody a").first.click()
        page.wait_for_url("**/entries/**")


@pytest.mark.parametrize(
    "query",
    [
        *("llama", "LLAMA decode", "upgrade", "model=llama-8b", "isl=4096 warm"),
        *("family:llama measurement:copy*", "measurement:[cd]* tier:draft", "measurement:[!c]*"),
        *("status:retracted", "status:candidate", "unit:ms", "unit:gb/s", "metric:value"),
        *("value:>=2500", "value:<41", "value:2500", "gpu_count:8", "gpu_count:>=9"),
        *("gpu_model:a100", "environment.gpu_model:h?00", "identity.model:llama-8b", "isl:4096"),
        *("since:2026-02-10", "until:2026-01-03", "since:2026-01-05T00:00:00Z until:2026-01-07"),
        *("notes:upgrade", "notes:UPGRADE family:serving", "prompt:alert", "command:onerror"),
        *("lever:script", "format:*bench*", "schema:f", "operator:*", "branch:main", "agent:x"),
        *("text:family:x", "https://example.org", '"after the upgrade"', 'notes:"the upgrade"'),
    ],
)
def test_the_search_finds_what_the_command_finds(visit, calls, query):
    told = json.loads(calls("search", *shlex.split(query), "--json"))
    page = visit(f"search.html#{quote(query)}")
    sync_api.expect(page.locator(".told")).to_have_text(re.compile(r"\d+ entr"))
    found = page.locator("table.found tbody a").all_text_contents()
    assert found == [row["entry"] for row in told["entries"]]


@pytest.mark.parametrize(
    "query", ["tier:gold", "since:yesterday", "value:>=many", "nofield:x", "status:good"]
)
def test_the_search_refuses_what_the_command_refuses(visit, calls, query):
    calls("search", query, "--json", code=2)
    page = visit(f"search.html#{quote(query)}")
    sync_api.expect(page.locator(".told")).to_have_text(re.compile("expected|no entry"))
    assert page.locator("table.found:visible").count() == 0


def test_the_search_is_narrowed_by_choices(visit):
    page = visit("search.html#family:llama")
    page.wait_for_selector("table.found tbody tr")
    page.get_by_label("Status").select_option("retracted")
    sync_api.expect(page.locator(".told")).to_have_text("1 entry")
    page.get_by_label("Tier").select_option("verdict")
    sync_api.expect(page.locator(".told")).to_have_text("0 entries")


def entries_of(shown, series):
    index = json.loads((shown / f"series/{series}/entries.json").read_text())
    return [f"{row['series']}@{row['slug']}" for row in index["entries"]]


def test_two_entries_are_compared_as_diff_compares_them(visit, shown, calls):
    before, now = entries_of(shown, "serving/sweep")
    told = json.loads(calls("diff", before, now, "--json", code=1))
    page = visit(f"compare.html#a={before}&b={now}")
    page.wait_for_selector(".result table")
    rows = {
        row.locator("th").text_content(): row.locator("td").all_text_contents()
        for row in page.locator(".result table").first.locator("tbody tr").all()
    }
    assert len(rows) == len(told["deltas"])
    for delta in told["deltas"]:
        old, new, _, move, way = rows[delta["key"]]
        assert float(old) == pytest.approx(delta["baseline"], rel=1e-5)
        assert float(new) == pytest.approx(delta["current"], rel=1e-5)
        assert float(move.removesuffix(" %")) == pytest.approx(delta["delta_pct"], abs=0.006)
        assert (way == "worse") is bool(delta["adverse"] and delta["delta"])
    assert f"git baseline diff {before} {now}" in page.locator(".result").text_content()
    page.get_by_role("button", name="Swap").click()
    page.wait_for_function(f"location.hash.startsWith('#a={now}')")


def test_ticked_entries_are_compared_the_older_first(visit, shown):
    names = entries_of(shown, "llama/copy_bandwidth")
    page = visit("series/llama/copy_bandwidth/index.html")
    button = page.get_by_role("button", name="Compare two ticked")
    assert button.is_disabled()
    for at in (0, 2):
        page.locator("td.pick input").nth(at).check()
    button.click()
    page.wait_for_selector(".result table")
    assert page.locator("input[name=a]").input_value() == names[0]
    assert page.locator("input[name=b]").input_value() == names[2]


@pytest.mark.parametrize(
    "name",
    ["../../../etc/passwd@20260101T000000Z", "//evil.example/x@20260101T000000Z", "a/b", "<b>@x"],
)
def test_an_address_loads_no_script_but_an_entrys(visit, name):
    page = visit(f"compare.html#a={name}&b={name}")
    page.wait_for_function("document.querySelector('.told').textContent")
    assert "expected family/measurement@time" in page.locator(".told").text_content()
    assert page.locator("script[src*=entries]").count() == 0


def test_markup_from_the_registry_is_seen_as_text(visit, shown):
    before, now = entries_of(shown, "hostile/markup")
    for name in (
        "series/hostile/markup/index.html",
        f"entries/{now.replace('@', '/')}.html",
        f"compare.html#a={before}&b={now}",
    ):
        page = visit(name)
        page.wait_for_timeout(100)
        assert "<script>alert(1)</script>" in page.locator("main").inner_text()
        assert page.locator("main script:not([type='application/json'])").count() == 0
        assert page.locator("main img[src=x]").count() == 0


def test_the_policy_stops_what_escaping_would_miss(visit):
    """Were markup to slip through one day, it would still not run."""
    page = visit("index.html")
    page.evaluate(
        """() => {
          const made = document.createElement("div");
          made.innerHTML = "<img src=x onerror='window.ran = 1'>";
          const script = document.createElement("script");
          script.textContent = "window.ran = 1";
          document.body.append(made, script);
        }"""
    )
    page.wait_for_timeout(150)
    assert page.evaluate("window.ran") is None
    assert len([one for one in page.faults if "Content Security Policy" in one]) >= 2
    page.faults.clear()


def test_without_a_script_every_page_still_tells(browser, shown):
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto((shown / LATENCY).as_uri())
    assert opened.locator("svg.history .marks use").count() == 41
    assert opened.locator("table.entries tbody tr").count() == 41
    assert opened.locator("form:visible, button:visible").count() == 0
    opened.goto((shown / "search.html").as_uri())
    assert "needs JavaScript" in opened.locator("main").inner_text()
    context.close()


def test_it_works_from_a_server_too(browser, shown):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(shown)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{server.server_port}"
    context = browser.new_context()
    opened = context.new_page()
    faults = []
    opened.on("console", lambda m: m.type == "error" and faults.append(m.text))
    opened.on("request", lambda r: r.url.startswith(home) or faults.append(r.url))
    try:
        before, now = entries_of(shown, "serving/sweep")
        for name in ("index.html", LATENCY, f"compare.html#a={before}&b={now}"):
            opened.goto(f"{home}/{name}")
        opened.wait_for_selector(".result table")
    finally:
        context.close()
        server.shutdown()
        server.server_close()
    assert faults == []


def test_the_printed_page_has_no_controls(visit):
    page = visit(LATENCY)
    page.wait_for_selector("figure[data-awake]")
    page.emulate_media(media="print")
    assert page.locator("button:visible, form:visible, header:visible").count() == 0
    assert page.locator("svg.history:visible").count() == 1


def test_metrics_called_as_parts_of_the_language_are_metrics(page, own, tmp_path):
    """Keys such as __proto__ and constructor, on one side only and on both."""
    names = []
    for keys in (("__proto__", "toString"), ("__proto__", "constructor")):
        (own.folder / "odd.json").write_text(json.dumps({f"{key}": 1.5 for key in keys}))
        names.append(own.record("odd", "names", "--source", "odd.json"))
    own("site", tmp_path / "out")
    before, now = ("@".join(name.rsplit("/", 1)) for name in names)
    page.goto((tmp_path / "out" / "compare.html").as_uri() + f"#a={before}&b={now}")
    page.wait_for_selector(".result table")
    rows = page.locator(".result table").first.locator("tbody tr").all()
    told = {row.locator("th").text_content(): row.locator("td").last.text_content() for row in rows}
    assert told == {"__proto__": "same", "toString": "only before", "constructor": "only now"}


def test_an_address_that_cannot_be_read_is_an_empty_search(visit):
    page = visit("search.html#%E0%A4%A")
    assert page.get_by_label("Words").input_value() == ""
