"""The server: tools from a table; a call is a verb in a process, its document the answer.

- A verb's answer, whatever it is, is structured content that meets the tool's output schema, and
  the same as text. An error is text with the hint, marked as one.
- ``record`` asks first: see ``consent``. What it records names the agent, and the client it is in.
- Nothing here knows a verb's options; ``Tool.words`` does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anyio
import jsonschema
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    ElicitResult,
    InputRequiredResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp.types import Tool as Listed

from gitbaseline.errors import GitBaselineError, InputError
from gitbaseline.mcp import consent
from gitbaseline.mcp.fitted import fitted, spelled
from gitbaseline.mcp.texts import INSTRUCTIONS
from gitbaseline.mcp.tool import Start, Tool
from gitbaseline.model.text import normal, visible, visible_line

_AT_ONCE = 4  # verbs at work
_LONGEST_NAME = 80
_AGENT = "--agent="
_NOT_ASKED = (
    "NOT RECORDED: this client cannot ask. Show this to the person you work for; on a yes call "
    "again with the same arguments and the confirm token"
)
_FAILED = "NOT RECORDED: the client could not ask: "
_DECLINED = "NOT RECORDED: the person declined it; do not ask again unless told to"


class Desk:
    """What answers the calls: the tools, and how a verb is started."""

    def __init__(
        self, tools: Sequence[Tool], start: Start, *, agent: str | None, folder: Path
    ) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._start = start
        self._agent = agent
        self._folder = folder
        self._places = anyio.Semaphore(_AT_ONCE)

    async def list_tools(
        self,
        context: ServerRequestContext[Any, Any],  # noqa: ARG002 - the SDK's signature
        params: PaginatedRequestParams | None,  # noqa: ARG002
    ) -> ListToolsResult:
        """Return every tool; they are few."""
        return ListToolsResult(tools=[_listed(tool) for tool in self._tools.values()])

    async def call_tool(
        self, context: ServerRequestContext[Any, Any], params: CallToolRequestParams
    ) -> CallToolResult | InputRequiredResult:
        """Answer one call."""
        try:
            tool = self._tool(params.name)
            arguments = params.arguments or {}
            _require_valid(arguments, tool)
            if tool.reads_only:
                return _result(tool, await self._run(tool, tool.words(arguments)))
            return await self._record(tool, arguments, context, params)
        except GitBaselineError as error:
            return _failed(str(error), error.hint)

    def _tool(self, name: str) -> Tool:
        if name not in self._tools:
            known = ", ".join(self._tools)
            raise InputError(f"no tool {name!r}; there are {known}", code="mcp/tool")
        return self._tools[name]

    async def _record(
        self,
        tool: Tool,
        arguments: Mapping[str, Any],
        context: ServerRequestContext[Any, Any],
        params: CallToolRequestParams,
    ) -> CallToolResult | InputRequiredResult:
        said = _named(tool.words(arguments), context, self._agent)
        answer = (params.input_responses or {}).get(consent.KEY)
        if isinstance(answer, ElicitResult) and params.request_state and consent.can_ask(context):
            return await self._decided(tool, said, answer, params.request_state)
        preview = await self._run(tool, ["--dry-run", *_unconfirmed(said)])
        token = preview["confirm"]
        if token is None or "--dry-run" in said:  # recorded before, or no more was asked for
            return _result(tool, preview)
        if not consent.can_ask(context):
            if any(word.startswith("--confirm=") for word in said):
                return _result(tool, await self._run(tool, said))
            return _result(tool, _warned(preview, _NOT_ASKED))
        question = consent.question(preview, str(self._folder))
        try:
            asked = await consent.ask(context, question, token)
        except MCPError as error:
            return _result(tool, _warned({**preview, "confirm": None}, f"{_FAILED}{error}"))
        if isinstance(asked, InputRequiredResult):
            return asked
        return await self._decided(tool, said, asked, token)

    async def _decided(
        self, tool: Tool, said: Sequence[str], answer: ElicitResult, token: str
    ) -> CallToolResult:
        if consent.agreed(answer):
            words = [f"--confirm={token}", *_unconfirmed(said)]
            return _result(tool, await self._run(tool, words))
        preview = await self._run(tool, ["--dry-run", *_unconfirmed(said)])
        # Without the token: what a person declined cannot be spent.
        return _result(tool, _warned({**preview, "confirm": None}, _DECLINED))

    async def _run(self, tool: Tool, words: Sequence[str]) -> dict[str, Any]:
        """Return the verb's document; GitBaselineError where it has none to give."""
        async with self._places:
            running = self._start([tool.verb, "--json", *words])
            try:
                code, out, err = await anyio.to_thread.run_sync(
                    running.answer, abandon_on_cancel=True
                )
            finally:
                running.stop()
        return _document(code, out, err)


def serve(
    tools: Sequence[Tool], start: Start, *, version: str, agent: str | None, folder: Path
) -> None:
    """Answer on standard input and output until the client hangs up."""
    anyio.run(_serve, server(tools, start, version=version, agent=agent, folder=folder))


def server(
    tools: Sequence[Tool], start: Start, *, version: str, agent: str | None, folder: Path
) -> Server[Any]:
    """Return the server, not yet at work."""
    desk = Desk(tools, start, agent=agent, folder=folder)
    return Server(
        "git-baseline",
        version=version,
        title="git baseline",
        instructions=INSTRUCTIONS,
        on_list_tools=desk.list_tools,
        on_call_tool=desk.call_tool,
    )


async def _serve(server: Server[Any]) -> None:
    async with stdio_server() as (reader, writer):
        await server.run(reader, writer, server.create_initialization_options())


def _listed(tool: Tool) -> Listed:
    return Listed(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=dict(tool.input_schema),
        output_schema=dict(tool.output_schema),
        annotations=ToolAnnotations(
            title=tool.title,
            read_only_hint=tool.reads_only,
            destructive_hint=False,  # nothing in a registry can be changed
            idempotent_hint=tool.reads_only,
            open_world_hint=False,
        ),
    )


def _require_valid(arguments: Mapping[str, Any], tool: Tool) -> None:
    validator = jsonschema.Draft202012Validator(dict(tool.input_schema))
    fault = next(iter(sorted(validator.iter_errors(dict(arguments)), key=str)), None)
    if fault:
        raise InputError(
            visible_line(fault.message)[:500],
            code="mcp/arguments",
            where=fault.json_path.removeprefix("$.").replace("$", tool.name),
        )


def _named(
    words: Sequence[str], context: ServerRequestContext[Any, Any], default: str | None
) -> list[str]:
    """Return the words with who records: the name an agent gives itself, and the client's."""
    own = [word for word in words if word.startswith(_AGENT)]
    said = own[-1].removeprefix(_AGENT) if own else default
    known = context.session.client_params
    client = f"{known.client_info.name} {known.client_info.version}" if known else "an MCP client"
    names = [said, f"({client})"] if said else [client]
    who = " ".join(visible_line(normal(name))[:_LONGEST_NAME] for name in names)
    return [f"{_AGENT}{who}", *(word for word in words if word not in own)]


def _unconfirmed(words: Sequence[str]) -> list[str]:
    return [word for word in words if word != "--dry-run" and not word.startswith("--confirm=")]


def _warned(document: Mapping[str, Any], warning: str) -> dict[str, Any]:
    return {**document, "warnings": [*document["warnings"], warning]}


def _document(code: int, out: bytes, err: bytes) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(out)
    except ValueError:
        # The traceback is for the host's log; an agent can do nothing with it.
        sys.stderr.write(visible(err.decode(errors="replace")))
        raise InputError(
            f"a fault in git-baseline (exit code {code}); its words are in the server's log",
            code="mcp/fault",
        ) from None
    if "error" in document:
        error = document["error"]
        raise InputError(
            error["message"], code=error["code"], where=error["where"], hint=error["hint"]
        )
    return document


def _result(tool: Tool, document: Mapping[str, Any]) -> CallToolResult:
    shown, left_out = fitted(tool.verb, document)
    texts = [*([left_out] if left_out else []), spelled(shown)]
    return CallToolResult(
        content=[TextContent(text=text) for text in texts], structured_content=shown
    )


def _failed(message: str, hint: str | None) -> CallToolResult:
    text = f"error: {message}" + (f"\nhint: {hint}" if hint else "")
    return CallToolResult(content=[TextContent(text=visible(text))], is_error=True)
