from __future__ import annotations

from gardener import Document, rule
from gardener.checking.references.judgement import notes
from gardener.checking.references.symbols import judge_symbols


@rule(Document, state="warn")
def stale_symbol(document, repo):
    """Name of our own code that left the code.

    Dotted names in inline code, and after `:::`, whose first part is a package of the repository are looked up in its
    source, through re-exports, base classes and attributes. A name that is missing is reported only when an older
    version of the file had it, with the commit that took it away. Modules with `__getattr__`, star imports or base
    classes from elsewhere may have names that cannot be seen: nothing is said about those.

    ~~~text bad
    === docs/guide.md
    Call `shop.orders.place` first. <!-- here -->
    === shop/__init__.py
    name = "shop"
    === shop/orders.py
    def order(): ...
    === (before) shop/orders.py
    def place(): ...
    ~~~

    ~~~text good
    === docs/guide.md
    Call `shop.orders.order`, `shop.orders.imagined` and `flask.orders.place`.
    === shop/__init__.py
    name = "shop"
    === shop/orders.py
    def order(): ...
    === (before) shop/orders.py
    def place(): ...
    ~~~
    """
    yield from notes(document, judge_symbols(document, repo))
