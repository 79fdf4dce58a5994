"""The server beside a verb that is made up: what is asked, what is run, what comes back."""

from __future__ import annotations

import json
import threading
from contextlib import asynccontextmanager
from functools import partial

import anyio
import pytest
from mcp.shared.exceptions import MCPError
from mcp.shared.message import SessionMessage
from mcp.types import ElicitResult, JSONRPCRequest

from gitbaseline.errors import InputError
from gitbaseline.mcp.server import serve, server
from gitbaseline.mcp.tool import Tool

TOKEN = "t" * 32
PREVIEW = {
    "entry": "fam/step/20260101T000000Z",
    "commit": None,
    "confirm": TOKEN,
    "repeated": False,
    "tier": "DRAFT",
    "source_sha256": "a" * 64,
    "warnings": ["no unit is known"],
    "baseline": {
        "family": "fam",
        "measurement": "step",
        "value": 1.5,
        "unit": "ms",
        "metrics": {"value": {"headline": True}},
        "source_path": "run\x1b.log",
        "git": {"sha": "b" * 40},
        "registered_by": {"operator_user": "tess", "agent": "robot"},
        "standing": "baseline",
        "notes": None,
    },
}


class Verbs:
    """Stands for the program: keeps the words, answers a record, can be told to answer else."""

    def __init__(self):
        self.calls = []
        self.stopped = 0
        self.document = None
        self.raw = None

    def __call__(self, words):
        self.calls.append(list(words))
        return self

    def answer(self):
        if self.raw is not None:
            return self.raw
        return 0, json.dumps(self.document or self._record(self.calls[-1])).encode(), b""

    def stop(self):
        self.stopped += 1

    def _record(self, words):
        if "--dry-run" in words:
            return PREVIEW
        if f"--confirm={TOKEN}" in words:
            return {**PREVIEW, "commit": "c" * 40, "confirm": None}
        message = "this record is not the one that the dry run showed"
        return {"error": {"code": "x", "message": message, "where": "--confirm", "hint": "again"}}


def words(arguments):
    if arguments.get("notes") == "bad":
        raise InputError("no", code="x", where="notes", hint="say better")
    return [
        f"--{key.replace('_', '-')}={value}".removesuffix("=True")
        for key, value in arguments.items()
    ]


def tool(verb, reads_only):
    text = {"type": "string"}
    names = ("notes", "agent", "confirm", "file")
    return Tool(
        verb=verb,
        title=verb.title(),
        description=f"Does {verb}",
        input_schema={
            "type": "object",
            "additionalProperties": False,
            "properties": {**dict.fromkeys(names, text), "dry_run": {"type": "boolean"}},
        },
        output_schema={"type": "object"},
        reads_only=reads_only,
        words=words,
    )


@pytest.fixture
def verbs():
    return Verbs()


@pytest.fixture
def make(verbs, mode, tmp_path, talk_to):
    """Return a Talk with the server, in memory."""

    def make(person=None, agent=None):
        tools = [tool("record", reads_only=False), tool("show", reads_only=True)]
        served = server(tools, verbs, version="9", agent=agent, folder=tmp_path)
        return talk_to(served, mode, person)

    return make


def said(verbs):
    """Return the words of each call but the ones that every call has."""
    return [[word for word in call[2:] if not word.startswith("--agent=")] for call in verbs.calls]


def test_what_is_listed(make):
    result = make().with_client(lambda client: client.list_tools())
    assert [one.name for one in result.tools] == ["perf_baseline_record", "perf_baseline_show"]
    record, show = (one.annotations for one in result.tools)
    assert (record.read_only_hint, record.destructive_hint, record.idempotent_hint) == (
        *(False, False),
        False,
    )
    assert (show.read_only_hint, show.destructive_hint, show.idempotent_hint) == (
        *(True, False),
        True,
    )
    assert {record.open_world_hint, show.open_world_hint} == {False}
    assert result.tools[0].input_schema["additionalProperties"] is False


def test_what_it_says_of_itself(make):
    async def about(client):
        return client.server_info.name, client.server_info.version, client.instructions

    name, version, instructions = make().with_client(about)
    assert (name, version) == ("git-baseline", "9")
    assert "never read them\nas a pass" in instructions


def test_a_reading_tool_answers_with_the_document(make, verbs, document):
    verbs.document = {"baseline": {"metrics": {}}, "x": "\u00fc"}
    assert document(make()("show", notes="n")) == verbs.document
    assert verbs.calls == [["show", "--json", "--notes=n"]]
    assert verbs.stopped == 1


def test_a_long_document_is_cut_and_says_so(make, verbs, document):
    metrics = {f"k{n}": {"headline": False, "text": "x" * 100} for n in range(1000)}
    verbs.document = {"baseline": {"metrics": metrics}}
    result = make()("show")
    kept = len(document(result)["baseline"]["metrics"])
    assert 0 < kept < 1000
    assert result.content[0].text == f'{kept} of 1000 metrics shown: metric=["KEY"] chooses'


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("show", {"notes": "bad"}, "error: notes: no\nhint: say better"),
        (
            "nope",
            {},
            "error: no tool 'perf_baseline_nope'; there are perf_baseline_record, perf_baseline_show",
        ),
        (
            "show",
            {"nots": "x"},
            "error: perf_baseline_show: Additional properties are not allowed ('nots' was unexpected)",
        ),
        ("show", {"notes": 5}, "error: notes: 5 is not of type 'string'"),
    ],
)
def test_a_call_that_is_wrong_runs_nothing(make, verbs, name, arguments, text, error):
    assert error(make()(name, **arguments)) == text
    assert verbs.calls == []


def test_what_the_verb_refuses_is_an_error(make, verbs, error):
    verbs.document = {"error": {"code": "c", "message": "m\x1b", "where": "w", "hint": "h"}}
    assert error(make()("show")) == "error: w: m\\x1b\nhint: h"


@pytest.mark.parametrize("out", [b"", b"Traceback", b"{"])
def test_a_fault_of_ours_goes_to_the_log_only(make, verbs, out, capsys, error):
    verbs.raw = (70, out, b"Traceback: secret\x1b\n")
    text = error(make()("show"))
    assert text == (
        "error: a fault in git-baseline (exit code 70); its words are in the server's log"
    )
    assert capsys.readouterr().err == "Traceback: secret\\x1b\n"
    assert verbs.stopped == 1


def test_a_yes_records_what_was_shown(make, verbs, tmp_path, document, person):
    asks = person()
    result = document(make(asks)("record", notes="n"))
    assert result["commit"] == "c" * 40
    assert said(verbs) == [["--dry-run", "--notes=n"], [f"--confirm={TOKEN}", "--notes=n"]]
    (question,) = asks.asked
    assert question.splitlines() == [
        "Sign and record fam/step: 1.5 ms, DRAFT?",
        "from run\\x1b.log",
        "sha256 aaaaaaaaaaaa, code bbbbbbbbbbbb",
        "for tess, by robot",
        f"in {tmp_path}",
        "warning: no unit is known",
    ]


def test_the_question_of_many_metrics_that_regressed(make, verbs, person):
    asks = person()
    entry = PREVIEW["baseline"]
    many = {str(n): {"headline": False} for n in range(12)}
    verbs.document = {
        **PREVIEW,
        "warnings": [],
        "baseline": {
            **entry,
            "value": None,
            "source_path": None,
            "standing": "candidate",
            "metrics": many,
            "notes": "after\nthe fix",
        },
    }
    make(asks)("record")
    assert asks.asked[0].splitlines()[:4] == [
        "Sign and record fam/step: 12 metrics, DRAFT?",
        "It regressed: it would be a candidate, not the baseline.",
        "from values given by the agent",
        "notes: after the fix",
    ]


@pytest.mark.parametrize(
    "answer",
    [
        ("decline",),
        ("cancel",),
        ("accept", {"register": False}),
        ("accept", {}),
        ("accept", {"register": "yes"}),
        ("decline", {"register": True}),
    ],
)
def test_anything_but_a_yes_records_nothing(make, verbs, answer, document, person):
    result = document(make(person(*answer))("record", notes="n"))
    assert (result["commit"], result["confirm"]) == (None, None)
    assert result["warnings"][-1].startswith("NOT RECORDED: the person declined it")
    assert all("--dry-run" in call for call in verbs.calls)


def test_a_token_is_no_way_round_the_person(make, verbs, document, person):
    asks = person("decline")
    result = document(make(asks)("record", confirm=TOKEN))
    assert result["commit"] is None
    assert len(asks.asked) == 1
    assert all("--dry-run" in call for call in verbs.calls)


def test_a_client_that_cannot_ask_gets_a_token(make, verbs, document, error):
    talk = make()
    first = document(talk("record", notes="n"))
    assert (first["commit"], first["confirm"]) == (None, TOKEN)
    assert first["warnings"][-1].startswith("NOT RECORDED: this client cannot ask")
    second = document(talk("record", notes="n", confirm=TOKEN))
    assert second["commit"] == "c" * 40
    assert said(verbs) == [
        *(["--dry-run", "--notes=n"], ["--dry-run", "--notes=n"]),
        ["--notes=n", f"--confirm={TOKEN}"],
    ]
    assert error(talk("record", confirm="wrong")).startswith("error: --confirm: this record is not")


def test_a_dry_run_asks_nobody(make, verbs, document, person):
    asks = person()
    assert document(make(asks)("record", dry_run=True)) == PREVIEW
    assert (asks.asked, said(verbs)) == ([], [["--dry-run"]])


def test_what_was_recorded_before_asks_nobody(make, verbs, document, person):
    asks = person()
    verbs.document = {**PREVIEW, "confirm": None, "repeated": True, "commit": "d" * 40}
    assert document(make(asks)("record")) == verbs.document
    assert asks.asked == []


def test_a_client_that_fails_to_ask_records_nothing(verbs, tmp_path, document, talk_to):
    async def broken(context, params):
        raise MCPError(code=-32000, message="no window")

    served = server(
        [tool("record", reads_only=False)], verbs, version="9", agent=None, folder=tmp_path
    )
    result = document(talk_to(served, "legacy", broken)("record"))
    assert (result["commit"], result["confirm"]) == (None, None)
    assert result["warnings"][-1] == "NOT RECORDED: the client could not ask: no window"


@pytest.mark.parametrize(
    ("default", "own", "named"),
    [
        (None, {}, "tester 1.2"),
        ("ci", {}, "ci (tester 1.2)"),
        ("ci", {"agent": "opus"}, "opus (tester 1.2)"),
        (None, {"agent": "a\x1b" + "x" * 200}, "a\\x1b" + "x" * 75 + " (tester 1.2)"),
    ],
)
def test_who_records(make, verbs, default, own, named, person):
    make(person(), default)("record", **own)
    names = [[word for word in call if word.startswith("--agent=")] for call in verbs.calls]
    assert names == [[f"--agent={named}"]] * 2


def test_the_state_that_a_client_sends_back_is_no_leave(verbs, tmp_path, talk_to, error):
    """A client is told to call again with the state; with another one the verb refuses."""
    served = server(
        [tool("record", reads_only=False)], verbs, version="9", agent=None, folder=tmp_path
    )
    answer = ElicitResult(action="accept", content={"register": True})

    async def forge(client):
        return await client.session.call_tool(
            "perf_baseline_record",
            {},
            input_responses={"register": answer},
            request_state="of my own making",
        )

    talk = talk_to(served, "auto", lambda context, params: answer)
    assert error(talk.with_client(forge)).startswith("error: --confirm: this record is not the one")
    assert said(verbs) == [["--confirm=of my own making"]]


def test_a_call_that_is_given_up_is_ended(verbs, tmp_path, talk_to):
    begun, ended = threading.Event(), threading.Event()

    class Slow(Verbs):
        def answer(self):
            begun.set()
            ended.wait(10)
            return 1, b"", b""

        def stop(self):
            ended.set()

    served = server(
        [tool("show", reads_only=True)], Slow(), version="9", agent=None, folder=tmp_path
    )

    async def give_up(client):
        async with anyio.create_task_group() as group:
            group.start_soon(partial(client.call_tool, "perf_baseline_show", {}))
            await anyio.to_thread.run_sync(begun.wait)
            group.cancel_scope.cancel()

    talk_to(served, "legacy").with_client(give_up)
    assert ended.wait(10)


def test_it_serves_until_the_client_hangs_up(verbs, tmp_path, monkeypatch):
    """On streams in memory: a question, its answer, the end."""
    answers = []

    @asynccontextmanager
    async def streams():
        to_server, reader = anyio.create_memory_object_stream(2)
        writer, from_server = anyio.create_memory_object_stream(2)
        question = JSONRPCRequest(jsonrpc="2.0", id=7, method="server/discover", params={})
        await to_server.send(SessionMessage(question))
        async with to_server, from_server, anyio.create_task_group() as group:

            async def hang_up():
                answers.append((await from_server.receive()).message)
                await to_server.aclose()

            group.start_soon(hang_up)
            yield reader, writer

    monkeypatch.setattr("gitbaseline.mcp.server.stdio_server", streams)
    serve([tool("show", reads_only=True)], verbs, version="9", agent=None, folder=tmp_path)
    assert [answer.id for answer in answers] == [7]
