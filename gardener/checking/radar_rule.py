"""The rule that a radar makes: technologies that the tech tracker forbids are not imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.errors import DocumentError, RuleError
from gardener.core.rule import Example, Rule

if TYPE_CHECKING:
    from gardener.documents.radar import ImportBan

ID = "forbidden-technology"
_WHY = "The radar in the tech tracker says which technologies this team has decided against, and what to use instead."


def radar_rule(text: str, path: str) -> Rule | None:
    """The rule of a tracker, neither compiled nor proven; None when it forbids nothing that can be imported.

    Raises RuleError for a tracker that cannot be read.
    """
    from gardener.documents.radar import import_bans
    from gardener.documents.tech_tracker import read_tracker

    try:
        bans = import_bans(read_tracker(text, path).radar, path)
    except DocumentError as error:
        raise RuleError(error.message, at=error.at) from None
    if not bans:
        return None
    return Rule(
        id=ID,
        title="Technologies that the tech tracker forbids are not imported",
        why=_WHY,
        pack="rules",
        place=f"{path}:{bans[0].line}",
        examples=(
            Example("bad", f"import {bans[0].modules[0]}  # here\n", line=bans[0].line, marks=(1,)),
            Example("good", "import __future__\n", line=bans[0].line),
        ),
        body={"form": "family", "family": "forbidden-import", "parameters": {"entries": [_entry(ban) for ban in bans]}},
    )


def _entry(ban: ImportBan) -> dict[str, object]:
    """One ban as an entry of the family; a dollar sign in prose is no placeholder."""
    instead = f"; use {ban.instead}" if ban.instead else ""
    return {"modules": list(ban.modules), "message": f"{ban.message}{instead}".replace("$", "")}
