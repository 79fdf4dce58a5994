"""GitHub's GraphQL over urllib: no gh, curl or jq is asked of a machine of one's own."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from runner import at, text_at

_TRIES = 3
_TIMEOUT = 30  # seconds


class Refused(Exception):  # noqa: N818 - an answer to be told, not a fault
    """GitHub did not do it; the text says why."""


@dataclass(frozen=True, slots=True)
class Api:
    """Where to ask, and as whom. The token is in no repr, no argument list and no message."""

    url: str
    token: str = field(repr=False)
    pause: float = 2.0  # seconds before the second try, twice that before the third

    def ask(self, query: str, variables: object) -> object:
        """Return the data of an answer; raise Refused where there is none.

        Only a read is asked again where the answer got lost: a write may have been done.
        """
        tries = _TRIES if query.startswith("query") else 1
        for tried in range(1, tries + 1):
            try:
                return self._once(query, variables)
            except (HTTPException, OSError, ValueError) as error:
                if tried == tries or (isinstance(error, HTTPError) and error.code < 500):
                    raise Refused(_why(error)) from None
            time.sleep(self.pause * tried)
        raise AssertionError(tries)

    def _once(self, query: str, variables: object) -> object:
        body = json.dumps({"query": query, "variables": variables}).encode()
        head = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "User-Agent": "git-baseline",
        }
        request = Request(self.url, data=body, headers=head)  # noqa: S310 - the runner's own URL
        with urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
            told = json.loads(answer.read())
        faults = at(told, "errors")
        if isinstance(faults, list) and faults:
            raise Refused("; ".join(text_at(fault, "message") for fault in faults[:3]))
        return at(told, "data")


def _why(error: Exception) -> str:
    if isinstance(error, HTTPError):
        return f"GitHub answers {error.code} {error.reason}"
    if isinstance(error, URLError):
        return f"GitHub cannot be reached: {error.reason}"
    return f"GitHub's answer cannot be read: {type(error).__name__} {error}".strip()
