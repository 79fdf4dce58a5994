"""Secrets known by their own look or by the name before them. No import beyond ``re``.

Rules:

- Names (password, secret, API key, token) count before ``=`` or ``:`` and as ``--option``. After
  ``token`` only what looks like a key counts: benchmark output is full of counted tokens.
- A reference (``$TOKEN``, ``<token>``), a mask (``****``) and ``[redacted]`` are no secrets.
- Every repetition is bounded, so a line costs time in proportion to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitbaseline.frozen import dataclass
from gitbaseline.pattern import pattern
from gitbaseline.secrets.pieces import pieces

_NAME = r"(?:secret|passwd|password|passphrase|api[_-]?key|access[_-]?key|private[_-]?key)"
_WORDS = (
    *("secret", "passwd", "password", "passphrase", "apikey", "api_key", "api-key", "accesskey"),
    *("access_key", "access-key", "privatekey", "private_key", "private-key"),
)
_VALUE = r"""(?:"(?P<quoted>[^"\n\\]{4,512})"|\\?["']?(?P<secret>[^\s"',;&\\]{4,512}))"""
_KEY_LIKE = (
    r"(?P<secret>(?=[A-Za-z_.+/=~-]{0,512}[0-9])[A-Za-z0-9_.+=~-][A-Za-z0-9_.+/=~-]{15,511})"
)
_ASSIGN = r"""\\?["']?\s{0,3}[=:]\s{0,3}"""
_NUMBER = pattern(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,4})?[A-Za-z/%]{0,8}")
_NO_SECRET = pattern(
    r"[$<{%*\[].*|(?:null|none|true|false|undefined|x{4,}|\.{3,})$", re.IGNORECASE | re.DOTALL
)
_BODY = pattern(r"(?:[A-Za-z0-9+/=:,.\s-]|\\[nrt\\]){0,65536}")
_KEY_BEGIN = pattern(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----|PuTTY-User-Key-File-")
_KEY_END = pattern(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----|Private-MAC: [0-9a-f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A kind of secret: the words that betray it (lower case) and the pattern around it."""

    kind: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]


RULES = (
    Rule(
        kind="named secret",
        words=_WORDS,
        pattern=pattern(_NAME + _ASSIGN + _VALUE, re.IGNORECASE),
    ),
    Rule(
        kind="named token",
        words=("token",),
        pattern=pattern("token" + _ASSIGN + r"""\\?["']?""" + _KEY_LIKE, re.IGNORECASE),
    ),
    Rule(
        kind="secret option",
        words=_WORDS,
        pattern=pattern(
            r"--[a-z_-]{0,40}" + _NAME + r"""(?:=|["',\s\\]{1,6})"""
            r"""(?P<secret>[^\s"'\\-][^\s"'\\]{3,511})""",
            re.IGNORECASE,
        ),
    ),
    Rule(
        kind="token option",
        words=("token",),
        pattern=pattern(
            r"--[a-z_-]{0,40}token" + r"""(?:=|["',\s\\]{1,6})""" + _KEY_LIKE, re.IGNORECASE
        ),
    ),
    Rule(
        kind="authorization header",
        words=("authorization", "bearer "),
        pattern=pattern(
            r"(?:authorization" + _ASSIGN + r"""\\?["']?(?:[a-z]{1,10}\s{1,3})?|\bbearer\s{1,3})"""
            r"(?P<secret>[A-Za-z0-9._~+/=-]{16,2048})",
            re.IGNORECASE,
        ),
    ),
    Rule(
        kind="URL with credentials",
        words=("://",),
        pattern=pattern(
            r"""://(?:[^\s/?#"'<>@\\:]{0,256}:(?P<secret>[^\s/?#"'<>@\\]{1,256})"""
            r"|(?P<quoted>[A-Za-z0-9_.-]{20,256}))@"
        ),
    ),
    Rule(
        kind="access token",
        words=(
            "hf_", "sk-", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-",
            "nvapi-", "aiza", "akia", "asia", "xox",
        ),
        pattern=pattern(
            r"(?<![A-Za-z0-9])(?P<secret>hf_[A-Za-z0-9]{20,200}|sk-[A-Za-z0-9_-]{20,300}"
            r"|gh[pousr]_[A-Za-z0-9]{30,300}|github_pat_[A-Za-z0-9_]{20,300}"
            r"|glpat-[A-Za-z0-9_.-]{20,300}|nvapi-[A-Za-z0-9_-]{20,300}|AIza[A-Za-z0-9_-]{35}"
            r"|(?:AKIA|ASIA)[0-9A-Z]{16}|xox[abporse]-[A-Za-z0-9-]{10,300})"
        ),
    ),
    Rule(
        kind="MLPerf contact",
        words=("submission_poc_",),
        pattern=pattern(
            r'"submission_poc_(?:email|name)"\s{0,3},\s{0,3}"value"\s{0,3}:\s{0,3}'
            r'"(?P<secret>[^"\n]{1,300})"'
        ),
    ),
)  # fmt: skip


def find(text: str, lowered: str) -> Iterator[tuple[str, int, int]]:
    """Yield kind, start and end of every secret; ``lowered`` is ``text`` in lower case."""
    # Of a large file it is the looking for words that takes the time; two rules share most of them.
    places = {words: [*pieces(lowered, words)] for words in {rule.words for rule in RULES}}
    for rule in RULES:
        for start, end in places[rule.words]:
            for match in rule.pattern.finditer(text, start, end):
                group = "quoted" if match.groupdict().get("quoted") else "secret"
                if not _harmless(rule.kind, match[group]):
                    yield rule.kind, *match.span(group)
    yield from _private_keys(text, lowered)


def _harmless(kind: str, value: str) -> bool:
    if _NO_SECRET.match(value):
        return True
    return "token" in kind and _NUMBER.fullmatch(value) is not None


def _private_keys(text: str, lowered: str) -> Iterator[tuple[str, int, int]]:
    for start, end in pieces(lowered, ("private key", "putty-user-key-file-")):
        for match in _KEY_BEGIN.finditer(text, start, end):
            finish = _KEY_END.search(text, match.end(), match.end() + 65536)
            body = finish or _BODY.match(text, match.end())
            yield "private key", match.start(), body.end() if body else match.end()
