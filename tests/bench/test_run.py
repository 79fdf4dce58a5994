"""``make bench`` with scripts of the tests' own."""

import json
import os
import sys
import time

import pytest

GOOD = """
import json, pathlib, sys
pathlib.Path(sys.argv[1]).write_text(json.dumps({"one": {"site_to_asv_ratio": [0.5]}}))
print("a table")
"""


@pytest.fixture
def bench(imported, tmp_path, monkeypatch):
    """Return ``run``, whose scripts are those given, by name; what is left lies in tmp_path."""
    run = imported("run")
    monkeypatch.setattr(run.headlines.table, "OUT", tmp_path)

    def call(*words, **scripts):
        made = []
        for name, text in scripts.items():
            path = tmp_path / f"{name}.py"
            path.write_text(text)
            made.append(run.Script(name, (str(tmp_path / f"{name}.json"),)))
        monkeypatch.setattr(run, "SCRIPTS", tuple(made))
        monkeypatch.setattr(run, "BENCH", tmp_path)
        monkeypatch.setattr(sys, "argv", ["run.py", *words])
        run.main()

    call.module = run
    return call


def test_what_fails_keeps_no_other_from_running_and_is_told_at_the_end(bench, capfd):
    with pytest.raises(SystemExit) as ended:
        bench(broken="raise SystemExit(3)", publish=GOOD)
    assert ended.value.code == "broken.py: exit 3"
    out = capfd.readouterr().out
    assert out.index("== broken: exit 3") < out.index("a table") < out.index("== headlines")
    assert [line.split()[-3:] for line in out.splitlines() if "asv publish" in line] == [
        ["0.5", "1", "met"]
    ]


def test_what_all_succeeds_ends_with_the_headlines_and_no_error(bench, capfd):
    bench(publish=GOOD)
    assert capfd.readouterr().out.splitlines()[-1].endswith("met")


def test_numbers_of_an_earlier_run_are_not_told_again(bench, capfd, tmp_path):
    (tmp_path / "publish.json").write_text(json.dumps({"one": {"site_to_asv_ratio": [0.5]}}))
    with pytest.raises(SystemExit):
        bench(publish="raise SystemExit(1)")
    assert "asv publish" not in capfd.readouterr().out


def test_one_that_was_killed_is_told_so(bench):
    text = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    with pytest.raises(SystemExit, match=r"^killed\.py: ended by SIGKILL$"):
        bench(killed=text)


def test_only_some(bench, capfd):
    bench("--only", "publish", broken="raise SystemExit(3)", publish=GOOD)
    assert "broken" not in capfd.readouterr().out


def test_what_does_not_come_to_an_end_is_ended_with_what_it_started(bench, tmp_path, monkeypatch):
    monkeypatch.setattr(bench.module, "MINUTES", 1 / 60)
    text = f"""
import pathlib, subprocess, time
child = subprocess.Popen(["sleep", "60"])
pathlib.Path({str(tmp_path / "child")!r}).write_text(str(child.pid))
time.sleep(60)
"""
    begin = time.monotonic()
    with pytest.raises(SystemExit, match="not at its end after"):
        bench(endless=text)
    assert time.monotonic() - begin < 15
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("its child is still there")


def test_a_large_run_gives_each_script_its_other_words(bench):
    script = bench.module.Script("verify", ("--count", "1"), large=("--large",))
    assert script.line(large=True)[2:] == ["--large"]
    assert script.line(large=False)[2:] == ["--count", "1"]
    same = bench.module.Script("diff", ("--metrics", "1"))
    assert same.line(large=True) == same.line(large=False)


def test_each_script_is_there_and_knows_its_words(bench):
    for each in bench.module.SCRIPTS:
        path = bench.module.BENCH / f"{each.name}.py"
        assert path.exists()
        text = path.read_text()
        for word in (*each.words, *(each.large or ())):
            assert not word.startswith("--") or f'"{word}"' in text, (each.name, word)
