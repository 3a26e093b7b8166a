"""What the settings allow a review to spend, to ask and to reach, through the command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gardener.llm import scripted_steps as steps
from tests.cli.review_gardens import environment, strict_server
from tests.cli.review_patches import Kept, by_patch, failures_of, patch_of, patches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gardener.llm.endpoint import Endpoint
    from tests.conftest import Garden

PRICE = '\n[review.prices."judge-1"]\ninput = 10.0\noutput = 100.0\n'
NAMES = tuple(f"n{number}" for number in range(6))


def priced(**settings: Any) -> dict[str, str]:
    """Six patches, and a model of known price."""
    files = patches(NAMES, **settings)
    return {**files, "gardener.toml": files["gardener.toml"] + PRICE}


LIMITS: dict[str, tuple[dict[str, Any], str]] = {
    "calls": ({"max_calls": 2}, "all 2 calls are used"),
    "tokens": ({"max_tokens": 6_000}, "of 6,000 are left"),
    "dollars": ({"max_usd": 0.3}, "of $0.30 are left"),
    "none at all": ({"max_usd": 0}, "of $0.00 are left"),
    "no time": ({"max_seconds": 0.000001}, "seconds are over"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_stops_the_review_before_it_is_exceeded(name: str, garden: Callable[..., Garden]) -> None:
    settings, reason = LIMITS[name]
    made = garden(priced(**settings))
    with strict_server() as server:
        code, report, _ = failures_of(made, env=environment(server))
    counts = report["counts"]
    assert code == 2
    assert all("the budget is spent" in one["reason"] and reason in one["reason"] for one in report["failures"])
    assert counts["requests"] == len(server.chats) == counts["judged"] < len(NAMES)
    assert counts["unjudged"] == len(NAMES) - counts["judged"]
    assert len(Kept.of(made.root).verdicts) == counts["judged"]
    assert (counts["judged"] > 0) == (name in ("calls", "tokens", "dollars"))
    assert counts["tokens_in"] + counts["tokens_out"] <= settings.get("max_tokens", 10**9)
    assert counts["usd"] == pytest.approx(counts["tokens_in"] * 10e-6 + counts["tokens_out"] * 100e-6)
    assert counts["usd"] <= settings.get("max_usd", 10**9)


def test_the_command_line_caps_the_money_whatever_the_settings_say(garden: Callable[..., Garden]) -> None:
    made = garden(priced(max_usd=1000))
    with strict_server() as server:
        code, report, _ = failures_of(made, "--max-usd", "0.000001", env=environment(server))
        assert server.requests == []
    assert (code, report["counts"]["usd"]) == (2, 0)


def test_a_price_nobody_knows_is_unknown_and_capped_all_the_same(garden: Callable[..., Garden]) -> None:
    made = garden(patches(NAMES, max_usd=0.00001))
    with strict_server() as server:
        code, report, _ = failures_of(made, env=environment(server))
        assert server.requests == []
    assert code == 2
    assert "the price of `judge-1` is not known" in report["failures"][0]["reason"]


def test_retries_are_bounded_and_count_as_calls(garden: Callable[..., Garden]) -> None:
    made = garden(patches(["one"], retries=2))
    again = steps.fails(503, retry_after=0)
    with strict_server(script=lambda _: again) as server:
        code, report, _ = failures_of(made, env=environment(server))
        assert report["counts"]["requests"] == len(server.chats) == 3
    assert code == 2


def test_models_and_temperature_are_those_of_the_settings(garden: Callable[..., Garden]) -> None:
    made = garden(patches(["one"], severity="P1", verify_model="judge-2", temperature=0.25))
    with strict_server() as server:
        code, _, err = failures_of(made, env=environment(server))
        bodies = [request.json for request in server.chats]
        keys = {request.headers["authorization"] for request in server.chats}
    assert code == 1
    assert [(body["model"], body["temperature"]) for body in bodies] == [("judge-1", 0.25), ("judge-2", 0.25)]
    assert keys == {"Bearer test-key"}
    assert err == f"asking `judge-1` and `judge-2` at {server.host}\n"


def test_no_more_calls_run_at_once_than_the_settings_say(garden: Callable[..., Garden]) -> None:
    """The third call comes only when one of the first two has ended."""
    held = steps.hangs()
    made = garden(patches(NAMES, concurrency=2, deadline_s=2))
    with strict_server(script=by_patch({"n0": held, "n1": held})) as server:
        code, report, _ = failures_of(made, env=environment(server))
        asked = [patch_of(request) for request in server.chats]
    assert set(asked[:2]) == {"n0", "n1"}
    assert (code, report["counts"]["judged"]) == (2, 4)


def test_a_loopback_of_the_settings_is_asked(garden: Callable[..., Garden]) -> None:
    with strict_server() as server:
        made = garden(patches(["one"], base_url=server.base_url))
        code, report, err = failures_of(made, env={"OPENAI_API_KEY": "k"})
        assert len(server.chats) == 1
    assert (code, report["counts"]["judged"]) == (0, 1)
    assert f"asking `judge-1` at {server.host}" in err


def test_the_environment_decides_before_the_settings(garden: Callable[..., Garden]) -> None:
    with strict_server() as server, strict_server() as other:
        made = garden(patches(["one"], base_url=other.base_url))
        assert failures_of(made, env=environment(server))[0] == 0
        assert (len(server.chats), other.requests) == (1, [])


REFUSED = {
    "another machine": ("https://llm.example.com/v1", "", "llm.example.com"),
    "another machine than is allowed": ("https://llm.example.com/v1", "other.example.com", "llm.example.com"),
    "another port than is allowed": ("https://llm.example.com:8443/v1", "llm.example.com:443", "llm.example.com:8443"),
    "a name that only looks like this machine": ("https://localhost.example.com/v1", "", "localhost.example.com"),
    "a user that looks like this machine": ("http://127.0.0.1@llm.example.com/v1", "", "review.base_url"),
    "plain text": ("http://llm.example.com/v1", "llm.example.com", "plain HTTP"),
    "no URL": ("127.0.0.1:80", "", "review.base_url"),
}


def where(made: Garden, environ: Mapping[str, str]) -> Endpoint:
    """The endpoint that the command would ask."""
    from gardener.llm.endpoint import choose_endpoint
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree

    return choose_endpoint(read_settings(WorkingTree(made.root)).review, environ)


def test_settings_alone_send_nothing_to_another_machine(garden: Callable[..., Garden]) -> None:
    from gardener.core.errors import ConfigError

    for url, allowed, named in REFUSED.values():
        made = garden(patches(["one"], base_url=url))
        with pytest.raises(ConfigError) as refused:
            where(made, {"OPENAI_API_KEY": "k", "GARDENER_ALLOW_HOSTS": allowed})
        assert named in str(refused.value)
    done = made.run("review", env={"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "", "GARDENER_ALLOW_HOSTS": ""})
    assert (done.code, done.out) == (2, "")
    assert "review.base_url" in done.err


def test_without_a_key_or_a_model_nothing_is_asked(garden: Callable[..., Garden]) -> None:
    made = garden(patches(["one"]))
    with strict_server() as server:
        code, report, _ = failures_of(made, env={"OPENAI_BASE_URL": server.base_url})
        assert (code, report["counts"]["unjudged"]) == (0, 1)
        asked = made.run("review", "--fill", env={"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": ""})
        assert (asked.code, asked.out) == (2, "")
        assert "no key" in asked.err
        assert server.requests == []
