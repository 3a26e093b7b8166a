"""The ledger keeps every exchange and no key, and a broken one stops nothing."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from gardener.core.errors import ModelError
from gardener.core.settings import PriceSettings
from gardener.llm.ask import Ask, Message, Reply, Usage
from gardener.llm.costs import as_text, costs
from gardener.llm.ledger import KEPT_DAYS, Ledger, ledgered
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


WRITER = """
import sys
from pathlib import Path
from gardener.llm.ask import Ask, Message, Reply, Usage
from gardener.llm.ledger import Ledger, ledgered

ledger = Ledger(Path(sys.argv[1]))
model = ledgered(lambda ask: Reply("answered", "x" * 2000, usage=Usage(1, 1)), ledger)
for _ in range(int(sys.argv[2])):
    assert model(Ask("judge-1", (Message("user", "y" * 2000),))).outcome == "answered"
ledger.close()
print(*ledger.notes)
"""


def test_two_processes_write_into_one_ledger(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path / "ledger.db"), "40"]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [writer.communicate(timeout=60)[0] for writer in writers]
    assert ([writer.returncode for writer in writers], said) == ([0, 0], ["\n", "\n"])
    assert len(rows(tmp_path / "ledger.db")) == 80


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_a_full_disk_is_said_once_and_stops_nothing(tmp_path: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); "
    command = [sys.executable, "-c", limit + WRITER.replace("ledger = Ledger(Path(sys.argv[1]))", FULL)]
    done = subprocess.run([*command, str(tmp_path / "ledger.db"), "40"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("the ledger of costs is not kept: ")
    assert done.stdout.count("\n") == 1
    assert costs(tmp_path / "ledger.db")[0].requests > 0


FULL = "ledger = Ledger(Path(sys.argv[1]), log_bodies=True)"


def test_a_place_that_is_no_file_is_said_once_and_stops_nothing(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "no" / "such" / "folder" / "ledger.db"):
        ledger = Ledger(place)
        assert ledgered(answered, ledger)(ASK).outcome == "answered"
        assert len(ledger.notes) == 1
        ledger.close()


def test_what_is_too_old_goes(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    write(path)
    write(path)
    young = days_ago(KEPT_DAYS - 1)
    change(path, "UPDATE exchanges SET at = ? WHERE rowid = 1", days_ago(KEPT_DAYS + 1))
    change(path, "UPDATE exchanges SET at = ? WHERE rowid = 2", young)
    write(path)
    assert (costs(path)[0].day, len(rows(path))) == (young[:10], 2)


def test_the_older_half_goes_when_all_is_too_much(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    ledger = Ledger(path, log_bodies=True)
    model = ledgered(lambda _: Reply("answered", "x" * 20_000), ledger)
    for number in range(10):
        model(Ask(f"judge-{number}", ASK.messages))
    ledger.close()
    ledger = Ledger(path, most_bytes=100_000)
    ledgered(answered, ledger)(ASK)
    ledger.close()
    assert [row[1] for row in rows(path)] == [*(f"judge-{number}" for number in range(5, 10)), "judge-1"]


def write(path: Path) -> None:
    ledger = Ledger(path)
    ledgered(answered, ledger)(ASK)
    ledger.close()


def change(path: Path, statement: str, value: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement, (value,))
    connection.commit()
    connection.close()


def days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


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
