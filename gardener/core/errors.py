"""What can go wrong, as a tree. Only `gardener.cli` catches these; each ends in one line and exit 2.

GardenerError
├── ConfigError     settings or command line
├── RuleError       a rule that does not load or does not hold
├── DocumentError   a document that people own
├── RepoError       git and the file system
├── SourceError     where feedback comes from
├── TrackerError    where issues are kept
└── ModelError      the model seam
    └── BudgetSpent
"""

from __future__ import annotations


class GardenerError(Exception):
    """An expected failure.

    `message` says what is wrong in lower case without a full stop, `at` where (`file:line`, or a file),
    `hint` what to do next.
    """

    def __init__(self, message: str, *, at: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.at}: " if self.at else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{where}{self.message}{hint}"


class ConfigError(GardenerError):
    """Settings or command-line values that cannot be used."""


class RuleError(GardenerError):
    """A rule that does not load, or that fails its own examples."""


class DocumentError(GardenerError):
    """A document that people own and that cannot be read."""


class RepoError(GardenerError):
    """Git or the file system did not do what was needed."""


class SourceError(GardenerError):
    """A source of feedback that cannot be read."""


class TrackerError(GardenerError):
    """A tracker that did not do what it was asked.

    `undone` says that certainly nothing happened, `fatal` that there is no use in asking for anything else.
    """

    def __init__(
        self,
        message: str,
        *,
        undone: bool = True,
        fatal: bool = False,
        at: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, at=at, hint=hint)
        self.undone = undone
        self.fatal = fatal


class ModelError(GardenerError):
    """The model gave no usable answer."""


class BudgetSpent(ModelError):
    """The next call would exceed the budget."""


class ManyErrors(GardenerError):
    """Several errors found in one pass, reported together."""

    def __init__(self, errors: list[GardenerError]) -> None:
        super().__init__("; ".join(str(error) for error in errors))
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)
