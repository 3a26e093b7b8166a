"""Every plural folder is a family: members have the same shape, and the directory is the registry."""

from __future__ import annotations

import inspect
import re

import click
import pytest

from gardener.core import family

OUTPUTS = family.names("gardener.outputs")
COMMANDS = family.names("gardener.cli")
RULE_FAMILIES = family.names("gardener.checking.families")


def public(module: object) -> list[str]:
    """Public functions that a module defines itself."""
    name = getattr(module, "__name__", "")
    members = inspect.getmembers(module, inspect.isfunction)
    return [key for key, value in members if not key.startswith("_") and value.__module__ == name]


def test_names_are_file_names_with_hyphens() -> None:
    assert "why-not" in COMMANDS
    assert not any(name.startswith("-") or "_" in name for name in COMMANDS + OUTPUTS + RULE_FAMILIES)


def test_an_unknown_member_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        family.load("gardener.outputs", "papyrus")


def test_the_families_are_complete() -> None:
    assert OUTPUTS == ["agent", "github", "gitlab", "json", "junit", "markdown", "rdjson", "sarif", "text"]
    assert RULE_FAMILIES == [
        "forbidden-argument-value", "forbidden-attribute", "forbidden-call", "forbidden-import", "layer-contract",
        "must-call-within", "naming", "required-argument", "required-base", "required-decorator", "required-timeout",
        "size-limit",
    ]  # fmt: skip


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_has_render_and_says_what_it_is(name: str) -> None:
    module = family.load("gardener.outputs", name)
    assert public(module)[:1] or hasattr(module, "render")
    parameters = list(inspect.signature(module.render).parameters)
    assert parameters == ["report", "style"]
    assert module.__doc__
    assert module.render.__doc__


@pytest.mark.parametrize("name", RULE_FAMILIES)
def test_a_rule_family_has_parameters_and_a_compiler(name: str) -> None:
    module = family.load("gardener.checking.families", name)
    assert module.__doc__
    assert module.PARAMETERS.__doc__
    assert module.PARAMETERS.__dataclass_params__.frozen
    assert callable(module.compile_family)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help_and_examples(name: str) -> None:
    module = family.load("gardener.cli", name)
    assert isinstance(module.command, click.Command)
    assert module.command.name == name
    assert module.__doc__
    for command in all_commands(module.command):
        assert command.help
        assert command.epilog
        assert "Examples:" in command.epilog
        assert "gardener " in command.epilog


@pytest.mark.parametrize("name", COMMANDS)
def test_options_are_explained_in_a_sentence(name: str) -> None:
    for command in all_commands(family.load("gardener.cli", name).command):
        for option in command.params:
            if isinstance(option, click.Option) and option.name not in {"help", "form"}:
                assert option.help, f"{name} {option.name}"
                assert re.match(r"[A-Z].*\.$", option.help, re.DOTALL), f"{name} {option.name}: {option.help}"


def all_commands(command: click.Command) -> list[click.Command]:
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    return [command, *(each for one in inner for each in all_commands(one))]
