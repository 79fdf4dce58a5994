"""A registry begins once, and only where it is sure that there is none."""

import json
import stat
from pathlib import Path

import pytest

from gitbaseline.transport.git import Git

WHO = "tess@example.org"


def key_of(environment):
    return Path(environment["HOME"]) / ".config" / "git-baseline" / "id_ed25519"


def test_the_first_init_makes_a_key_and_a_genesis_and_the_next_change_nothing(
    repo, inside, environment
):
    before = repo.frozen()
    first = inside("init", "--json")
    tip = repo.tip()
    key = key_of(environment)
    assert first.code == 0
    assert first.err.splitlines()[0] == f"made a signing key: {key}"
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (key, key.with_suffix(".pub"))]
    assert modes == [0o600, 0o644]
    document = first.json
    assert (document["how"], document["branch"], document["commit"]) == (
        "created",
        "baselines",
        tip,
    )
    files = repo.git("ls-tree", "-r", "--name-only", "baselines").split()
    assert files == [
        ".gitattributes",
        ".registry/000001/allowed_signers",
        ".registry/000001/distrusted",
        ".registry/000001/root.json",
        "README.md",
    ]
    private = key.read_bytes()
    again = inside("init", "--json")
    assert again.json == {**document, "how": "exists"}
    assert (repo.tip(), repo.frozen(), key.read_bytes()) == (tip, before, private)
    assert repo.git("status", "--porcelain") == ""


def test_what_init_says_to_people(repo, inside):
    done = inside("init", "--principal", "alice")
    tip = repo.tip()
    pin = inside("verify", "--json").json["genesis"]
    identity = inside("keys", "list", "--json").json["registry_id"]
    assert done.text.splitlines() == [
        "Started the registry on baselines",
        f"  registry  {identity}",
        "  signers   alice",
        f"  tip       {tip}",
        f"  pin       {pin}",
    ]
    assert done.err.splitlines()[-2:] == [
        f"  git config baseline.root {pin}",
        "  git baseline record FILE",
    ]
    repo.git("config", "baseline.root", pin)
    assert "baseline.root" not in inside("init").err


def test_a_configured_ssh_key_is_used_and_none_is_made(registry, inside, environment, make_repo):
    key = key_of(environment)
    own = Path(environment["HOME"]) / "own"
    key.rename(own)
    key.with_suffix(".pub").rename(own.with_suffix(".pub"))
    other = make_repo(registry.path.parent / "other")
    other.git("config", "gpg.format", "ssh")
    other.git("config", "user.signingkey", "~/own.pub")
    done = inside.at(other.path)("init", "--json")
    assert (done.code, done.err, key.exists()) == (0, "", False)


@pytest.fixture
def hosted(registry, make_repo, tmp_path):
    """The registry pushed to a bare repository that it calls origin."""
    bare = make_repo(tmp_path / "host.git", "--bare")
    registry.git("remote", "add", "origin", bare.path)
    registry.git("push", "-q", "origin", "main", "baselines")
    return registry


@pytest.fixture
def clone(hosted, make_repo, tmp_path):
    made = make_repo(tmp_path / "clone")
    made.git("remote", "add", "origin", tmp_path / "host.git")
    return made


def test_a_clone_adopts_the_registry_of_its_remote(hosted, clone, inside):
    done = inside.at(clone.path)("init", "--json")
    document = done.json
    assert (done.code, document["how"], document["commit"]) == (0, "adopted", hosted.tip())
    assert clone.tip() == hosted.tip()
    assert clone.git("rev-parse", "refs/remotes/origin/baselines") == hosted.tip()
    said = inside.at(clone.path)("init")
    assert said.text.splitlines()[0] == "The registry is there on baselines"
    assert said.err.splitlines()[-1] == "  git baseline push"


def test_who_adopts_gets_a_key_that_others_can_list(hosted, clone, inside, number, tmp_path):
    theirs = inside.at(clone.path, HOME=str(tmp_path))
    key = tmp_path / ".config" / "git-baseline" / "id_ed25519"
    assert theirs("init").err.splitlines()[0] == f"made a signing key: {key}"
    assert theirs(*number, "--json").json["error"]["code"] == "key/not-listed"
    for half in key.parent.iterdir():
        half.unlink()
    assert theirs(*number, "--json").json["error"]["hint"] == "git baseline init"
    assert theirs("init").err.splitlines()[0] == f"made a signing key: {key}"


def test_no_key_is_made_beside_the_public_half_of_another(repo, inside, environment):
    public = key_of(environment).with_suffix(".pub")
    public.parent.mkdir(parents=True)
    public.write_text("ssh-ed25519 AAAA of another")
    done = inside("init", "--json")
    assert (done.code, done.json["error"]["code"]) == (3, "key/half")
    assert list(public.parent.iterdir()) == [public]


def test_a_reader_adopts_where_no_key_can_be_written(hosted, clone, inside, tmp_path):
    (tmp_path / ".config").write_text("no folder")
    done = inside.at(clone.path, HOME=str(tmp_path))("init", "--json")
    assert (done.code, done.json["how"]) == (0, "adopted")
    assert done.err.startswith("warning: ")
    assert "cannot write the key" in done.err


def test_what_is_adopted_is_what_was_fetched(hosted, clone, inside, number, monkeypatch):
    """Others may push between the question and the fetch."""
    ask = Git.remote_tip

    def slow(git, *words):
        tip = ask(git, *words)
        assert inside(*number).code == 0
        hosted.git("push", "-q", "origin", "baselines")
        return tip

    monkeypatch.setattr(Git, "remote_tip", slow)
    done = inside.at(clone.path)("init", "--json")
    assert (done.code, done.json["commit"], clone.tip()) == (0, hosted.tip(), hosted.tip())


def test_another_remote_by_name(hosted, clone, inside):
    clone.git("remote", "rename", "origin", "upstream")
    assert inside.at(clone.path)("init", "--remote", "upstream", "--json").json["how"] == "adopted"


def test_remote_pushes_a_new_registry(hosted, clone, inside, make_repo, tmp_path):
    empty = make_repo(tmp_path / "empty.git", "--bare")
    clone.git("remote", "set-url", "origin", empty.path)
    done = inside.at(clone.path)("init", "--remote", "origin", "--json")
    assert (done.code, done.json["how"]) == (0, "created")
    assert empty.tip() == clone.tip() == done.json["commit"]


@pytest.mark.parametrize("words", [("init",), ("init", "--remote", "origin")])
def test_a_remote_out_of_reach_begins_nothing(repo, inside, tmp_path, words):
    repo.git("remote", "add", "origin", tmp_path / "nowhere.git")
    done = inside(*words)
    error, hint = done.err.splitlines()
    assert done.code == 3
    assert error.startswith("error: origin: cannot reach the remote origin: ")
    assert hint == "hint: git baseline init --no-remote, if you know that no registry is there"
    assert repo.tip() == ""


def test_no_remote_does_not_look(repo, inside, tmp_path):
    repo.git("remote", "add", "origin", tmp_path / "nowhere.git")
    assert inside("init", "--no-remote", "--json").json["how"] == "created"


def test_a_branch_of_another_tool_is_left_alone(repo, inside):
    repo.git("branch", "baselines")
    tip = repo.tip()
    for words in (
        ("init",),
        ("record", "--value", "1", "--unit", "s", "-m", "m"),
        ("list",),
        ("undo",),
    ):
        done = inside(*words, "--json")
        error = done.json["error"]
        assert (done.code, error["code"], error["where"], error["hint"]) == (
            3,
            "registry/foreign",
            "refs/heads/baselines",
            "git config baseline.branch OTHER-NAME, then git baseline init",
        )
        assert repo.tip() == tip


def test_a_remotes_branch_of_another_tool_is_not_adopted(repo, inside, make_repo, tmp_path):
    bare = make_repo(tmp_path / "host.git", "--bare")
    repo.git("remote", "add", "origin", bare.path)
    repo.git("push", "-q", "origin", "main:baselines")
    done = inside("init", "--json")
    assert (done.code, done.json["error"]["code"], repo.tip()) == (3, "registry/foreign", "")


def test_another_name_for_the_branch(repo, inside):
    repo.git("config", "baseline.branch", "perf/numbers")
    assert inside("init", "--json").json["branch"] == "perf/numbers"
    assert repo.git("for-each-ref", "--format=%(refname)") == (
        "refs/heads/main\nrefs/heads/perf/numbers"
    )


def test_several_at_once_make_one_key_and_one_genesis(repo, baseline):
    racing = [baseline.start("init", "--json") for _ in range(3)]
    documents = [json.loads(process.communicate()[0]) for process in racing]
    assert [process.returncode for process in racing] == [0, 0, 0]
    assert len({document["registry_id"] for document in documents}) == 1
    assert len({tuple(document["keys"]) for document in documents}) == 1
    assert repo.count() == 1


@pytest.mark.parametrize(
    ("setting", "words", "refusal"),
    [
        ("baseline.branch=a..b", (), (2, "config/branch")),
        ("baseline.branch=a.lock", (), (2, "config/branch")),
        ("baseline.root=abc", (), (2, "config/root")),
        ("core.bare=false", ("--principal", "two words"), (3, "key/principal")),
    ],
)
def test_bad_settings_begin_nothing(repo, inside, setting, words, refusal):
    repo.git("config", *setting.split("="))
    done = inside("init", "--json", *words)
    assert (done.code, done.json["error"]["code"], repo.tip()) == (*refusal, "")


def test_a_home_that_cannot_hold_a_key(repo, inside, environment):
    Path(environment["HOME"], ".config").write_text("a file")
    done = inside("init", "--json")
    assert (done.code, done.json["error"]["code"], repo.tip()) == (3, "key/write", "")


def test_xdg_config_home_is_honoured(repo, inside, tmp_path):
    inside("init", XDG_CONFIG_HOME=str(tmp_path / "xdg"))
    assert (tmp_path / "xdg" / "git-baseline" / "id_ed25519").is_file()


def test_an_identity_that_cannot_stand_in_a_commit(repo, inside):
    done = inside("init", "--json", GIT_COMMITTER_NAME="T\u202ess")
    assert (done.code, done.json["error"]["code"]) == (3, "identity/form")


def test_without_gits_identity_the_user_signs(repo, inside, environment):
    for name in ("NAME", "EMAIL"):
        environment.pop(f"GIT_COMMITTER_{name}")
    repo.git("config", "user.useConfigOnly", "true")
    assert inside("init").code == 0
    assert repo.git("log", "-1", "--format=%cn <%ce>", "baselines") == "tester <tester@localhost>"


def test_a_registry_that_goes_on_from_one_that_had_to_end(registry, inside):
    old, ended = registry.tip(), inside("init", "--json").json["registry_id"]
    held = inside("init", "--succeeds", "baselines", "--why", "a secret", "--json")
    assert (held.code, held.json["error"]["hint"]) == (
        2,
        "git branch -m baselines baselines-old",
    )
    registry.git("branch", "-m", "baselines", "baselines-old")
    for words in (
        ("--succeeds", "baselines-old"),
        ("--why", "x"),
        ("--succeeds", "no", "--why", "x"),
    ):
        assert inside("init", *words, "--json").json["error"]["code"] == "init/succeeds"
    begun = inside("init", "--succeeds", "baselines-old", "--why", "a secret", "--json")
    assert begun.code == 0
    assert begun.json["registry_id"] != ended
    root = json.loads(registry.git("show", "baselines:.registry/000001/root.json"))
    assert root["succeeds"] == {"reason": "a secret", "registry_id": ended, "tip": old}
    assert inside("verify", "--full").code == 0
