"""``git baseline check-proof``: what a proof shows, with no repository and no key."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output
from gitbaseline.cli.where import Where
from gitbaseline.config import checked_pins
from gitbaseline.errors import InputError
from gitbaseline.model import baseline_json
from gitbaseline.model.manifest import sha256
from gitbaseline.model.message import value_line
from gitbaseline.model.names import utc_from_epoch
from gitbaseline.model.proof import LIMIT
from gitbaseline.model.text import visible_line
from gitbaseline.policy.proof import Said
from gitbaseline.report import document
from gitbaseline.report import proof as words
from gitbaseline.report.facts import block, facts
from gitbaseline.report.findings import findings
from gitbaseline.report.numbers import amount

if TYPE_CHECKING:
    from gitbaseline.registry.prove import Examined, Proved

_STDIN = "-"


@click.command()
@click.argument("file")
@click.option(
    "--root", "roots", multiple=True, metavar="SHA256", help="Pin: the registry that it must be."
)
@click.option("--file", "name", metavar="PATH", help="One file of the entry, to stdout as it is.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(
    where: Where, /, *, file: str, roots: tuple[str, ...], name: str | None, as_json: bool
) -> int:
    """Check what git baseline prove wrote into FILE (- for stdin), and say what it proves.

    Needs no repository, no network and no key: the rules are those of verify, the objects are in
    the file. git and its configuration are not asked; a pin comes with --root. Exits 0 only if the
    entry is proved and, as far as the proof reaches, neither retracted nor distrusted; without a
    pin that is consistency, not whose registry it is.
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.registry.prove import examine  # noqa: PLC0415
    from gitbaseline.registry.verifier import verifier  # noqa: PLC0415

    if name is not None and as_json:
        raise InputError(
            "stdout can hold the file or the JSON document, not both",
            code="proof/stdout",
            where="--file",
        )
    pins = checked_pins(roots, where="--root")
    found = examine(_read(file), verifier({}, where.environment), pins, where=file)
    if found.good and found.proved and name is not None:
        output.raw(_inner(found.proved, name))
    elif as_json:
        output.document(document.envelope("check-proof", _content(found)))
    else:  # who asked for a file does not want this in it
        say = output.say if name is None else output.note
        say("\n".join(_lines(found, found.proved) if found.proved else _refusal(found)))
    return 0 if found.good else 1


def _read(file: str) -> bytes:
    """Return what the file holds; a byte more than a proof may have ends the reading."""
    try:
        if file == _STDIN:
            data = sys.stdin.buffer.read(LIMIT + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(LIMIT + 1)
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror}", code="proof/read", where=file
        ) from None
    if len(data) > LIMIT:
        raise InputError(
            f"larger than a proof may be, {LIMIT >> 20} MiB", code="proof/large", where=file
        )
    return data


def _inner(proved: Proved, name: str) -> bytes:
    if name not in proved.files:
        raise InputError(
            f"the entry has no file {name}; it has {', '.join(proved.files)}",
            code="entry/file",
            where="--file",
        )
    return proved.files[name]


def _refusal(found: Examined) -> list[str]:
    end = f"NOT proved: {found.claim.entry}; git baseline explain {found.violations[0].rule}"
    return [*findings(found.violations), visible_line(end)]


def _lines(found: Examined, proved: Proved) -> list[str]:
    line, entry = proved.line, proved.entry
    said = [
        ("value", value_line(entry.baseline, amount)),
        ("status", f"{entry.status}, as of {utc_from_epoch(line.tip.time)}"),
        ("signed", words.signed(line.record)),
        ("key", line.record.fingerprint),
        ("commit", line.record.commit),
        ("code", entry.baseline.git.sha),
        ("tip", words.tip(line)),
        ("registry", line.state.root.registry_id),
        ("genesis", line.anchors[0]),
        ("pin", words.pin(pinned=found.pinned)),
    ]
    return [
        f"{_answer(found, proved)}: {found.claim.entry}",
        facts(said, output.columns()),
        *block("Shown", _shown(proved), columns=output.columns()),
        *block("Not shown", _unshown(found, proved), columns=output.columns()),
    ]


def _answer(found: Examined, proved: Proved) -> str:
    if found.pinned is False:
        return "Of another registry"
    word = "Proved" if found.pinned else "Consistent, unpinned"
    return word if proved.stands else f"{word}, {proved.entry.status.upper()}"


def _shown(proved: Proved) -> list[str]:
    return words.shown(proved.line, proved.files, distrusted=proved.entry.distrusted)


def _unshown(found: Examined, proved: Proved) -> list[str]:
    return words.unshown(proved.line, proved.files, pinned=found.pinned)


def _content(found: Examined) -> dict[str, object]:
    proved = found.proved
    line = proved.line if proved else None
    files = proved.files if proved else {}
    return {
        "good": found.good,
        "entry": str(found.claim.entry),
        "status": proved.entry.status if proved else None,
        "pin": found.claim.pin,
        "pinned": found.pinned,
        "registry_id": line.state.root.registry_id if line else None,
        "trust": line.trust if line else None,
        "record": _said(line.record) if line else None,
        "events": [_said(said) for said in line.events] if line else [],
        "tip": _said(line.tip) if line else None,
        "later": line.later if line else None,
        "files": {
            name: {"sha256": sha256(data), "bytes": len(data)} for name, data in files.items()
        },
        "baseline": baseline_json.to_plain(proved.entry.baseline) if proved else None,
        "shown": _shown(proved) if proved else [],
        "not_shown": _unshown(found, proved) if proved else [],
        "violations": [asdict(violation) for violation in found.violations],
    }


def _said(said: Said) -> dict[str, object]:
    return {
        "commit": said.commit,
        "kind": str(said.kind),
        "at": utc_from_epoch(said.time),
        "principal": said.principal,
        "fingerprint": said.fingerprint,
    }
