from __future__ import annotations

from gardener import Document, rule
from gardener.checking.references.judgement import notes
from gardener.checking.references.snippets import judge_imports


@rule(Document)
def stale_example_import(document, repo):
    """Example that imports what our code no longer has.

    Imports of the repository's own packages in Python fences are looked up in its source. What is missing is reported
    only when an older version had it, with the commit that took it away.

    ~~~text bad
    === README.md
    ```python
    from shop.orders import place <!-- here -->
    ```
    === shop/__init__.py
    name = "shop"
    === shop/orders.py
    def order(): ...
    === (before) shop/orders.py
    def place(): ...
    ~~~

    ~~~text good
    === README.md
    ```python
    from shop.orders import order, imagined
    from flask import place
    ```
    === shop/__init__.py
    name = "shop"
    === shop/orders.py
    def order(): ...
    === (before) shop/orders.py
    def place(): ...
    ~~~
    """
    yield from notes(document, judge_imports(document, repo))
