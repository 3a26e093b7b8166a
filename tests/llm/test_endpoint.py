"""Which machine is spoken to: the environment decides, and no spelling of a host gets around it."""

from __future__ import annotations

import pytest

from gardener.core.errors import ConfigError
from gardener.core.settings import ReviewSettings
from gardener.llm.endpoint import Endpoint, choose_endpoint

KEY = "sk-very-secret-0123456789"


def chosen(base_url: str | None = None, **environ: str) -> Endpoint:
    return choose_endpoint(ReviewSettings(base_url=base_url), environ)


def test_without_a_word_it_is_openai() -> None:
    endpoint = chosen()
    assert (endpoint.base_url, endpoint.host, endpoint.key) == ("https://api.openai.com/v1", "api.openai.com", None)
    assert endpoint.own
    assert not endpoint.local


def test_the_environment_wins_over_the_settings() -> None:
    endpoint = chosen("http://127.0.0.1:1/v1", OPENAI_BASE_URL=" https://LLM.example.com/v1/ ")
    assert (endpoint.base_url, endpoint.host) == ("https://llm.example.com/v1", "llm.example.com")
    assert not endpoint.own


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_variable_is_none(blank: str) -> None:
    endpoint = chosen(OPENAI_BASE_URL=blank, OPENAI_API_KEY=blank)
    assert (endpoint.host, endpoint.key) == ("api.openai.com", None)


LOOPBACK = [
    ("http://localhost:11434/v1", "localhost:11434"),
    ("http://LOCALHOST/v1", "localhost"),
    ("http://127.0.0.1:8080", "127.0.0.1:8080"),
    ("http://127.9.9.9/v1", "127.9.9.9"),
    ("http://[::1]:8080/v1", "[::1]:8080"),
    ("https://[::ffff:127.0.0.1]/v1", "[::ffff:127.0.0.1]"),
]


@pytest.mark.parametrize(("url", "host"), LOOPBACK)
def test_settings_may_name_this_machine(url: str, host: str) -> None:
    endpoint = chosen(url)
    assert endpoint.host == host
    assert endpoint.local


ELSEWHERE = [
    "https://evil.com/v1",
    "https://localhost.evil.com/v1",
    "https://127.0.0.1.evil.com/v1",
    "https://evil-localhost/v1",
    "https://2130706433/v1",
    "https://0x7f.1/v1",
    "https://127.1/v1",
    "https://0.0.0.0/v1",
    "https://[::]/v1",
    "https://[::2]/v1",
    "https://[::ffff:8.8.8.8]/v1",
    "https://169.254.169.254/v1",
    "https://api.openai.com/v1",
    "https://xn--lcalhost-54a.com/v1",
    "https://good.example.com.evil.com/v1",
    "https://evilgood.example.com/v1",
    "https://sub.good.example.com/v1",
    "https://example.com/v1",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_settings_alone_may_send_nothing_elsewhere(url: str) -> None:
    with pytest.raises(ConfigError, match="settings alone may not") as caught:
        chosen(url, GARDENER_ALLOW_HOSTS="good.example.com, localhost", OPENAI_API_KEY=KEY)
    assert "GARDENER_ALLOW_HOSTS" in str(caught.value)
    assert KEY not in str(caught.value)


MALFORMED = [
    "https://user:pass@good.example.com/v1",
    "https://localhost@evil.com/v1",
    "https://evil.com\\@localhost/v1",
    "https://localhost\\.evil.com/v1",
    "https://localhost./v1",
    "https://good.example.com./v1",
    "https://good.example.com/v1?api-version=1",
    "https://good.example.com/v1#x",
    "https://good.example.com:0x50/v1",
    "https://good.example.com:99999/v1",
    "https://göod.example.com/v1",
    "https://ｌocalhost/v1",
    "https://good.example.com\t.evil.com/v1",
    "https://good.example.com%2eevil.com/v1",
    "https://good..example.com/v1",
    "https://-good.example.com/v1",
    "https://[fe80::1%25eth0]/v1",
    "https://[::1/v1",
    "https://[v1.a]/v1",
    "https:///v1",
    "https://",
    "//localhost/v1",
    "localhost:8080/v1",
    "ftp://localhost/v1",
    "file:///etc/passwd",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("url", MALFORMED)
def test_odd_spellings_are_refused_whoever_names_them(url: str) -> None:
    for settings, environ in ((url, {}), (None, {"OPENAI_BASE_URL": url})):
        with pytest.raises(ConfigError, match="no URL of an endpoint") as caught:
            chosen(settings, GARDENER_ALLOW_HOSTS="good.example.com localhost", **environ)
        assert "pass@" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://llm.example.com/v1", "http://10.0.0.5:8000/v1", "http://localhost.evil.com"])
def test_code_never_travels_in_the_clear(url: str) -> None:
    for settings, environ in ((url, {}), (None, {"OPENAI_BASE_URL": url})):
        with pytest.raises(ConfigError, match="plain HTTP"):
            chosen(settings, GARDENER_ALLOW_HOSTS="llm.example.com", **environ)


ALLOWED = [
    ("https://good.example.com/v1", "good.example.com"),
    ("https://GOOD.example.com/v1", "other,Good.Example.Com"),
    ("https://good.example.com:8443/v1", "good.example.com"),
    ("https://good.example.com:8443/v1", "good.example.com:8443"),
    ("https://good.example.com/v1", "good.example.com:443"),
    ("https://[2001:DB8::1]/v1", "[2001:db8:0::1]"),
    ("https://[2001:db8::1]:8443/v1", "x\n[2001:db8::1]:8443"),
    ("https://[2001:db8::1]/v1", "2001:db8::1"),
    ("https://10.0.0.5/v1", "10.0.0.5"),
    ("https://xn--bcher-kva.example/v1", "xn--bcher-kva.example"),
]


@pytest.mark.parametrize(("url", "allowed"), ALLOWED)
def test_the_environment_allows_hosts(url: str, allowed: str) -> None:
    assert chosen(url, GARDENER_ALLOW_HOSTS=allowed).base_url == url.lower()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://good.example.com/v1", "good.example.com:8443"),
        ("https://good.example.com:8443/v1", "good.example.com:443"),
        ("https://good.example.com/v1", "example.com"),
        ("https://good.example.com/v1", ""),
    ],
)
def test_what_is_not_allowed_stays_forbidden(url: str, allowed: str) -> None:
    with pytest.raises(ConfigError, match="settings alone may not"):
        chosen(url, GARDENER_ALLOW_HOSTS=allowed)


@pytest.mark.parametrize(
    "entry", ["https://good.example.com", "*.example.com", "good.example.com/v1", "a@b", ".", "[x]"]
)
def test_entries_that_are_no_hosts_are_errors(entry: str) -> None:
    with pytest.raises(ConfigError, match="is no host"):
        chosen("https://good.example.com/v1", GARDENER_ALLOW_HOSTS=entry)


def test_the_key_is_never_shown() -> None:
    endpoint = chosen(OPENAI_API_KEY=f" {KEY}\n")
    assert endpoint.key == KEY
    assert KEY not in repr(endpoint)
    assert KEY not in str(endpoint)


@pytest.mark.parametrize("key", [f"{KEY}\nX-Evil: 1", f"{KEY} x", f"{KEY}ä", f"{KEY}\x00"])
def test_a_key_that_no_header_carries_is_an_error_that_does_not_repeat_it(key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        chosen(OPENAI_API_KEY=key)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://eu.api.openai.com/v1", True),
        ("https://api.openai.com:8443/v1", False),
        ("https://evil-api.openai.com/v1", False),
        ("https://api.openai.com.evil.com/v1", False),
        ("https://openai.azure.com/openai/v1", False),
    ],
)
def test_openai_itself_is_told_from_others(url: str, own: bool) -> None:
    assert chosen(OPENAI_BASE_URL=url).own is own
