"""The rules about what a statement says: its place, its files, its entry, who may say it."""

from __future__ import annotations

_AGAIN = "Make the statement again with git-baseline; no other program writes these bytes."
_FETCH = "git fetch, then make the statement again on what is there."
_ROOT = "Let the holder of a root key make the trust statement again with git baseline keys."

# Each id with what it means and how to mend it.
STATEMENT = {
    "accept/standing": (
        "The entry is no candidate. Only a candidate can be accepted, and only once.",
        "git baseline show ENTRY tells its standing; a baseline needs no acceptance.",
    ),
    "append-only/deleted": (
        "A file was deleted. Nothing that was registered ever goes away.",
        "Start again from the branch as the remote has it; to withdraw an entry, retract it.",
    ),
    "append-only/modified": (
        "A file that exists was changed. Only the newest index of the measurement grows.",
        "Start again from the branch as the remote has it; record a new entry instead.",
    ),
    "baseline/canonical": (
        (
            "baseline.json is not in its one spelling. Key order, indent and numbers are fixed, so "
            "that the same values always have the same digest."
        ),
        "Do not edit the file; record again.",
    ),
    "baseline/invalid": (
        "A metric is marked invalid. The tool's own output says that the run failed or was wrong.",
        "Find out why the run failed, measure again, and record that.",
    ),
    "baseline/path": (
        "baseline.json names another measurement than the folder it lies in.",
        _AGAIN,
    ),
    "baseline/shape": (
        (
            "baseline.json lacks a key, has one too many, or a value is of the wrong kind. "
            "The message says which."
        ),
        "Update git-baseline if the entry is newer; else record again.",
    ),
    "baseline/tier": (
        "The tier or its evidence is not what the entry shows. A VERDICT needs every requirement.",
        "Record as DRAFT, or with what is missing.",
    ),
    "baseline/time": (
        "The entry's time is not that of its folder, or lies after its commit or in the future.",
        "Set the clock right, then record again.",
    ),
    "collect/path": (
        "A collect brings a record to another measurement or time than that one names.",
        "Collect it again with git baseline collect, which chooses the suffix alone.",
    ),
    "collect/statement": (
        "The contributor's statement is no signed record of one entry, or is not there.",
        "Let the contributor record again; only a whole record can be collected.",
    ),
    "collect/twice": (
        "An entry of that time has the same content already.",
        "Nothing is left to do; the entry is registered.",
    ),
    "entry/continues": (
        (
            "The entry's continues is wrong. Only the first entry of a measurement names another "
            "one, which must exist and, for a numbered name, must be the one before and full."
        ),
        _FETCH,
    ),
    "entry/missing": (
        "The entry lacks baseline.json or SOURCE.md.",
        _AGAIN,
    ),
    "entry/schema": (
        "schema.json is not the schema that the entry names, or stands there without one.",
        "Record again with --schema.",
    ),
    "entry/slug": (
        "The suffix of the entry's folder skips a free one.",
        _FETCH,
    ),
    "event/content": (
        "The event names another content than the entry has. It was made for another entry.",
        _FETCH,
    ),
    "event/entry": (
        "The event is about an entry that is not there.",
        "Check the name with git baseline list; fetch if the entry is new.",
    ),
    "event/file": (
        "The file of the acceptance or retraction is missing, too large, or no file.",
        _AGAIN,
    ),
    "event/path": (
        "The event's file names another entry than its own name does.",
        _AGAIN,
    ),
    "event/retracted": (
        "The entry is retracted already. Nothing more can be said of it.",
        "Nothing is left to do; record a new entry if there is a new number.",
    ),
    "event/shape": (
        "The file of the acceptance or retraction lacks a key, has one too many, or is misspelt.",
        "Update git-baseline if the event is newer; else make it again.",
    ),
    "event/subject": (
        "The first line does not name an entry.",
        _AGAIN,
    ),
    "event/time": (
        "The event's time lies after its commit or in the future.",
        "Set the clock right, then make the statement again.",
    ),
    "genesis/attributes": (
        ".gitattributes has not its fixed content. git could otherwise change files on checkout.",
        "Begin the registry again with git baseline init.",
    ),
    "genesis/files": (
        "The first commit lacks one of its files, or one is no file or too large.",
        "Begin the registry again with git baseline init.",
    ),
    "history/genesis": (
        "A first commit has a parent, or a commit without parent is none. A registry has one root.",
        "Start again from the branch as the remote has it.",
    ),
    "history/missing": (
        (
            "The repository lacks an object that the history needs. What cannot be read is not "
            "called good."
        ),
        (
            "git fetch --unshallow, in a partial clone git fetch --refetch --no-filter; or push "
            "from a complete one."
        ),
    ),
    "history/parent": (
        "The commit stands on another parent than the one before it.",
        _FETCH,
    ),
    "index/missing": (
        "The measurement's index has no row for this statement.",
        _AGAIN,
    ),
    "index/row": (
        "The index is not the parent's with the row that this statement makes.",
        _FETCH,
    ),
    "path/unexpected": (
        "A file was added where this statement may add none.",
        "Keep other files on other branches; only git-baseline writes here.",
    ),
    "record/subject": (
        "The first line does not name an entry as family/measurement/time.",
        _AGAIN,
    ),
    "snapshot/digest": (
        "The stored source is not the one whose digest the entry names.",
        "Do not use the entry. If you made it, record again.",
    ),
    "snapshot/missing": (
        "The entry has no stored source under the name it must have.",
        _AGAIN,
    ),
    "snapshot/path": (
        "A name in the stored folder could not be checked out everywhere. The message says why.",
        "Rename the file in the source, or pack it all into one archive and record that.",
    ),
    "snapshot/pointer": (
        (
            "A file under an .lfs name is no Git LFS pointer in its one spelling. That is version, "
            "oid and size, a line each, and nothing else."
        ),
        "Record again with --lfs; git-baseline writes the pointer itself.",
    ),
    "snapshot/source": (
        (
            "The digest or size of the source is not that of what is stored, though nothing was "
            "redacted."
        ),
        "Record again.",
    ),
    "source-md/differs": (
        (
            "SOURCE.md is not what baseline.json makes it. It is for people, who must not read "
            "anything else than programs do."
        ),
        "Do not edit the file; record again.",
    ),
    "trust/allowed-signers": (
        "allowed_signers is not what root.json makes it. Stock git would trust other keys.",
        _ROOT,
    ),
    "trust/compromised": (
        (
            "A key's compromised_since is wrong. It names a commit of this history, is never taken "
            "back or moved later, and spares no key that a compromised one let in."
        ),
        _ROOT,
    ),
    "trust/distrusted": (
        "The list of distrusted statements is not what root.json makes it.",
        _ROOT,
    ),
    "trust/files": (
        "The trust statement lacks one of its three files, or one is no file or too large.",
        _ROOT,
    ),
    "trust/key": (
        "A key was dropped or changed, or a new one does not enter live with this version.",
        _ROOT,
    ),
    "trust/previous": (
        (
            "root.json does not name the digest of the one before it. No version can be skipped "
            "or rolled back."
        ),
        "git fetch, then let the holder of a root key make the trust statement again.",
    ),
    "trust/registry": (
        "The registry's id or what it succeeds was changed. Both stay for ever.",
        _ROOT,
    ),
    "trust/retired": (
        "A key is retired in another version than this one, or was brought back.",
        _ROOT,
    ),
    "trust/unreadable": (
        (
            "The branch holds no root.json that can be read. Without it nobody is known to be "
            "allowed to sign."
        ),
        "Check that baseline.branch names a registry; update git-baseline if it is newer.",
    ),
    "trust/version": (
        "The version of root.json is not the one that comes next.",
        "git fetch, then let the holder of a root key make the trust statement again.",
    ),
}
