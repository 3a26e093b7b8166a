"""The ledger keeps every exchange and no key, and a broken one stops nothing."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest

from gardener.core.errors import ModelError
from gardener.core.settings import PriceSettings
from gardener.llm.ask import Ask, Message, Reply, Usage
from gardener.llm.costs import as_text, costs
from gardener.llm.ledger import Ledger, ledgered
from gardener.llm.prices import load_prices

if TYPE_CHECKING:
    from pathlib import Path

ASK = Ask("judge-1", (Message("user", "is this code fine?"),), purpose="find")
PRICES = load_prices({"judge-1": PriceSettings(1.0, 2.0)})


def answered(_: Ask) -> Reply:
    return Reply("answered", "yes", usage=Usage(1_000_000, 500_000), model="judge-1-2027", status=200)


def rows(path: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    query = "SELECT host, model, returned, purpose, outcome, usd, request, answer FROM exchanges"
    found = list(connection.execute(query))
    connection.close()
    return found


def test_every_exchange_is_a_row_with_what_it_cost(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db", host="llm.example.com", prices=PRICES)
    model = ledgered(answered, ledger)
    assert model(ASK).text == "yes"
    model(ASK)
    ledger.close()
    assert (
        rows(tmp_path / "ledger.db")
        == [("llm.example.com", "judge-1", "judge-1-2027", "find", "answered", 2.0, None, None)] * 2
    )
    assert ledger.notes == ()


def test_bodies_are_kept_only_when_that_is_asked_for(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db", log_bodies=True)
    ledgered(answered, ledger)(ASK)
    ledger.close()
    *_, request, answer = rows(tmp_path / "ledger.db")[0]
    assert "is this code fine?" in str(request)
    assert answer == "yes"


def test_what_cannot_be_written_is_said_once_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"no database, but long enough to be taken for one" * 100)
    ledger = Ledger(tmp_path / "ledger.db")
    model = ledgered(answered, ledger)
    assert model(ASK).outcome == "answered"
    assert model(ASK).outcome == "answered"
    assert len(ledger.notes) == 1
    with pytest.raises(ModelError, match="is no ledger"):
        costs(tmp_path / "ledger.db")


def test_many_threads_and_two_ledgers_lose_nothing(tmp_path: Path) -> None:
    ledgers = [Ledger(tmp_path / "ledger.db"), Ledger(tmp_path / "ledger.db")]
    models = [ledgered(answered, ledger) for ledger in ledgers]
    threads = [threading.Thread(target=lambda model=model: [model(ASK) for _ in range(5)]) for model in models * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for ledger in ledgers:
        ledger.close()
        assert ledger.notes == ()
    assert len(rows(tmp_path / "ledger.db")) == 40


def test_costs_are_summed_and_an_unknown_price_stays_unknown(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    assert as_text(costs(path)) == "nothing was spent so far\n"
    ledger = Ledger(path, prices=PRICES)
    ledgered(answered, ledger)(ASK)
    ledgered(answered, ledger)(Ask("another", ASK.messages, purpose="refute"))
    ledgered(lambda _: Reply("unreachable", status=503), ledger)(ASK)
    ledger.close()
    found = {(one.model, one.purpose): one for one in costs(path)}
    assert (found["judge-1", "find"].requests, found["judge-1", "find"].usd) == (2, 2.0)
    assert found["another", "refute"].usd is None
    text = as_text(costs(path))
    assert "$2.0000" in text
    assert text.rstrip("\n").split("\n")[-1].endswith("unknown")
    assert costs(path, since="2999-01-01") == ()
