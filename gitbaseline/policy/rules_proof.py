"""The rules about a proof: its file against the commits that it carries."""

from __future__ import annotations

_AGAIN = "Ask for the proof again; whoever has the repository makes it with git baseline prove."

# Each id with what it means and how to mend it.
PROOF = {
    "proof/entry": (
        "The commit is about another entry than the one that the proof names.",
        _AGAIN,
    ),
    "proof/kind": (
        "The commit is another kind of statement than its place in the proof says.",
        _AGAIN,
    ),
    "proof/missing": (
        "The proof lacks an object that its check needs.",
        _AGAIN,
    ),
    "proof/needless": (
        "The proof carries an object that its check does not need. A proof has one spelling.",
        _AGAIN,
    ),
    "proof/object": (
        "An object of the proof has not the content that its id names. The file was changed.",
        _AGAIN,
    ),
    "proof/pin": (
        "The pin that the proof names is not the SHA-256 of its genesis.",
        _AGAIN,
    ),
    "proof/tip": (
        (
            "The tip of the proof does not hold the entry as it was stated. It must go on from the "
            "entry's commit, and hold its files, its acceptance and its retraction."
        ),
        _AGAIN,
    ),
    "proof/trust": (
        (
            "A commit of the proof stands on another trust state than the one that was judged "
            "before it. A trust statement was left out or is not of this registry."
        ),
        _AGAIN,
    ),
}
