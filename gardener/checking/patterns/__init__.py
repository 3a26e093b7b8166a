"""The pattern language: real Python with `$X` and `...`, compiled to matchers.

`docs/patterns.md` is the reference of the language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gardener.checking.patterns.body import mutants

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.checking.compile import Compiled

__all__ = ["compile_pattern", "mutants"]


def compile_pattern(body: Mapping[str, Any], *, place: str, without: frozenset[str] = frozenset()) -> Compiled:
    """Compile the keys of a pattern rule (`pattern`, `any`, `not`, `inside`, `where`, `fix` and so on).

    Raises RuleError, with `place`, for whatever cannot be used. `without` switches features of the language off.
    """
    from gardener.checking.patterns.compile import compile_pattern as compile_body

    return compile_body(body, place=place, without=without)
