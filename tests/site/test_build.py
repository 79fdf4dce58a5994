"""A build: the same bytes each time, only what changed written, all or nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
from html.parser import HTMLParser
from importlib import resources

import jsonschema
import pytest
from referencing import Registry, Resource

from gitbaseline.model.shape import ShapeError
from gitbaseline.model.signature import BadSignature
from gitbaseline.registry.reader import Reader
from gitbaseline.site import build, catalogue, entry_page, pages, publish, shares
from gitbaseline.site.entry_page import File
from gitbaseline.site.signatures import Signatures
from gitbaseline.transport import workers


def bytes_of(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def stats_of(folder):
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file() and path.name != publish.LIST
    }


class Page(HTMLParser):
    """What a browser would take from a page: elements with their attributes, and the text."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def pages_of(folder):
    return {path: Page(path.read_text()) for path in sorted(folder.rglob("*.html"))}


@pytest.fixture
def site(calls, shown, tmp_path):
    """Build into a folder of this test's own; return what the program says of it."""

    def make(*words, out=tmp_path / "out", code=0):
        return json.loads(calls("site", out, "--json", *words, code=code))

    return make


def test_the_same_registry_gives_the_same_bytes(shown, site, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "count", lambda: 1)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    site()
    assert bytes_of(tmp_path / "out") == bytes_of(shown)


def test_two_processes_give_the_same_bytes(shown, site, tmp_path, monkeypatch):
    monkeypatch.setattr(shares, "_WORTH", 1)
    monkeypatch.setattr(workers, "count", lambda: 2)
    site()
    assert bytes_of(tmp_path / "out") == bytes_of(shown)

    def lost(_):
        raise workers.WorkerLost

    monkeypatch.setattr(workers, "each", lost)
    site("--full")
    assert bytes_of(tmp_path / "out") == bytes_of(shown)


def test_a_second_build_writes_nothing(site, tmp_path):
    first = site()
    before = stats_of(tmp_path / "out")
    second = site()
    assert first["written"] == first["files"] == second["files"]
    assert (second["written"], second["removed"]) == (0, 0)
    assert stats_of(tmp_path / "out") == before
    assert site("--full")["written"] == first["files"]


def test_one_more_entry_writes_what_tells_of_it_and_equals_a_full_build(own, tmp_path):
    for number in ("1.5", "1.6"):
        own.record("fam", "step", "--value", number, "--unit", "ms")
        own.record("fam", "other", "--value", number, "--unit", "ms")
    own("site", tmp_path / "out")
    before = stats_of(tmp_path / "out")
    new = own.record("fam", "step", "--value", "1.55", "--unit", "ms")
    own("site", tmp_path / "out")
    after = stats_of(tmp_path / "out")
    changed = {name for name in after if after[name] != before.get(name)}
    assert f"entries/{new}.html" in changed
    assert "series/fam/step/index.html" in changed
    assert not [
        n for n in changed if n.startswith(("series/fam/other", "assets", "badges/fam/other"))
    ]
    assert [n for n in changed if n.startswith("entries/") and n.endswith(".html")] == [
        f"entries/{new}.html"
    ]
    own("site", tmp_path / "fresh")
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "fresh")


def test_events_change_the_page_of_their_entry(own, tmp_path):
    first = own.record("fam", "step", "--value", "10", "--unit", "ms", "--direction", "lower")
    second = own.record("fam", "step", "--value", "20", "--unit", "ms", "--direction", "lower")
    own("site", tmp_path / "out")
    page = tmp_path / "out" / "entries" / f"{second}.html"
    assert "candidate" in page.read_text()
    own("accept", second, "--why", "a new <b>floor</b>")
    own("retract", first, "--why", "the wrong clock")
    own("site", tmp_path / "out")
    told = Page(page.read_text()).text
    assert "accepted" in told
    assert "a new <b>floor</b>" in told
    overview = Page((tmp_path / "out" / "series" / "fam" / "step" / "index.html").read_text())
    assert ("s", {}) in overview.elements  # the value of the retracted entry is struck
    own("site", tmp_path / "fresh")
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "fresh")


def test_a_changed_or_lost_file_is_made_again(site, tmp_path):
    site()
    out = tmp_path / "out"
    whole = bytes_of(out)
    page = next((out / "entries").rglob("*.html"))
    page.write_text("edited")
    (out / "assets" / "site.css").unlink()
    (out / "index.html").write_text("edited")
    assert site()["written"] == 3
    assert bytes_of(out) == whole


@pytest.mark.parametrize("damage", ["", "{}", "[]", '{"maker": 1}', "no json"])
def test_a_lost_or_damaged_memory_costs_time_only(own, environment, tmp_path, damage):
    own.record("fam", "step", "--value", "1", "--unit", "ms")
    own("site", tmp_path / "out")
    whole = bytes_of(tmp_path / "out")
    (memory,) = (tmp_path / "home" / ".cache" / "git-baseline" / "sites").iterdir()
    maker = json.loads(memory.read_text())["maker"]
    memory.write_text(damage.replace("1", json.dumps(maker)))
    told = json.loads(own("site", tmp_path / "out", "--json"))
    assert told["written"] == told["files"]
    assert bytes_of(tmp_path / "out") == whole


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(own, tmp_path):
    own.record("fam", "step", "--value", "1", "--unit", "ms")
    (tmp_path / "home" / ".cache" / "git-baseline").mkdir(parents=True, exist_ok=True)
    (tmp_path / "home" / ".cache" / "git-baseline" / "sites").write_text("a file in its place")
    own("site", tmp_path / "out")
    assert (tmp_path / "out" / "index.html").exists()


def test_a_failed_build_leaves_the_old_site(own, tmp_path, monkeypatch):
    own.record("fam", "step", "--value", "1", "--unit", "ms")
    own("site", tmp_path / "out")
    before = bytes_of(tmp_path / "out")
    own.record("fam", "step", "--value", "1.01", "--unit", "ms")

    def fails(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(entry_page, "script", fails)
        own("site", tmp_path / "out", code=70)
    assert bytes_of(tmp_path / "out") == before
    with monkeypatch.context() as patch:
        patch.setattr(publish, "open", fails, raising=False)
        own("site", tmp_path / "out", code=3)
    assert bytes_of(tmp_path / "out") == before
    own("site", tmp_path / "out")
    assert bytes_of(tmp_path / "out") != before


def test_what_is_gone_from_the_registry_goes_from_the_site(own, tmp_path):
    own.record("fam", "step", "--value", "1", "--unit", "ms")
    gone = own.record("fam", "other", "--value", "1", "--unit", "ms")
    out = tmp_path / "out"
    own("site", out)
    (out / "mine.txt").write_text("kept")
    own("undo")
    told = json.loads(own("site", out, "--json"))
    assert told["removed"] >= 5
    assert not (out / "series" / "fam" / "other").exists()
    assert not (out / "entries" / f"{gone}.html").exists()
    assert (out / "mine.txt").read_text() == "kept"


def test_a_registry_without_entries_has_a_site(own, tmp_path):
    own("site", tmp_path / "out")
    assert "No entries yet" in (tmp_path / "out" / "index.html").read_text()


def links_to_entries(page):
    found = [one.get("href", "") for tag, one in page.elements if tag == "a"]
    return [href.partition("entries/")[2] for href in found if "/entries/" in href]


def test_many_entries_and_measurements_go_into_parts(own, tmp_path, monkeypatch):
    monkeypatch.setattr("gitbaseline.site.stretch.PART", 3)
    monkeypatch.setattr("gitbaseline.site.common.WHOLE", 1)
    monkeypatch.setattr("gitbaseline.site.common._ROWS", 1)
    monkeypatch.setattr("gitbaseline.site.catalogue.FILE", 1)
    made = [own.record("fam", "step", "--value", f"1.{n}", "--unit", "ms") for n in range(10)]
    own.record("fam", "other", "--value", "1", "--unit", "ms")
    own("site", tmp_path / "out")
    folder = tmp_path / "out" / "series" / "fam" / "step"
    names = ["part-1.html", "part-2.html", "index.html"]
    assert {path.name for path in folder.glob("*.html")} == set(names)
    listed = [links_to_entries(Page((folder / name).read_text())) for name in names]
    cuts = ((0, 3), (3, 6), (6, 10))  # the newest part takes what does not fill another
    for found, (first, last) in zip(listed, cuts, strict=True):  # last of all the table's
        assert found[first - last :] == [f"{path}.html" for path in made[first:last][::-1]]
    lists = {path.name: json.loads(path.read_text()) for path in folder.glob("entries*.json")}
    newest = lists.pop("entries.json")
    assert newest["older"] == [f"series/fam/step/entries-{n}.json" for n in (1, 2)]
    told = [row["entry"] for name in sorted(lists) for row in lists[name]["entries"]]
    assert told + [row["entry"] for row in newest["entries"]] == made
    overview = Page((tmp_path / "out" / "index.html").read_text())
    assert "1 GREEN" in overview.text or "nothing before" in overview.text
    assert (tmp_path / "out" / "families" / "fam" / "part-1.html").exists()
    assert (tmp_path / "out" / "catalogue" / "3.js").exists()


def test_one_more_entry_leaves_the_older_parts_alone(own, tmp_path, monkeypatch):
    monkeypatch.setattr("gitbaseline.site.stretch.PART", 3)
    out = tmp_path / "out"
    read = []
    entry = Reader.entry
    monkeypatch.setattr(
        Reader, "entry", lambda self, path: read.append(str(path)) or entry(self, path)
    )
    monkeypatch.setattr("gitbaseline.site.stretch.LOOKED_AT", 4)
    values = [("--value", f"1.00{number % 4}", "--unit", "ms") for number in range(21)]
    made = [own.record("fam", "step", *given) for given in values]
    own("site", out)
    before = stats_of(out)
    old = own.record("fam", "step", "--value", "1.05", "--unit", "ms")
    read.clear()
    own("site", out)
    after = stats_of(out)
    changed = {name for name in after if after[name] != before.get(name)}
    assert {name for name in changed if name.startswith("series/")} == {
        f"series/fam/step/{name}" for name in ("index.html", "entries.json", "history-0.js")
    }
    # Of an older part only what stands for its line.
    assert set(read) & set(made[:3]) == {made[2]}
    own("site", tmp_path / "fresh")
    assert bytes_of(out) == bytes_of(tmp_path / "fresh")
    for number in range(2):  # another part is full
        own.record("fam", "step", "--value", f"1.{number}", "--unit", "ms")
    own("retract", old, "--why", "the wrong clock")
    own("site", out)
    own("site", tmp_path / "again")
    assert bytes_of(out) == bytes_of(tmp_path / "again")


def called(path):
    """What a script of data hands to its function."""
    return json.loads(f"[{path.read_text().partition('(')[2].rstrip().removesuffix(');')}]")


def test_the_whole_history_stands_in_parts_in_the_newest_ones_terms(own, tmp_path, monkeypatch):
    monkeypatch.setattr("gitbaseline.site.stretch.PART", 3)
    for value, unit, chip in (
        *(("0.1", "s", "H100"), ("0.11", "s", "A100"), ("0.12", "s", "H100")),
        *(("101", "ms", "H100"), ("102", "ms", "H100"), ("103", "ms", "H100")),
        ("104", "ms", "H100"),
    ):
        given = ["--value", value, "--unit", unit, "--env", f"gpu_model={chip}"]
        path = own.record("fam", "step", *given)
    own("retract", path, "--why", "w")
    out = tmp_path / "out"
    own("site", out)
    folder = out / "series" / "fam" / "step"
    (parts,) = called(folder / "history.js")
    assert [part["lines"] for part in parts] == [[True, False], [True]]
    key = "value"
    assert [part["factors"] for part in parts] == [{key: 1000.0}, {key: 1.0}]
    number, first = called(folder / "history-1.js")
    assert (number, first["keys"], first["steps"]) == (1, [key], [[]])
    told = [(slug[:8], kind, line, cells[0][0]) for slug, kind, line, cells in first["rows"]]
    assert told == [
        ("20260102", "ok", 0, 0.1),
        ("20260103", "ok", 1, 0.11),
        ("20260104", "candidate", 0, 0.12),
    ]
    _, newest = called(folder / "history-0.js")
    assert [row[1] for row in newest["rows"]] == ["ok", "ok", "ok", "withdrawn"]


def test_what_cannot_stand_in_the_newest_ones_unit_is_left_out(own, tmp_path, monkeypatch):
    monkeypatch.setattr("gitbaseline.site.stretch.PART", 1)
    own.record("fam", "step", "--value", "5", "--unit", "GB/s")
    own.record("fam", "step", "--value", "1", "--unit", "ms")
    own("site", tmp_path / "out")
    (parts,) = called(tmp_path / "out" / "series" / "fam" / "step" / "history.js")
    assert [part["factors"] for part in parts] == [{}, {"value": 1.0}]


def test_a_history_goes_on_through_the_stretches_of_a_measurement(own, tmp_path, monkeypatch):
    monkeypatch.setattr("gitbaseline.policy.series.ENTRY_LIMIT", 2)
    monkeypatch.setattr("gitbaseline.site.stretch.PART", 2)
    made = [own.record("fam", "step", "--value", "1", "--unit", "ms") for _ in range(5)]
    assert made[4].startswith("fam/step.3/")
    own("site", tmp_path / "out")
    folder = tmp_path / "out" / "series" / "fam" / "step"
    named = [row[0] for n in (1, 0) for row in called(folder / f"history-{n}.js")[1]["rows"]]
    assert [f"fam/{name if '/' in name else f'step/{name}'}" for name in named] == made
    assert "step.3" in named[4]


def test_a_metric_that_an_entry_lacks_is_no_part_of_its_history(own, tmp_path, monkeypatch):
    monkeypatch.setattr("gitbaseline.site.stretch.PART", 2)
    for keys in (("a_ms",), ("a_ms", "b_ms"), ("a_ms",), ("a_ms",)):
        (own.folder / "odd.json").write_text(json.dumps(dict.fromkeys(keys, 1.5)))
        own.record("fam", "step", "--source", "odd.json")
    own("site", tmp_path / "out")
    folder = tmp_path / "out" / "series" / "fam" / "step"
    (parts,) = called(folder / "history.js")
    assert [sorted(part["factors"]) for part in parts] == [["a_ms"], ["a_ms"]]
    _, first = called(folder / "history-1.js")
    assert first["keys"] == ["a_ms", "b_ms"]
    assert [row[3] for row in first["rows"]] == [[[1.5] * 3, 0], [[1.5] * 3, [1.5] * 3]]


def test_a_metric_that_an_older_part_lacks_has_no_values_there(own, tmp_path, monkeypatch):
    monkeypatch.setattr("gitbaseline.site.stretch.PART", 1)
    for keys in (("a_ms",), ("a_ms", "b_ms")):
        (own.folder / "odd.json").write_text(json.dumps(dict.fromkeys(keys, 1.5)))
        own.record("fam", "step", "--source", "odd.json")
    own("site", tmp_path / "out")
    (parts,) = called(tmp_path / "out" / "series" / "fam" / "step" / "history.js")
    assert [sorted(part["factors"]) for part in parts] == [["a_ms"], ["a_ms", "b_ms"]]


def test_what_a_compromised_key_signed_is_told_anew(own, registry, tmp_path, monkeypatch):
    monkeypatch.setattr("gitbaseline.site.stretch.PART", 1)
    own.record("fam", "step", "--value", "1", "--unit", "ms")
    home = tmp_path / "bob"
    key = home / ".config" / "git-baseline" / "id_ed25519"
    key.parent.mkdir(parents=True)
    words = ("-q", "-t", "ed25519", "-N", "", "-C", "bob@example.org", "-f", key)
    subprocess.run(["ssh-keygen", *words], check=True)
    own("keys", "add", f"{key}.pub")
    bob = type(own)(own.folder, own.environment | {"HOME": str(home)})
    bob.now = own.now
    theirs = bob.record("fam", "step", "--value", "1", "--unit", "ms")
    since = registry.tip()
    own.now = bob.now
    own.record("fam", "step", "--value", "1", "--unit", "ms")
    out = tmp_path / "out"
    own("site", out)
    row = json.loads((out / "series/fam/step/entries-2.json").read_text())["entries"][0]
    assert (row["entry"], row["status"]) == (theirs, "ok")
    listed = json.loads(own("keys", "list", "--json"))["keys"]
    (print_,) = [k["fingerprint"] for k in listed if k["principal"] == "bob@example.org"]
    own("keys", "compromised", print_, "--since", since)
    own("site", out)
    row = json.loads((out / "series/fam/step/entries-2.json").read_text())["entries"][0]
    assert row["status"] == "distrusted"
    own("site", tmp_path / "fresh")
    assert bytes_of(out) == bytes_of(tmp_path / "fresh")


def test_the_search_is_told_values_as_the_command_spells_them():
    assert catalogue._plain([True, 2, "x", False]) == ["true", 2, "x", "false"]


def test_an_import_shows_when_it_was_first_recorded(own, tmp_path, environment):
    first = own.record("fam", "step", "--value", "1", "--unit", "ms")
    own("export", tmp_path / "lake")
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", other], check=True, env=environment)
    there = type(own)(other, own.environment)
    there("init", "--yes")
    there.now = own.now + 40 * 86_400
    there("import", tmp_path / "lake")
    there("site", tmp_path / "out")
    day = "2026-01-02"
    page = Page((tmp_path / "out/series/fam/step/index.html").read_text())
    assert "ok, imported" in page.text
    index = (tmp_path / "out/index.html").read_text()
    assert f'<time datetime="{day}T00:00:00Z">40 days</time>' in index
    assert "imported" in index
    assert day in Page((tmp_path / "out/entries" / f"{first}.html").read_text()).text
    ((_, rows),) = [called(tmp_path / "out/catalogue/0.js")]
    assert [row[4] for row in rows] == [1]


def test_where_all_looked_at_is_withdrawn_the_latest_stands_before(own, tmp_path, monkeypatch):
    monkeypatch.setattr("gitbaseline.site.stretch.PART", 1)
    monkeypatch.setattr("gitbaseline.site.stretch.LOOKED_AT", 1)
    made = [own.record("fam", "step", "--value", f"1{n}", "--unit", "ms") for n in range(3)]
    for path in made[1:]:
        own("retract", path, "--why", "w")
    out = tmp_path / "out"
    own("site", out)
    (one,) = json.loads((out / "index.json").read_text())["measurements"]
    assert one["latest"]["entry"] == made[0]
    own("retract", made[0], "--why", "w")
    own("site", out)
    (one,) = json.loads((out / "index.json").read_text())["measurements"]
    assert one["latest"]["entry"] == made[2]  # all withdrawn: the newest


def test_the_index_and_lists_meet_their_schemas(shown):
    folder = resources.files("gitbaseline.model") / "schema"
    found = {
        name: json.loads((folder / name).read_text())
        for name in ("site-index-1.json", "site-entries-1.json")
    }
    library = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in found.items()
    )
    index = json.loads((shown / "index.json").read_text())
    check = jsonschema.Draft202012Validator(found["site-index-1.json"], registry=library)
    assert [fault.message for fault in check.iter_errors(index)] == []
    lists = jsonschema.Draft202012Validator(found["site-entries-1.json"], registry=library)
    for one in index["measurements"]:
        listed = json.loads((shown / one["entries"]).read_text())
        assert [fault.message for fault in lists.iter_errors(listed)] == []
        assert (len(listed["entries"]), listed["older"]) == (one["count"], [])
        assert one["latest"] in listed["entries"]
        assert (shown / one["page"]).exists()
        assert (shown / one["badge"]).exists()
        assert {row["signature"] for row in listed["entries"]} == {"good"}


def test_the_verdict_is_that_of_diff(calls, shown):
    index = json.loads((shown / "index.json").read_text())
    for one in index["measurements"]:
        if one["verdict"] is None:
            continue
        series = f"{one['family']}/{one['measurement']}"
        code = {"RED": 1, "GREEN": 0, "YELLOW": 0}.get(one["verdict"], 4)
        told = json.loads(calls("diff", series, "--json", code=code))
        assert (told["verdict"], told["baseline"]) == (one["verdict"], one["against"])


def test_every_link_leads_to_a_file_of_the_site(shown):
    for path, page in pages_of(shown).items():
        for tag, attributes in page.elements:
            link = attributes.get("href") or attributes.get("src")
            if link is None or tag == "use" or link.startswith("#"):
                continue
            assert ":" not in link
            assert (path.parent / link.partition("#")[0]).resolve().is_file(), (path, link)


def test_markup_from_the_registry_is_text_on_every_page(shown):
    allowed = {"script", "svg", "img"}
    seen = ""
    for path, page in pages_of(shown).items():
        for tag, attributes in page.elements:
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            if tag == "script":
                assert (
                    attributes.get("type") == "application/json" or "assets/" in attributes["src"]
                )
            if tag == "img":
                assert "badges/" in attributes["src"]
            assert attributes.get("class") != "x" or tag not in allowed
        policy = [a["content"] for tag, a in page.elements if a.get("http-equiv")]
        assert policy == [pages.POLICY]
        if "entries/hostile" in str(path):
            seen += page.text
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>'\"`${1}</script>]]>"
    assert seen.count(hostile) >= 20  # notes, command, cluster, cohort, team, lever, unlock, ...


def test_nothing_measured_lies_where_a_browser_would_run_it(shown):
    for path in shown.rglob("*"):
        if path.is_file():
            top = path.relative_to(shown).parts[0]
            assert path.suffix in {".html", ".js", ".css", ".svg", ".txt", ".json", ".atom", ""}
            if path.suffix in (".js", ".html", ".svg"):
                assert top != "raw"
            if path.suffix == ".js" and top != "assets":
                for call in path.read_text().splitlines():
                    assert call.startswith(
                        ("baselineEntry(", "baselineCatalogue(", "baselineHistory")
                    )
                    assert not set("<>&\u2028\u2029") & set(call)
                    json.loads(f"[{call.partition('(')[2].removesuffix(');')}]")


def test_a_payload_that_is_no_text_or_too_large_is_named_only(own, tmp_path, monkeypatch):
    monkeypatch.setattr(entry_page, "RAW_LIMIT", 40)
    folder = own.folder / "run"
    folder.mkdir()
    (folder / "a.json").write_text('{"x_ms": 1}')
    (folder / "large.json").write_text('{"y_ms": 1, "z": "' + "-" * 60 + '"}')
    made = own.record("fam", "step", "--source", "run")
    own("site", tmp_path / "out")
    page = Page((tmp_path / "out" / "entries" / f"{made}.html").read_text())
    raw = [a["href"] for tag, a in page.elements if tag == "a" and "/raw/" in a.get("href", "")]
    assert len(raw) == 1
    assert "source-snapshot/large.json" in page.text
    assert (tmp_path / "out" / "entries" / f"{made}.js").read_text().startswith("baselineEntry(")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "example.org", "file:///x"])
def test_the_address_must_be_one_of_the_web(own, tmp_path, url):
    told = json.loads(own("site", tmp_path / "out", "--url", url, "--json", code=2))
    assert told["error"]["code"] == "site/url"
    assert not (tmp_path / "out").exists()


def test_the_feed_has_full_addresses_where_the_site_has_one(own, tmp_path):
    own.record("fam", "step", "--value", "1", "--unit", "ms", "--notes", "a & b")
    for url in ("https://example.org/x", "https://example.org/x/"):
        own("site", tmp_path / "out", "--url", url)
        feed = (tmp_path / "out" / "feed.atom").read_text()
        assert 'href="https://example.org/x/entries/fam/step/' in feed
        assert "a &amp; b" in feed


def test_a_folder_with_other_files_is_refused(own, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    told = json.loads(own("site", out, "--json", code=2))
    assert told["error"]["code"] == "site/folder"
    assert [path.name for path in out.iterdir()] == ["thesis.txt"]
    (out / "thesis.txt").rename(out / "CNAME")
    (out / ".git").mkdir()
    own("site", out)
    assert (out / "CNAME").read_text() == "mine"


def test_the_list_of_files_cannot_name_one_outside(own, tmp_path):
    own.record("fam", "step", "--value", "1", "--unit", "ms")
    out = tmp_path / "out"
    own("site", out)
    (tmp_path / "precious").write_text("kept")
    with (out / publish.LIST).open("a") as file:
        file.write(f"../precious\n{tmp_path}/precious\nseries/../../precious\n\nold.html\n")
    (out / "old.html").write_text("an earlier version's")
    own("site", out)
    assert (tmp_path / "precious").read_text() == "kept"
    assert not (out / "old.html").exists()


def test_a_folder_that_cannot_be_written_is_told(own, tmp_path):
    (tmp_path / "file").write_text("x")
    told = json.loads(own("site", tmp_path / "file" / "out", "--json", code=3))
    assert told["error"]["code"] == "site/write"
    out = tmp_path / "out"
    own("site", out)
    (out / publish.LIST).unlink()
    (out / publish.LIST).mkdir()
    assert json.loads(own("site", out, "--json", code=3))["error"]["code"] == "site/write"
    shutil.rmtree(out / publish.LIST)


def test_in_text_it_says_what_it_did(own, tmp_path):
    own.record("fam", "step", "--value", "1", "--unit", "ms")
    told = own("site", tmp_path / "out")
    assert told.startswith(f"{tmp_path / 'out' / 'index.html'}: 1 measurement, 1 entry; ")


def test_another_version_of_the_program_makes_everything_anew(own, tmp_path, monkeypatch):
    own.record("fam", "step", "--value", "1", "--unit", "ms")
    own("site", tmp_path / "out")
    monkeypatch.setattr(build, "__version__", "99")
    told = json.loads(own("site", tmp_path / "out", "--json"))
    assert told["written"] == told["files"]


def test_a_signature_that_is_not_good_or_not_known_is_said(own, tmp_path, monkeypatch):
    path = own.record("fam", "step", "--value", "1", "--unit", "ms")

    def told(out):
        own("site", out)
        (row,) = json.loads((out / "series/fam/step/entries.json").read_text())["entries"]
        return row["signature"], Page((out / "entries" / f"{path}.html").read_text()).text

    bad = BadSignature(rule="signature/bad", detail="altered <b>")
    with monkeypatch.context() as patch:
        patch.setattr("gitbaseline.registry.verifier.verifier", lambda *_: lambda *_: bad)
        state, page = told(tmp_path / "bad")
        assert (state, "not good: altered <b>" in page) == ("bad", True)
    monkeypatch.setattr(Signatures, "of", lambda *_: None)
    state, page = told(tmp_path / "unknown")
    assert (state, "unknown: the history at hand ends" in page) == ("unknown", True)


@pytest.mark.parametrize("which", ["entry", "event"])
def test_an_incomplete_repository_is_told(own, registry, tmp_path, which):
    path = own.record("fam", "step", "--value", "1.2345", "--unit", "ms")
    own("retract", path, "--why", "w")
    name = f"{path}/source-snapshot.txt" if which == "entry" else f"{path}.retracted.json"
    oid = registry.git("rev-parse", f"baselines:{name}")
    (registry.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    told = json.loads(own("site", tmp_path / "out", "--json", code=3))
    assert (told["error"]["code"], told["error"]["where"]) == ("registry/incomplete", path)
    assert not (tmp_path / "out" / "index.html").exists()


def test_an_event_that_cannot_be_read_is_left_out(own, tmp_path, monkeypatch):
    path = own.record("fam", "step", "--value", "1", "--unit", "ms")
    own("retract", path, "--why", "unreadable words")

    def fails(*_):
        raise ShapeError("reason: missing")

    monkeypatch.setattr("gitbaseline.registry.happened.events.from_bytes", fails)
    own("site", tmp_path / "out")
    page = (tmp_path / "out" / "entries" / f"{path}.html").read_text()
    assert "retracted" in page
    assert "unreadable words" not in page


def test_a_measurement_without_entries_is_not_shown(own, tmp_path, monkeypatch):
    own.record("fam", "step", "--value", "1", "--unit", "ms")
    monkeypatch.setattr("gitbaseline.site.contents.Contents.lying", lambda *_: [])
    assert json.loads(own("site", tmp_path / "out", "--json"))["measurements"] == 0


def test_values_in_another_unit_stand_in_the_newest_ones(own, tmp_path):
    for values, unit in ((("0.1", "0.101", "0.099"), "s"), (("100", "101", "99"), "ms")):
        given = [word for value in values for word in ("--value", value)]
        own.record("fam", "step", *given, "--unit", unit, "--direction", "lower")
    own.record("fam", "step", "--value", "0.1", "--unit", "s", "--direction", "lower")
    own.record("fam", "step", "--value", "100.5", "--unit", "ms", "--direction", "lower")
    own("site", tmp_path / "out")
    page = (tmp_path / "out" / "series" / "fam" / "step" / "index.html").read_text()
    told = page.partition('<script type="application/json">')[2].partition("</script>")[0]
    first, second = (point[3][1] for point in json.loads(told)[:2])
    assert first == second
    assert first.startswith("100 ms, 95 % of the mean 97.5")


def test_no_page_says_none(shown):
    for path, page in pages_of(shown).items():
        assert "None" not in page.text, path


def test_a_payload_without_text_has_no_beginning_on_the_page(own, tmp_path):
    files = [
        File(name="source-snapshot.bin", oid="0" * 40, size=2, data=b"\xff\xfe"),
        File(name="source-snapshot.txt", oid="1" * 40, size=3, data=b"abc"),
    ]
    assert entry_page._snippet(files) == ("source-snapshot.txt", "abc")
    assert entry_page._snippet(files[:1]) == ("", None)
    long = [
        File(
            name="source-snapshot.txt", oid="1" * 40, size=9, data="\u00e9\u20ac".encode() * 40_000
        )
    ]
    name, text = entry_page._snippet(long)
    assert name == "source-snapshot.txt, its beginning"
    assert len(text) == entry_page._SNIPPET


@pytest.mark.parametrize("where", [publish._STAGE, "index.html"])
def test_what_stands_in_the_way_is_told(own, tmp_path, where):
    out = tmp_path / "out"
    own("site", out)
    if where == "index.html":
        (out / where).unlink()
        (out / where).mkdir()
    else:
        (out / where).write_text("a file where the new site is staged")
    told = json.loads(own("site", out, "--json", code=3))
    assert (told["error"]["code"], told["error"]["where"]) == ("site/write", str(out))
