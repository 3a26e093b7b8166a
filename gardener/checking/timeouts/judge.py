"""The verdict on every call of a file: which are listed, what is wrong with them, what excuses them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gardener.checking.timeouts.case import Case, Problem, assess, judge_value
from gardener.checking.timeouts.excuses import has_unknown_dsn, is_excused
from gardener.checking.timeouts.matching import Listing, weaker
from gardener.checking.timeouts.wording import fix_of, message
from gardener.checking.timeouts.wrappers import survey, wrapper_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import libcst as cst

    from gardener.checking.families._matching import Wording
    from gardener.checking.hit import Hit
    from gardener.checking.source import SourceFile
    from gardener.checking.timeouts.excuses import Excuse
    from gardener.core.finding import Certainty


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges calls by a listing; `value` is the source of the timeout that fixes write."""

    listing: Listing
    value: str
    excuses: Mapping[str, Excuse]
    wording: Wording

    def run(self, node: cst.CSTNode, file: SourceFile) -> Iterator[Hit]:
        """The hit that a call or an assignment is, if it is one."""
        import libcst as cst

        if isinstance(node, cst.Assign):
            yield from self._assignment(node, file)
        elif isinstance(node, cst.Call):
            case = self._case(node, file)
            problem = assess(case) if case else None
            if case is None or problem is None:
                return
            if problem.kind == "handed":
                self._look_for_callers(case)
                return
            survey(file, self.listing)
            if not is_excused(case, problem, self.excuses):
                yield self._hit(case, problem)

    def _case(self, call: cst.Call, file: SourceFile) -> Case | None:
        case = self.listing.cases(file, call)
        if case is not None:
            return case
        found = survey(file, self.listing)
        if file.is_slice and any(self._is_factory(item.name) for item in file.resolve(call.func)):
            file.need_module()
        made = self.listing.made(file, call, found.factories) if found.factories else None
        return made or wrapper_case(file, call, self.listing, found.wrappers)

    def _is_factory(self, name: str) -> bool:
        return any(entry.role == "factory" for entry in self.listing.entries.get(name, ()))

    def _look_for_callers(self, case: Case) -> None:
        """A call that hands on what its function was given is fine; who calls that function may not be."""
        file = case.file
        if not file.is_slice:
            return
        scope = file.scope_of(case.call)
        name = scope.parent.name if scope.name == "__init__" and scope.parent else scope.name
        if len(re.findall(rf"\b{re.escape(name)}\b", file.text)) > 1:
            file.need_module()

    def _assignment(self, node: cst.Assign, file: SourceFile) -> Iterator[Hit]:
        """`client.timeout = None`."""
        import libcst as cst

        for target in node.targets:
            if not isinstance(target.target, cst.Attribute):
                continue
            for item in file.resolve(target.target):
                entries = self.listing.entries.get(item.name, ())
                if not entries or entries[0].role != "attribute":
                    continue
                yield from self._assigned(node, target.target, file, item.name, item.certainty)
                break

    def _assigned(
        self, node: cst.Assign, target: cst.Attribute, file: SourceFile, name: str, certainty: Certainty
    ) -> Iterator[Hit]:
        import libcst as cst

        from gardener.checking.timeouts.arguments import Argument

        stand_in = cst.Call(target)
        case = self.listing.case_of(file, stand_in, target, name, certainty)
        if case is None:
            return
        given = Argument("given", target.attr.value, node.value)
        kind = judge_value(case, given)
        if kind is None:
            return
        problem = Problem(kind, given)
        hit = self._hit(case, problem)
        yield replace(hit, node=node)

    def _hit(self, case: Case, problem: Problem) -> Hit:
        certainty = self._certainty(case, problem)
        if case.assumed:
            case.file.note(_assumption(case))
        text = self.wording.say(CALL=case.name, REASON=message(case, problem, self.value))
        return case.file.flag(case.call, text, fix=fix_of(case, problem, self.value), certainty=certainty)

    def _certainty(self, case: Case, problem: Problem) -> Certainty:
        certainty = weaker(case.certainty, case.entry.certainty)
        if case.entry.wraps:
            certainty = weaker(certainty, "likely")
        if problem.kind == "unknown":
            certainty = weaker(certainty, "likely" if case.terms.splat == "likely" else "maybe")
        if problem.kind in ("absent", "unknown") and (has_unknown_dsn(case) or case.assumed):
            certainty = "maybe"
        return certainty


def _assumption(case: Case) -> str:
    entry = case.entry
    return (
        f"the release of `{entry.title}` in use is not known (no lock file pins it): "
        f"`network-call-without-timeout` assumes one before {entry.until}"
        if entry.until
        else f"the release of `{entry.title}` in use is not known (no lock file pins it)"
    )
