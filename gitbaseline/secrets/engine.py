"""detect-secrets as a second pair of eyes, behind a filter that keeps its import away.

Importing it costs more than a whole record may take, so a text is given to it only where
``FILTER`` matches: a pattern that every secret of the chosen plugins passes (held by a test).

Rules:

- Plugins are asked by ``analyze_string`` only: no settings, no filters, no verification, so
  nothing is ever sent anywhere.
- No high-entropy plugin, and none whose pattern fits hashes, long symbol names or time stamps
  (Artifactory, Discord, Telegram, Twilio, IP addresses). Basic auth, private keys and names of
  variables are done by ``tokens``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from gitbaseline.pattern import pattern
from gitbaseline.secrets.pieces import pieces

PLUGINS = (
    ("aws", "AWSKeyDetector"),
    ("azure_storage_key", "AzureStorageKeyDetector"),
    ("github_token", "GitHubTokenDetector"),
    ("gitlab_token", "GitLabTokenDetector"),
    ("jwt", "JwtTokenDetector"),
    ("mailchimp", "MailchimpDetector"),
    ("npm", "NpmDetector"),
    ("openai", "OpenAIDetector"),
    ("pypi_token", "PypiTokenDetector"),
    ("sendgrid", "SendGridDetector"),
    ("slack", "SlackDetector"),
    ("square_oauth", "SquareOAuthDetector"),
    ("stripe", "StripeDetector"),
)
WORDS = (
    "a3t", "abia", "acca", "akia", "asia", "aws", "accountkey=", "ghp_", "gho_", "ghu_", "ghs_",
    "ghr_", "glpat-", "gldt-", "glft-", "glsoat-", "glrt-", "gr1348941", "glcbt-", "glimt-",
    "glptt-", "glagent-", "gloas-", "eyj", "-us", "_authtoken=", "t3blbkfj", "pypi-age", "sg.",
    "xox", "hooks.slack.com/", "sq0csp-", "k_live_",
)  # fmt: skip
FILTER = pattern(
    r"(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]{16}"
    r"|(?i:aws.{0,20}?(?:key|pwd|pw|password|pass|token).{0,20}?['\"][0-9a-z/+]{40})"
    r"|AccountKey=[A-Za-z0-9+/=]{88}|gh[pousr]_\w{36}|gl(?:pat|dt|ft|soat|rt|cbt|imt|ptt|agent|oas)-"
    r"|GR1348941|eyJ[\w=-]+\.|[0-9a-z]{32}-us[0-9]|/:_authToken=|T3BlbkFJ|pypi-AgE"
    r"|SG\.[\w-]{22}\.|(?i:xox[abposr]-[0-9])|(?i:hooks\.slack\.com/services/)|sq0csp-|[rs]k_live_"
)
_MORE = pattern(r"[A-Za-z0-9_.+/=~-]*")


class _Plugin(Protocol):
    secret_type: str
    denylist: tuple[re.Pattern[str], ...]

    def analyze_string(self, string: str) -> Iterator[str]:
        """Yield the secrets of a line."""


def find(text: str, lowered: str) -> Iterator[tuple[str, int, int]]:
    """Yield kind, start and end of every secret that the plugins see."""
    wanted = [(a, b) for a, b in pieces(lowered, WORDS) if FILTER.search(text, a, b)]
    if not wanted:
        return
    plugins = [_plugin(module, name) for module, name in PLUGINS]
    for start, end in wanted:
        for plugin in plugins:
            for low, high in _spans(plugin, text[start:end]):
                yield plugin.secret_type, start + low, start + high


def _spans(plugin: _Plugin, piece: str) -> Iterator[tuple[int, int]]:
    if not any(True for _ in plugin.analyze_string(piece)):
        return
    for shape in plugin.denylist:
        for match in shape.finditer(piece):
            # A group is either the secret itself or, with GitHub, only its prefix.
            whole = not match.lastindex or len(match[1] or "") < 16
            low, high = match.span(0 if whole else 1)
            more = _MORE.match(piece, high)
            yield low, more.end() if more else high


def _plugin(module: str, name: str) -> _Plugin:
    return cast("_Plugin", getattr(import_module(f"detect_secrets.plugins.{module}"), name)())
