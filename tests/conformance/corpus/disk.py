"""Cases as repositories on disk, and the two ways to push: git's own, and bare packet lines.

A server is a bare repository with our hooks. ``receive.fsckObjects`` and ``receive.hideRefs`` are
taken out again: in the corpus nothing but the rules may refuse. A client is a bare repository that
borrows the base's objects; its branch is what an administrator who forces a history in would have.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus import base
from corpus.case import ZERO, Attack, Server
from corpus.pile import Pile
from gitbaseline.model.objects import ObjectKind

_PACKED = {ObjectKind.COMMIT: 1, ObjectKind.TREE: 2, ObjectKind.BLOB: 3, ObjectKind.TAG: 4}
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
PACKAGE = Path(__file__).parents[3]


def environment(home: Path) -> dict[str, str]:
    """Return an environment that tells nothing of the machine and its user."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came of a push or another program."""

    code: int
    out: bytes
    err: str


def run(*words, folder: Path, home: Path, give: bytes = b"", **more: str) -> Said:
    """Run a program apart from this machine's configuration."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env=environment(home) | more,
        input=give,
        capture_output=True,
        check=False,
    )
    return Said(code=done.returncode, out=done.stdout, err=done.stderr.decode(errors="replace"))


def program(*words) -> tuple:
    """Return the command line of this program."""
    return (sys.executable, "-m", "gitbaseline", *words)


def bare(folder: Path, pile: Pile | None = None, *, borrow: Path | None = None) -> Path:
    """Make a bare repository; ``borrow`` is another whose objects it may use."""
    for name in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
        (folder / name).mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    (folder / "config").write_text(_CONFIG)
    if borrow:
        alternates = folder / "objects" / "info" / "alternates"
        alternates.write_text(f"{borrow / 'objects'}\n")
    if pile:
        write_loose(folder, pile.own)
    return folder


def write_loose(folder: Path, objects: Mapping) -> None:
    """Write objects as git keeps them one by one, unlooked at."""
    for oid, (kind, data) in objects.items():
        path = folder / "objects" / oid[:2] / oid[2:]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(zlib.compress(f"{kind} {len(data)}\0".encode() + data, 1))


def set_ref(folder: Path, ref: str, target: str) -> None:
    """Write a ref (or, with ``ref: ``, a symbolic one) behind git's back."""
    path = folder / ref
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{target}\n")


def refs(folder: Path) -> dict[str, str]:
    """Return every loose ref and the commit it stands for."""
    top = folder / "refs"
    held = {
        f"refs/{path.relative_to(top)}": path.read_text().strip()
        for path in sorted(top.rglob("*"))
        if path.is_file()
    }
    return {name: _resolved(held, target) for name, target in held.items()}


def _resolved(held: Mapping[str, str], target: str) -> str:
    while target.startswith("ref: "):
        target = held[target.removeprefix("ref: ")]
    return target


def pack(objects: Mapping) -> bytes:
    """Return a pack file."""
    body = b"PACK" + (2).to_bytes(4, "big") + len(objects).to_bytes(4, "big")
    for kind, data in objects.values():
        size = len(data)
        first = _PACKED[kind] << 4 | size & 15
        size >>= 4
        head = bytearray()
        while size:
            head.append(first | 128)
            first, size = size & 127, size >> 7
        head.append(first)
        body += bytes(head) + zlib.compress(data, 1)
    return body + hashlib.sha1(body).digest()


def template(folder: Path, home: Path) -> Path:
    """Make the server that every case's server is a copy of: the base, hooks, a pin, a mark."""
    forge, _ = base.made()
    bare(folder)
    write_loose(folder, forge.pile.everything())
    set_ref(folder, base.BRANCH, forge.tip)
    done = run(*program("hooks", "install", "--server", folder), folder=PACKAGE, home=home)
    if done.code:
        raise RuntimeError(done.err)
    for key in ("receive.fsckObjects", "receive.hideRefs"):
        run("git", "config", "--unset-all", key, folder=folder, home=home)
    run("git", "config", "receive.advertisePushOptions", "true", folder=folder, home=home)
    return folder


def serve(model: Path, folder: Path, about: Server, home: Path) -> Path:
    """Make the server of one case."""
    shutil.copytree(model, folder)
    if not about.branch:
        (folder / base.BRANCH).unlink()
    if not about.mark:
        (folder / "git-baseline" / "high-water").unlink()
    if not about.pinned:
        run("git", "config", "--unset-all", "baseline.root", folder=folder, home=home)
    for name, target in about.aliases.items():
        set_ref(folder, name, f"ref: {target}")
    for name, target in about.refs.items():
        set_ref(folder, name, target)
    return folder


def push(client: Path, server: Path, attack: Attack, home: Path, *options: str, **more) -> Said:
    """Push by git itself, over file://."""
    wishes = [f"{'' if u.new == ZERO else u.new}:{u.ref}" for u in attack.updates]
    words = ("push", "--force", "--quiet", *(f"--push-option={o}" for o in options))
    return run("git", *words, f"file://{server}", *wishes, folder=client, home=home, **more)


def push_raw(server: Path, attack: Attack, pile: Pile, home: Path) -> Said:
    """Push as a client that says what it likes."""
    held = refs(server)
    lines = []
    for number, update in enumerate(attack.updates):
        old = update.old or held.get(update.ref, ZERO)
        capabilities = "\0report-status" if number == 0 else ""
        lines.append(f"{old} {update.new} {update.ref}{capabilities}\n".encode())
    said = b"".join(b"%04x" % (len(line) + 4) + line for line in lines) + b"0000"
    if any(update.new != ZERO for update in attack.updates):
        said += pack(pile.own)
    done = run("git", "receive-pack", server, folder=server, home=home, give=said)
    landed = b"unpack ok" in done.out and b"\nng " not in done.out and b"ng refs" not in done.out
    return Said(code=0 if landed and done.code == 0 else 1, out=done.out, err=done.err)
