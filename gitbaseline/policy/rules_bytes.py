"""The rules about bytes: how a commit, its signature, its trailers and its trees are spelled."""

from __future__ import annotations

_AGAIN = "Make the statement again with git-baseline; no other program writes these bytes."
_OTHER_KEY = "Sign with an Ed25519 key: git baseline keys, git config user.signingKey."

# Each id with what it means and how to mend it.
BYTES = {
    "commit/date": (
        (
            "A commit is dated before its parent or in the future. Dates never run backwards along "
            "the branch, and a server allows five minutes beyond its own clock."
        ),
        "Set the clock right, then make the statement again.",
    ),
    "commit/headers": (
        (
            "The headers are not exactly tree, parent, author, committer and gpgsig. Each stands "
            "once, in this order; any other would give the same content a second id."
        ),
        _AGAIN,
    ),
    "commit/identity": (
        (
            "Author and committer differ, or their line is misspelt. It is a name, an address, "
            "seconds and a zone, without control or bidirectional characters."
        ),
        "Set user.name and user.email to plain text, then make the statement again.",
    ),
    "commit/kind": (
        (
            "This is no statement that this version knows. It is no commit, one of absurd size, or "
            "its first line names another kind."
        ),
        "Update git-baseline; where it is new enough, this commit belongs on another branch.",
    ),
    "commit/message": (
        (
            "The message is not the one that the statement makes. It is a function of the content "
            "and may hold nothing else."
        ),
        _AGAIN,
    ),
    "commit/parents": (
        "The commit has more than one parent. A registry is a line; nothing is merged into it.",
        "git fetch, then record on top of what is there; do not merge or pull this branch.",
    ),
    "limit/depth": (
        "Folders lie too deep. A snapshot may go 32 levels down.",
        "Record a folder further down, or pack the folder into one archive and record that.",
    ),
    "limit/entry": (
        "The files of one entry are too large together. root.json says how large they may be.",
        "Record a smaller source, or let the holder of a root key raise the limit.",
    ),
    "limit/file": (
        "One file is too large. root.json says how large it may be; it is never read to find out.",
        "Record a smaller source, or let the holder of a root key raise the limit.",
    ),
    "limit/files": (
        "There are too many files in one entry or commit. root.json says how many there may be.",
        "Pack the folder into one archive and record that.",
    ),
    "limit/index": (
        "An index is larger than its rows can make it. It came in with an earlier, refused commit.",
        "Mend what was found on the earlier commits first.",
    ),
    "limit/measurement": (
        (
            "The measurement holds all the entries it can. It goes on under the next name, "
            "such as nccl.2."
        ),
        _AGAIN,
    ),
    "limit/tree": (
        "A folder's own listing is too large. It is refused by its size, without being read.",
        "Spread the files over several folders, or pack them into one archive and record that.",
    ),
    "signature/algorithm": (
        (
            "The signature names an algorithm that does not go with its key. RSA keys sign with "
            "rsa-sha2-512."
        ),
        _AGAIN,
    ),
    "signature/armor": (
        (
            "The signature's armour is not what ssh-keygen writes. Junk after it, other line "
            "lengths and stray spaces would give the commit a second id."
        ),
        _AGAIN,
    ),
    "signature/blob": (
        "What is inside the armour cannot be read as an SSH signature, or goes on after it.",
        _AGAIN,
    ),
    "signature/encoding": (
        "The signature's numbers are not in their one encoding.",
        _AGAIN,
    ),
    "signature/family": (
        "The signer may sign, but not for this family.",
        "Ask a holder of a root key to list a key of yours for the family.",
    ),
    "signature/hash": (
        "The signature was made with another hash than sha512.",
        _AGAIN,
    ),
    "signature/high-s": (
        (
            "The signature is the mirror image of the one an ECDSA key makes. Both hold, "
            "so only the one with the low s is taken."
        ),
        _AGAIN,
    ),
    "signature/key-encoding": (
        "The key inside the signature is misspelt or no usable point of its curve.",
        _OTHER_KEY,
    ),
    "signature/key-type": (
        (
            "Keys of this type do not sign here. Ed25519, ECDSA and RSA keys do; "
            "certificates and security keys do not."
        ),
        _OTHER_KEY,
    ),
    "signature/kind": (
        (
            "No key of this signature's kind is listed. OpenPGP and X.509 signatures count where "
            "root.json lists such a key."
        ),
        "Sign with a listed key (git baseline keys), or ask a holder of a root key to list yours.",
    ),
    "signature/mismatch": (
        (
            "The signature does not belong to these bytes. The commit was changed after it was "
            "signed, or taken from elsewhere."
        ),
        "Do not use what this commit says. Fetch the branch again, and ask its signer.",
    ),
    "signature/missing": (
        "The commit is not signed.",
        "Make the statement again with git-baseline, which always signs.",
    ),
    "signature/namespace": (
        "The signature was made for another purpose than git commits.",
        _AGAIN,
    ),
    "signature/program": (
        "git's program for OpenPGP or X.509 did not say which key signed.",
        "Run git verify-commit on the commit; install the program or the public key it asks for.",
    ),
    "signature/reserved": (
        "The signature's reserved field is not empty. Nothing signs what stands there.",
        _AGAIN,
    ),
    "signature/retired-key": (
        "The key that signed is retired or compromised. It could not sign at this place.",
        "Sign with a live key; git baseline keys lists them.",
    ),
    "signature/role": (
        "The signer may sign, but not this kind of statement.",
        "Let someone sign who has the role, or ask a holder of a root key for it.",
    ),
    "signature/unknown-key": (
        "The key that signed is not listed. Its signature is good, but nobody vouches for the key.",
        "Ask a holder of a root key to list it, or sign with a listed one (git baseline keys).",
    ),
    "signature/version": (
        "The signature is of a later version of the SSH signature format.",
        _AGAIN,
    ),
    "signature/weak-key": (
        "The key is too weak to vouch for anything. RSA keys have 2048 bits or more.",
        _OTHER_KEY,
    ),
    "trailer/content": (
        (
            "The signed digest is not that of the files. Something was changed after the manifest "
            "was made, or SHA-1 was fooled."
        ),
        "Do not use what this commit says. If you made it, make it again with git-baseline.",
    ),
    "trailer/kind": (
        "The trailer names another kind of statement than the first line, or none.",
        _AGAIN,
    ),
    "trailer/previous": (
        (
            "The signed digest of the parent is not the parent's. The commit was made on top of "
            "another one."
        ),
        "git fetch, then make the statement again on what is there.",
    ),
    "trailer/registry": (
        (
            "The statement was signed for another registry. A signature counts in the one registry "
            "that it names."
        ),
        "Record it here anew; signatures are not carried over.",
    ),
    "tree/empty": (
        "A folder holds nothing. git itself never makes one.",
        _AGAIN,
    ),
    "tree/kind": (
        "A name stands for another kind of object than its mode says.",
        _AGAIN,
    ),
    "tree/malformed": (
        "A folder's raw bytes cannot be read.",
        "Run git fsck; if the object came with a push, make the statement again.",
    ),
    "tree/mode": (
        "A mode is not 100644 or 40000. There are no links, no programs, no submodules here.",
        "Record plain files only, or pack the folder into one archive and record that.",
    ),
    "tree/name": (
        "A name in a folder is empty, holds a slash, or is not UTF-8.",
        "Rename the file in the source, or pack it all into one archive and record that.",
    ),
    "tree/order": (
        "Names in a folder are out of git's order, or one occurs twice.",
        _AGAIN,
    ),
}
