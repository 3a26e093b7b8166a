"""Prices: found under the names that providers use, overridden by settings, and unknown rather than free."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.settings import PriceSettings
from gardener.llm.ask import Usage
from gardener.llm.prices import Price, cost, load_prices, worst_cost


@pytest.mark.parametrize(
    "name", ["gpt-5-mini", "gpt-5-mini-2025-08-07", "openai/gpt-5-mini", "OpenAI/GPT-5-mini-2026-01-01"]
)
def test_a_model_is_known_with_and_without_a_date_and_provider(name: str) -> None:
    price = load_prices().price(name)
    assert price is not None
    assert (price.input, price.cached, price.output, price.checked) == (0.25, 0.025, 2.0, "2025-11-13")


@pytest.mark.parametrize(
    "name", ["gpt-5-mini-turbo", "gpt-5-min", "gpt", "ft:gpt-4o:acme", "llama3", "", "azure/gpt-4o", "-2026-01-01"]
)
def test_a_name_that_only_resembles_a_known_one_is_unknown(name: str) -> None:
    assert load_prices().price(name) is None


def test_another_name_of_a_model_has_its_price() -> None:
    prices = load_prices()
    assert prices.price("gpt-5.6") == prices.price("gpt-5.6-sol")


def test_settings_override_a_shipped_price_and_add_new_ones() -> None:
    prices = load_prices({"gpt-5-mini": PriceSettings(9.0, 9.0), "Llama3": PriceSettings(0.0, 0.0)})
    assert prices.price("gpt-5-mini-2025-08-07") == Price(9.0, 9.0)
    assert prices.price("llama3") == Price(0.0, 0.0)
    assert load_prices().price("llama3") is None


def test_the_name_the_provider_answered_with_is_the_second_choice() -> None:
    prices = load_prices()
    assert prices.price("our-alias", "gpt-5-nano-2025-08-07") == prices.price("gpt-5-nano")
    assert prices.price("gpt-5", "gpt-5-nano") == prices.price("gpt-5")


def test_cached_tokens_and_cache_writes_have_prices_of_their_own() -> None:
    price = Price(input=10.0, output=100.0, cached=1.0, cache_write=20.0)
    used = Usage(input=1_000_000, cached=500_000, cache_write=100_000, output=10_000)
    assert cost(used, price) == pytest.approx(0.4 * 10 + 0.5 * 1 + 0.1 * 20 + 1.0)
    assert cost(used, price, batch=True) == pytest.approx(7.5 / 2)


def test_tokens_without_a_price_of_their_own_cost_what_input_costs() -> None:
    assert cost(Usage(input=1_000_000, cached=900_000, cache_write=50_000), Price(2.0, 8.0)) == pytest.approx(2.0)


def test_an_unknown_price_is_unknown_and_not_nothing() -> None:
    assert cost(Usage(input=5), None) is None


def test_a_price_does_not_hold_for_longer_inputs_than_it_says() -> None:
    price = load_prices().price("gpt-5.4")
    assert price is not None
    assert cost(Usage(input=272_000), price) is not None
    assert cost(Usage(input=272_001), price) is None


@given(*[st.integers(-(10**6), 10**9)] * 4)
def test_absurd_usage_never_costs_less_than_nothing_nor_more_than_the_worst(
    sent: int, received: int, cached: int, written: int
) -> None:
    price = Price(2.0, 8.0, cached=0.5, cache_write=2.5)
    dollars = cost(Usage(sent, received, cached, written), price)
    assert dollars is not None
    assert 0 <= dollars <= worst_cost(max(sent, 0), max(received, 0), price) * (1 + 1e-9)


def test_no_known_model_is_dearer_than_the_dearest() -> None:
    prices = load_prices({"gold": PriceSettings(1.0, 999.0, cache_write=777.0)})
    for price in [*prices.known.values(), *prices.of_settings.values()]:
        assert worst_cost(1000, 1000, prices.dearest) >= worst_cost(1000, 1000, price)


def test_every_shipped_price_is_dated_and_plausible() -> None:
    for model, price in load_prices().known.items():
        assert date.fromisoformat(price.checked) >= date(2025, 7, 4), model
        assert 0 < (price.cached or price.input) <= price.input < price.output, model
        assert price.cache_write is None or price.cache_write >= price.input, model
        assert 0 < price.batch <= 1, model
