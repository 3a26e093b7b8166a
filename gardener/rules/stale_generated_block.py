from __future__ import annotations

from gardener import Document, rule
from gardener.checking.generated import content_of
from gardener.core.finding import Edit, Fix
from gardener.documents.generated_blocks import find_blocks


@rule(Document)
def stale_generated_block(document, repo):
    """Generated block that is out of date.

    Between `<!-- gardener:toc -->` and `<!-- /gardener:toc -->` stand the headings that follow, between the markers of
    `gardener:rules` the repository's own rules, between those of `gardener:tree src` what stands in `src`, and between
    those of `gardener:agents main` what coding agents are told. `--fix` writes them anew.

    ~~~text bad
    === README.md
    # Shop

    <!-- gardener:toc --> <!-- here -->
    - [Set up](#set-up)
    <!-- /gardener:toc -->

    ## Setting up
    ~~~

    ~~~text good
    === README.md
    # Shop

    <!-- gardener:toc -->
    - [Setting up](#setting-up)
    <!-- /gardener:toc -->

    ## Setting up
    ~~~
    """
    for block in find_blocks(document.text) if "gardener:" in document.text else ():
        if block.span is None:
            message = f"this block is never closed: write `<!-- /gardener:{block.kind} -->` where it ends"
            yield document.flag(block.marker, message, label=f"{block.kind} {block.argument}")
            continue
        wanted = content_of(block, document, repo)
        if document.text[block.span.start : block.span.end] != wanted:
            fix = Fix("write it anew", "safe", (Edit(block.span.start, block.span.end, wanted),))
            message = f"the generated block `{block.kind}` is out of date"
            yield document.flag(block.marker, message, fix=fix, label=f"{block.kind} {block.argument}")
