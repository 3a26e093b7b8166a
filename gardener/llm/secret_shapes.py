"""Secrets that are known by their shape: what `detect-secrets` knows, and newer ones.

Of the library only its patterns are used. It is never asked to verify a secret, which would send it over the network,
and its settings, which are one for the whole process, are left alone.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from gardener.llm.secret_values import Secret, is_mixed, is_stand_in

if TYPE_CHECKING:
    from collections.abc import Iterator

# Module and class of a plugin, what its secrets are called here, and text without which it finds nothing.
_LIBRARY = (
    ("artifactory", "ArtifactoryDetector", "artifactory_token", ("AKC",)),
    ("aws", "AWSKeyDetector", "aws_key", ("A3T", "ABIA", "ACCA", "AKIA", "ASIA", "aws", "AWS", "Aws")),
    ("azure_storage_key", "AzureStorageKeyDetector", "azure_key", ("AccountKey",)),
    ("cloudant", "CloudantDetector", "cloudant_key", ("cloudant", "CLOUDANT")),
    ("discord", "DiscordBotTokenDetector", "discord_token", ("M", "N", "O")),
    ("github_token", "GitHubTokenDetector", "github_token", ("gh",)),
    ("gitlab_token", "GitLabTokenDetector", "gitlab_token", ("gl", "GR13")),
    ("ibm_cloud_iam", "IbmCloudIamDetector", "ibm_key", ("ibm", "IBM")),
    ("ibm_cos_hmac", "IbmCosHmacDetector", "ibm_key", ("secret", "SECRET")),
    ("mailchimp", "MailchimpDetector", "mailchimp_key", ("-us",)),
    ("npm", "NpmDetector", "npm_token", ("_authToken",)),
    ("pypi_token", "PypiTokenDetector", "pypi_token", ("pypi-",)),
    ("sendgrid", "SendGridDetector", "sendgrid_key", ("SG.",)),
    ("slack", "SlackDetector", "slack_token", ("xox", "hooks.slack.com")),
    ("softlayer", "SoftlayerDetector", "softlayer_key", ("softlayer", "SOFTLAYER")),
    ("square_oauth", "SquareOAuthDetector", "square_secret", ("sq0csp",)),
    ("stripe", "StripeDetector", "stripe_key", ("k_live_",)),
    ("telegram_token", "TelegramBotTokenDetector", "telegram_token", (":",)),
    ("twilio", "TwilioKeyDetector", "twilio_key", ("AC", "SK")),
)
_NEWER = (
    ("jwt", ("eyJ",), r"eyJ[\w-]{8,}\.eyJ[\w-]{4,}(?:\.[\w-]+)?"),
    ("anthropic_key", ("sk-ant-",), r"sk-ant-[\w-]{20,}"),
    ("openai_key", ("sk-",), r"sk-(?:(?:proj|svcacct|admin|None)-[\w-]{20,}|(?:[\w-]{1,40}-)?[A-Za-z0-9]{32,})"),
    ("openrouter_key", ("sk-or-",), r"sk-or-[\w-]{20,}"),
    ("github_token", ("github_pat_", "gh"), r"github_pat_\w{40,}|gh[pousr]_\w{30,}"),
    ("gitlab_token", ("gl",), r"gl(?:agent|ft|ffct|oas|rtr|wt)-[\w.-]{20,}"),
    ("slack_token", ("xox", "xapp-"), r"(?:xox[abeoprs]|xoxe\.xox[bp]|xapp)-[\w-]{10,}"),
    ("stripe_key", ("k_live_", "k_test_", "whsec_"), r"[rs]k_(?:live|test)_\w{16,}|whsec_\w{16,}"),
    ("google_key", ("AIza", "ya29.", "GOCSPX-"), r"AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}"),
    ("huggingface_token", ("hf_",), r"hf_[A-Za-z0-9]{30,}"),
    ("npm_token", ("npm_",), r"npm_[A-Za-z0-9]{36}"),
    ("digitalocean_token", ("_v1_",), r"do[opr]_v1_[a-f0-9]{64}"),
    ("shopify_token", ("shp",), r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    ("vault_token", ("hvs.", "hvb.", "hvr."), r"hv[bsr]\.[\w-]{20,}"),
    ("databricks_token", ("dapi",), r"dapi[a-f0-9]{32}"),
    ("grafana_token", ("glsa_", "glc_"), r"gl(?:sa|c)_[\w+/=]{30,}"),
    ("linear_key", ("lin_api_",), r"lin_api_\w{32,}"),
    ("postman_key", ("PMAK-",), r"PMAK-[\w-]{50,}"),
    ("newrelic_key", ("NRAK-",), r"NRAK-[A-Z0-9]{27}"),
    ("age_key", ("AGE-SECRET-KEY-",), r"AGE-SECRET-KEY-1[A-Z0-9]{50,}"),
)
_AFTER_NAMES = (
    ("azure_key", ("SharedAccess", "sig="), r"(?:SharedAccessKey=|SharedAccessSignature=|[?&]sig=)([\w%+/=-]{30,})"),
    ("discord_webhook", ("/api/webhooks/",), r"discord(?:app)?\.com/api/webhooks/\d+/([\w-]{50,})"),
    ("sentry_dsn", ("sentry",), r"://([0-9a-f]{32})@[\w.-]*sentry"),
)
_URL_PASSWORD = re.compile(r"://[^\s:/@\"'<>`]*:([^\s/@\"'<>`]{3,})@[\w\[{%$]")
_SHORTEST_SECRET = 16
_PIECE = 2000
_REST = re.compile(r"[\w.+/=-]*")
_LONG_LINE = re.compile(rf"(?:^|(?<=\r))[^\r\n]{{{_PIECE + 1},}}", re.MULTILINE)


def shaped(text: str) -> Iterator[Secret]:
    """The secrets in `text` that have the shape of a key or token, and passwords in URLs."""
    for start, piece in _pieces(text):
        for secret in _in_piece(piece):
            end = start + secret.end
            if secret.end == len(piece) and (rest := _REST.match(text, end)):
                end = rest.end()  # the piece cuts it off
            yield Secret(secret.kind, start + secret.start, end)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """`text` where its lines are short, else parts of it that overlap: some patterns take the square of a line."""
    at = 0
    for match in _LONG_LINE.finditer(text):
        yield at, text[at : match.start()]
        for start in range(match.start(), match.end(), _PIECE):
            yield start, text[start : min(start + 2 * _PIECE, match.end())]
        at = match.end()
    yield at, text[at:]


def _in_piece(text: str) -> Iterator[Secret]:
    for kind, triggers, patterns in _detectors():
        if any(trigger in text for trigger in triggers):
            for pattern in patterns:
                yield from _matching(text, kind, pattern)
    if "://" in text and "@" in text:
        yield from (Secret("password", *at.span(1)) for at in _URL_PASSWORD.finditer(text) if not is_stand_in(at[1]))


def _matching(text: str, kind: str, pattern: re.Pattern[str]) -> Iterator[Secret]:
    for match in pattern.finditer(text):
        group = match.lastindex or 0
        if len(match[group]) < _SHORTEST_SECRET:
            group = 0  # the group is only the prefix
        value = match[group]
        if is_mixed(value) and not is_stand_in(value) and _stands_alone(text, *match.span(group)):
            yield Secret(kind, *match.span(group))


@cache
def _detectors() -> tuple[tuple[str, tuple[str, ...], tuple[re.Pattern[str], ...]], ...]:
    """What is looked for: kind, text without which there is none, and patterns."""
    # Nothing starts within a word: to try that as well would take the square of a word's length.
    whole = [(kind, triggers, rf"(?<![\w-])(?:{pattern})") for kind, triggers, pattern in _NEWER]
    found: list[tuple[str, tuple[str, ...], tuple[re.Pattern[str], ...]]] = [
        (kind, triggers, (re.compile(pattern),)) for kind, triggers, pattern in (*whole, *_AFTER_NAMES)
    ]
    for module, name, kind, triggers in _LIBRARY:
        plugin = getattr(import_module(f"detect_secrets.plugins.{module}"), name)
        found.append((kind, triggers, tuple(plugin.denylist)))
    return tuple(found)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """False for a piece of a longer word, as blobs of data hold any few letters somewhere."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() and text[start].isalnum()) and not (after.isalnum() and text[end - 1].isalnum())
