"""The rules about a push: which refs may move, from where, and how much at once."""

from __future__ import annotations

_NAME = "Push to the registry's branch under its own full name."

# Each id with what it means and how to mend it.
PUSH = {
    "history/high-water": (
        (
            "A remote no longer holds a commit that it held before. Somebody set the branch back, "
            "deleted it, or put another one in its place."
        ),
        "Ask who runs the remote; where the loss is a mistake, git push from here restores it.",
    ),
    "history/rewind": (
        "The push does not go on from what the server holds. Signed history is never rewritten.",
        "git fetch, then record on top of what is there; do not force.",
    ),
    "push/bootstrap": (
        "A registry cannot begin here, because the server was given no pin.",
        "Let the administrator set baseline.root to the pin that git baseline init printed.",
    ),
    "push/commits": (
        "There are too many commits in one push.",
        "Push an older commit of the branch first, then the rest.",
    ),
    "push/duplicate-ref": (
        "One ref occurs twice in the push.",
        "Push with git itself, which names each ref once.",
    ),
    "push/high-water": (
        "The branch was deleted on the server and comes back without its last commit.",
        "Push from a clone that has the whole branch.",
    ),
    "push/inbox": (
        "The server has no registry that a record in the inbox could be collected into.",
        "Push the registry's branch first: git baseline push.",
    ),
    "push/pin": (
        (
            "The history holds none of the commits that the server is pinned to. It is another "
            "registry."
        ),
        "Push to the right server, or ask its administrator which registry belongs there.",
    ),
    "push/refs": (
        "There are too many refs in one push.",
        "Push fewer refs at once.",
    ),
    "ref/alias": (
        "The ref is another name for the registry's branch.",
        _NAME,
    ),
    "ref/deleted": (
        "The push deletes the registry's branch.",
        "Leave it. To end a registry, begin a new one: git baseline init --succeeds.",
    ),
    "ref/inbox-deleted": (
        "The push deletes a record from the inbox that was not collected yet.",
        "Let it be collected first: git baseline collect.",
    ),
    "ref/inbox-name": (
        "A ref of the inbox is not named by the commit it holds.",
        "Push with git-baseline, which names it.",
    ),
    "ref/inbox-updated": (
        "The push moves a ref of the inbox. Each is written once.",
        "Push the new record as a ref of its own.",
    ),
    "ref/look-alike": (
        (
            "The ref looks like the registry's branch or lies below it. People and git could take "
            "one for the other."
        ),
        "Give the branch or tag another name.",
    ),
    "ref/replace": (
        "The push brings a replacement ref. git would show other objects than those signed.",
        "Do not push refs/replace.",
    ),
    "ref/stale": (
        "The server's branch holds another commit than the push believes.",
        "git fetch, then push again.",
    ),
}
