"""A client of the SDK beside a server: in memory with a verb that is made up, or over stdio."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import ElicitResult, Implementation

LEGACY, MODERN = "legacy", "auto"


@dataclass
class Person:
    """Who is asked: gives one answer, and keeps what was asked."""

    answer: ElicitResult
    asked: list[str] = field(default_factory=list)

    async def __call__(self, context, params):
        self.asked.append(params.message)
        return self.answer


@pytest.fixture
def person():
    """Make a person who gives this answer, or says yes."""

    def person(action="accept", content=None):
        sure = {"register": True} if action == "accept" and content is None else content
        return Person(ElicitResult(action=action, content=sure or None))

    return person


@dataclass
class Talk:
    """Calls of one client; what is called together shares a connection."""

    to: object
    mode: str
    person: Person | None = None

    def __call__(self, tool, **arguments):
        """Call a tool and return its result."""
        (result,) = self.all((tool, arguments))
        return result

    def all(self, *calls):
        """Call tools one after another and return their results."""

        async def call(client):
            return [await client.call_tool(f"perf_baseline_{t}", words) for t, words in calls]

        return self.with_client(call)

    def with_client(self, do):
        async def talk():
            async with Client(
                self.to,
                mode=self.mode,
                elicitation_callback=self.person,
                client_info=Implementation(name="tester", version="1.2"),
            ) as client:
                return await do(client)

        return anyio.run(talk)


@pytest.fixture(params=[LEGACY, MODERN])
def mode(request):
    """Both living revisions of the protocol."""
    return request.param


@pytest.fixture
def over_stdio(registry, environment):
    """Start the server as a host does; return a Talk with it."""

    def over_stdio(*options, mode=LEGACY, person=None, cwd=None, before=(), **more):
        parameters = StdioServerParameters(
            command=sys.executable,
            args=["-m", "gitbaseline", *map(str, before), "mcp", *map(str, options)],
            env=environment | more,
            cwd=cwd or registry.path,
        )
        return Talk(parameters, mode, person)

    return over_stdio


@pytest.fixture
def talk_to():
    """Make a Talk with a server in memory."""
    return Talk


@pytest.fixture
def document():
    """Return a result's document, which stands in it twice."""

    def document(result):
        assert not result.is_error, result.content[0].text
        assert json.loads(result.content[-1].text) == result.structured_content
        return result.structured_content

    return document


@pytest.fixture
def error():
    """Return an error's text."""

    def error(result):
        assert result.is_error
        assert result.structured_content is None
        (content,) = result.content
        return content.text

    return error
