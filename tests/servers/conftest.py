"""Servers of every kind that git pushes to, each on this machine, for one test, and stopped again.

All of them hold one bare repository with the hooks that ``git baseline hooks install --server``
writes, pinned to the registry of the fixture ``registry``, which is not pushed yet.
"""

from __future__ import annotations

import contextlib
import getpass
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

_RULE = re.compile(r"git-baseline: ([a-z-]+/[a-z-]+): ")


@dataclass(frozen=True)
class Server:
    """Where to push to, what the client needs for it, and the repository's folder here."""

    url: str
    path: Path
    client: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    administer: Callable[..., None] | None = None

    def files(self):
        """Return every file of the repository by path, once no push is at work any more."""
        # A client may hear that its push was refused before the server has tidied up after it.
        end = time.monotonic() + 10
        while any(self.path.glob("objects/*incoming-*")) and time.monotonic() < end:
            time.sleep(0.02)
        return {
            str(path.relative_to(self.path)): path.read_bytes()
            for path in self.path.rglob("*")
            if path.is_file()
        }


@dataclass(frozen=True)
class Pushed:
    """What came of a push, with the rules that the hook named."""

    code: int
    rules: tuple[str, ...]
    err: str


@pytest.fixture
def pin(registry, inside):
    """The pin of the registry."""
    return inside("init", "--json").json["pin"]


@pytest.fixture
def protect(inside, pin):
    """Install the server hooks in a bare repository."""

    def install(path, *words):
        done = inside("hooks", "install", "--server", path, "--root", pin, *words)
        assert (done.code, done.err.count("error")) == (0, 0), done.err

    return install


@pytest.fixture
def make_bare(make_repo, protect):
    """Make a protected bare repository."""

    def make(path):
        bare = make_repo(path, "--bare")
        protect(path)
        return bare

    return make


@pytest.fixture
def push(registry):
    """Push from the registry's repository to a server or a path: refspecs, options, environment."""

    def run(to, *specs, options=(), repo=registry, **environment):
        client = to.client if isinstance(to, Server) else {}
        url = to.url if isinstance(to, Server) else str(to)
        own = replace(repo, environment=repo.environment | client | environment)
        done = own.run("push", *options, url, *(specs or ("baselines",)), check=False)
        err = done.stderr.decode()
        return Pushed(code=done.returncode, rules=tuple(_RULE.findall(err)), err=err)

    return run


@pytest.fixture
def forge(registry):
    """Make a commit on top of the registry that nobody signed."""

    def make():
        return registry.git("commit-tree", "-p", "baselines", "-m", "x", "baselines^{tree}")

    return make


@pytest.fixture(params=["file", "git", "ssh", "http", "gitolite"])
def server(request):
    """A server of each kind."""
    return request.getfixturevalue(f"over_{request.param}")


@pytest.fixture
def over_file(make_bare, tmp_path):
    """A repository by ``file://``, in a folder with every awkward letter."""
    path = tmp_path / 'a:b "c" ü' / "served.git"
    make_bare(path)
    return Server(url=f"file://{quote(str(path))}", path=path)


@pytest.fixture
def over_git(make_bare, tmp_path, environment):
    """A repository served by ``git daemon``."""
    if not Path(_exec_path(environment), "git-daemon").exists():
        pytest.skip("git-daemon is not installed (Debian: git)")
    path = tmp_path / "daemon" / "served.git"
    make_bare(path)
    port = _free_port()
    words = ["git", "daemon", "--export-all", "--enable=receive-pack", "--reuseaddr"]
    words += ["--listen=127.0.0.1", f"--port={port}", f"--base-path={path.parent}"]
    with _running([*words, str(path.parent)], environment, port):
        yield Server(url=f"git://127.0.0.1:{port}/served.git", path=path)


@pytest.fixture
def over_ssh(make_bare, tmp_path, environment):
    """A repository reached through an sshd, as the user who runs the tests."""
    key = _key(tmp_path / "client-key")
    keys = tmp_path / "authorized_keys"
    keys.write_bytes(key.with_suffix(".pub").read_bytes())
    path = tmp_path / "ssh" / "served.git"
    make_bare(path)
    with _sshd(tmp_path, environment, keys, Path(environment["HOME"])) as port:
        yield Server(
            url=f"ssh://{getpass.getuser()}@127.0.0.1:{port}{path}",
            path=path,
            client=_ssh_client(tmp_path, key),
        )


@pytest.fixture
def over_gitolite(protect, tmp_path, environment):
    """A repository of gitolite's, reached through an sshd."""
    if shutil.which("gitolite") is None:
        pytest.skip("gitolite is not installed (Debian: gitolite3)")
    home = tmp_path / "gitolite"
    home.mkdir()
    key = _key(home / "admin")
    own = environment | {"HOME": str(home), "PATH": os.defpath}

    def gitolite(*words):
        subprocess.run(["gitolite", *words], env=own, check=True, capture_output=True)

    gitolite("setup", "-pk", f"{key}.pub")
    path = home / "repositories" / "testing.git"
    protect(path)
    gitolite("setup")  # lays its own hooks anew, and leaves ours
    with _sshd(tmp_path, own, home / ".ssh" / "authorized_keys", home) as port:
        yield Server(
            url=f"ssh://{getpass.getuser()}@127.0.0.1:{port}/testing",
            path=path,
            client=_ssh_client(tmp_path, key),
            administer=gitolite,
        )


@pytest.fixture
def over_http(make_bare, tmp_path, environment):
    """A repository behind ``git http-backend``."""
    backend = Path(_exec_path(environment), "git-http-backend")
    if not backend.exists():
        pytest.skip("git-http-backend is not installed (Debian: git)")
    path = tmp_path / "http" / "served.git"
    make_bare(path).git("config", "http.receivepack", "true")
    seen: set[str] = set()
    base = environment | {"GIT_PROJECT_ROOT": str(path.parent), "GIT_HTTP_EXPORT_ALL": "1"}

    class Handler(_Backend):
        program, environment, headers_seen = backend, base, seen

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield Server(url=f"http://127.0.0.1:{served.server_port}/served.git", path=path, seen=seen)
        served.shutdown()
        thread.join()


@pytest.fixture
def lfs_store(registry, tmp_path, environment):
    """The folder of a Git LFS server (giftless) that the user's configuration names."""
    if shutil.which("git-lfs") is None:
        pytest.skip("git-lfs is not installed (Debian: git-lfs)")
    if importlib.util.find_spec("giftless") is None:
        pytest.skip("giftless is not installed (dependency group lfs-server)")
    port = _free_port()
    store = tmp_path / "lfs-store"
    app = Path(__file__).parent / "giftless_app.py"
    words = [sys.executable, "-m", "flask", "--app", str(app), "run", "--port", str(port)]
    with _running(words, environment | {"STORE": str(store)}, port):
        url = f"http://127.0.0.1:{port}/org/repo.git/info/lfs"
        registry.git("config", "--global", "lfs.url", url)
        registry.git("config", "--global", "lfs.transfer.maxretries", "1")
        yield store / "org" / "repo"


class _Backend(BaseHTTPRequestHandler):
    """As much of CGI as ``git http-backend`` asks for."""

    protocol_version = "HTTP/1.1"
    program: Path
    environment: dict[str, str]
    headers_seen: set[str]

    def do_GET(self):
        self._answer(b"")

    def do_POST(self):
        coding = self.headers.get("Content-Encoding", "")
        chunked = self.headers.get("Transfer-Encoding") == "chunked"
        self.headers_seen |= {"chunked"} if chunked else set()
        self.headers_seen |= {coding} if coding else set()
        self._answer(self._chunks() if chunked else self._plain())

    def log_message(self, *arguments):
        """Say nothing on the test's stderr."""

    def _plain(self):
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, body):
        place, _, query = self.path.partition("?")
        told = {
            "PATH_INFO": place,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": "127.0.0.1",
            "REMOTE_USER": "tester",
        }
        done = subprocess.run(
            [self.program], env=self.environment | told, input=body, capture_output=True, check=True
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = [line.partition(": ") for line in head.decode().split("\r\n")]
        status = next((value for name, _, value in fields if name == "Status"), "200 OK")
        self.send_response(int(status.split()[0]))
        for name, _, value in fields:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextlib.contextmanager
def _sshd(folder, environment, keys, home):
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("sshd is not installed (Debian: openssh-server)")
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd started by root insists on this folder
    port = _free_port()
    host_key = _key(folder / "host-key")
    public = host_key.with_suffix(".pub").read_text().split()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {public[0]} {public[1]}\n")
    config = folder / "sshd_config"
    lines = {
        "Port": port,
        "ListenAddress": "127.0.0.1",
        "HostKey": host_key,
        "PidFile": "none",
        "StrictModes": "no",
        "UsePAM": "no",
        "PermitRootLogin": "yes",
        "PasswordAuthentication": "no",
        "KbdInteractiveAuthentication": "no",
        "AuthorizedKeysFile": keys,
        "SetEnv": f"HOME={home} GIT_CONFIG_NOSYSTEM=1",
    }
    config.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
    with _running([program, "-D", "-e", "-f", str(config)], environment, port):
        yield port


def _ssh_client(folder, key):
    options = {
        "IdentityFile": key,
        "IdentitiesOnly": "yes",
        "IdentityAgent": "none",
        "UserKnownHostsFile": folder / "known_hosts",
        "GlobalKnownHostsFile": "/dev/null",
    }
    words = " ".join(f"-o {name}={value}" for name, value in options.items())
    return {"GIT_SSH_COMMAND": f"ssh -F /dev/null {words}"}


def _key(path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


def _exec_path(environment):
    return subprocess.run(
        ["git", "--exec-path"], env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def _running(words, environment, port):
    """Run a program of its own process group until the test is done with it."""
    with subprocess.Popen(
        words,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            _wait_for(process, port)
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.stderr.read()


def _wait_for(process, port):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGTERM)
    pytest.fail(f"{process.args[0]} did not start: {process.stderr.read().decode()}")
