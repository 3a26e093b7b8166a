"""What one run reads of the GitHub on loopback."""

from __future__ import annotations

from gardener.core.feedback import Batch, Feedback, Outcome
from gardener.repo.forge import Forge
from gardener.sources import github
from tests.sources.github_server import NAME, GitHub

TOKEN = "not-a-real-token"  # noqa: S105


class Reading:
    """What one run read."""

    def __init__(self, hub: GitHub, cursor: str = "", since: str = "", token: str | None = TOKEN) -> None:
        self.pauses: list[float] = []
        forge = Forge(hub.address, token, pause=self.pauses.append)
        self.batches: list[Batch] = list(github.read_from(forge, NAME, since, cursor))

    @property
    def feedback(self) -> list[Feedback]:
        return [each for batch in self.batches for each in batch.feedback]

    @property
    def outcomes(self) -> list[Outcome]:
        return [each for batch in self.batches for each in batch.outcomes]

    @property
    def notes(self) -> list[str]:
        return [each for batch in self.batches for each in batch.notes]

    @property
    def cursor(self) -> str:
        return self.batches[-1].cursor if self.batches else ""
