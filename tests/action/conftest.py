"""A runner of GitHub Actions, as far as action.yml asks for one, and a GitHub for its comments.

``Job`` reads the action as it stands in the checkout: inputs and their defaults, ``if``, ``env``,
``working-directory``, expressions. Each ``run`` is a bash process of its own with the runner's
environment files; what it prints is read as the runner reads it, commands and masks included. Only
``uses: actions/upload-artifact`` is imitated. One thing is not: installing, which a test of its own
does; here the tool cache holds an environment already, of the Python that runs the tests.
"""

from __future__ import annotations

import importlib
import json
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from gitbaseline.cli import main as program

TOP = Path(program.__file__).parents[2]
INSTALLED = (
    "LICENSE",
    "README.md",
    "pyproject.toml",
    "configs",
    "docs/man",
    "gitbaseline",
    "hooks",
)
REPOSITORY = "octo/demo"
TOKEN = "ghs_" + "t0ken" * 7
PULL = 7

_COMMAND = re.compile(r"::([a-z-]+)(?: ([^:]*))?::(.*)")


# Expressions, as far as the action has them


_WORD = re.compile(r"\s*('(?:[^']|'')*'|[A-Za-z_][\w.-]*|==|!=|[()])")


class Expression:
    """An expression of names, texts, ==, != and toJSON(); the action has no more."""

    def __init__(self, text, contexts):
        self.words = [*_WORD.findall(text), None]
        self.contexts = contexts
        assert "".join(self.words[:-1]) == re.sub(r"\s", "", text), text

    def value(self):
        value = self.compared()
        assert self.words == [None]
        return value

    def next(self, *wanted):
        return self.words.pop(0) if self.words[0] in wanted else None

    def compared(self):
        left = self.primary()
        while sign := self.next("==", "!="):
            left = (left == self.primary()) is (sign == "==")
        return left

    def primary(self):
        word = self.words.pop(0)
        if word.startswith("'"):
            return word[1:-1].replace("''", "'")
        if word == "toJSON":
            assert self.next("(")
            text = json.dumps(self.primary(), indent=2)
            assert self.next(")")
            return text
        value = self.contexts
        for name in word.split("."):
            value = value.get(name, "") if isinstance(value, dict) else ""
        return value


def filled(text, contexts):
    """Return a text of the action with its expressions replaced."""

    def spelled(match):
        value = Expression(match[1], contexts).value()
        return str(value).lower() if isinstance(value, bool) else str(value)

    return re.sub(r"\$\{\{(.*?)\}\}", spelled, str(text))


# The runner


@dataclass
class Log:
    """What a job shows: lines with secrets masked, and the annotations that were made."""

    masks: set[str]
    raw: str = ""
    shown: list[str] = field(default_factory=list)
    annotations: list[tuple[str, str]] = field(default_factory=list)

    def take(self, text):
        """Read the output of one step as the runner does."""
        self.raw += text
        stopped = None
        for line in text.splitlines():
            match = _COMMAND.match(line.lstrip())
            if stopped is not None:
                if line == f"::{stopped}::":
                    stopped = None
                    continue
            elif match and match[1] == "stop-commands":
                stopped = match[3]
                continue
            elif match and match[1] == "add-mask":
                self.masks.add(unescaped(match[3]))
                continue
            elif match and match[1] in ("notice", "warning", "error"):
                self.annotations.append((match[1], unescaped(match[3])))
            self.shown.append(line)
        assert stopped is None, "commands stay stopped"

    @property
    def text(self):
        """The log as people see it."""
        text = "\n".join(self.shown)
        for mask in sorted(self.masks, key=len, reverse=True):
            text = text.replace(mask, "***")
        return text


def unescaped(text):
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


@dataclass(frozen=True)
class Done:
    """What came of a job: the action's outputs, which steps ran, how it ended."""

    ok: bool
    code: int
    outputs: dict[str, str]
    steps: list[str]
    log: Log
    summary: str
    artifacts: dict[str, dict[str, str]]

    def annotated(self, level):
        return [said for how, said in self.log.annotations if how == level]


@dataclass(frozen=True)
class Job:
    """A job in a checkout of its own, on a machine of its own."""

    folder: Path
    action: Path
    checkout: Path
    environment: dict[str, str]
    github: dict[str, object]
    matrix: dict[str, str] | None = None
    secrets: tuple[str, ...] = (TOKEN,)

    def use(self, **inputs):
        """Use the action with these inputs, spelled with _ for -; a fresh machine each time."""
        action = yaml.safe_load((self.action / "action.yml").read_text())
        contexts = {"github": self.github, "matrix": self.matrix, "steps": {}}
        given = {name.replace("_", "-"): str(value) for name, value in inputs.items()}
        assert given.keys() <= action["inputs"].keys()
        contexts["inputs"] = {
            name: given.get(name, filled(known.get("default", ""), contexts))
            for name, known in action["inputs"].items()
        }
        machine = self._machine()
        log = Log(set(self.secrets))
        ran, code, artifacts = [], 0, {}
        for step in action["runs"]["steps"]:
            wanted = filled(step.get("if", "true"), contexts)
            if code or wanted not in ("true", "True"):
                continue
            ran.append(step["id"])
            if "uses" in step:
                assert re.fullmatch(r"actions/upload-artifact@[0-9a-f]{40}", step["uses"])
                with_ = {name: filled(text, contexts) for name, text in step["with"].items()}
                artifacts[with_["name"]] = files_below(Path(with_["path"]))
                continue
            code, outputs = self._run(step, contexts, machine, log)
            contexts["steps"][step["id"]] = {"outputs": outputs}
        values = {n: filled(o["value"], contexts) for n, o in action["outputs"].items()}
        summary = Path(machine["GITHUB_STEP_SUMMARY"]).read_text()
        return Done(code == 0, code, values, ran, log, summary, artifacts)

    def _machine(self):
        place = self.folder / "machine"
        shutil.rmtree(place, ignore_errors=True)
        (place / "temp").mkdir(parents=True)
        (place / "event.json").write_text(json.dumps(self.github["event"]))
        files = {n: place / n.lower() for n in ("GITHUB_PATH", "GITHUB_STEP_SUMMARY")}
        for path in files.values():
            path.touch()
        told = {
            f"GITHUB_{name.upper()}": str(value)
            for name, value in self.github.items()
            if name not in ("event", "token")
        }
        return {
            **self.environment,
            **told,
            **{name: str(path) for name, path in files.items()},
            "GITHUB_ACTIONS": "true",
            "CI": "true",
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_EVENT_PATH": str(place / "event.json"),
            "GITHUB_WORKSPACE": str(self.checkout),
            "RUNNER_TEMP": str(place / "temp"),
            "RUNNER_TOOL_CACHE": str(self.folder / "tools"),
        }

    def _run(self, step, contexts, machine, log):
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an input in a script is code"
        out = self.folder / "machine" / f"output-{step['id']}"
        out.touch()
        script = self.folder / "machine" / f"{step['id']}.sh"
        script.write_text(step["run"])
        own = {name: filled(text, contexts) for name, text in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],
            cwd=self.checkout / filled(step.get("working-directory", "."), contexts),
            env={**machine, **own, "GITHUB_OUTPUT": str(out)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        log.take(done.stdout.decode())
        return done.returncode, outputs_in(out.read_text())


def outputs_in(text):
    """Return what GITHUB_OUTPUT sets, in the form with a delimiter that the action writes."""
    found = {}
    while text:
        head, _, rest = text.partition("\n")
        name, _, mark = head.partition("<<")
        value, end, text = rest.partition(f"\n{mark}\n")
        assert mark, text
        assert end, text
        found[name] = value
    return found


def files_below(folder):
    return {
        str(path.relative_to(folder)): path.read_text(errors="replace")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# GitHub's side


@dataclass
class GitHub:
    """The comments of one pull request, behind GraphQL. ``trouble`` may answer in its place."""

    url: str = ""
    token: str = TOKEN
    head: str = ""
    comments: list[dict[str, object]] = field(default_factory=list)
    opened: list[dict[str, object]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    trouble: object = None
    page: int = 2
    said: int = 0

    def say(self, body, *, ours=True):
        self.said += 1
        comment = {"id": f"IC_{self.said}", "body": body, "viewerDidAuthor": ours}
        self.comments.append(comment)

    def answer(self, query, variables):
        kind = re.search(r"\b(\w+)\(", query.partition("{")[2])[1]
        kind = "pullRequests" if "pullRequests(" in query else kind
        self.asked.append(kind)
        if kind == "pullRequests":
            return {"repository": {"pullRequests": {"nodes": self.opened}}}
        if kind == "repository":
            assert (variables["owner"], variables["name"]) == tuple(REPOSITORY.split("/"))
            assert variables["number"] == PULL
            begin = int(variables["after"] or 0)
            end = begin + self.page
            info = {"hasNextPage": end < len(self.comments), "endCursor": str(end)}
            comments = {"nodes": self.comments[begin:end], "pageInfo": info}
            pull = {"id": "PR_7", "headRefOid": self.head, "comments": comments}
            return {"repository": {"pullRequest": pull}}
        if kind == "addComment":
            assert variables["id"] == "PR_7"
            self.say(variables["body"])
        named = [one for one in self.comments if one["id"] == variables["id"]]
        for one in named:
            assert one["viewerDidAuthor"]
            if kind == "deleteIssueComment":
                self.comments.remove(one)
            else:
                one["body"] = variables["body"]
        return {kind: {"clientMutationId": None}}


@pytest.fixture
def github():
    """A GitHub on this machine."""
    state = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known = self.headers["Authorization"] == f"Bearer {state.token}"
            code, answer = 401, {"message": "Bad credentials"}
            if known:
                code, answer = state.trouble(asked) if state.trouble else (200, None)
                if answer is None:
                    answer = {"data": state.answer(asked["query"], asked["variables"])}
            data = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments):
            """Say nothing on the test's stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        state.url = f"http://127.0.0.1:{served.server_port}/graphql"
        yield state
        served.shutdown()
        thread.join()


# A repository on a server with the hooks, and jobs that check it out


@pytest.fixture(scope="session")
def prepared(started, clean, tmp_path_factory):
    """A home, a repository, its server with the hooks, and the key of a workflow; to be copied."""
    top = tmp_path_factory.mktemp("prepared")
    shutil.copytree(started, top, dirs_exist_ok=True)

    def call(*words):
        environment = clean | {"HOME": str(top / "home")}
        done = subprocess.run(
            words, cwd=top / "demo", env=environment, capture_output=True, check=True
        )
        return done.stdout

    baseline = (sys.executable, "-m", "gitbaseline")
    pin = json.loads(call(*baseline, "init", "--json"))["pin"]
    call("git", "init", "-q", "-b", "main", "--bare", top / "server.git")
    call("git", "remote", "add", "origin", top / "server.git")
    call("git", "push", "-q", "origin", "main", "baselines")
    call(*baseline, "hooks", "install", "--server", top / "server.git", "--root", pin)
    call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "github-actions", "-f", top / "ci")
    call(*baseline, "keys", "add", top / "ci.pub")
    call(*baseline, "push")
    return top


@pytest.fixture
def registry(registry, prepared, tmp_path):
    """A clone of the server's repository, with a root key."""
    for name in ("demo", "home"):
        shutil.rmtree(tmp_path / name)
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    registry.git("remote", "set-url", "origin", tmp_path / "server.git")
    return registry


@pytest.fixture
def server(registry, tmp_path):
    """A bare repository with code and registry, which refuses what would rewrite it."""
    return replace(registry, path=tmp_path / "server.git")


@pytest.fixture
def key(registry, tmp_path):
    """The private half of a key that may record, as a secret holds it."""
    text = (tmp_path / "ci").read_text()
    (tmp_path / "ci").unlink()
    return text


@pytest.fixture(scope="session")
def action(tmp_path_factory):
    """The action as the runner fetches it: a folder that nobody changes while jobs run."""
    folder = tmp_path_factory.mktemp("action")
    for name in (*INSTALLED, "action", "action.yml"):
        copy = shutil.copytree if (TOP / name).is_dir() else shutil.copy
        copy(TOP / name, folder / name)
    return folder


@pytest.fixture
def modules(action, monkeypatch, tmp_path):
    """The modules of the action, and a Runner with a given event and environment."""
    monkeypatch.syspath_prepend(action / "action")
    names = ("install", "occasion", "program", "runner")
    loaded = {name: importlib.import_module(name) for name in names}

    def runner(told, **environment):
        path = tmp_path / "event.json"
        path.write_text(json.dumps(told))
        return loaded["runner"].Runner({"GITHUB_EVENT_PATH": str(path), **environment})

    yield SimpleNamespace(
        **{**loaded, "runner": runner, "runner_module": loaded["runner"], "outputs_in": outputs_in}
    )
    for path in (action / "action").glob("*.py"):  # their names are common ones
        sys.modules.pop(path.stem, None)


@pytest.fixture
def ready(action, tmp_path, modules):
    """A tool cache in which the action finds itself installed, as the package under test."""
    folder = tmp_path / "tools" / "git-baseline" / modules.install.digest(action)
    for name, words in (
        ("bin/python", f'exec "{sys.executable}" "$@"'),
        ("path/git-baseline", f'exec "{sys.executable}" -m gitbaseline "$@"'),
    ):
        file = folder / name
        file.parent.mkdir(parents=True)
        file.write_text(f"#!/bin/sh\n{words}\n")
        file.chmod(0o755)
    return folder


@pytest.fixture
def job(server, github, action, ready, environment, tmp_path):
    """Make a job that has checked out the default branch, as actions/checkout does."""
    home = tmp_path / "runner-home"
    home.mkdir()
    own = {n: v for n, v in environment.items() if not n.startswith(("GIT_AUTHOR", "GIT_COMM"))}
    own = {**own, "HOME": str(home), "LOGNAME": "runner", "USER": "runner"}

    def make(event="push", told=None, **github_context):
        checkout = tmp_path / "work"
        shutil.rmtree(checkout, ignore_errors=True)
        words = ("clone", "-q", "--depth=1", "--no-tags", "--single-branch", "--branch=main")
        server.git(*words, f"file://{server.path}", checkout)
        sha = server.git("rev-parse", "main")
        context = {
            "event_name": event,
            "event": told or {"repository": {"default_branch": "main"}},
            "repository": REPOSITORY,
            "server_url": "https://github.com",
            "graphql_url": github.url,
            "ref": "refs/heads/main",
            "sha": sha,
            "run_id": "1001",
            "job": "bench",
            "workflow": "ci",
            "actor": "octocat",
            "token": TOKEN,
            **github_context,
        }
        return Job(tmp_path, action, checkout, own, context)

    return make


@pytest.fixture
def pull(job, server, registry, github):
    """Make a job of a pull request: the merge that GitHub makes is checked out."""

    def make(head_repository=REPOSITORY, event="pull_request"):
        registry.git("switch", "-q", "-C", "feature", "main")
        head = registry.commit("a change")
        registry.git("switch", "-q", "main")
        tree = registry.git("rev-parse", f"{head}^{{tree}}")
        merge = registry.git("commit-tree", "-p", "main", "-p", head, "-m", "Merge", tree)
        registry.git("push", "-q", "origin", f"+{head}:refs/pull/{PULL}/head")
        registry.git("push", "-q", "origin", f"+{merge}:refs/pull/{PULL}/merge")
        github.head = head
        told = {
            "number": PULL,
            "pull_request": {
                "number": PULL,
                "head": {"sha": head, "repo": {"full_name": head_repository}},
            },
            "repository": {"default_branch": "main"},
        }
        made = job(event, told, ref=f"refs/pull/{PULL}/merge", sha=merge)
        work = replace(registry, path=made.checkout)
        work.git("fetch", "-q", "--depth=1", "origin", f"{merge}:refs/remotes/pull/7/merge")
        work.git("checkout", "-q", "--force", "refs/remotes/pull/7/merge")
        return made

    return make


@pytest.fixture
def bench():
    """Write what a benchmark would: four samples around a number of milliseconds."""

    def write(job, number, name="bench.json"):
        samples = [number * share for share in (0.995, 0.999, 1.001, 1.005)]
        rows = [{"command": "./bench", "mean": number, "times": samples, "exit_codes": [0] * 4}]
        path = job.checkout / name
        path.write_text(json.dumps({"results": rows}))
        return name

    return write
