"""One statement, made as the writer makes it, with every stage open to a change.

The stages, in order, and the argument that changes what each one gives:

1. the draft: files of the statement, ``content`` (what is under the signed digest) and ``files``;
2. ``tree``: the id of the whole tree;
3. ``message``: from then on a lie, unless the content asks for it;
4. ``payload``: the bytes that are signed;
5. ``armor``: the signature;
6. ``raw``: the commit.

A change before stage 4 is signed by a key of the registry, as an insider would; one after it is
what anybody can do who sees the commit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from corpus.pile import Pile
from gitbaseline.model.commit import Person, payload, seal
from gitbaseline.model.manifest import digest
from gitbaseline.model.message import Kind, Trailers, message
from gitbaseline.model.names import Oid
from gitbaseline.policy.chain import Chain
from gitbaseline.registry.branch import Draft
from gitbaseline.signing import sshsig


def same(value):
    """Change nothing."""
    return value


@dataclass(kw_only=True)
class Forge:
    """A registry in memory; ``put`` writes a commit on top of ``tip`` and leaves the tip alone."""

    pile: Pile
    tip: Oid | None
    time: int
    base: Oid | None = None
    pin: str = ""
    chain: Chain = field(init=False)

    def __post_init__(self):
        self.chain = Chain(self.pile, sshsig.verify)

    @property
    def trees(self):
        return self.chain.trees

    def state(self, commit=None):
        """Return the state after a commit, or after the tip."""
        return self.chain.load(commit or self.tip)

    def put(
        self,
        statement,
        signer,
        *,
        on: Oid | None = None,
        parent: Oid | None = None,
        after: int = 60,
        person: Callable = same,
        content: Callable = same,
        files: Callable = same,
        tree: Callable = same,
        message: Callable = same,
        payload: Callable = same,
        armor: Callable = same,
        raw: Callable = same,
    ) -> Oid:
        """Write the commit of a statement (or a Draft) and return its id.

        ``on`` is the commit that it is drafted on, ``parent`` the one that its header names.
        """
        tip = on or self.tip
        before = self.state(tip) if tip else None
        draft = statement if isinstance(statement, Draft) else statement.draft(before)
        draft = with_content(draft, content(dict(draft.content)))
        written = {
            path: data if data is None else self.pile.write_blob(data)
            for path, data in files(dict(draft.files)).items()
        }
        top = tree(self.pile.graft(written, onto=before.tree if before else None))
        who = person(Person(name="Alice", email="alice@example.org", time=self.time + after))
        text = message(self._message(draft, before))
        signed = payload(_payload(top, parent or tip, who, text))
        return self.pile.write_commit(raw(seal(signed, armor(sshsig.sign(signed, signer)))))

    def _message(self, draft, before):
        trailers = Trailers(
            kind=draft.kind,
            registry_id=before.root.registry_id if before else draft.subject,
            previous=before.raw_sha256 if before else None,
            content=digest(draft.content),
        )
        return message(trailers, draft.subject, entry=draft.entry)


def _payload(tree, parent, person, text):
    # A lone surrogate stands for a byte that is not UTF-8; the writer itself would raise.
    head = payload(tree=tree, parent=parent, person=person, message="")
    return head + text.encode("utf-8", "surrogateescape")


def with_content(draft: Draft, content) -> Draft:
    """Return the draft with other content, all else as it was."""
    folder = f"{draft.subject}/" if draft.kind in (Kind.RECORD, Kind.COLLECT) else ""
    others = {
        path: data
        for path, data in draft.files.items()
        if path.removeprefix(folder) not in draft.content
    }
    return replace(
        draft,
        content=content,
        files=others | {folder + name: data for name, data in content.items()},
    )
