"""`gardener.toml`, or `[tool.gardener]` in `pyproject.toml`, read strictly: every error at once, each with its line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gardener.core.errors import ConfigError, ManyErrors
from gardener.core.settings import PathSettings, RuleSettings, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gardener.repo.trees import Tree

OWN_FILE = "gardener.toml"
SHARED_FILE = "pyproject.toml"


def read_settings(tree: Tree) -> Settings:
    """The settings that stand in the root of `tree`, or the defaults.

    Raises ConfigError, or ManyErrors with all of them, for settings that cannot be used.
    """
    own, shared = _text(tree, OWN_FILE), _text(tree, SHARED_FILE)
    # A project file that never names gardener need not even be well-formed.
    settings = None if shared is None or "gardener" not in shared else _shared_table(shared)
    if own is not None and settings is not None:
        hint = f"move them all to {OWN_FILE}, or remove it"
        raise ConfigError(f"settings stand in both {OWN_FILE} and {SHARED_FILE}", at=OWN_FILE, hint=hint)
    if own is not None:
        return settings_from(_parse(own, OWN_FILE), text=own, source=OWN_FILE)
    if settings is not None and shared is not None:
        return settings_from(settings, text=shared, source=SHARED_FILE, prefix=("tool", "gardener"))
    return Settings()


def settings_from(table: Any, *, text: str, source: str, prefix: tuple[str, ...] = ()) -> Settings:
    """Settings from a parsed table; `text` is where the lines of errors are looked up.

    Raises ConfigError, or ManyErrors with all of them, for settings that cannot be used.
    """
    from gardener.repo.settings_keys import Problems, read_keys

    problems = Problems(text, source, prefix)
    values = read_keys(table, problems)
    if problems.found:
        raise problems.found[0] if len(problems.found) == 1 else ManyErrors([*problems.found])
    return replace(Settings(source=source), **values)


def show_settings(settings: Settings, path: str) -> str:
    """What `settings` mean for the file at `path`, as TOML in the shape of `gardener.toml`."""
    from gardener.core.globs import matches
    from gardener.repo.toml_lines import spell

    here = effective(settings, path)
    lines = [f"# {path}: {settings.source or 'no settings; these are the defaults'}"]
    if matches(settings.exclude, path):
        lines.append("# excluded: no rule looks at this file")
    lines += [f"# {name}" for name in _matching_names(settings, path)]
    lines += [f"{key} = {_toml(value)}" for key, value in _plain_values(here).items()]
    for rule, own in sorted(here.rules.items()):
        lines += ["", f"[rules.{spell((rule,))}]"]
        lines += [f"{spell((key,))} = {_toml(value)}" for key, value in _rule_values(own).items()]
    return "\n".join(lines) + "\n"


def effective(settings: Settings, path: str) -> Settings:
    """`settings` with everything per path that applies to `path` merged in, and nothing per path left."""
    from gardener.core.globs import matches

    select, ignore, rules = settings.select, settings.ignore, dict(settings.rules)
    for item in settings.per_path:
        if matches((item.glob,), path):
            select = select if item.select is None else item.select
            ignore = (*ignore, *(name for name in item.ignore if name not in ignore))
            rules |= {rule: _over(rules.get(rule, RuleSettings()), change) for rule, change in item.rules.items()}
    return replace(settings, select=select, ignore=ignore, rules=rules, per_path=())


def _over(own: RuleSettings, change: RuleSettings) -> RuleSettings:
    return RuleSettings(
        severity=change.severity or own.severity,
        state=change.state or own.state,
        paths=own.paths if change.paths is None else change.paths,
        exclude=own.exclude if change.exclude is None else change.exclude,
        options={**own.options, **change.options},
    )


def _matching_names(settings: Settings, path: str) -> list[str]:
    from gardener.core.globs import matches

    def describe(item: PathSettings) -> str:
        return f'per-path."{item.glob}" applies'

    return [describe(item) for item in settings.per_path if matches((item.glob,), path)]


def _plain_values(settings: Settings) -> Mapping[str, Any]:
    from gardener.repo.settings_keys import KEYS

    values = {key: getattr(settings, key.replace("-", "_")) for key in KEYS}
    return {key: value for key, value in values.items() if value is not None}


def _rule_values(own: RuleSettings) -> Mapping[str, Any]:
    named = {"severity": own.severity, "state": own.state, "paths": own.paths, "exclude": own.exclude}
    return {key: value for key, value in named.items() if value is not None} | dict(own.options)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    return str(value)


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _text(tree: Tree, name: str) -> str | None:
    if not tree.exists(name):
        return None
    try:
        return tree.read(name).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ConfigError("is not valid UTF-8", at=name) from None
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", at=name) from None


def _shared_table(text: str) -> Any:
    tool = _parse(text, SHARED_FILE).get("tool")
    return tool.get("gardener") if isinstance(tool, dict) else None


def _parse(text: str, source: str) -> dict[str, Any]:
    import tomllib

    loads: Callable[[str], dict[str, Any]] = tomllib.loads
    try:
        return loads(text)
    except tomllib.TOMLDecodeError as error:
        message, line = _located(str(error), text)
        raise ConfigError(f"is no valid TOML: {message}", at=f"{source}:{line}") from None
    except RecursionError:
        raise ConfigError("is nested too deeply", at=source) from None


def _located(message: str, text: str) -> tuple[str, int]:
    """The message of `tomllib` without its place, and the line of it."""
    import re

    match = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", message)
    if match is None:
        return _lowered(message), 1
    line = int(match[1]) if match[1] else text.rstrip("\n").count("\n") + 1
    return _lowered(message.replace(match[0], "")), line


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]
