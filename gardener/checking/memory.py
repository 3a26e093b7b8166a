"""Examining files with what earlier runs remember: nothing is parsed twice while nothing changed."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from gardener.checking.cache import PATH, Cache, cache_key
from gardener.checking.result import CLEAN, FileResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gardener.checking.figures import Figures
    from gardener.checking.jobs import Job
    from gardener.checking.request import CheckRequest
    from gardener.checking.selection import Selection


def through_cache(job: Job, paths: Sequence[str], request: CheckRequest) -> tuple[dict[str, FileResult], Figures]:
    """The result of every path of the working tree, remembered where that is certain."""
    from gardener.checking.jobs import examine_all

    root = job.tree.root
    cache = Cache.open(root, cache_key(identity(job.selection)), tracked=PATH in job.tree.paths())
    stats = {path: stat for path in paths if (stat := _stat(os.path.join(root, path))) is not None}  # noqa: PTH118
    known = {path: found for path, stat in stats.items() if (found := cache.lookup(path, stat)) is not None}
    missing = [path for path in paths if path not in known]
    job = replace(job, known=cache.digests(missing))
    fresh, figures = examine_all(job, missing, jobs=request.jobs, progress=request.progress)
    for path, examined in fresh.items():
        result = examined.result
        if result is None:
            result = cache.lookup_content(path, examined.digest, stats.get(path)) or CLEAN
        elif examined.digest and _lasting(result):
            cache.store(path, examined.digest, result, stats.get(path))
        known[path] = result
    cache.save(None if request.paths else frozenset(paths))
    return {path: known[path] for path in paths}, figures


def _lasting(result: FileResult) -> bool:
    """False where a second look could end differently: a slow machine, a rule that broke."""
    return all(failure.rule is None and failure.reason.startswith("syntax error") for failure in result.failures)


def identity(selection: Selection) -> str:
    """All that decides what a file's result is, beside the file and the program."""
    rules = [(rule.id, rule.digest, rule.pack, rule.place, rule.default) for rule in selection.rules]
    versions = sorted(selection.versions.items())
    return repr((selection.settings, selection.select, selection.ignore, rules, versions))


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116
    except OSError:
        return None
