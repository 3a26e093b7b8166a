from __future__ import annotations

from gardener import Document, rule
from gardener.checking.references.judgement import notes
from gardener.checking.references.snippets import judge_snippets


@rule(Document, severity="P3", state="warn")
def unparsable_example(document, repo):
    """Example that does not parse.

    Fences of Python, JSON, YAML and TOML are parsed. Prompts, `await` at the top, dots that stand for what is left
    out, signatures and fragments are understood; a fence after words such as "wrong", "don't" or "avoid" is a
    counter-example and left alone, as is one whose info string says `no-check`. To run examples, use a plugin of
    pytest such as pytest-examples or pytest-markdown-docs.

    ~~~text bad
    === README.md
    ```python
    from shop import place

    order = 1
    print place(order) <!-- here -->
    ```
    ~~~

    ~~~text good
    === README.md
    ```python
    from shop import place
    print(place(1))
    ```

    Do not write:

    ```python
    print place(1)
    ```
    ~~~
    """
    yield from notes(document, judge_snippets(document, repo))
