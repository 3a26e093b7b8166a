"""What the settings say about rules: whether such rules and such options exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.errors import ConfigError, GardenerError, ManyErrors, RuleError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from gardener.core.rule import Rule
    from gardener.core.settings import RuleSettings, Settings


def unknown_names(settings: Settings, rules: Sequence[Rule], broken: Collection[str] = ()) -> list[GardenerError]:
    """An error for each rule or option that the settings name and that does not exist.

    `broken` are the ids of rules that do not load, which are not missing.
    """
    from gardener.checking.suppressions import HYGIENE_RULES

    by_id = {rule.id: rule for rule in (*rules, *HYGIENE_RULES)}
    errors = [
        _missing(f"{where}.{name}", name, by_id, settings.source)
        for where, name in (*_tables(settings), *_lists(settings))
        if name not in by_id and name not in broken
    ]
    for where, table in _overrides(settings):
        for name, override in table.items():
            if override.options and name in by_id:
                errors += _wrong_options(by_id[name], override.options, where, settings.source)
    return errors


def _overrides(settings: Settings) -> Iterator[tuple[str, Mapping[str, RuleSettings]]]:
    yield "rules", settings.rules
    for item in settings.per_path:
        yield f"per-path.{item.glob!r}.rules", item.rules


def _tables(settings: Settings) -> Iterator[tuple[str, str]]:
    return ((where, name) for where, table in _overrides(settings) for name in table)


def _lists(settings: Settings) -> Iterator[tuple[str, str]]:
    """The rules of ours in the lists of the settings; names such as `ruff:S113` belong to others."""
    from gardener.checking.selection import ALL

    lists = [("select", settings.select), ("extend-select", settings.extend_select), ("ignore", settings.ignore)]
    for item in settings.per_path:
        lists += [(f"per-path.{item.glob!r}.select", item.select), (f"per-path.{item.glob!r}.ignore", item.ignore)]
    return ((where, name) for where, names in lists for name in names or () if name != ALL and ":" not in name)


def _missing(key: str, name: str, known: Collection[str], source: str) -> GardenerError:
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else "see `gardener rules list`"
    return ConfigError(f"`{key}`: there is no such rule", at=source, hint=hint)


def _wrong_options(rule: Rule, options: object, where: str, source: str) -> list[GardenerError]:
    from gardener.checking.compile import check_options

    try:
        check_options(rule, options)  # type: ignore[arg-type]  # its type is what is checked
    except ManyErrors as many:
        wrong = list(many.errors)
    except RuleError as error:
        wrong = [error]
    else:
        return []
    return [ConfigError(f"`{where}.{rule.id}`: {error.message}", at=source, hint=error.hint) for error in wrong]
