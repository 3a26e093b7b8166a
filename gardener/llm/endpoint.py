"""Which machine is spoken to, and with which key.

The environment decides. What the repository's settings name is only used for this very machine, or for a host that the
environment allows: otherwise whoever may change the settings could have the code sent anywhere.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gardener.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

    from gardener.core.settings import ReviewSettings

DEFAULT_URL = "https://api.openai.com/v1"
_OWN = re.compile(r"([a-z]{2}\.)?api\.openai\.com")
_LABELS = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_ENTRY = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[^\[\]:]+|[0-9a-f:.]+:[0-9a-f:.]*)(:(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests go: the URL that paths are added to, host (and port, if named), and the key."""

    base_url: str
    host: str
    key: str | None = field(default=None, repr=False)

    @property
    def local(self) -> bool:
        """Is it this machine?"""
        return _is_loopback(_host_of(urlsplit(self.base_url)))

    @property
    def own(self) -> bool:
        """Is it OpenAI itself, which takes parameters that others choke on?"""
        return _OWN.fullmatch(self.host) is not None


def choose_endpoint(settings: ReviewSettings, environ: Mapping[str, str]) -> Endpoint:
    """The endpoint of `OPENAI_BASE_URL`, else an allowed one of the settings, else the default.

    Raises ConfigError for a URL that cannot be used, for plain HTTP to another machine, and for a host that the
    settings name and the environment does not allow. No message repeats a URL that may hold a password.
    """
    key = _key(environ)
    from_environment = environ.get("OPENAI_BASE_URL", "").strip()
    if from_environment:
        return _endpoint(from_environment, "OPENAI_BASE_URL", key)
    if settings.base_url is None:
        return _endpoint(DEFAULT_URL, "", key)
    chosen = _endpoint(settings.base_url, "review.base_url", key)
    parts = urlsplit(chosen.base_url)
    if chosen.local or _allowed(_host_of(parts), _port(parts), environ.get("GARDENER_ALLOW_HOSTS", "")):
        return chosen
    raise ConfigError(
        f"`review.base_url` names `{chosen.host}`, and settings alone may not send code there",
        hint=f"set OPENAI_BASE_URL, or GARDENER_ALLOW_HOSTS={chosen.host}, in the environment",
    )


def _endpoint(url: str, source: str, key: str | None) -> Endpoint:
    """The URL taken apart and put together again, so that nobody reads it in another way than it was judged by."""
    try:
        parts = urlsplit(url)
        host, port = _host_of(parts), parts.port
    except ValueError:
        raise _unusable(source) from None
    plain = url.isascii() and url.isprintable() and not re.search(r"[\s\\@?#]", url)
    plain = plain and (":" in host) == ("[" in url)
    if not plain or parts.scheme not in ("http", "https") or not _is_host(host):
        raise _unusable(source)
    if parts.scheme == "http" and not _is_loopback(host):
        raise ConfigError(f"`{source}` sends code over plain HTTP to `{host}`", hint="use https://")
    spoken = f"[{host}]" if ":" in host else host
    spoken += f":{port}" if port is not None else ""
    return Endpoint(f"{parts.scheme}://{spoken}{parts.path.rstrip('/')}", spoken, key)


def _unusable(source: str) -> ConfigError:
    return ConfigError(
        f"`{source}` is no URL of an endpoint",
        hint='write it like "https://llm.example.com/v1": ASCII, without user, password, query or fragment',
    )


def _key(environ: Mapping[str, str]) -> str | None:
    key = environ.get("OPENAI_API_KEY", "").strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigError("`OPENAI_API_KEY` holds characters that no key has", hint="copy the key again")
    return key or None


def _allowed(host: str, port: int, entries: str) -> bool:
    for entry in re.split(r"[,\s]+", entries.strip().lower()):
        if not entry:
            continue
        match = _ENTRY.fullmatch(entry)
        named = match["host"].strip("[]") if match else ""
        if match is None or not _is_host(named):
            raise ConfigError(f"`{entry}` in `GARDENER_ALLOW_HOSTS` is no host", hint="write host or host:port")
        if _same(named, host) and (match["port"] is None or int(match["port"]) == port):
            return True
    return False


def _same(one: str, other: str) -> bool:
    try:
        return ipaddress.ip_address(one) == ipaddress.ip_address(other)
    except ValueError:
        return one == other


def _host_of(parts: SplitResult) -> str:
    return (parts.hostname or "").lower()


def _port(parts: SplitResult) -> int:
    return parts.port if parts.port is not None else {"http": 80, "https": 443}[parts.scheme]


def _is_host(host: str) -> bool:
    """Is it an address or a name in plain letters? Dots at the end and zones make two spellings of one host."""
    if ":" in host:
        try:
            return "%" not in host and bool(ipaddress.ip_address(host))
        except ValueError:
            return False
    return _LABELS.fullmatch(host) is not None and len(host) < 254


def _is_loopback(host: str) -> bool:
    """Is it this machine? Names that merely resolve to it are not."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
