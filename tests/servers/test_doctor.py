"""``hooks install --server`` and ``hooks doctor``: what they write, find, and leave alone."""

from __future__ import annotations

import json
import subprocess
from importlib import resources

import jsonschema
import pytest

_HOOKS = ("pre-receive", "post-receive")


@pytest.fixture
def bare(make_repo, tmp_path):
    """A repository to be pushed to, not protected yet."""
    return make_repo(tmp_path / "served.git", "--bare")


@pytest.fixture
def served(bare, protect, push):
    """A protected repository that holds the registry."""
    protect(bare.path)
    assert push(bare.path).code == 0
    return bare


@pytest.fixture
def valid():
    """Hold a document to its schema."""

    def check(document, name):
        text = resources.files("gitbaseline.model").joinpath(f"schema/{name}-1.json").read_text()
        jsonschema.validate(document, json.loads(text))
        return document

    return check


@pytest.fixture
def doctor(inside, valid):
    """Ask the doctor about a repository by its path."""

    def ask(path, *words):
        done = inside("hooks", "doctor", "--server", path, "--json", *words)
        return done.code, valid(done.json, "doctor")["findings"]

    return ask


def test_install_writes_hooks_and_settings_and_again(bare, inside, pin, valid):
    words = ("hooks", "install", "--server", bare.path)
    first = inside(*words, "--root", pin)
    assert (first.code, first.text) == (
        0,
        "".join(f"installed {bare.path}/hooks/{name}\n" for name in _HOOKS) + f"  pin  {pin}\n",
    )
    settings = bare.git("config", "--local", "--list")
    again = inside(*words, "--json")
    assert (again.code, valid(again.json, "hooks")["pins"]) == (0, [pin])
    assert bare.git("config", "--local", "--list") == settings
    assert settings.split("\n")[3:] == [
        "core.logallrefupdates=true",
        "receive.fsckobjects=true",
        "receive.shallowupdate=false",
        "receive.hiderefs=refs/replace",
        f"baseline.root={pin}",
        "baseline.branch=baselines",
    ]


def test_install_keeps_what_else_is_hidden(bare, inside, pin, doctor):
    for name in ("refs/pull", "refs/ci"):
        bare.git("config", "--add", "receive.hideRefs", name)
    assert inside("hooks", "install", "--server", bare.path, "--root", pin).code == 0
    hidden = bare.git("config", "--get-all", "receive.hideRefs").split()
    assert hidden == ["refs/pull", "refs/ci", "refs/replace"]
    assert doctor(bare.path) == (0, [])


def test_install_writes_down_a_branch_that_only_the_user_configured(bare, inside, pin, registry):
    registry.git("config", "--global", "baseline.branch", "perf/baselines")
    assert inside("hooks", "install", "--server", bare.path, "--root", pin).code == 0
    assert bare.git("config", "--local", "baseline.branch") == "perf/baselines"


def test_install_takes_the_pin_of_a_registry_that_is_there(bare, push, inside, pin, registry):
    assert push(bare.path).code == 0
    done = inside("hooks", "install", "--server", bare.path, "--json")
    assert (done.code, done.json["pins"]) == (0, [pin])
    mark = (bare.path / "git-baseline" / "high-water").read_text()
    assert mark == f"{registry.tip()} refs/heads/baselines\n"


def test_install_refuses(bare, inside, registry, push, forge):
    words = ("hooks", "install", "--server", bare.path)
    none = inside(*words)
    assert (none.code, none.err) == (
        3,
        (
            f"error: {bare.path}: there is no registry here yet, and no pin for the first one\n"
            "hint: --root SHA256, the pin that git baseline init prints\n"
        ),
    )
    wrong = inside(*words, "--root", "12ab")
    assert (wrong.code, wrong.err) == (
        2,
        (
            "error: --root: expected 64 hex digits, got '12ab'\n"
            "hint: the whole pin, as git baseline init prints it\n"
        ),
    )
    assert push(bare.path, f"{forge()}:refs/heads/baselines").code == 0
    forged = inside(*words)
    assert (forged.code, forged.err) == (
        3,
        (
            f"error: {bare.path}: the registry here does not verify (signature/missing)\n"
            f"hint: git -C {bare.path} baseline verify --full\n"
        ),
    )
    assert not (bare.path / "hooks" / "pre-receive").exists()


def test_install_writes_over_nobodys_hook(bare, inside, pin, push, forge, doctor):
    hook = bare.path / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 0\n")
    hook.chmod(0o755)
    done = inside("hooks", "install", "--server", bare.path, "--root", pin)
    assert (done.code, done.err) == (
        3,
        (
            f"error: {hook}: another hook stands here; git runs only one\n"
            "hint: let that one call ours too: copy what `git baseline hooks print pre-receive` prints\n"
        ),
    )
    assert hook.read_text() == "#!/bin/sh\nexit 0\n"
    after = hook.rename(hook.with_name("post-receive"))
    assert inside("hooks", "install", "--server", bare.path, "--root", pin).code == 3
    assert not hook.exists()  # nor half of them
    after.rename(hook)

    own = bare.path / "hooks" / "pre-receive.git-baseline"
    own.write_bytes(inside("hooks", "print", "pre-receive").out)
    own.chmod(0o755)
    hook.write_text('#!/bin/sh\nexec "$0.git-baseline" "$@"\n')
    bare.git("config", "baseline.root", pin)
    assert push(bare.path).code == 0
    assert push(bare.path, f"{forge()}:refs/heads/baselines").rules == ("signature/missing",)


def test_install_says_what_it_cannot_write(bare, inside, pin):
    folder = bare.path / "hooks"
    folder.rename(bare.path / "kept")
    folder.write_text("no folder")
    done = inside("hooks", "install", "--server", bare.path, "--root", pin)
    assert (done.code, done.err) == (
        3,
        f"error: {folder}/pre-receive: cannot be written: File exists\n",
    )


def test_doctor_finds_enforcement_and_leaves_no_trace(served, registry, inside):
    before = {path: path.read_bytes() for path in served.path.rglob("*") if path.is_file()}
    for words in ((), ("-C", served.path)):
        done = inside(*words, "hooks", "doctor", "--server", served.path)
        assert (done.code, done.text) == (0, f"enforced: {served.path} refused the probe push\n")
    assert before == {path: path.read_bytes() for path in served.path.rglob("*") if path.is_file()}


def test_doctor_asks_a_remote_the_way_git_reaches_it(served, registry, inside):
    registry.git("remote", "add", "origin", "../served.git")
    objects = sorted(registry.path.rglob("*"))
    done = inside("hooks", "doctor")
    assert (done.code, done.text) == (0, "enforced: ../served.git refused the probe push\n")
    assert sorted(registry.path.rglob("*")) == objects
    elsewhere = inside("hooks", "doctor", "--remote", "none")
    assert (elsewhere.code, elsewhere.err) == (
        2,
        (
            "error: REMOTE: there is no remote 'none'; there is origin\n"
            "hint: git remote add none URL\n"
        ),
    )
    registry.git("remote", "set-url", "origin", "../gone.git")
    gone = inside("hooks", "doctor")
    assert gone.code == 3
    assert gone.err.startswith("error: origin: the probe could not be pushed: fatal: ")


def test_doctor_in_a_repository_named_by_the_environment(served, registry, inside):
    done = inside("hooks", "doctor", "--server", served.path, GIT_DIR=str(registry.path / ".git"))
    assert done.code == 0, done.text


def _not_executable(bare):
    (bare.path / "hooks" / "pre-receive").chmod(0o644)


def _hooks_elsewhere(bare):
    (bare.path / "elsewhere").mkdir()
    bare.git("config", "core.hooksPath", bare.path / "elsewhere")


def _removed(bare):
    (bare.path / "hooks" / "pre-receive").unlink()


def _lets_all_in(bare):
    (bare.path / "hooks" / "pre-receive").write_text("#!/bin/sh\nexit 0 # not git-baseline\n")


_LET_IN = "a probe push was let in"
_BROKEN = {
    _not_executable: [
        "{hooks}/pre-receive is not executable, so git passes over it",
        _LET_IN,
    ],
    _hooks_elsewhere: [
        "{path}/elsewhere/pre-receive does not call git-baseline",
        "{path}/elsewhere/post-receive does not call git-baseline",
        _LET_IN,
    ],
    _removed: ["{hooks}/pre-receive does not call git-baseline", _LET_IN],
    _lets_all_in: [_LET_IN],
}


@pytest.mark.parametrize("breaks", _BROKEN, ids=lambda breaks: breaks.__name__)
def test_doctor_finds_what_does_not_enforce(served, doctor, breaks):
    breaks(served)
    refs = served.git("for-each-ref")
    expected = [
        text.format(path=served.path, hooks=served.path / "hooks") for text in _BROKEN[breaks]
    ]
    assert doctor(served.path) == (1, expected)
    assert served.git("for-each-ref") == refs


def test_doctor_says_what_is_set_wrongly(served, inside, registry):
    served.git("config", "receive.fsckObjects", "false")
    served.git("config", "--unset", "core.logAllRefUpdates")
    served.git("config", "--unset-all", "receive.hideRefs")
    tip = registry.tip()
    served.git("update-ref", f"refs/replace/{tip}", tip)
    done = inside("hooks", "doctor", "--server", served.path)
    assert (done.code, done.text) == (
        1,
        (
            "NOT enforced: core.logAllRefUpdates is unset, expected true\n"
            "NOT enforced: receive.fsckObjects is false, expected true\n"
            "NOT enforced: receive.hideRefs does not name refs/replace\n"
            f"NOT enforced: refs/replace/{tip} makes stock git show other objects: "
            f"git update-ref -d refs/replace/{tip}\n"
        ),
    )


def test_doctor_tells_another_refusal_from_ours(served, doctor):
    hook = served.path / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1 # not git-baseline\n")
    code, (finding,) = doctor(served.path)
    assert code == 1
    assert finding.startswith("a probe push was refused, but not by a rule of ours: ")


def test_doctor_repeats_what_the_server_says(served, doctor):
    hook = served.path / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho no >&2\necho never >&2\nexit 1 # git-baseline\n")
    assert doctor(served.path) == (
        1,
        ["a probe push was refused, but not by a rule of ours: no; never"],
    )


def test_doctor_says_when_the_probe_stays(served, doctor):
    _lets_all_in(served)
    served.git("config", "receive.denyDeletes", "true")
    code, (finding,) = doctor(served.path)
    (left,) = served.git(
        "for-each-ref", "--format=%(refname)", "refs/heads/baselines-inbox"
    ).split()
    expected = f"a probe push was let in; it is still there: git update-ref -d {left}"
    assert (code, finding) == (1, expected)


@pytest.mark.parametrize("name", ["pre-receive", "post-receive", "update", "pre-push"])
def test_printed_hooks_are_shell_that_parses(inside, name, tmp_path):
    done = inside("hooks", "print", name, folder=tmp_path)
    assert done.code == 0
    assert subprocess.run(["sh", "-n"], input=done.out, check=False).returncode == 0
    assert (b"\npython=python3\n" in done.out) is False
