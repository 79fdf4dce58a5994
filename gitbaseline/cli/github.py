"""What ``init --github`` does: a key that may record and nothing else, for a workflow's secret.

Nothing is sent anywhere: the key's private half stays in a file here, and the command that sets the
secret is printed. The workflow goes to a file of the person's own choosing.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from gitbaseline.cli import defaults, output
from gitbaseline.cli.keyfile import beside, make_key
from gitbaseline.cli.workspace import Workspace, clock
from gitbaseline.errors import Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model.root import ListedKey, Role
from gitbaseline.model.signature import Fingerprint
from gitbaseline.registry import permission, trust
from gitbaseline.report.facts import facts
from gitbaseline.signing.keys import PublicKey, parse_public_key
from gitbaseline.signing.wire import Refused

SECRET = "GIT_BASELINE_KEY"  # noqa: S105 - the name of it
PRINCIPAL = "github-actions"

# The first one on docs/github.md. COMMIT is for the person to fill in: one that was looked at.
WORKFLOW = f"""\
on: {{ push: {{ branches: [main] }}, pull_request: }}
jobs:
  bench:
    runs-on: ubuntu-24.04
    permissions: {{ contents: write, pull-requests: write }}
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with: {{ persist-credentials: false }}
      - run: make bench > bench.json
      - uses: git-baseline/git-baseline@COMMIT # a full commit id that you have looked at
        with: {{ file: bench.json, signing-key: "${{{{ secrets.{SECRET} }}}}" }}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowKey:
    """The key of a workflow: where its private half lies, and its name in the registry."""

    file: Path
    fingerprint: Fingerprint


def workflow_key(workspace: Workspace) -> WorkflowKey:
    """Make the key and list it, where that was not done before; raise Unable where it cannot be."""
    name = defaults.checked_name(defaults.family(workspace), "baseline.family")
    file = workspace.default_key.with_name(f"github_{name}_ed25519")
    branch = workspace.registry
    state = branch.state()
    public = _public_half(file) if file.exists() else None
    known = state.root.keys.get(public.fingerprint) if public else None
    if known and not known.live:
        raise Unable(
            "the workflow's key may no longer sign",
            code="key/retired",
            where=str(file),
            hint=f"{_remove(file)} makes way for a new one",
        )
    if public is None or known is None:
        workspace.refuse_checked_out()
        author = workspace.author()
        permission.require(state, author, Role.ROOT, None)
        public = public or make_key(file, comment=PRINCIPAL) or _public_half(file)
        listed = ListedKey(principal=PRINCIPAL, public_key=public.openssh, roles=(Role.RECORD,))
        change = trust.TrustChange(
            change=trust.add(public.fingerprint, listed),
            objects=workspace.store,
            verify=workspace.verify,
        )
        branch.append(change, author, clock)
    return WorkflowKey(file=file, fingerprint=public.fingerprint)


def _remove(file: Path) -> str:
    return f"rm {shlex.quote(str(file))} {shlex.quote(str(beside(file)))}"


def _public_half(file: Path) -> PublicKey:
    try:
        return parse_public_key(beside(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, Refused) as error:
        raise Unable(
            f"the public half of the workflow's key cannot be read: {error}",
            code="key/read",
            where=str(beside(file)),
            hint=f"{_remove(file)} makes way for a new one",
        ) from None


def document(key: WorkflowKey) -> dict[str, object]:
    """Return what programs are told."""
    return {
        "key_file": str(key.file),
        "fingerprint": key.fingerprint,
        "principal": PRINCIPAL,
        "secret": SECRET,
        "workflow": WORKFLOW,
    }


def tell(key: WorkflowKey) -> None:
    """Say what to do next."""
    output.say(f"Listed a key for GitHub Actions, as {PRINCIPAL}: it may record, nothing else")
    output.say(facts([("key", key.fingerprint), ("file", str(key.file))], output.columns()))
    output.note("")
    output.note(f"  gh secret set {SECRET} < {shlex.quote(str(key.file))}")
    output.note("  git baseline push")
    output.note("  .github/workflows/baseline.yml, with your own benchmark in its place:")
    output.note("")
    output.say(WORKFLOW.rstrip("\n"))
