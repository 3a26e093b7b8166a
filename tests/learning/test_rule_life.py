"""What people decide about rules is kept, and what they do with findings says what to decide next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.core.errors import ConfigError
from gardener.learning.accepting import with_state
from gardener.learning.labels import Labels, is_unwanted, promotion
from gardener.learning.rule_ledger import PATH, Event, line_of, read_events, rejection_of, with_event
from gardener.learning.upkeep import upkeep
from gardener.repo.memory import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Garden

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
EVENTS = st.builds(
    Event, on=st.dates().map(str), event=st.sampled_from(["accepted", "rejected"]), rule=st.just("late-call"),
    theme=st.sampled_from(["", "T12345678"]), before=st.sampled_from([None, "shadow"]),
    after=st.sampled_from([None, "error"]), reason=TEXT, evidence=st.integers(0, 9),
)  # fmt: skip


def read(text: str) -> tuple[Event, ...]:
    return read_events(MemoryTree({PATH: text.encode()}))


@given(st.lists(EVENTS), st.randoms())
def test_a_ledger_says_the_same_in_any_order_and_with_lines_twice(events: list[Event], chance: object) -> None:
    text = ""
    for event in events:
        text = with_event(text, event)
    lines = [line_of(event) for event in events] * 2
    chance.shuffle(lines)  # type: ignore[attr-defined]
    assert read("".join(lines)) == read(text)
    assert set(read(text)) == set(events)


@pytest.mark.parametrize(
    "line", ["{", "[]", "{}", '{"event": "eaten", "rule": "x"}', '{"event": "accepted", "rule": 1}', "<<<<<<<"]
)
def test_a_line_that_is_no_decision_is_refused_with_its_place(line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(f"\n{line}\n")
    assert caught.value.at == f"{PATH}:2"


def test_a_rejection_holds_until_the_evidence_doubles_or_somebody_accepts() -> None:
    rejected = Event("2026-01-02", "rejected", "x", "T1", evidence=4)
    assert rejection_of([rejected], "T1", 7) == rejected
    assert rejection_of([rejected], "T1", 8) is None
    assert rejection_of([rejected], "T2", 4) is None
    assert rejection_of([rejected, Event("2026-01-03", "accepted", "x", "T1")], "T1", 4) is None
    uncounted = Event("2026-01-02", "rejected", "", "T1")
    assert rejection_of([uncounted], "T1", 99) == uncounted


@pytest.mark.parametrize(
    ("useful", "useless", "from_shadow", "from_warn"),
    [(8, 0, "warn", None), (7, 0, None, None), (11, 1, "warn", None), (20, 0, "warn", "error"), (19, 1, "warn", None),
     (29, 1, "warn", "error"), (8, 4, None, None)],
)  # fmt: skip
def test_labels_promote_when_enough_of_them_speak_for_a_rule(
    useful: int, useless: int, from_shadow: str | None, from_warn: str | None
) -> None:
    labels = Labels(useful, useless)
    assert (promotion("shadow", labels), promotion("warn", labels)) == (from_shadow, from_warn)
    assert promotion("error", labels) is None


def test_deeds_weigh_less_than_words() -> None:
    assert promotion("shadow", Labels(fixed=31)) is None
    assert promotion("shadow", Labels(fixed=32)) == "warn"
    assert not is_unwanted(Labels(useful=8, useless=1))
    assert not is_unwanted(Labels(useful=9, useless=1))
    assert is_unwanted(Labels(useful=8, useless=2))


@pytest.mark.parametrize(
    "line", ['state = "shadow"', "state='shadow'", ' state   =  "shadow" # waits', 'severity = "P1"']
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_the_state_of_a_page_changes(line: str, end: str) -> None:
    page = end.join(
        ["# T", "", 'state = "shadow"', "```toml gardener", 'pattern = "x($A)"', line, "```", "```", "state"]
    )
    after = with_state(page, "error")
    assert '"error"' in after
    fence = after.partition("gardener")[2]
    assert "shadow" not in fence.replace("# waits", "")
    assert after.replace('state = "error"\n', "").count("x($A)") == 1


PAGE = """\
# Naive time

```toml gardener
pattern = "datetime.datetime.utcnow()"
state = "{state}"
```

Times have zones.

```python bad
import datetime

now = datetime.datetime.utcnow()
```

```python good
import datetime

now = datetime.datetime.now(datetime.timezone.utc)
```
"""
OWN = PAGE.replace("datetime.datetime.utcnow()", "shop.clock()").replace("import datetime", "import shop")


def test_the_nightly_job_hears_what_has_become_of_rules(garden: Callable[..., Garden]) -> None:
    allowed = "".join("shop.clock()  # gardener: allow[clock] it is a test\n" for _ in range(3))
    deferred = "".join("shop.clock()  # gardener: defer[clock] until the move\n" for _ in range(7))
    made = garden(
        {
            "rules/naive-time.md": PAGE.format(state="error"),
            "rules/clock.md": OWN.format(state="error"),
            "a.py": f"import shop\n\n{allowed}{deferred}",
        }
    )
    made.commit()
    found = {advice.rule: advice for advice in upkeep(made.root)}
    assert (found["naive-time"].action, "DTZ003" in found["naive-time"].reason) == ("replace", True)
    assert (found["clock"].action, found["clock"].step) == ("demote", "gardener rules accept clock --as warn")
    assert "3 of 10" in found["clock"].reason


def test_a_rule_that_finds_nothing_for_long_can_go(garden: Callable[..., Garden]) -> None:
    made = garden({"rules/clock.md": OWN.format(state="warn"), "a.py": "x = 1\n"})
    for number in range(50):
        made.git("commit", "-q", "--allow-empty", "-m", f"change {number}") if number else made.commit()
    [advice] = upkeep(made.root)
    assert (advice.action, advice.step) == ("retire", "gardener rules reject clock --reason TEXT")
    made.write({"b.py": "import shop\n\nshop.clock()\n"})
    assert upkeep(made.root) == []
