"""The raw bytes of one commit: built here, read here, one spelling.

Headers are exactly ``tree``, ``parent`` (none on the genesis), ``author``, ``committer``,
``gpgsig``, once each and in this order; author equals committer. Everything else that git would
accept (a second parent, ``encoding``, ``mergetag``, a doubled signature, an odd time zone) is a
fault: such a twin has the same content and another id.
"""

from __future__ import annotations

import re
from functools import lru_cache

from gitbaseline.frozen import dataclass
from gitbaseline.model.names import Oid
from gitbaseline.model.text import fault_in_line, fault_in_text

MESSAGE_LIMIT = 64 * 1024

_OID = re.compile(rb"[0-9a-f]{40}")
_PERSON = re.compile(
    r"(?P<name>[^<>\n]+) <(?P<email>[^<>\n ]*)> (?P<time>[1-9][0-9]{8,10}) "
    r"(?P<zone>[+-](?:0[0-9]|1[0-4])[0-5][0-9])"
)
_HEADERS = re.compile(
    rb"tree (?P<tree>[0-9a-f]{40})\n(?:parent (?P<parent>[0-9a-f]{40})\n)?"
    rb"author (?P<author>[^\n]*(?:\n [^\n]*)*+)\ncommitter (?P=author)\n"
    rb"(?P<signature>gpgsig (?P<armor>-----BEGIN [^\n]*(?:\n [^\n]*)*+)\n)\n"
)
_HEADER_END = re.compile(rb"\n(?! )")
_PARENT = re.compile(rb"tree [0-9a-f]{40}\nparent ([0-9a-f]{40})\n")
_ARMOR_BEGIN = b"-----BEGIN "


class CommitFault(ValueError):  # noqa: N818 - one fault found in one commit, not a program error
    """A commit is not spelled as the registry spells it. ``rule`` is a stable rule id."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who committed and when: Unix time and the zone as git writes it."""

    name: str
    email: str
    time: int
    zone: str = "+0000"

    def __str__(self) -> str:
        return f"{self.name} <{self.email}> {self.time} {self.zone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit taken apart.

    ``payload`` is what is signed, ``armor`` the signature over it, ``raw`` the whole.
    """

    tree: Oid
    parent: Oid | None
    person: Person
    message: str
    armor: bytes
    payload: bytes
    raw: bytes


@lru_cache(maxsize=16)  # a registry has few writers and thousands of commits
def person_fault(name: str, email: str) -> str | None:
    """Say why an identity cannot stand in a commit, or None."""
    if _PERSON.fullmatch(f"{name} <{email}> 1000000000 +0000") is None or name != name.strip():
        return "expected a name and an address without '<', '>' or a line break"
    return fault_in_line(name) or fault_in_line(email)


def payload(*, tree: Oid, parent: Oid | None, person: Person, message: str) -> bytes:
    """Return the bytes that are signed."""
    parents = f"parent {parent}\n" if parent else ""
    return f"tree {tree}\n{parents}author {person}\ncommitter {person}\n\n{message}".encode()


def seal(signed: bytes, armor: bytes) -> bytes:
    """Return the raw commit: the payload with its signature as the last header."""
    head, _, message = signed.partition(b"\n\n")
    # Without its last line feed, or git would show a stray continuation line.
    folded = armor.removesuffix(b"\n").replace(b"\n", b"\n ")
    return head + b"\ngpgsig " + folded + b"\n\n" + message


def parse(raw: bytes) -> Commit:
    """Take a raw commit apart; raise CommitFault unless it is spelled in the one way."""
    match = _HEADERS.match(raw)
    if not match:
        raise _fault_of_headers(raw)
    body = raw[match.end() :]
    if len(body) > MESSAGE_LIMIT:
        raise CommitFault("commit/message", f"message longer than {MESSAGE_LIMIT} bytes")
    person = _person(match["author"])
    message = _text("commit/message", "message", body)
    if fault_in_text(message) or "\t" in message:
        raise CommitFault("commit/message", fault_in_text(message) or "a tab in the message")
    before, after = match.span("signature")
    return Commit(
        tree=Oid(match["tree"].decode()),
        parent=Oid(match["parent"].decode()) if match["parent"] else None,
        person=person,
        message=message,
        armor=match["armor"].replace(b"\n ", b"\n") + b"\n",
        payload=raw[:before] + raw[after:],
        raw=raw,
    )


def parent_of(raw: bytes) -> Oid | None:
    """Return the parent that the second header names, None where there is none; checks nothing."""
    match = _PARENT.match(raw)
    return Oid(match[1].decode()) if match else None


def _fault_of_headers(raw: bytes) -> CommitFault:
    """Say what is wrong with headers that are not the ones a statement has."""
    head, separator, _ = raw.partition(b"\n\n")
    if not separator:
        return CommitFault("commit/headers", "no empty line after the headers")
    names, values = _split(head)
    signed = names[:-1] if names[-1:] == ["gpgsig"] else names
    if names.count("parent") > 1:
        return CommitFault("commit/parents", f"expected one parent, got {names.count('parent')}")
    if signed not in (["tree", "parent", "author", "committer"], ["tree", "author", "committer"]):
        return CommitFault(
            "commit/headers",
            "expected tree, parent, author, committer, gpgsig once each in this order, got "
            + ", ".join(names),
        )
    if signed == names:
        return CommitFault("signature/missing", "the commit is not signed")
    for name, value in zip(names, values, strict=True):
        if name in ("tree", "parent") and not _OID.fullmatch(value):
            return CommitFault("commit/headers", f"{name}: expected 40 lower-case hex digits")
    if values[-2] != values[-3]:
        return CommitFault("commit/identity", "author and committer differ")
    if not values[-1].startswith(_ARMOR_BEGIN):
        return CommitFault("signature/armor", "the signature does not begin with -----BEGIN")
    return CommitFault("commit/headers", "not the one spelling of these headers")


def _split(head: bytes) -> tuple[list[str], list[bytes]]:
    names: list[str] = []
    values: list[bytes] = []
    for line in _HEADER_END.split(head):
        name, _, value = line.partition(b" ")
        names.append(_text("commit/headers", "header", name[:40]))
        values.append(value.replace(b"\n ", b"\n"))
    return names, values


def _person(value: bytes) -> Person:
    text = _text("commit/identity", "author", value)
    match = _PERSON.fullmatch(text)
    if not match or person_fault(match["name"], match["email"]):
        raise CommitFault(
            "commit/identity", "expected 'name <address> seconds zone' without control characters"
        )
    return Person(
        name=match["name"], email=match["email"], time=int(match["time"]), zone=match["zone"]
    )


def _text(rule: str, what: str, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise CommitFault(rule, f"{what}: not UTF-8") from None
