"""Which dotted names an expression stands for, and how sure that is; silent cases first."""

from __future__ import annotations

import ast
import textwrap
from typing import TYPE_CHECKING

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gardener.checking.expressions import from_text
from gardener.checking.resolve import Resolver
from gardener.checking.scopes_ast import facts_from_ast, walk_scopes_ast
from gardener.checking.scopes_cst import facts_from_cst

if TYPE_CHECKING:
    from gardener.checking.scopes import Facts, Scope


def at_ask(code: str) -> tuple[Facts, Scope, str]:
    """The facts, and scope and text of the argument of the one call of `ask`."""
    tree = ast.parse(code)
    facts = facts_from_ast(tree, "app.web")
    for node, scope in walk_scopes_ast(tree, facts):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ask":
            return facts, scope, ast.unparse(node.args[0])
    raise AssertionError("nothing is asked")


def names(code: str) -> str:
    """What `ask(…)` is asked about resolves to, as `name certainty, …`; the same from both trees."""
    code = textwrap.dedent(code)
    facts, scope, text = at_ask(code)
    twin = facts_from_cst(cst.parse_module(code), "app.web")
    one = Resolver(facts).resolve(scope, from_text(text))
    assert one == Resolver(twin).resolve(twin.scopes[scope.index], from_text(text))
    return ", ".join(f"{item.name} {item.certainty}" for item in one)


def receivers(code: str) -> str:
    """The same for what `ask(…)` is asked about is an instance of."""
    facts, scope, text = at_ask(textwrap.dedent(code))
    found = Resolver(facts).receiver(scope, from_text(text))
    return ", ".join(f"{item.name} {item.certainty}" for item in found)


SILENT = {
    "no import at all": "ask(requests.get)",
    "a parameter shadows the import": "import requests\ndef f(requests): ask(requests.get)",
    "a lambda's parameter": "import requests\nf = lambda requests: ask(requests.get)",
    "a local shadows the import": "import requests\ndef f():\n requests = {}\n ask(requests.get)",
    "a local bound later shadows it too": "import requests\ndef f():\n ask(requests.get)\n requests = {}",
    "a loop variable": "import requests\ndef f():\n for requests in x: ask(requests.get)",
    "a with target": "import requests\ndef f():\n with x as requests: ask(requests.get)",
    "a tuple target": "import requests\ndef f():\n a, requests = x\n ask(requests.get)",
    "an except target": "import requests\ndef f():\n try: pass\n except unknown as requests: ask(requests.get)",
    "a comprehension variable": "import requests\n[ask(requests.get) for requests in x]",
    "a match capture": "import requests\ndef f(x):\n match x:\n  case requests: ask(requests.get)",
    "a walrus": "import requests\ndef f():\n if (requests := x): ask(requests.get)",
    "a local function": "import requests\ndef f():\n def requests(): ...\n ask(requests.get)",
    "a local class": "class requests: ...\nask(requests.get)",
    "an import in another function": "def g(): import requests\ndef f(): ask(requests.get)",
    "an import in the class, seen from a method": "class A:\n import requests\n def f(self): ask(requests.get)",
    "an import in the class, seen from a comprehension": "class A:\n import requests\n [ask(requests.get) for x in y]",
    "unknown only": "s = make()\ns = s\nask(s)",
    "the call itself is no name": "import requests\nask(requests.get())",
    "an instance is no name": "import requests\ns = requests.Session()\nask(s)",
    "a subscript": "import a\nask(a.b[0])",
    "a subscript's attribute": "import a\nask(a.b[0].c)",
    "a module's own dunder": "from m import *\nask(__name__[0])",
    "an attribute some class sets": "import requests\nclass A:\n def f(o): o.s = requests.Session()\nask(x.s.get)",
    "an attribute of another class": "import a\nclass A:\n def f(s): s.s = a.S()\nclass B:\n def f(s): ask(s.s.m)",
    "a static method's first parameter": "import a\nclass A:\n s = a.S()\n @staticmethod\n def f(self): ask(self.s.m)",
    "a method the class defines itself": "import a\nclass S(a.S):\n def m(self): ...\nask(S().m)",
    "a method of a class with no known base": "class S(B): ...\nask(S().m)",
    "its only base is object": "class S(object): ...\nask(S().m)",
    "inherited from itself": "class A(A): ...\nask(A().m)",
    "a function annotated with its own call": "def f() -> f(): ...\nask(f().m)",
    "a function decorated with its own call": "@f()\ndef f() -> f[f()]: ...\nask(f().m)",
    "a method's decorator found through the class": (
        "b = a\nclass a(b):\n c = b\n def a(self): self.b = b.c\n@a.b\ndef a() -> a[a()]: ...\nask(a.c.m)"
    ),
    "a property annotated with itself": "class A:\n @property\n def p(self) -> A.p: ...\nask(A().p.m)",
    "a class that is its own base's call": "class A(A()): ...\nask(A().m)",
    "a circle of aliases": "a = b\nb = a\nask(a.m)",
    "getattr of an unknown name": "import a\nask(getattr(a, x))",
    "augmented": "x = 1\nx += 1\nask(x.y)",
    "an annotation that is no expression": 'def f(x: "a b"): ask(x.y)',
}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in SILENT.items()])
def test_what_is_not_known_resolves_to_nothing(code: str) -> None:
    assert names(code) == ""


IMPORTS = {
    "import a\nask(a)": "a certain",
    "import a.b\nask(a)": "a certain",
    "import a.b\nask(a.b.c)": "a.b.c certain",
    "import a.b\nimport a.c\nask(a.c)": "a.c certain",
    "import a.b as c\nask(c.d)": "a.b.d certain",
    "from a import b\nask(b)": "a.b certain",
    "from a.b import c as d\nask(d.e)": "a.b.c.e certain",
    "from . import b\nask(b)": "app.web.b certain",
    "from . import requests\nask(requests.get)": "app.web.requests.get certain",
    "from .m import b\nask(b)": "app.web.m.b certain",
    "from ..m import b\nask(b)": "app.m.b certain",
    "from .... import b\nask(b)": "....b certain",
    "def f():\n import a\n ask(a.b)": "a.b certain",
    "def f():\n import a\n def g(): ask(a.b)": "a.b certain",
    "import a\ndef f():\n global a\n ask(a.b)": "a.b certain",
    "def g():\n global a\n import a\ndef f(): ask(a.b)": "a.b certain",
    "def f():\n import a\n def g():\n  nonlocal a\n  ask(a.b)": "a.b certain",
    "class A:\n import a\n ask(a.b)": "a.b certain",
    "import a\nclass A:\n a = 1\n def f(self): ask(a.b)": "a.b certain",
    "import a\n[ask(a.b) for x in y]": "a.b certain",
    "import a\nask((a).b)": "a.b certain",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING: import a\nask(a.b)": "a.b certain",
    "if x: import a\nelse: import a\nask(a.b)": "a.b certain",
    "import a\ndel a\nask(a.b)": "a.b certain",
    "try: import a\nexcept ImportError: a = None\nask(a.b)": "a.b likely",
    "a = None\ntry: import a\nexcept ImportError: pass\nask(a.b)": "a.b likely",
    "try: import a\nexcept ImportError: a = Fake()\nask(a.b)": "a.b likely",
    "try: from a import f\nexcept ImportError:\n def f(): ...\nask(f)": "a.f likely",
    "try: import b as a\nexcept ImportError: import c as a\nask(a.x)": "b.x likely, c.x likely",
    "import a\na = wrap(a)\nask(a.b)": "a.b maybe",
    "import a\nfor a in x: pass\nask(a.b)": "a.b maybe",
    "from m import *\nask(foo)": "m.foo maybe",
    "from m import *\nfrom n import *\nask(foo.bar)": "m.foo.bar maybe, n.foo.bar maybe",
    "from . import *\nask(foo)": "app.web.foo maybe",
}
BUILTINS = {
    "ask(print)": "print certain",
    "ask(str.join)": "str.join certain",
    "from m import *\nask(print)": "print likely",
    "import builtins\nask(builtins.print)": "builtins.print certain",
    "from six.moves import input\nask(input)": "six.moves.input certain",
    "print = 1\nask(print)": "",
}
ALIASES = {
    "import a\ng = a.b\nask(g)": "a.b likely",
    "import a\ng = h = a.b\nask(h)": "a.b likely",
    "import a\nf, g = a.b, a.c\nask(g)": "a.c likely",
    "import a\ng1 = a\ng2 = g1\ng3 = g2\ng4 = g3\ng5 = g4\nask(g5.x)": "a.x likely",
    "import a\ng = a.b if x else a.c\nask(g)": "a.b likely, a.c likely",
    "import a\ng = x or a.b\nask(g)": "a.b maybe",
    "import a\ng = None\ng = a.b\nask(g)": "a.b likely",
    "import a\ng = a.b\ng = other()\nask(g)": "a.b maybe",
    "import a\ng = a.b\ng = a.c\nask(g)": "a.b likely, a.c likely",
    "import a\nask((g := a.b).c)": "a.b.c certain",
    "import a\nif (g := a.b): ask(g)": "a.b likely",
    "import a\nask(getattr(a, 'b'))": "a.b maybe",
    "import a\ng = getattr(a, 'b', None)\nask(g)": "a.b maybe",
    "import importlib\na = importlib.import_module('x.y')\nask(a.z)": "x.y.z likely",
    "a = __import__('x.y')\nask(a.z)": "x.z likely",
    "import pytest\na = pytest.importorskip('x')\nask(a.z)": "x.z likely",
    "import a\nclass A:\n def f(self):\n  self.g = a.b\n  ask(self.g)": "a.b likely",
    "import a\nclass A:\n g = a.b\n def f(self): ask(self.g)": "a.b likely",
    "import a\nclass A:\n g = a.b\nask(A.g)": "a.b likely",
}
INSTANCES = {
    "import a\nask(a.S().m)": "a.S.m certain",
    "import a\nask(a.f(1)(2).m)": "a.f.m likely",
    "import a\nask(a.f().g().h)": "a.f.g.h certain",
    "import a\ns = a.S()\nask(s.m)": "a.S.m likely",
    "import a\ns = a.S()\ndef f(): ask(s.m)": "a.S.m likely",
    "import a\ns = a.S()\nt = s\nask(t.m)": "a.S.m likely",
    "import a\ns = a.S()\ns = None\nask(s.m)": "a.S.m likely",
    "import a\ndef f(s=None):\n s = s or a.S()\n ask(s.m)": "a.S.m maybe",
    "import a\ndef f(s):\n if x: s = a.S()\n ask(s.m)": "a.S.m maybe",
    "import a\nif x: s = a.S()\nelse: s = a.T()\nask(s.m)": "a.S.m likely, a.T.m likely",
    "import a\nwith a.S() as s: ask(s.m)": "a.S.m likely",
    "import a\nasync def f():\n async with a.S() as s, s.get(1) as r: ask(r.json)": "a.S.get.json likely",
    "import a\nasync def f():\n r = await a.get(1)\n ask(r.json)": "a.get.json likely",
    "import a\nasync def f(): ask((await a.get(1)).json)": "a.get.json certain",
    "import a\nif (s := a.S()): ask(s.m)": "a.S.m likely",
    "import a, contextlib\nwith contextlib.closing(a.S()) as s: ask(s.m)": "a.S.m likely",
    "import a\nwith x as stack:\n s = stack.enter_context(a.S())\n ask(s.m)": "a.S.m likely",
    "import a\nfrom typing import cast\ns = cast('a.S', x)\nask(s.m)": "a.S.m likely",
    "with open(p) as f: ask(f.read)": "open.read likely",
    "import a\ntry: pass\nexcept a.E as e: ask(e.args)": "a.E.args likely",
    "import a\ntry: pass\nexcept (a.E, a.F) as e: ask(e.x)": "a.E.x likely, a.F.x likely",
    "import a\ntry: pass\nexcept* a.E as e: ask(e.args)": "a.E.args likely",
}
ANNOTATED = {
    "import a\ndef f(s: a.S): ask(s.m)": "a.S.m likely",
    "import a\ndef f(*, s: a.S = None): ask(s.m)": "a.S.m likely",
    "import a\ndef f(s: 'a.S'): ask(s.m)": "a.S.m likely",
    "import a\ndef f(s: a.S | None): ask(s.m)": "a.S.m likely",
    "import a\ndef f(s: 'a.S | None' = None): ask(s.m)": "a.S.m likely",
    "import a\nfrom typing import Optional\ndef f(s: Optional['a.S']): ask(s.m)": "a.S.m likely",
    "import a, typing as t\ndef f(s: t.Union[a.S, a.T, None]): ask(s.m)": "a.S.m likely, a.T.m likely",
    "import a, typing as t\ndef f(s: t.Annotated[a.S, 1]): ask(s.m)": "a.S.m likely",
    "import a, typing as t\nclass A:\n s: t.ClassVar[a.S]\n def f(self): ask(self.s.m)": "a.S.m likely",
    "import a\ndef f(s: a.S[int]): ask(s.m)": "a.S.m likely",
    "import a\ndef f(s: type[a.S]): ask(s)": "a.S likely",
    "import a\ndef f(s: type[a.S]): ask(s().m)": "a.S.m likely",
    "import a\ns: a.S = make()\nask(s.m)": "a.S.m likely",
    "import a\nclass A:\n s: a.S\n def f(self): ask(self.s.m)": "a.S.m likely",
    "import a\nclass A:\n def f(self, s): self.s: a.S = s\n def g(self): ask(self.s.m)": "a.S.m likely",
    "import a\nclass A:\n def f(self, s: a.S): self.s = s\n def g(self): ask(self.s.m)": "a.S.m likely",
    "import a\ndef make() -> a.S: ...\nask(make().m)": "a.S.m likely",
    "import a\nclass A:\n @property\n def s(self) -> a.S: ...\n def f(self): ask(self.s.m)": "a.S.m likely",
    "import a\nclass A:\n def s(self) -> a.S: ...\n def f(self): ask(self.s().m)": "a.S.m likely",
    "import a\nclass A:\n s: a.S = a.field(default_factory=x)\n def f(self): ask(self.s.m)": (
        "a.S.m likely, a.field.m likely"
    ),
    "import a, typing\nclass S(a.S):\n def f(self) -> typing.Self: ...\nask(S().f().m)": "a.S.m likely",
    "import a, contextlib as c\n@c.contextmanager\ndef f() -> It[a.S]: ...\nwith f() as s: ask(s.m)": "a.S.m likely",
    "import a, contextlib as c\n@c.contextmanager\ndef f() -> G[a.S, 1]: ...\nwith f() as s: ask(s.m)": "a.S.m likely",
    "def f(s: str): ask(s.join)": "str.join likely",
    "def f(*s: str): ask(s.join)": "",
}
CLASSES = {
    "import a\nclass A:\n def __init__(self): self.s = a.S()\n def f(self): ask(self.s.m)": "a.S.m likely",
    "import a\nclass A:\n s = None\n def g(self): self.s = a.S()\n def f(self): ask(self.s.m)": "a.S.m likely",
    "import a\nclass A:\n @classmethod\n def g(cls): cls.s = a.S()\n def f(self): ask(self.s.m)": "a.S.m likely",
    "import a\nclass A:\n s = a.S()\n @classmethod\n def f(cls): ask(cls.s.m)": "a.S.m likely",
    "import a\nclass A:\n s = a.S()\n def f(self):\n  def g(): ask(self.s.m)": "a.S.m likely",
    "import a\nclass A:\n def g(self, s): self.s = s if s else a.S()\n def f(self): ask(self.s.m)": "a.S.m maybe",
    "import a\nclass A:\n def g(self): self.s = a.S()\nask(A().s.m)": "a.S.m likely",
    "import a\nclass A:\n def g(self): self.s = a.S()\nclass B(A):\n def f(self): ask(self.s.m)": "a.S.m likely",
    "import a\nclass S(a.S): ...\nask(S().m)": "a.S.m likely",
    "import a\nclass S(a.S): ...\ns = S()\nask(s.m)": "a.S.m likely",
    "import a\nclass S(a.S): ...\nask(S.m)": "a.S.m likely",
    "import a\nclass S(a.S[int]): ...\nask(S().m)": "a.S.m likely",
    "import a\nclass S(a.S): ...\nclass T(S): ...\nask(T().m)": "a.S.m likely",
    "import a\nclass S(a.S):\n def f(self): ask(self.m)": "a.S.m likely",
    "import a\nclass S(a.S):\n def m(self): ask(super().m)": "a.S.m likely",
    "import a\nclass S(a.S):\n @classmethod\n def f(cls): ask(cls().m)": "a.S.m likely",
    "import a\nclass S(a.S): ...\ndef f(s: S): ask(s.m)": "a.S.m likely",
    "import a\nclass A:\n def f(self): ask(self.g().h)\n def g(self): ...": "",
}
TABLE = IMPORTS | BUILTINS | ALIASES | INSTANCES | ANNOTATED | CLASSES


@pytest.mark.parametrize(("code", "expected"), TABLE.items())
def test_what_an_expression_resolves_to(code: str, expected: str) -> None:
    assert names(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ask(x)", ""),
        ("import a\nask(a.S)", ""),
        ("import a\ns = a.s\nask(s)", ""),
        ("import a\nask(a.S())", "a.S certain"),
        ("import a\ns = a.S()\nask(s)", "a.S likely"),
        ("import a\ndef f(s: a.S): ask(s)", "a.S likely"),
        ("import a\nclass A:\n def f(self):\n  self.s = a.S()\n  ask(self.s)", "a.S likely"),
        ("import a\nclass S(a.S): ...\nask(S())", "a.S likely"),
        ("import a\nclass S(a.S):\n def f(self): ask(self)", "a.S likely"),
        ("import a\nclass S(a.S, a.M): ...\nclass T(S): ...\nask(T())", "a.S likely, a.M likely"),
        ("import a\nask(x or a.S())", "a.S maybe"),
    ],
)
def test_what_an_expression_holds_an_instance_of(code: str, expected: str) -> None:
    assert receivers(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ask(x)", None),
        ("def f(x=1): ask(x)", None),
        ("x = 1\nx = 2\nask(x)", None),
        ("x = 1\nx += 1\nask(x)", None),
        ("x = 1\ndef f():\n global x\n x = 2\nask(x)", None),
        ("for x in 1, 2: ask(x)", None),
        ("x = 1 if y else 2\nask(x)", None),
        ("x = {'a': 1}\nask(x)", None),
        ("x = x\nask(x)", None),
        ("class A:\n x = 1\n def f(self): ask(x)", None),
        ("class A:\n x = 1\n def f(self): self.x = 2\n def g(self): ask(self.x)", None),
        ("import a\nask(a.b)", None),
        ("ask(None)", "None"),
        ("ask(-1)", "-1"),
        ("ask((1, 'a'))", "(1, 'a')"),
        ("ask({'a': 1})", "{'a': 1}"),
        ("x = 'v'\nask(x)", "'v'"),
        ("x: int = 3\nask(x)", "3"),
        ("x = True\ndef f(): ask(x)", "True"),
        ("def f():\n x = 5\n ask(x)", "5"),
        ("x = 5\ny = x\nask(y)", "5"),
        ("x = None\nask((x, 3))", "(None, 3)"),
        ("class A:\n x = 1\n ask(x)", "1"),
        ("class A:\n x = 1\n def f(self): ask(self.x)", "1"),
        ("class A:\n x = 1\nask(A.x)", "1"),
    ],
)
def test_a_constant_is_known_through_names_bound_once(code: str, expected: str | None) -> None:
    facts, scope, text = at_ask(code)
    found = Resolver(facts).constant(scope, from_text(text))
    assert (None if found is None else found.text) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import a\nask(a)", None),
        ("def f(): ...\nf = 1\nask(f)", 1),
        ("def f(): ...\ndef f(): ...\nask(f)", None),
        ("def f(): ...\nask(f)", 1),
        ("class A:\n def f(self): ask(self.f)", 2),
        ("class A: ...\nB = A\nask(B)", 1),
    ],
)
def test_a_definition_of_the_file_is_found(code: str, expected: int | None) -> None:
    facts, scope, text = at_ask(code)
    found = Resolver(facts).local_definition(scope, from_text(text))
    assert (None if found is None else found.index) == expected


def test_an_answer_does_not_depend_on_what_was_asked_before() -> None:
    code = "import a\nx0 = a.f\n" + "".join(f"x{n + 1} = x{n}\n" for n in range(12)) + "y = z\nz = y or a.g\nask(y)"
    facts, scope, _ = at_ask(code)
    questions = [from_text(f"x{n}") for n in range(13)] + [from_text("y"), from_text("z")]
    alone = [Resolver(facts).resolve(scope, question) for question in questions]
    for order in (1, -1):
        shared = Resolver(facts)
        together = [shared.resolve(scope, question) for question in questions[::order]]
        assert together[::order] == alone


def test_a_thicket_of_names_bound_to_each_other_is_answered() -> None:
    names_ = [f"n{i}" for i in range(30)]
    code = "".join(f"{one} = {two}.f\n" for one in names_ for two in names_) + "ask(n0)"
    assert names(code) == ""


_NAMES = st.sampled_from(["a", "b", "c", "A", "B"])
_FORMS = st.sampled_from(
    [
        "import {0}",
        "from {0} import {1}",
        "{0} = {1}",
        "{0} = {1}.{2}",
        "{0} = {1}()",
        "{0}: {1} = {2}.{0}()",
        "{0} = {1} or {2}()",
        "{0} = None",
        "with {0}() as {1}: pass",
        "class {0}({1}):\n    {2} = {1}\n    def a(self) -> {2}: self.b = {1}.{2}",
        "class {0}({1}.{2}):\n    @property\n    def b(self) -> '{0}': return super().{1}()",
        "@{1}.{2}\ndef {0}({1}: {2}) -> {0}[{1}()]: return {2}",
        "def {0}():\n    global {1}\n    {1} = {2}.{0}",
        "for {0} in {1}: {2} = {0}",
    ]
)
_STATEMENTS = st.builds(str.format, _FORMS, _NAMES, _NAMES, _NAMES)


@settings(max_examples=150, deadline=None)
@given(st.lists(_STATEMENTS, min_size=1, max_size=12))
def test_no_tangle_of_names_breaks_an_answer_or_makes_it_depend_on_the_last(statements: list[str]) -> None:
    facts = facts_from_ast(ast.parse("\n".join(statements)), "")
    texts = ["a", "b.c", "A().b", "B().a().c", "c()"]
    questions = [(scope, from_text(text)) for scope in facts.scopes[:4] for text in texts]
    forward, backward = Resolver(facts), Resolver(facts)
    answers = [(forward.resolve(*item), forward.receiver(*item)) for item in questions]
    assert [(backward.resolve(*item), backward.receiver(*item)) for item in reversed(questions)] == answers[::-1]
