"""Where things lie on the branch, and the fixed files that the genesis adds."""

from __future__ import annotations

from gitbaseline.frozen import dataclass
from gitbaseline.model.names import SlugKey, name_fault, parse_slug, split_measurement

BRANCH = "refs/heads/baselines"

BASELINE = "baseline.json"
SOURCE_MD = "SOURCE.md"
SCHEMA = "schema.json"
STATEMENT = "statement"
SNAPSHOT = "source-snapshot"
LFS = f"{SNAPSHOT}.lfs"  # Git LFS pointers in place of content, for which ATTRIBUTES speaks

README = "README.md"
GIT_ATTRIBUTES = ".gitattributes"
TRUST = ".registry"
ROOT_JSON = "root.json"
ALLOWED_SIGNERS = "allowed_signers"
DISTRUSTED = "distrusted"

ATTRIBUTES = b"""* -text
/*/*/*/source-snapshot.lfs.* filter=lfs diff=lfs merge=lfs -text
/*/*/*/source-snapshot.lfs/** filter=lfs diff=lfs merge=lfs -text
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPath:
    """``<family>/<measurement>/<slug>``, each part checked."""

    family: str
    measurement: str
    slug: SlugKey

    def __str__(self) -> str:
        return f"{self.family}/{self.measurement}/{self.slug}"

    @property
    def series(self) -> str:
        """The folder of the measurement."""
        return f"{self.family}/{self.measurement}"


def entry_path(family: str, measurement: str, slug: str) -> EntryPath | None:
    """Return the entry's path, or None where a part is misspelt."""
    key = parse_slug(slug)
    if key is None or name_fault(family) or split_measurement(measurement) is None:
        return None
    return EntryPath(family=family, measurement=measurement, slug=key)


def entry_named(text: str) -> EntryPath | None:
    """Return the path that ``FAMILY/MEASUREMENT/SLUG`` is, or None where it is misspelt."""
    parts = text.split("/")
    return entry_path(*parts) if len(parts) == 3 else None


def entry_of(subject: str) -> EntryPath:
    """Return the entry that a statement's subject names, which was checked or made here."""
    path = entry_named(subject)
    if path is None:
        raise AssertionError(subject)
    return path


def is_pointer(name: str) -> bool:
    """Whether a file of an entry is a Git LFS pointer by its path there.

    >>> is_pointer("source-snapshot.lfs.log"), is_pointer("source-snapshot.lfsx")
    (True, False)
    """
    return name.startswith((f"{LFS}.", f"{LFS}/"))


def trust_folder(version: int) -> str:
    """Return the folder of one version of the trust state.

    >>> trust_folder(1)
    '.registry/000001'
    """
    return f"{TRUST}/{version:06d}"


def index_name(ordinal: int) -> str:
    """Return the name of a measurement's n-th index file."""
    return "INDEX.md" if ordinal == 1 else f"INDEX-{ordinal}.md"


def readme(registry_id: str) -> bytes:
    """Return the page for people who browse the branch."""
    return f"""# Registry of performance baselines

Registry `{registry_id}`. Each commit on this branch is one signed statement, made by
`git baseline`. Nothing here is ever changed or deleted; do not edit these files, and do not merge
this branch into another.

- `<family>/<measurement>/INDEX.md` lists the history of a measurement.
- `<family>/<measurement>/<time>/` holds one entry: `SOURCE.md` to read, `baseline.json` for
  programs, `source-snapshot` as the benchmark wrote it.
- `.registry/` says who may sign.

To check everything:

    git baseline verify

With stock git alone, every signature:

    git show HEAD:.registry/000001/allowed_signers > allowed_signers
    git -c gpg.ssh.allowedSignersFile=allowed_signers log --show-signature
""".encode()
