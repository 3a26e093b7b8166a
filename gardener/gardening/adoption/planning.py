"""Which files a repository gets: each only where it is missing, or where something can be added without a change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gardener.gardening.adoption import guide, hooks, tracker_text, workflows
from gardener.gardening.adoption.additions import Addition, behind, instead, present, text_of
from gardener.gardening.adoption.choosing import Chosen, beliefs_text, choose, page_text, slug_of
from gardener.gardening.adoption.ledgers import ATTRIBUTES, IGNORED, missing_lines
from gardener.gardening.adoption.settings_text import settings_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gardener.core.settings import Settings
    from gardener.gardening.adoption.choosing import Evidence, Holds
    from gardener.gardening.adoption.installed import Installed
    from gardener.gardening.adoption.survey import Survey
    from gardener.repo.trees import Tree

BELIEFS_PATH = "core-beliefs.md"
_PLAIN = re.compile(r"[\w./-]+")


@dataclass(frozen=True, slots=True)
class Ground:
    """What the plan stands on: the tree with its settings, what was seen in it, and what can be installed elsewhere."""

    tree: Tree
    settings: Settings
    found: Survey
    evidence: Evidence
    source: Installed
    unparsable: Sequence[str] = ()

    def old(self, path: str) -> bytes | None:
        """What a file holds; None where there is none. Raises RepoError."""
        return present(self.tree.root, path)

    def text(self, path: str) -> str | None:
        """The text of a file; None where there is none. Raises RepoError."""
        return text_of(path, self.old(path))


@dataclass(frozen=True, slots=True)
class Plan:
    """The additions, the seeds among them, and what a person has to do by hand."""

    additions: tuple[Addition, ...] = ()
    chosen: Chosen | None = None
    by_hand: tuple[str, ...] = ()


def plan(ground: Ground) -> Plan:
    """Everything that is missing. Raises RepoError for a file that cannot be read, or is no text."""
    chosen = choose(ground.evidence, with_rule=not ground.tree.exists("rules"))
    additions = [*_settings(ground, chosen), *_lines(ground), *_documents(ground, chosen), *_hooks(ground)]
    automation, by_hand = _automation(ground)
    additions += automation
    additions += _guide(ground, {addition.path: addition.new for addition in additions})
    if chosen.page is not None and ground.found.beliefs is not None:
        by_hand.append(f"rules/{chosen.page}.md serves none of your beliefs yet: name one there with `belief`")
    if not any(addition.path == hooks.PATH for addition in additions) and "gardener" not in _config(ground):
        by_hand.append(f"{hooks.PATH} could not be added to: see docs/pre-commit.md of gardener for the entry")
    return Plan(tuple(additions), chosen if ground.found.beliefs is None else None, tuple(by_hand))


def _settings(ground: Ground, chosen: Chosen) -> list[Addition]:
    if ground.settings.source:
        return []
    shared = ground.old("pyproject.toml") is not None
    path, prefix = ("pyproject.toml", ("tool", "gardener")) if shared else ("gardener.toml", ())
    old = ground.old(path)
    if shared and "[tool.gardener" in (text_of(path, old) or ""):
        return []
    network = any(seed.topic == "network" for seed in chosen.seeds) and ground.found.beliefs is None
    text = settings_text(ground.found, ground.unparsable, prefix=prefix, quiet_tests=network)
    return [behind(path, old, text)] if shared or old is None else []


def _lines(ground: Ground) -> list[Addition]:
    found = {".gitattributes": ATTRIBUTES, ".gitignore": IGNORED}
    missing = {path: missing_lines(ground.text(path), lines) for path, lines in found.items()}
    return [behind(path, ground.old(path), text) for path, text in missing.items() if text is not None]


def _documents(ground: Ground, chosen: Chosen) -> list[Addition]:
    """Beliefs, a rule and a tracker, each where there is none; rule and belief name each other where both are new."""
    new: dict[str, str] = {}
    with_beliefs = ground.found.beliefs is None and ground.old(BELIEFS_PATH) is None
    if with_beliefs:
        new[BELIEFS_PATH] = beliefs_text(chosen.seeds, ground.found, _holds(ground))
    if chosen.page is not None:
        seed = next(seed for seed in chosen.seeds if seed.page == chosen.page)
        belief = slug_of(seed) if with_beliefs else None
        new[f"rules/{chosen.page}.md"] = page_text(chosen.page, ground.found, belief=belief)
    if ground.found.tracker is None and ground.old(tracker_text.PATH) is None:
        new[tracker_text.PATH] = tracker_text.tracker_text(ground.found.areas)
    return [Addition(path, None, text.encode()) for path, text in new.items()]


def _holds(ground: Ground) -> Holds:
    """Whether something that may keep a belief exists here and is switched on."""
    from gardener.checking.enforcers import Enforcers
    from gardener.checking.load import load
    from gardener.core.belief import EnforcedBy

    loaded = load(ground.settings, ground.tree, python_rules=False, trust_cache=False, prove=False)
    enforcers = Enforcers(ground.tree, ground.settings, loaded.rules)

    def holds(kind: str, name: str, scope: tuple[str, ...]) -> bool:
        if kind == "review":
            return True
        if kind == "ruff":
            # What ruff does where nobody has chosen anything is no decision of this team.
            return ground.found.ruff and enforcers.resolve(EnforcedBy("ruff", name), scope).resolved
        return enforcers.resolve(EnforcedBy("rule", name), scope).resolved

    return holds


def _hooks(ground: Ground) -> list[Addition]:
    text = hooks.with_hooks(ground.text(hooks.PATH), ground.source)
    return [behind(hooks.PATH, ground.old(hooks.PATH), text)] if text is not None else []


def _config(ground: Ground) -> str:
    return ground.text(hooks.PATH) or ""


def _automation(ground: Ground) -> tuple[list[Addition], list[str]]:
    """Files for continuous integration, and what to do where they cannot be written."""
    if ground.found.forge == "github":
        return _github(ground), []
    if ground.found.forge == "gitlab":
        return _gitlab(ground)
    where = f"{ground.found.other_ci} is" if ground.found.other_ci else "neither GitHub nor GitLab was seen, so CI is"
    command = f"gardener check --diff origin/{ground.found.branch} --policy-from origin/{ground.found.branch}"
    return [], [f"{where} left to you: run `{command}` there"]


def _github(ground: Ground) -> list[Addition]:
    if workflows.has_workflow(ground.tree):
        return []
    missing = {path: name for path, name in workflows.GITHUB.items() if ground.old(path) is None}
    return [Addition(path, None, _rendered(ground, name)) for path, name in missing.items()]


def _gitlab(ground: Ground) -> tuple[list[Addition], list[str]]:
    root = ground.text(workflows.GITLAB_ROOT)
    if ground.old(workflows.GITLAB_PATH) is not None or "gardener" in (root or ""):
        return [], []
    additions = [Addition(workflows.GITLAB_PATH, None, _rendered(ground, "gitlab.yml"))]
    include = workflows.gitlab_include(root)
    if include is not None:
        return [*additions, behind(workflows.GITLAB_ROOT, ground.old(workflows.GITLAB_ROOT), include)], []
    hand = f"add `- local: {workflows.GITLAB_PATH}` to the includes of {workflows.GITLAB_ROOT}"
    return additions, [hand]


def _rendered(ground: Ground, template: str) -> bytes:
    named = ground.found.beliefs or BELIEFS_PATH
    # The name ends up in a script, and a repository may call its files what it likes.
    beliefs = named if _PLAIN.fullmatch(named) else BELIEFS_PATH
    text = workflows.rendered(template, source=ground.source, branch=ground.found.branch, beliefs=beliefs)
    return text.encode()


def _guide(ground: Ground, new: Mapping[str, bytes]) -> list[Addition]:
    from gardener.repo.overlay import PatchedTree

    path = ground.found.guide or guide.NEW
    old = ground.old(path)
    tree = PatchedTree(ground.tree, new)
    text = guide.with_guide(tree, ground.settings, path=path, old=text_of(path, old), branch=ground.found.branch)
    return [instead(path, old, text)] if text is not None else []
