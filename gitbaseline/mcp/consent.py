"""Asking a person before a record is signed, in whichever way the client can.

A dry run comes first. A client that can ask shows its outcome to a person, and only a yes spends
the dry run's token, so that what is recorded is what was shown. One that cannot gets the outcome
and the token, and a second call with it records. A decline is an answer, not an error to try again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.types import ElicitRequest, ElicitRequestFormParams, ElicitResult, InputRequiredResult
from mcp_types.version import is_version_at_least

from gitbaseline.model.text import visible_line

KEY = "register"
_IN_RESULT = "2026-07-28"  # the revision from which a server asks in its result, not in a request
_LONGEST = 200
_FORM = {
    "type": "object",
    "properties": {
        KEY: {"type": "boolean", "title": "Register it", "description": "Sign and record this."}
    },
    "required": [KEY],
}


def can_ask(context: ServerRequestContext[Any, Any]) -> bool:
    """Whether the client says that it shows forms to a person."""
    known = context.session.client_capabilities
    asks = known.elicitation if known else None
    # An empty capability is the older spelling of a form.
    return asks is not None and (asks.form is not None or asks.url is None)


async def ask(
    context: ServerRequestContext[Any, Any], question: str, state: str
) -> ElicitResult | InputRequiredResult:
    """Return the person's answer, or the result that has the client ask and call with ``state``."""
    if is_version_at_least(context.protocol_version, _IN_RESULT):
        form = ElicitRequestFormParams(message=question, requested_schema=_FORM)
        return InputRequiredResult(
            input_requests={KEY: ElicitRequest(params=form)}, request_state=state
        )
    return await context.session.elicit_form(question, _FORM, context.request_id)


def agreed(answer: ElicitResult) -> bool:
    """Whether the person said yes, in so many words."""
    return answer.action == "accept" and (answer.content or {}).get(KEY) is True


def question(preview: Mapping[str, Any], folder: str) -> str:
    """Return what a person is asked about a dry run's document."""
    entry = preview["baseline"]
    value = entry["value"]
    what = f"{len(entry['metrics'])} metrics" if value is None else f"{value:g} {entry['unit']}"
    lines = [
        f"Sign and record {entry['family']}/{entry['measurement']}: {what}, {preview['tier']}?",
        f"from {entry['source_path'] or 'values given by the agent'}",
        *([f"notes: {' '.join(entry['notes'].split())}"] if entry["notes"] else []),
        f"sha256 {preview['source_sha256'][:12]}, code {entry['git']['sha'][:12]}",
        f"for {entry['registered_by']['operator_user']}, by {entry['registered_by']['agent']}",
        f"in {folder}",
        *(f"warning: {warning}" for warning in preview["warnings"]),
    ]
    if entry["standing"] == "candidate":
        lines.insert(1, "It regressed: it would be a candidate, not the baseline.")
    return "\n".join(visible_line(line)[:_LONGEST] for line in lines)
