"""What the steps are made of: installing, credentials, the words between steps and runner."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest


def test_it_installs_itself_once(action, tmp_path, environment):
    """With pip, for real; the second time nothing is left to do."""
    kept = {n: v for n, v in os.environ.items() if n.startswith(("PIP_", "SSL_", "UV_"))}
    machine = {
        **{name: value for name, value in environment.items() if name != "PYTHONPATH"},
        **kept,
        "GITHUB_ACTION_PATH": str(action),
        "RUNNER_TEMP": str(tmp_path),
        "RUNNER_TOOL_CACHE": str(tmp_path / "tools"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_PATH": str(tmp_path / "path"),
    }
    words = [sys.executable, "-I", action / "action", "install"]
    for _ in range(2):
        done = subprocess.run(words, env=machine, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    cache = tmp_path / "tools" / "git-baseline"
    assert sorted(path.is_symlink() for path in cache.iterdir()) == [False, True]
    (folder,) = {*(tmp_path / "path").read_text().splitlines()}
    assert [path.name for path in Path(folder).iterdir()] == ["git-baseline"]
    own = {"PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    said = subprocess.run(
        ["git", "baseline", "--version"], env=own, capture_output=True, check=True
    )
    assert said.stdout.startswith(b"git-baseline ")


def test_an_installation_that_fails_says_so(tmp_path, modules):
    broken = tmp_path / "action"
    for name in ("configs", "docs/man", "gitbaseline", "hooks"):
        (broken / name).mkdir(parents=True)
    for name in ("LICENSE", "README.md", "pyproject.toml"):
        (broken / name).write_text("[project\n")
    with pytest.raises(modules.runner_module.Stop, match="pip cannot install git-baseline"):
        modules.install.install(broken, tmp_path / "cache")
    assert not (tmp_path / "cache" / modules.install.digest(broken)).exists()


def test_what_is_installed_has_a_name_of_its_own(tmp_path, modules):
    (tmp_path / "hooks").mkdir()
    for name in ("configs", "docs/man", "gitbaseline"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("LICENSE", "README.md", "pyproject.toml"):
        (tmp_path / name).touch()
    seen = {modules.install.digest(tmp_path)}
    (tmp_path / "hooks" / "__pycache__").mkdir()
    (tmp_path / "hooks" / "__pycache__" / "x.pyc").touch()
    seen.add(modules.install.digest(tmp_path))
    assert len(seen) == 1
    for text in ("a", "b"):
        (tmp_path / "gitbaseline" / "x.py").write_text(text)
        seen.add(modules.install.digest(tmp_path))
    assert len(seen) == 3


@contextlib.contextmanager
def guarded(folder, wanted):
    """Serve a bare repository to who sends one Authorization header, and it the right one."""
    seen = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self):
            sent = self.headers.get_all("Authorization") or []
            seen.append(sent)
            super().do_GET() if sent == [wanted] else self.send_error(400)

        def log_message(self, *arguments):
            """Say nothing on the test's stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder)) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}", seen
        served.shutdown()
        thread.join()


JOB, NAMED = "job-token", "app-token"
BASIC = {
    JOB: "basic eC1hY2Nlc3MtdG9rZW46am9iLXRva2Vu",
    NAMED: "basic eC1hY2Nlc3MtdG9rZW46YXBwLXRva2Vu",
}


@pytest.mark.parametrize(
    ("token", "persisted", "sent"),
    [
        (JOB, None, BASIC[JOB]),
        (NAMED, None, BASIC[NAMED]),
        (JOB, "basic kept", "basic kept"),  # checkout with a token of its own
        (NAMED, "basic kept", BASIC[NAMED]),
        ("", "basic kept", "basic kept"),
    ],
)
def test_git_sends_one_token_and_keeps_none(registry, modules, tmp_path, token, persisted, sent):
    registry.git("clone", "-q", "--bare", registry.path, tmp_path / "web" / "octo" / "demo")
    registry.git("--git-dir", tmp_path / "web" / "octo" / "demo", "update-server-info")
    with guarded(tmp_path / "web", sent) as (url, _):
        registry.git("remote", "set-url", "origin", f"{url}/octo/demo")
        if persisted:
            key = f"http.{url}/.extraheader"
            registry.git("config", key, f"AUTHORIZATION: {persisted}")
        before = registry.frozen()
        runner = modules.runner(
            {},
            **registry.environment,
            BASELINE_TOKEN=token,
            BASELINE_JOB_TOKEN=JOB,
            GITHUB_SERVER_URL=url,
            GIT_CONFIG_COUNT="1",
            GIT_CONFIG_KEY_0="core.abbrev",
            GIT_CONFIG_VALUE_0="9",
        )
        with contextlib.chdir(registry.path):
            environment = modules.program.with_token(runner, "origin")
            asked = modules.program.git(environment, "ls-remote", "origin", "refs/heads/main")
            kept = modules.program.git(environment, "config", "core.abbrev").out
    assert (asked.code, asked.out[40:], kept) == (0, "\trefs/heads/main\n", "9\n"), asked.err
    assert registry.frozen() == before


def test_a_token_is_for_its_own_github_alone(registry, modules):
    runner = modules.runner(
        {}, **registry.environment, BASELINE_TOKEN="t", GITHUB_SERVER_URL="https://github.com"
    )
    with contextlib.chdir(registry.path):
        for url in ("https://github.com.evil.example/octo/demo", "git@github.com:octo/demo"):
            registry.git("remote", "set-url", "origin", url)
            assert modules.program.with_token(runner, "origin") == runner.environment


def test_without_git(modules, tmp_path):
    with pytest.raises(modules.runner_module.Stop, match="cannot start git: No such file"):
        modules.program.git({"PATH": str(tmp_path)}, "version")


def test_an_output_of_many_lines_ends_where_it_should(tmp_path, modules):
    runner = modules.runner({}, GITHUB_OUTPUT=str(tmp_path / "out"))
    runner.output("one", "a\nb=c\nEOF\n")
    runner.output("two", "")
    assert modules.outputs_in((tmp_path / "out").read_text()) == {"one": "a\nb=c\nEOF\n", "two": ""}


def test_an_event_may_say_nothing(modules):
    assert modules.runner([]).event == modules.runner_module.Runner({}).event == {}


def test_text_of_others_is_no_command(capsys, modules):
    modules.runner_module.quote("title", "::error::x\n")
    modules.runner_module.annotate("error", "50%\r\n::warning::x")
    group, stop, text, go, end, error = capsys.readouterr().out.splitlines()
    assert (group, text, end) == ("::group::title", "::error::x", "::endgroup::")
    assert (stop, error) == (
        f"::stop-commands::{go[2:-2]}",
        "::error title=git baseline::50%25%0D%0A::warning::x",
    )


def test_outside_of_a_runner(action):
    words = [sys.executable, "-I", action / "action"]
    for step, code, said in (
        ((), 2, ""),
        (("dance",), 2, ""),
        (("compare",), 1, "BASELINE_PLAN is not set: this is no runner of GitHub Actions"),
    ):
        done = subprocess.run([*words, *step], env={}, capture_output=True, text=True, check=False)
        assert (done.returncode, said in done.stdout) == (code, True)
