"""Rules as text for people, and as data for programs: what `rules list` and `rules explain` print."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gardener.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gardener.core.rule import Example, Rule


def rules_of(root: Path, *, prove: bool = True) -> list[Rule]:
    """Every rule that is loaded in the repository at `root`, sorted by id; `prove=False` leaves new examples unproven.

    Raises GardenerError when the settings or a rule are broken.
    """
    from gardener.checking.load import load_rules
    from gardener.checking.suppressions import HYGIENE_RULES
    from gardener.repo.settings import read_settings
    from gardener.repo.trees import WorkingTree

    tree = WorkingTree(root)
    settings = read_settings(tree)
    loaded = load_rules(settings, tree, python_rules=settings.python_rules, prove=prove)
    rules = [*loaded, *HYGIENE_RULES]
    return sorted(rules, key=lambda rule: rule.id)


_ELSE = "see `gardener rules list`; Python rules of a repository need `python-rules = true` in its settings"


def pick(rules: Sequence[Rule], name: str) -> Rule:
    """The rule called `name`. Raises ConfigError with the nearest name."""
    found = next((rule for rule in rules if rule.id == name), None)
    if found is None:
        import difflib

        near = difflib.get_close_matches(name, [rule.id for rule in rules], n=1)
        hint = f"did you mean `{near[0]}`?" if near else _ELSE
        raise ConfigError(f"there is no rule `{name}`", hint=hint)
    return found


def as_table(rules: Sequence[Rule]) -> str:
    """One line a rule: id, severity, state, where it comes from, title."""
    width = max((len(rule.id) for rule in rules), default=0)
    packs = max((len(rule.pack) for rule in rules), default=0)
    lines = [
        f"{rule.id:<{width}}  {rule.severity}  {_mode(rule):<6}  {rule.pack:<{packs}}  {rule.title}" for rule in rules
    ]
    return "\n".join([*lines, f"{len(rules)} rules"]) + "\n"


def _mode(rule: Rule) -> str:
    return rule.state if rule.default else "off"


def as_json(rules: Sequence[Rule]) -> str:
    """The rules as a JSON list, one object a rule."""
    keys = ("id", "title", "severity", "state", "target", "belief", "pack", "place", "fixes", "default")
    return json.dumps([{key: getattr(rule, key) for key in keys} for rule in rules], indent=2) + "\n"


def as_page(rule: Rule) -> str:
    """Everything there is to say about one rule, as Markdown."""
    facts = {
        "Rule": f"`{rule.id}`",
        "Severity": rule.severity,
        "State": rule.state if rule.default else f"{rule.state}; runs only when selected",
        "Belief": f"`{rule.belief}`" if rule.belief else None,
        "From": f"{_origin(rule)} ({rule.place})" if rule.place else _origin(rule),
        "Files": ", ".join(f"`{glob}`" for glob in rule.paths) or None,
        "Except": ", ".join(f"`{glob}`" for glob in rule.exclude) or None,
        "Python": rule.python,
        "Fix": "yes" if rule.fixes else None,
    }
    parts = [f"# {rule.title}", "\n".join(f"- **{key}:** {value}" for key, value in facts.items() if value)]
    parts += [rule.why.strip(), *_examples(rule)]
    parts.append(f"Allow one place with a comment: `# gardener: allow[{rule.id}] reason`")
    return "\n\n".join(part for part in parts if part) + "\n"


def _origin(rule: Rule) -> str:
    return {"gardener": "shipped with gardener", "rules": "this repository"}.get(rule.pack, f"pack {rule.pack}")


def _examples(rule: Rule) -> list[str]:
    return [_fenced(rule, example) for example in rule.examples]


def _fenced(rule: Rule, example: Example) -> str:
    """An example in a fence that is longer than any in it."""
    several = example.code.startswith("=== ")
    language = "python" if rule.target == "python" else "text" if several else "markdown"
    fence = "````" if "```" in example.code else "```"
    return f"{fence}{language} {_info(example)}\n{example.code.rstrip()}\n{fence}"


def _info(example: Example) -> str:
    return f"{example.kind} path={example.path}" if example.path else example.kind
