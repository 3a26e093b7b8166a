"""Examples that need a condition: code that the rule would flag, or would miss, if it lacked that one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gardener.learning.induction.cutting import cuts
from gardener.learning.induction.examples import flagged_lines, is_flagged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gardener.core.rule import Rule
    from gardener.learning.induction.examples import Shown
    from gardener.learning.induction.trial import Trial

MOST_SIDES = 12


def near_misses(
    rule: Rule, alive: Sequence[str], chosen: Sequence[Shown], trial: Trial
) -> list[tuple[str | None, str | None]]:
    """A bad or a good example for each condition in `alive` (as `mutate` describes them), where one can be found."""
    from gardener.checking.mutate import mutants

    weaker = dict(mutants(rule))
    found: list[tuple[str | None, str | None]] = []
    for said in alive:
        mutant = weaker.get(said)
        pair = None if mutant is None else _for_condition(rule, mutant, chosen, trial)
        if pair is not None:
            found.append(pair)
    return found


def _for_condition(
    rule: Rule, mutant: Rule, chosen: Sequence[Shown], trial: Trial
) -> tuple[str | None, str | None] | None:
    """Code on which the rule and its weaker twin differ: from the samples, else made up."""
    for item in chosen:
        if item.good is not None and _differs(rule, mutant, item.good, flagged=False):
            return (None, item.good)
        if _differs(rule, mutant, item.bad, flagged=True):
            return (item.bad, item.good)
    for text in _cut_sides(mutant, trial):
        if _differs(rule, mutant, text, flagged=False):
            return (None, text)
    for text in _made_up(rule, chosen):
        if _differs(rule, mutant, text, flagged=False):
            return (None, text)
        if _differs(rule, mutant, text, flagged=True):
            return (text, None)
    return None


def _differs(rule: Rule, mutant: Rule, code: str, *, flagged: bool) -> bool:
    """Whether the rule flags the code, or not, as asked, and the weaker one does otherwise."""
    return is_flagged(rule, code) is flagged and is_flagged(mutant, code) is not flagged


def _cut_sides(mutant: Rule, trial: Trial) -> Iterator[str]:
    """What the weaker rule flags in code that is as it should be."""
    from dataclasses import replace

    from gardener.checking.compile import compile_rule
    from gardener.core.errors import GardenerError

    try:
        weaker = replace(mutant, plan=compile_rule(mutant).plan)
    except GardenerError:
        return
    sides = [pair.after for pair in trial.pairs if pair.after is not None] + list(trial.negatives)
    for side in sides[:MOST_SIDES]:
        for line in flagged_lines(weaker, side.code.text, side.code.path)[:2]:
            yield from (text for _, text in cuts(side.code, (line, line)))


def _made_up(rule: Rule, chosen: Sequence[Shown]) -> Iterator[str]:
    """Bad code without what stands around it, with another name, with another argument."""
    for item in chosen[:3]:
        yield from _without_context(item.bad)
        yield from _renamed(rule, item.bad)
    yield from _calls(rule)


def _without_context(code: str) -> Iterator[str]:
    """The code in a plain function, outside of loops and classes."""
    import textwrap

    lines = code.strip("\n").split("\n")
    imports = [line for line in lines if line.startswith(("import ", "from "))]
    rest = [line for line in lines if line not in imports]
    top = "".join(f"{line}\n" for line in imports)
    text = "\n".join(rest).strip("\n")
    if text.startswith("async def "):
        plain = re.sub(r"\bawait ", "", text.removeprefix("async "))
        yield f"{top}\n\n{plain}\n"
    header = re.match(r"[^\n]*:\n", text)
    if header:
        yield f"{top}\n{textwrap.dedent(text[header.end() :])}\n"
    yield re.sub(r"(?m)^(\s*class \w+)\([^)]*\):", r"\1:", code)
    yield re.sub(r"(?m)^\s*@[^\n]*\n", "", code)


def _renamed(rule: Rule, code: str) -> Iterator[str]:
    """Definitions under a name that says nothing."""
    yield re.sub(r"(?m)^(\s*(?:async )?def )\w+", r"\1other", code)
    yield re.sub(r"(?m)^(\s*class )\w+", r"\1Other", code)
    name = rule.body.get("parameters", {}).get("argument")
    if isinstance(name, str):
        yield re.sub(rf"\b{re.escape(name)}=", "other=", code)
    if rule.body.get("where"):
        yield re.sub(r"\.\w+\(", ".other(", code)
        yield re.sub(r"\"[^\"\n]*\"", '"other"', code)
        yield re.sub(r"\b\d+(?:\.\d+)?\b", "0", code)


def _calls(rule: Rule) -> Iterator[str]:
    """A call of each function that no sample calls."""
    parameters: dict[str, Any] = rule.body.get("parameters", {})
    for name in parameters.get("calls", ()):
        module = name.rpartition(".")[0]
        argument = parameters.get("argument")
        value = repr(parameters["values"][0]) if parameters.get("values") else ""
        inner = f"value, {argument}={value}" if value else "value"
        head = f"import {module.partition('.')[0]}\n\n" if module else ""
        yield f"{head}{name}({inner})\n"
