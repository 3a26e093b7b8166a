"""An evaluation in words and figures: for a terminal, as Markdown, as JSON. It always names the judge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gardener.reviewing.measures import LEAST_LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.llm.spent import Spent
    from gardener.reviewing.evaluation import Evaluation
    from gardener.reviewing.measures import Measure, Rate

COUNTS = ("clause", "n", "TP", "FP", "FN")
RATES = ("precision", "recall", "false alarms", "right line", "flips")
_NONE = "-"


def refusal(evaluation: Evaluation) -> str:
    """Why there is no figure for all clauses together; empty when there is one."""
    total = evaluation.total
    if evaluation.mixed:
        return f"no figure in total: several models answered for `{evaluation.mixed[0]}`, and judges do not mix"
    if total.missing:
        labels = f"{total.labels} label{'s' * (total.labels != 1)}"
        return f"no figure in total: {labels} judged, and it takes {LEAST_LABELS}: {total.missing} more are needed"
    return ""


def as_text(evaluation: Evaluation) -> str:
    """For people at a terminal."""
    rows = [list(COUNTS + RATES), *(_cells(one) for one in _measures(evaluation))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = [_aligned(row, widths) for row in rows]
    return "\n".join([*_head(evaluation), "", *table, "", *_foot(evaluation)]) + "\n"


def as_markdown(evaluation: Evaluation) -> str:
    """For a document or a comment."""
    from gardener.documents.tables import row_source

    header = list(COUNTS + RATES)
    ruler = "|" + "---|" + "---:|" * (len(header) - 1)
    rows = [row_source(_cells(one)) for one in _measures(evaluation)]
    lines = [f"- {line}" for line in (*_head(evaluation), *_foot(evaluation))]
    return "\n".join([row_source(header), ruler, *rows, "", *lines]) + "\n"


def as_json(evaluation: Evaluation) -> str:
    """For programs."""
    judge = evaluation.judge
    refused = refusal(evaluation)
    document = {
        "judge": {
            "model": judge.model,
            "verify_model": judge.verify_model,
            "temperature": judge.temperature,
            "prompts": evaluation.prompts,
            "answered_as": {model: list(names) for model, names in evaluation.answered_as.items()},
            "repeats": evaluation.repeats,
        },
        "labels": evaluation.sources,
        "clauses": [_measure(one) for one in evaluation.clauses],
        "total": _measure(evaluation.total, rates=not refused) | {"refused": refused or None},
        "unjudged": evaluation.reasons,
        "spent": _bill(evaluation.spent) if evaluation.spent is not None else None,
        "notes": list(evaluation.notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _measures(evaluation: Evaluation) -> Sequence[Measure]:
    """What stands in the table: a row of all of them only where a figure for all is due."""
    return [*evaluation.clauses, *(() if refusal(evaluation) else (evaluation.total,))]


def _head(evaluation: Evaluation) -> list[str]:
    judge, total = evaluation.judge, evaluation.total
    refuter = "" if judge.verify_model == judge.model else f", `{judge.verify_model}` refutes"
    sampled = "" if judge.temperature is None else f", temperature {judge.temperature:g}"
    times = "once" if evaluation.repeats == 1 else f"{evaluation.repeats} times"
    origins = ", ".join(f"{number} {_ORIGINS[source]}" for source, number in evaluation.sources.items())
    asked = sum(evaluation.sources.values())
    lines = [
        f"judge: `{judge.model}`{refuter}{sampled}, prompts {evaluation.prompts}; each label judged {times}",
        f"labels: {asked} ({origins}), of which {total.labels} were judged, {total.violations} of them violations",
    ]
    named = {model: names for model, names in evaluation.answered_as.items() if names != (model,)}
    lines += [f"`{model}` was answered as {', '.join(f'`{name}`' for name in names)}" for model, names in named.items()]
    return lines


_ORIGINS = {"example": "from examples", "injected": "injected or left clean", "file": "from the file"}


def _foot(evaluation: Evaluation) -> list[str]:
    total = evaluation.total
    lines = [refused] if (refused := refusal(evaluation)) else []
    if evaluation.repeats > 1:
        lines.append("counts are over all repeats; intervals take every label once")
    else:
        lines.append("flips are not measured: that takes --repeat 2 or more")
    if total.unsure or total.dropped:
        lines.append(f"counted as no finding: {total.unsure} unsure, {total.dropped} dropped by the gate")
    lines += [f"unjudged: {number} pairs: {reason}" for reason, number in evaluation.reasons.items()]
    lines += [f"note: {note}" for note in evaluation.notes]
    return lines if evaluation.spent is None else [*lines, _spent(evaluation.spent)]


def _spent(spent: Spent) -> str:
    price = "price unknown" if spent.usd is None else f"${spent.usd:.4f}"
    about = "about " if spent.estimated else ""
    return f"spent: {spent.requests} requests, {about}{spent.tokens_in:,} tokens in, {spent.tokens_out:,} out, {price}"


def _cells(one: Measure) -> list[str]:
    rates = (one.precision, one.recall, one.false_alarms, one.localisation, one.flip_rate)
    return [one.name, str(one.labels), str(one.tp), str(one.fp), str(one.fn), *map(_rate, rates)]


def _rate(rate: Rate | None) -> str:
    if rate is None:
        return _NONE
    bounds = rate.interval
    return f"{rate.share:.2f} ({bounds.low:.2f} to {bounds.high:.2f})"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = row
    numbers = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
    return "  ".join([first.ljust(widths[0]), *numbers]).rstrip()


def _measure(one: Measure, *, rates: bool = True) -> dict[str, Any]:
    figures = {
        "precision": one.precision,
        "recall": one.recall,
        "false_alarms": one.false_alarms,
        "localisation": one.localisation,
        "flip_rate": one.flip_rate,
    }
    counts = {"n": one.labels, "violations": one.violations, "tp": one.tp, "fp": one.fp, "fn": one.fn, "tn": one.tn}
    counts |= {"unsure": one.unsure, "dropped": one.dropped, "unjudged": one.unjudged}
    shares = {name: _share(rate) if rates and rate is not None else None for name, rate in figures.items()}
    return {"clause": one.name, **counts, **shares}


def _share(rate: Rate) -> dict[str, float]:
    bounds = rate.interval
    return {"share": round(rate.share, 4), "low": round(bounds.low, 4), "high": round(bounds.high, 4), "of": rate.total}


def _bill(spent: Spent) -> dict[str, Any]:
    return {
        "requests": spent.requests,
        "tokens_in": spent.tokens_in,
        "tokens_out": spent.tokens_out,
        "usd": spent.usd,
        "estimated": spent.estimated,
    }
