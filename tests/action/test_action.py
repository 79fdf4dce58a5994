"""The whole action, step by step in real bash, against a real repository with the server's hooks."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

ACTION = Path(__file__).parents[2] / "action.yml"
INPUTS = yaml.safe_load(ACTION.read_text())["inputs"].keys()

MARKER = "<!-- git-baseline -->"
FIRST = "NO-VERDICT"
FORK = "mallory/demo"


@pytest.fixture
def entries(inside, server):
    """Verify all that the server holds and return the paths of its entries."""

    def listed():
        done = inside("-C", server.path, "verify", "--full")
        assert done.code == 0, done.text
        rows = inside("-C", server.path, "list", "--all", "--json").json["entries"]
        return sorted(row["entry"] for row in rows)

    return listed


@pytest.fixture
def measured(job, bench, key):
    """Run the action on the default branch, once for each number, and return the last answer."""

    def run(*numbers, **inputs):
        for run, number in enumerate(numbers, 2001):
            one = job(run_id=str(run))
            done = one.use(file=bench(one, number), signing_key=key, **inputs)
        return done

    return run


def leaks(job, done, secret):
    """Return where a line of a secret can be read after a job: log, files, home, server."""
    lines = [line for line in secret.splitlines() if not line.startswith("-----")]
    lines = lines[1:] or lines  # the first line of all OpenSSH keys is the same
    shown = [line for line in done.log.raw.splitlines() if not line.startswith("::add-mask::")]
    places = {"log": "\n".join(shown), "outputs": repr(done.outputs)}
    for path in job.folder.rglob("*"):
        if path.is_file() and path.name != "ci-key":
            places[str(path)] = path.read_bytes().decode(errors="replace")
    return [place for place, text in places.items() if any(line in text for line in lines)]


# On the default branch


def test_the_first_run_passes_with_a_note_and_records(job, bench, key, server, inside, entries):
    first = job()
    done = first.use(file=bench(first, 0.100), signing_key=key)
    assert (done.ok, done.outputs["verdict"]) == (True, FIRST), done.log.text
    assert done.steps == ["install", "plan", "compare", "record", "answer"]
    tip = server.git("rev-parse", "baselines")
    assert ([done.outputs["entry"]], done.outputs["commit"]) == (entries(), tip)
    assert "### NO-VERDICT: nothing that counts is registered to hold this to" in done.summary
    assert f"Recorded: {done.outputs['entry']}, commit {tip}" in done.summary
    assert done.annotated("error") == []
    assert any(FIRST in said or "Recorded" in said for said in done.annotated("notice"))
    shown = inside("-C", server.path, "show", "--json").json["baseline"]
    assert shown["registered_by"]["operator_user"] == "octocat"
    assert shown["notes"] == "https://github.com/octo/demo/actions/runs/1001"
    assert shown["environment"]["cpu_count"] > 0
    assert (shown["git"]["sha"], shown["git"]["dirty"]) == (server.git("rev-parse", "main"), False)
    author = server.git("log", "-1", "--format=%an <%ae>", "baselines")
    assert author == "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
    assert leaks(first, done, key) == []


def test_the_second_run_is_green(measured, entries):
    done = measured(0.100, 0.1005)
    assert (done.ok, done.outputs["verdict"]) == (True, "GREEN"), done.log.text
    assert len(entries()) == 2
    bundle = json.loads(Path(done.outputs["bundle"], "diff.json").read_text())
    assert bundle["verdict"] == "GREEN"
    assert "### GREEN: 1 judged metric within tolerance" in done.summary


def test_a_red_run_is_a_candidate_and_fails_at_the_end(measured, entries):
    done = measured(0.100, 0.150)
    assert (done.code, done.outputs["verdict"]) == (1, "RED"), done.log.text
    assert done.steps[-2:] == ["record", "answer"]
    assert "Recorded as a candidate, since it regressed" in done.summary
    assert any("regressed" in said for said in done.annotated("error"))
    assert len(entries()) == 2


def test_red_by_an_input_alone_is_recorded_as_a_baseline_and_that_is_said(measured, inside, server):
    done = measured(0.100, 0.103, tolerance="1%")
    assert (done.code, done.outputs["verdict"]) == (1, "RED"), done.log.text
    shown = inside("-C", server.path, "show", done.outputs["entry"], "--json").json["baseline"]
    assert shown["standing"] == "baseline"
    assert "Recorded as a baseline, though RED: a record goes by .baseline.yaml" in done.summary


def test_what_it_is_held_to_and_what_fails_are_inputs(measured, bench, job):
    slug = measured(0.100, 0.140).outputs["entry"].rpartition("/")[2]
    one = job()
    file = bench(one, 0.150)
    for inputs, verdict, code in (
        ({"fail_on": "never"}, "RED", 0),
        ({"tolerance": "60%"}, "GREEN", 0),
        ({"diff_options": "--tolerance-percent=60"}, "GREEN", 0),
        ({"reference": f"server/bench@{slug}", "tolerance": "1%\nno.such=2abs"}, "", 1),
        ({"reference": f"server/bench@{slug}", "tolerance": "./bench.wall_time=20%"}, "GREEN", 0),
        ({"measurement": "other"}, "NO-VERDICT", 0),
        ({"measurement": "other", "on_no_baseline": "fail"}, "NO-VERDICT", 4),
        ({"environment": "cpu_model=Z80"}, "INCOMPARABLE", 4),
        ({"environment": "cpu_model=Z80", "on_incomparable": "pass"}, "INCOMPARABLE", 0),
    ):
        done = one.use(file=file, **inputs)
        assert (done.outputs["verdict"], done.code) == (verdict, code), (inputs, done.log.text)


def test_a_repeated_job_is_recorded_once(job, bench, key, entries):
    one = job()
    first = one.use(file=bench(one, 0.100), signing_key=key)
    same = job()
    again = same.use(file=bench(same, 0.100), signing_key=key)
    assert (again.ok, again.outputs["entry"]) == (True, first.outputs["entry"]), again.log.text
    assert "Recorded before: " in again.summary
    measured_anew = job()
    other = measured_anew.use(file=bench(measured_anew, 0.1002), signing_key=key)
    assert (other.ok, other.outputs["entry"], other.outputs["commit"]) == (
        True,
        first.outputs["entry"],
        "",
    )
    said = f"Not recorded: an earlier attempt of this job recorded {first.outputs['entry']}"
    assert said in other.summary
    assert entries() == [first.outputs["entry"]]


def test_every_job_of_a_matrix_is_recorded(job, bench, key, entries):
    for matrix in ({"os": "a"}, {"os": "b"}):
        one = replace(job(), matrix=matrix)
        done = one.use(file=bench(one, 0.100), signing_key=key)
        assert done.ok, done.log.text
    assert len(entries()) == 2


def test_two_jobs_that_race_are_both_recorded(job, bench, key, registry, inside, server, entries):
    """Another writer lands between this job's fetch and its push."""
    one = job()
    file = bench(one, 0.100)
    hook = server.path / "hooks" / "pre-receive"
    real = hook.read_text()
    assert inside("record", "-f", "demo", "-m", "x", "--value", "1", "--unit", "ms").code == 0
    apart = "env -u GIT_DIR -u GIT_QUARANTINE_PATH -u GIT_OBJECT_DIRECTORY"
    push = f"{apart} git push -q {server.path} baselines"
    late = f"#!/bin/sh\nmv {hook}.real {hook}\ncd {registry.path}\n{push} >&2\nexit 1\n"
    hook.with_suffix(".real").write_text(real)
    hook.with_suffix(".real").chmod(0o755)
    hook.write_text(late)
    done = one.use(file=file, signing_key=key)
    assert done.ok, done.log.text
    assert len(entries()) == 2


def test_another_branch_is_compared_and_not_recorded(measured, job, bench, key, entries):
    measured(0.100)
    one = job(ref="refs/heads/topic")
    done = one.use(file=bench(one, 0.100), signing_key=key)
    assert (done.ok, done.outputs["verdict"], done.outputs["entry"]) == (True, "GREEN", "")
    assert "Not recorded: only runs of main are recorded." in done.summary
    done = one.use(file="bench.json", signing_key=key, record="always")
    assert len(entries()) == 2, done.log.text


# On pull requests


def test_a_pull_request_has_one_comment(measured, pull, bench, key, github, entries):
    measured(0.100)
    github.say("Nice work.", ours=False)
    for number, verdict in ((0.1005, "GREEN"), (0.150, "RED")):
        one = pull()
        done = one.use(file=bench(one, number), signing_key=key)
        assert done.outputs["verdict"] == verdict, done.log.text
        other, comment = github.comments
        assert other["body"] == "Nice work."
        head = github.head
        assert comment["body"].startswith(f"{MARKER}\n<!-- git-baseline: bench-")
        assert f"### {verdict}: " in comment["body"]
        assert (
            f"Of {head}, in [this run](https://github.com/octo/demo/actions/runs/1001)."
            in (comment["body"])
        )
        assert "Not recorded: a pull request is compared, not recorded." in comment["body"]
    assert (done.code, done.steps) == (1, ["install", "plan", "compare", "comment", "answer"])
    assert len(entries()) == 1
    assert leaks(one, done, key) == leaks(one, done, one.secrets[0]) == []


def test_the_head_is_what_was_measured_not_the_merge(measured, pull, bench, github):
    measured(0.100)
    one = pull()
    done = one.use(file=bench(one, 0.150))
    assert f" {github.head[:12]} " in Path(done.outputs["bundle"], "diff.md").read_text()


def test_a_fork_gets_an_answer_and_a_draft(measured, pull, bench, github, server, entries):
    """No secret, and a token that may not write: nothing of it reaches the repository."""
    measured(0.100)
    github.trouble = lambda asked: (
        (200, {"errors": [{"message": "Resource not accessible by integration"}]})
        if asked["query"].startswith("mutation")
        else (200, None)
    )
    one = pull(FORK)
    before = server.git("for-each-ref")
    done = one.use(file=bench(one, 0.1005))
    assert (done.ok, done.outputs["verdict"], done.outputs["entry"]) == (True, "GREEN", "")
    (name,) = done.artifacts
    assert name.startswith("git-baseline-draft-bench-")
    assert sorted(done.artifacts[name]) == [
        "baseline-ref.txt",
        "current-snapshot.json",
        "diff.json",
        "diff.md",
    ]
    said = (
        f"numbers of a fork's code are compared, never recorded; a DRAFT is in the artifact {name}"
    )
    assert f"Not recorded: {said}." in done.summary
    assert f"not recorded: {said}" in done.annotated("notice")
    refused = "no comment: Resource not accessible by integration; the answer is in the summary"
    assert any(said.startswith(refused) for said in done.annotated("notice"))
    assert (server.git("for-each-ref"), github.comments, len(entries())) == (before, [], 1)
    one.github["server_url"] = "https://ghe.example.org"  # which takes no such artifact
    done = one.use(file="bench.json")
    assert "a DRAFT is in the folder of the output bundle." in done.summary
    assert (done.ok, done.artifacts) == (True, {})


def test_a_fork_is_never_recorded_even_with_the_key(pull, bench, key, entries):
    one = pull(FORK, "pull_request_target")
    done = one.use(file=bench(one, 0.100), signing_key=key, record="always")
    assert (done.ok, "record" in done.steps, entries()) == (True, False, []), done.log.text


def test_after_a_forks_run_its_pull_request_is_found_by_its_commit(
    measured, job, bench, key, github, entries
):
    """``workflow_run``: the default branch's code and secrets, the fork's numbers."""
    measured(0.100)
    github.head = "5" * 40
    told = {
        "repository": {"default_branch": "main"},
        "workflow_run": {
            "event": "pull_request",
            "head_branch": "main",
            "head_sha": github.head,
            "head_repository": {"full_name": FORK},
            "pull_requests": [],
        },
    }
    github.opened = [
        {"number": 6, "headRefOid": github.head, "headRepository": {"nameWithOwner": "eve/demo"}},
        {"number": 7, "headRefOid": github.head, "headRepository": {"nameWithOwner": FORK}},
    ]
    one = job("workflow_run", told)
    done = one.use(file=bench(one, 0.1005), signing_key=key, record="always")
    assert (done.ok, "record" in done.steps, len(entries())) == (True, False, 1), done.log.text
    (comment,) = github.comments
    assert "### GREEN" in comment["body"]
    assert github.head in comment["body"]
    github.opened = []
    done = one.use(file="bench.json")
    assert "no comment: no open pull request stands at this commit" in done.annotated("notice")


def test_after_a_run_of_the_default_branch_its_numbers_are_recorded(job, bench, key, entries):
    """The hardened way: one job measures without secrets, another one records."""
    told = {
        "repository": {"default_branch": "main"},
        "workflow_run": {
            "event": "push",
            "head_branch": "main",
            "head_sha": "4" * 40,
            "head_repository": {"full_name": "octo/demo"},
        },
    }
    one = job("workflow_run", told)
    done = one.use(file=bench(one, 0.100), signing_key=key, environment="")
    assert (done.ok, entries()) == (True, [done.outputs["entry"]]), done.log.text
    assert "comment" not in done.steps


# What can be measured


def test_a_command_is_measured_without_any_secret(job, key, entries, inside, server):
    one = job()
    script = """
env >> env.txt
echo to stderr >&2
echo '{"lat_ms": 10.5}'
"""
    done = one.use(command=script, trials=3, warmup=2, signing_key=key, unit="lat_ms=ms")
    assert done.ok, done.log.text
    shown = inside("-C", server.path, "show", "--json").json["baseline"]
    assert shown["metrics"]["lat_ms"]["samples"] == [10.5, 10.5, 10.5]
    assert shown["capture_command"].startswith("env >> env.txt")
    env = (one.checkout / "env.txt").read_text()
    assert env.count("\nGITHUB_RUN_ID=") == 5
    assert [secret for secret in (*one.secrets, *key.splitlines()[1:-1]) if secret in env] == []
    assert "to stderr" in done.log.text
    assert leaks(one, done, key) == []


def test_a_failing_command_is_no_measurement(job, key, entries):
    done = job().use(command="echo 1\nfalse\necho 2", signing_key=key, warmup=0)
    assert (done.code, done.steps) == (1, ["install", "plan", "measure"])
    said = "trial 1 of 5 exited with 1; a failing run is no measurement"
    assert (done.annotated("error"), entries()) == ([said], [])


def test_a_doubt_is_measured_again(job, key, registry):
    """The first time something else keeps the machine busy."""
    line = """n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) > n
if [ "$n" -ge "${BUSY:-0}" ]; then ms=10; else ms=20; fi
echo "{\\"lat_ms\\": $ms.$n}\""""
    asked = {"command": line, "trials": 4, "warmup": 0, "unit": "lat_ms=ms"}
    first = job()
    assert first.use(**asked, signing_key=key).ok
    one = job()
    one.environment["BUSY"] = "4"
    done = one.use(**asked, confirm="true")
    assert (done.ok, done.outputs["verdict"]) == (True, "YELLOW"), done.log.text
    assert (one.checkout / "n").read_text() == "9\n"  # 4, then 1 that does not count, and 4


def test_numbers_and_files_by_pattern(job, bench, key, inside, server):
    one = job()
    inputs = {"value": "412.6\n410.9\n", "unit": "ms", "measurement": "step", "family": "fam"}
    done = one.use(**inputs, signing_key=key, context="model=llama", testbed="big")
    assert done.ok, done.log.text
    shown = inside("-C", server.path, "show", "fam/step", "--json").json["baseline"]
    assert shown["metrics"]["value"]["samples"] == [412.6, 410.9]
    assert (shown["context"]["identity"]["model"], shown["testbed"]) == ("llama", "big")
    one = job()
    (one.checkout / "out").mkdir()
    for name in ("out/b.json", "out/a.json"):
        bench(one, 0.100, name)
    done = one.use(file="out/*.json", signing_key=key, format="hyperfine", environment="")
    shown = inside("-C", server.path, "show", "server/bench", "--json").json["baseline"]
    assert (shown["metrics"]["./bench.wall_time"]["n"], shown["environment"]) == (8, {})


def test_the_repository_may_lie_deeper(job, bench, key, entries):
    one = job()
    deeper = one.checkout / "deep er"
    subprocess.run(["git", "clone", "-q", "--no-local", one.checkout, deeper], check=True)
    url = subprocess.run(
        ["git", "-C", one.checkout, "remote", "get-url", "origin"], capture_output=True, check=True
    ).stdout.strip()
    subprocess.run(["git", "-C", deeper, "remote", "set-url", "origin", url], check=True)
    bench(one, 0.100, "deep er/bench.json")
    done = one.use(file="bench.json", working_directory="deep er", signing_key=key)
    assert (done.ok, len(entries())) == (True, 1), done.log.text


# What goes wrong


def test_a_wrong_call_says_what_to_mend(job):
    one = job()
    ways = "expected one of the inputs file, value and command, got"
    for inputs, said in (
        ({}, f"{ways} none"),
        ({"file": "a", "value": "1"}, f"{ways} file and value"),
        ({"file": "no*.json"}, "file: nothing is called, or matches, 'no*.json'"),
        ({"value": "1", "trials": "many"}, "trials: expected a whole number from 1 to 1000, got"),
        ({"value": "1", "trials": "0"}, "trials: expected a whole number from 1 to 1000, got '0'"),
        ({"value": "1", "fail_on": "Red"}, "fail-on: expected red or yellow or never, got 'Red'"),
        ({"value": "1", "confirm": "true"}, "confirm: measuring again needs the input command"),
        ({"value": "1", "record": "always"}, "record is 'always', and there is no signing key"),
        ({"value": "1,5", "unit": "ms"}, "--value: expected a plain decimal number, got '1,5'"),
        ({"value": "1", "options": "--no-such"}, "No such option"),
    ):
        done = one.use(**inputs)
        (error,) = done.annotated("error")
        assert (done.code, said in error) == (1, True), error
        assert "Traceback" not in done.log.raw


def test_without_a_registry_it_passes_and_says_how_to_begin(job, bench, server, key):
    server.git("update-ref", "-d", "refs/heads/baselines")
    one = job()
    done = one.use(file=bench(one, 0.100), signing_key=key)
    assert (done.ok, done.outputs["verdict"], done.outputs["entry"]) == (True, FIRST, "")
    assert "`git baseline init --github`" in done.summary
    assert "Not recorded: there is no registry yet." in done.summary
    done = one.use(file="bench.json", on_no_baseline="fail")
    assert (done.code, done.outputs["verdict"]) == (4, FIRST)


def test_a_registry_that_cannot_be_asked_for_is_not_taken_for_none(job, bench, server):
    one = job()
    server.path.rename(server.path.with_name("gone.git"))
    done = one.use(file=bench(one, 0.100))
    (error,) = done.annotated("error")
    assert (done.code, error.startswith("origin cannot be asked for the registry: '")) == (
        1,
        True,
    )


def test_outside_of_a_repository(job, tmp_path):
    (tmp_path / "bare").mkdir()
    one = replace(job(), checkout=tmp_path / "bare")
    (error,) = one.use(value="1").annotated("error")
    assert error.startswith("no repository to work in, so no registry: not a git repository")


def test_a_pin_is_held_to_every_commit(measured, job, bench, inside, registry):
    measured(0.100)
    pin = inside("init", "--json").json["pin"]
    one = job()
    done = one.use(file=bench(one, 0.1005), root=pin)
    assert (done.outputs["verdict"], "verified 3 statements" in done.log.text) == ("GREEN", True)
    one = job()
    done = one.use(file=bench(one, 0.1005), root="0" * 64)
    (error,) = done.annotated("error")
    assert (done.steps[-1], error.startswith("the registry is not to be trusted: ")) == (
        "plan",
        True,
    )


def test_a_registry_that_was_rewritten_is_not_compared_with(measured, job, bench, server, inside):
    """On a machine that is kept, with a pin: what the server once held it must still hold."""
    measured(0.100)
    pin = inside("init", "--json").json["pin"]
    one = job()
    assert one.use(file=bench(one, 0.100), root=pin).ok
    server.git("update-ref", "refs/heads/baselines", "baselines~1")
    for checkout in (lambda: one, job):  # one that was there before, and a new one
        done = checkout().use(value="1", unit="ms", measurement="m", root=pin)
        (error,) = done.annotated("error")
        assert error.startswith("the registry is not to be trusted: history/"), error


def test_a_key_that_is_not_listed(job, bench, server, tmp_path, entries):
    path = tmp_path / "stranger"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    one = job()
    done = one.use(file=bench(one, 0.100), signing_key=path.read_text())
    path.unlink()
    (error,) = done.annotated("error")
    assert (error.startswith("not recorded: "), "not listed" in error, entries()) == (
        True,
        True,
        [],
    ), error


@pytest.mark.parametrize("spoil", [lambda key: key.replace("\n", "\r\n"), lambda key: f"\n{key}\n"])
def test_a_key_as_people_paste_it(job, bench, key, entries, server, spoil):
    one = job()
    who = {"GIT_COMMITTER_NAME": "Ci", "GIT_COMMITTER_EMAIL": "ci@example.org"}
    one.environment.update(who)
    assert one.use(file=bench(one, 0.100), signing_key=spoil(key)).ok
    assert len(entries()) == 1
    assert server.git("log", "-1", "--format=%an %ae", "baselines") == " ".join(who.values())


def test_what_is_no_key_is_not_shown(job, bench, server):
    one = job()
    done = one.use(file=bench(one, 0.100), signing_key="hunter2hunter2")
    (error,) = done.annotated("error")
    assert error.startswith("not recorded: ")
    assert leaks(one, done, "hunter2hunter2") == []


def test_no_input_is_code(job, bench, tmp_path, key):
    """What would run if it were part of a script; the harness sees to it that none is."""
    words = f"\"; touch {tmp_path}/hit; '$(touch {tmp_path}/hit)`touch {tmp_path}/hit`"
    one = job()
    texts = dict.fromkeys(("testbed", "notes", "git_sha"), words) | {"context": f"model={words}"}
    done = one.use(file=bench(one, 0.100), signing_key=key, **{**texts, "git_sha": "0" * 40})
    assert done.outputs["entry"], done.log.text
    done = one.use(
        **{name.replace("-", "_"): words for name in INPUTS - {"command", "working-directory"}}
    )
    assert (done.ok, done.steps) == (False, ["install"])
    others = INPUTS - {"command", "working-directory", "python", "trials"}
    done = one.use(**{name.replace("-", "_"): words for name in others})
    assert (done.ok, done.steps) == (False, ["install", "plan"])
    assert not (tmp_path / "hit").exists()


def test_nothing_measured_speaks_to_the_runner(measured, job, key):
    """Names and stderr with workflow commands in them: no annotation, mask or output of theirs."""
    name = "::error::forged %0A::set-output name=verdict::GREEN"
    script = f"""echo '::warning::forged' >&2
echo '{json.dumps({name: 1.0, "##[error]forged": 2.0})}'"""
    one = job()
    done = one.use(command=script, trials=1, warmup=0, unit="*=ms", signing_key=key)
    assert done.ok, done.log.text
    assert [said for said in done.log.annotations if said[1].startswith("forged")] == [
        ("warning", "forged")  # of the command's own step, as any step of the job could
    ]


# The key


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_key_is_gone_when_the_job_is_stopped(job, bench, key, server, tmp_path, number):
    """While the push waits: the file was there, for its user alone, and is removed."""
    one = job()
    file = bench(one, 0.100)
    hook = server.path / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/waiting\nsleep 5\n")
    python = tmp_path / "tools" / "git-baseline"
    (wrapper,) = python.glob("*/bin/python")
    wrapper.write_text(wrapper.read_text().replace("exec", f"echo $$ > {tmp_path}/pid\nexec"))
    seen = {}

    def stop():
        temp = one.folder / "machine" / "temp"
        deadline = time.monotonic() + 60
        while not (tmp_path / "waiting").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        (found,) = temp.glob("git-baseline-*/key")
        seen["mode"] = stat.S_IMODE(found.stat().st_mode)
        seen["text"] = found.read_text()
        os.kill(int((tmp_path / "pid").read_text()), number)

    stopping = threading.Thread(target=stop)
    stopping.start()
    done = one.use(file=file, signing_key=key)
    stopping.join()
    assert (done.code, seen) == (128 + number, {"mode": 0o600, "text": key})
    assert list((one.folder / "machine" / "temp").glob("git-baseline-*")) == []
