from __future__ import annotations

from gardener import Repo, rule
from gardener.checking.references.guides import CHAIN_BYTES, overflows


@rule(Repo, options={"budget": 32768})
def oversized_agent_guide(repo):
    """Agent guide that is longer than agents read.

    Agents read the `AGENTS.md` of every folder from the root to the one they work in, 32 KiB in all, and drop the rest
    without a word. The first line that is lost is reported. Write a short table of contents, and move what is long
    into documents that it names. The option `budget` sets another number of bytes.

    ~~~text bad path=AGENTS.md repeat=500
    Always run the tests before you push, and read the guide of the folder you work in.
    ~~~

    ~~~text good path=AGENTS.md repeat=300
    Always run the tests before you push, and read the guide of the folder you work in.
    ~~~
    """
    budget = repo.options.get("budget", CHAIN_BYTES)
    for found in overflows(repo, budget):
        chain = " + ".join(f"`{path}`" for path in found.chain)
        message = f"agents read no further than this line: {chain} hold {found.total:,} bytes, and {budget:,} are read"
        yield repo.flag(found.path, found.line, message)
