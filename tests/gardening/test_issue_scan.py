"""What a scan can say about issues, and whose they are."""

from __future__ import annotations

import pytest

from gardener.core.belief import Area, Belief, Beliefs, Clause
from gardener.core.finding import Failure, Finding, Place, Span, Suppression
from gardener.core.report import Counts, Report
from gardener.core.rule import Rule
from gardener.gardening.issue_drafts import drafts_of
from gardener.gardening.issue_scan import Ground, Scan, scan_of
from gardener.repo.codeowners import read_owners

GROUND = Ground(
    areas=(Area("payments", ("src/shop/pay/**",)), Area("shop", ("src/shop/**", "shop.py"))),
    folders=("docs", "src"),
    owners=read_owners("* @all\n/src/shop/pay/ @pay\n"),
    beliefs=Beliefs("core-beliefs.md", (Belief("b", "B", "core-beliefs.md", 1, 2, (Clause("b.1", "Must hold.", 2),)),)),
)
RULE = Rule("rule-a", "Thing that is wrong", "Because.\n\n## More\n\nDetails.", pack="rules")
FAMILIES = ("check", "ruff", "review")


def finding(path: str = "src/shop/a.py", **fields: object) -> Finding:
    """A finding of a rule."""
    given = {
        "rule": "rule-a",
        "message": "m",
        "severity": "P2",
        "span": Span(0, 1),
        "place": Place(1, 1, 1, 2),
        **fields,
    }
    return Finding(path=path, **given)  # type: ignore[arg-type] # by name


def scan(*failures: Failure, **counts: int) -> Scan:
    """A scan with failures."""
    return scan_of([Report(failures=failures, rules=(RULE,), counts=Counts(**counts))], GROUND, families=FAMILIES)


def test_a_full_scan_speaks_for_everything() -> None:
    made = scan()
    assert all(made.clean(subject, "shop") for subject in ("rule-a", "ruff:S113", "b.1"))
    assert not made.retired("rule-a")
    assert not made.retired("ruff:S113")
    assert not made.retired("b.1")
    assert made.retired("rule-b")


@pytest.mark.parametrize(
    ("failure", "blind"),
    [
        (Failure("x", path="src/shop/a.py"), {("rule-a", "shop"), ("ruff:S113", "shop"), ("b.1", "shop")}),
        (Failure("x", rule="rule-a"), {("rule-a", "shop"), ("rule-a", "payments")}),
        (Failure("x", rule="ruff"), {("ruff:S113", "shop"), ("ruff:S113", "payments")}),
        (
            Failure("x"),
            {(subject, area) for subject in ("rule-a", "ruff:S113", "b.1") for area in ("shop", "payments")},
        ),
    ],
)
def test_what_failed_speaks_for_nothing(failure: Failure, blind: set[tuple[str, str]]) -> None:
    made = scan(failure)
    every = [(subject, area) for subject in ("rule-a", "ruff:S113", "b.1") for area in ("shop", "payments")]
    assert {pair for pair in every if not made.clean(*pair)} == blind


@pytest.mark.parametrize("counts", [{"unjudged": 1}, {"stale": 1}])
def test_what_was_not_judged_anew_keeps_clauses_open(counts: dict[str, int]) -> None:
    made = scan(**counts)
    assert not made.clean("b.1", "shop")
    assert made.clean("rule-a", "shop")


def test_a_family_nobody_looked_for_is_not_clean() -> None:
    made = scan_of([Report(rules=(RULE,))], GROUND, families=["check"])
    assert not made.clean("ruff:S113", "shop")
    assert not made.clean("b.1", "shop")


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("src/shop/pay/a.py", "payments"),
        ("src/shop/a.py", "shop"),
        ("shop.py", "shop"),
        ("src/other/a.py", "src"),
        ("docs/a.md", "docs"),
        ("README.md", "root"),
    ],
)
def test_every_file_has_an_area(path: str, area: str) -> None:
    assert GROUND.area_of(path) == area
    assert area in scan().areas


def drafted(*findings: Finding) -> list[tuple[str, str, int]]:
    """(kind, area, count) of the drafts of findings."""
    report = Report(findings=findings, rules=(RULE,))
    return [(one.kind, one.area, one.count) for one in drafts_of([report], GROUND, min_severity="P2")]


def test_findings_are_gathered_by_rule_and_area() -> None:
    assert drafted(finding(), finding("src/shop/b.py"), finding("src/shop/pay/a.py")) == [
        ("rule", "shop", 2),
        ("rule", "payments", 1),
    ]


@pytest.mark.parametrize(
    ("fields", "worth"),
    [
        ({}, True),
        ({"severity": "P0"}, True),
        ({"severity": "P3"}, False),
        ({"state": "warn"}, True),
        ({"state": "shadow"}, False),
        ({"certainty": "likely"}, True),
        ({"certainty": "maybe"}, False),
        ({"suppressed": Suppression("baseline", "r")}, True),
        ({"suppressed": Suppression("inline", "r")}, False),
        ({"suppressed": Suppression("deferral", "r")}, False),
        ({"suppressed": Suppression("dispute", "r")}, False),
    ],
)
def test_what_is_worth_an_issue(fields: dict[str, object], worth: bool) -> None:
    assert bool(drafted(finding(**fields))) == worth


def test_the_gravest_and_the_largest_come_first() -> None:
    found = (finding(), finding("src/shop/b.py"), finding("docs/a.md", severity="P1"), finding("src/shop/pay/a.py"))
    assert [area for _, area, _ in drafted(*found)] == ["docs", "shop", "payments"]


def test_a_draft_names_what_is_needed() -> None:
    found = [finding("src/shop/pay/a b.py", fingerprint=str(number)) for number in range(12)]
    (draft,) = drafts_of([Report(findings=tuple(found), rules=(RULE,))], GROUND, min_severity="P2")
    assert draft.why == "Because."
    assert draft.owners == ("@pay",)
    assert (len(draft.places), draft.count, draft.size) == (10, 12, "L")
    assert draft.verify == "gardener check --select rule-a --no-baseline src/shop/pay"
    assert not any(character.isdigit() for character in draft.title)


def test_what_a_review_found_quotes_the_clause() -> None:
    found = finding(rule="b.1", origin="review", belief="b")
    (draft,) = drafts_of([Report(findings=(found,))], GROUND, min_severity="P2")
    assert (draft.kind, draft.title, draft.quote) == ("clause", "Uphold b.1 in shop", "Must hold.")
    assert draft.verify == "gardener review src/shop"


def test_no_secret_stands_in_an_issue() -> None:
    secret = "ghp_" + "wWPw5k4aXcaT4fNP" + "0UcnZwJUVFk6LO0pINUx"
    texts = {"src/shop/a.py": f'TOKEN = "{secret}"\n'}
    found = finding(message=f"`{secret}` is a token", remediation=f"take `{secret}` out")
    (draft,) = drafts_of([Report(findings=(found,), texts=texts)], GROUND, min_severity="P2")
    assert draft.before == ('TOKEN = "<SECRET:github_token:1>"',)
    assert secret not in repr(draft)


@pytest.mark.parametrize("name", ["; rm -rf ~", "$(id)", "a'b", "-rf", "`id`"])
def test_no_path_is_a_command(name: str) -> None:
    import shlex

    (draft,) = drafts_of([Report(findings=(finding(f"{name}/x.py"),))], Ground(), min_severity="P2")
    words = shlex.split(draft.verify)
    assert words[:5] == ["gardener", "check", "--select", "rule-a", "--no-baseline"]
    assert words[5:] == [f"./{name}" if name.startswith("-") else name]
