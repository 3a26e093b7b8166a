"""The way from a theme to a proposal, with real rules, a real ruff and real repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.feedback import Evidence, Feedback, Proposal, Theme
from gardener.learning.case import cases_of
from gardener.learning.ground import read_ground
from gardener.learning.splitting import routed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.conftest import Garden

UTCNOW = (
    "from datetime import datetime\n\nat = datetime.utcnow(){}\n",
    "from datetime import UTC, datetime\n\nat = datetime.now(UTC){}\n",
)


def said(number: int, text: str, before: str | None, after: str | None, path: str = "") -> Evidence:
    """What one of three people said in a pull request of its own."""
    feedback = Feedback(
        f"c{number}", "jsonl", text, pr=str(number), author=f"person {number % 3}", association="MEMBER",
        path=path or f"app/m{number}.py", before_file=before, after_file=after,
    )  # fmt: skip
    return Evidence(feedback, text, before=before, after=after, tier="T2" if after else "T3", fate="addressed")


def about(text: str, pairs: Sequence[tuple[str, str | None]], start: int = 0, path: str = "") -> list[Evidence]:
    """The same said about several pairs of code."""
    return [
        said(number, text, before, after, path and path.format(number))
        for number, (before, after) in enumerate(pairs, start)
    ]


def proposals(made: Garden, *evidence: Evidence) -> list[Proposal]:
    theme = Theme("T00000001", evidence[0].text, evidence)
    return routed(cases_of([theme], read_ground(made.root)))[0]


def utcnow(count: int = 3) -> list[tuple[str, str | None]]:
    return [tuple(side.format(f"  # {number}") for side in UTCNOW) for number in range(count)]  # type: ignore[misc]


def test_a_rule_of_ruff_is_proposed_unless_it_is_on(garden: Callable[..., Garden]) -> None:
    made = garden({"app/a.py": UTCNOW[0].format("")})
    evidence = about("naive datetime: utcnow has no timezone", utcnow())
    [found] = proposals(made, *evidence)
    assert (found.route, found.target, found.proof.hits, found.places) == ("ruff", "DTZ003", 1, {"app/a.py": (3,)})
    made.write({"ruff.toml": 'lint.select = ["DTZ"]\n'})
    [found] = proposals(made, *evidence)
    assert (found.route, found.target) == ("enforced", "DTZ003")
    assert [each.route for each in found.rejected] == []


def test_seven_in_ten_befores_suffice_and_one_after_is_too_much(garden: Callable[..., Garden]) -> None:
    made = garden({})
    text = "naive datetime: utcnow has no timezone"
    other = [("x = f(1)\n", "x = g(1)\n")]
    assert proposals(made, *about(text, [*utcnow(3), *other]))[0].target == "DTZ003"
    assert proposals(made, *about(text, [*utcnow(2), *other]))[0].target != "DTZ003"
    left = [(utcnow(5)[4][0], f"{utcnow(5)[4][0]}y = 1\n")]
    assert proposals(made, *about(text, [*utcnow(2), *left]))[0].target != "DTZ003"


def test_what_changed_by_the_way_is_not_what_people_mean(garden: Callable[..., Garden]) -> None:
    made = garden({})
    pairs = [
        (
            f"from shop import bus\n\nbus.send({name}, 'x')\n",
            f'from shop import events\n\nevents.publish({name}, "x")\n',
        )
        for name in ("order", "cart", "user.id")
    ]
    [found] = proposals(made, *about("Events go through `events.publish`, never to the bus itself", pairs))
    assert found.route in {"family", "pattern"}
    assert "nobody speaks of" in next(each.reason for each in found.rejected if each.route == "ruff")


def test_what_would_find_too_much_is_tried_in_its_own_folder(garden: Callable[..., Garden]) -> None:
    view = "from shop.web import views\n\n\ndef page(order):\n    views.render(order)\n    return order.total\n"
    made = garden({f"shop/web/page{number}.py": view for number in range(9)})
    after = "def total{0}(order):\n    return order.total\n"
    before = "from shop.web import views\n\n\ndef total{0}(order):\n    views.render(order)\n    return order.total\n"
    pairs = [(before.format(number), after.format(number)) for number in range(4)]
    evidence = about("The domain must never import from the web layer", pairs, path="shop/domain/m{}.py")
    [found] = proposals(made, *evidence)
    assert found.route in {"family", "pattern"}
    assert found.page is not None
    assert 'paths = ["shop/domain/**"]' in found.page
    assert found.proof.hits == 0


def test_a_theme_that_holds_several_things_is_taken_apart(garden: Callable[..., Garden]) -> None:
    made = garden({})
    shells = [
        (f"import os\n\nos.popen({name})\n", f"import subprocess\n\nsubprocess.run([{name}], check=True)\n")
        for name in ("a", "b", "c")
    ]
    clocks = about("unsafe: `datetime.utcnow()` used", utcnow())
    found = proposals(made, *clocks, *about("unsafe: starting a process with a shell", shells, 3))
    assert {each.target for each in found} == {"DTZ003", "S605"}
    ids = [each.feedback.id for proposal in found for each in proposal.theme.evidence]
    assert len(ids) == len(set(ids))


def test_without_code_words_decide(garden: Callable[..., Garden]) -> None:
    made = garden({})
    asked = [said(number, f"Log messages must name the order, case {number}", None, None) for number in range(3)]
    assert proposals(made, *asked)[0].route == "belief"
    told = [said(number, f"The spelling here is odd, case {number}", None, None, "app/words.py") for number in range(3)]
    assert proposals(made, *told)[0].route == "issue"
    scattered = [said(n, f"The spelling here is odd, case {n}", None, None, f"{'abc'[n]}/x.py") for n in range(3)]
    assert proposals(made, *scattered)[0].route == "none"
    made.write(
        {"core-beliefs.md": "# B\n\n## Log messages name their order\n\nEvery log message must name the order.\n"}
    )
    [known] = proposals(made, *asked)
    assert (known.route, known.target, known.draft) == ("belief", "log-messages-name-their-order", "")
