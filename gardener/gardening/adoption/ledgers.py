"""Lines for `.gitattributes` and `.gitignore`: ledgers merge by union, and what is only kept for speed is not kept."""

from __future__ import annotations

_LEDGERS = ("baseline", "rules", "deferrals", "scores", "issues")
ATTRIBUTES = (*(f".gardener/{name}.jsonl merge=union" for name in _LEDGERS), ".gardener/verdicts/*.jsonl merge=union")
IGNORED = (".gardener/cache/", ".gardener/feedback.db")


def missing_lines(old: str | None, lines: tuple[str, ...]) -> str | None:
    """Those of `lines` that a file does not have; None when it has them all."""
    present = {line.strip() for line in (old or "").split("\n")}
    missing = [line for line in lines if line not in present]
    return "".join(f"{line}\n" for line in missing) if missing else None
