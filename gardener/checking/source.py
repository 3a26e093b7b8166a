"""What a rule sees of a file: a tree (a whole module, or a slice of one), names, constants, ancestors.

A slice must be invisible to a rule: names come from the facts of the whole module, ancestors never include the
module, and a rule that asks for more than the slice holds makes the engine start over with the module.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from gardener.checking.expressions import from_cst
from gardener.checking.hit import Hit, ImportRequest, NodeEdit, PendingFix, Resolution
from gardener.checking.resolve import Resolver
from gardener.checking.scopes import Facts, Scope, package_of
from gardener.checking.slices import HEADER, Piece
from gardener.core.finding import CERTAINTIES, Certainty, Safety

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import libcst as cst

    from gardener.checking.expressions import Constant

    Node = TypeVar("Node", bound="cst.CSTNode")


class NeedsModule(Exception):
    """A rule asked for something outside the slice; the engine answers by starting over with the module."""


class SourceFile:
    """One parsed file, or slice of a file, as rules see it.

    `root` is a `cst.Module` that holds the whole file, or only the slice whose text is `code`; `prefix` is the
    number of code points of `code` that do not stand in the file (the `if 1:` header of an indented slice),
    `offset` where the rest of it starts in `text`.
    """

    def __init__(
        self,
        path: str,
        text: str,
        root: cst.Module,
        resolver: Resolver,
        walked: list[tuple[cst.CSTNode, cst.CSTNode | None, Scope]],
        *,
        code: str | None = None,
        prefix: int = 0,
        offset: int = 0,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.path = path
        self.text = text
        self.root = root
        self.resolver = resolver
        self.is_slice = code is not None
        self.root_text = text if code is None else code
        self.prefix = prefix
        self.offset = offset
        self.options: Mapping[str, Any] = options or {}
        self.versions: Mapping[str, str] = {}
        self.notes: dict[str, None] = {}
        self._walked = walked
        self._context = {id(node): (parent, scope) for node, parent, scope in walked}

    @classmethod
    def whole(cls, text: str, path: str = "example.py") -> SourceFile:
        """Parse a whole module. Raises `libcst.ParserSyntaxError`."""
        import libcst as cst

        return cls.of_module(path, text, cst.parse_module(text), None)

    @classmethod
    def of_module(cls, path: str, text: str, root: cst.Module, resolver: Resolver | None) -> SourceFile:
        """A file whose whole module was parsed; without `resolver` the facts are read from the tree itself."""
        from gardener.checking.scopes_cst import facts_from_cst, walk_scopes_cst

        resolver = resolver or Resolver(facts_from_cst(root, package_of(path)))
        return cls(path, text, root, resolver, list(walk_scopes_cst(root, resolver.facts)))

    @classmethod
    def of_piece(cls, path: str, text: str, root: cst.Module, resolver: Resolver, piece: Piece) -> SourceFile | None:
        """A slice of a file; None when its scopes do not line up with those of the whole file."""
        from gardener.checking.scopes import ScopesDiffer
        from gardener.checking.scopes_cst import walk_scopes_cst

        try:
            walked = list(walk_scopes_cst(root, resolver.facts, piece.first_scope, piece.scope))
        except ScopesDiffer:
            return None
        return cls(
            path,
            text,
            root,
            resolver,
            walked,
            code=piece.code(text),
            prefix=len(HEADER) if piece.indented else 0,
            offset=piece.start,
        )

    @property
    def facts(self) -> Facts:
        """Scopes and bindings of the whole module."""
        return self.resolver.facts

    def nodes(self) -> Iterator[cst.CSTNode]:
        """Every node that means something (no white space, commas, parentheses), in document order."""
        return (node for node, _, _ in self._walked if id(node) not in self._hidden)

    def name_of(self, node: cst.CSTNode) -> str | None:
        """The dotted name that `node` stands for, through imports, aliases and tracked instances; the surest one.

        A bare name that nothing binds (a builtin) is its own name; a local variable of unknown value has none.
        """
        found = self.resolve(node)
        return min(found, key=lambda item: CERTAINTIES.index(item.certainty)).name if found else None

    def resolve(self, node: cst.CSTNode) -> tuple[Resolution, ...]:
        """Every dotted name that `node` may stand for, each with its certainty."""
        return self.resolver.resolve(self.scope_of(node), from_cst(node))

    def receiver(self, node: cst.CSTNode) -> Resolution | None:
        """The constructor or callable whose result `node` holds (`requests.Session` for `s = Session()`)."""
        found = self.resolver.receiver(self.scope_of(node), from_cst(node))
        return min(found, key=lambda item: CERTAINTIES.index(item.certainty)) if found else None

    def constant(self, node: cst.CSTNode) -> Constant | None:
        """The literal value of `node`, also through names bound exactly once; None when it is not known."""
        return self.resolver.constant(self.scope_of(node), from_cst(node))

    def scope_of(self, node: cst.CSTNode) -> Scope:
        """The scope in which `node` stands."""
        return self._context[id(node)][1]

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node directly around `node`; None at the top of the file."""
        parent = self._context[id(node)][0]
        return None if parent is None or parent is self.root or id(parent) in self._hidden else parent

    def ancestors(self, node: cst.CSTNode) -> tuple[cst.CSTNode, ...]:
        """The nodes around `node`, innermost first, without the module."""
        found = []
        parent = self.parent(node)
        while parent is not None:
            found.append(parent)
            parent = self.parent(parent)
        return tuple(found)

    def enclosing(self, node: cst.CSTNode, kind: type[Node]) -> Node | None:
        """The innermost ancestor of type `kind`, or None."""
        import libcst as cst

        if issubclass(cst.Module, kind):
            self.need_module()
            return self.root  # type: ignore[return-value]  # Module is a `kind` here
        return next((item for item in self.ancestors(node) if isinstance(item, kind)), None)

    def need_module(self) -> None:
        """Say that only the whole module will do. Returns when it is here already."""
        if self.is_slice:
            raise NeedsModule

    def source(self, node: cst.CSTNode) -> str:
        """The code of `node`, as it stands in the file; a statement comes without its indentation."""
        import libcst as cst
        from libcst._nodes.internal import CodegenState

        state = CodegenState(self.root.default_indent, self.root.default_newline)
        if isinstance(node, cst.BaseExpression | cst.Arg):
            for indent in reversed(self._indents(node)):
                state.increase_indent(indent)
        node._codegen(state)
        return "".join(state.tokens)

    def _indents(self, node: cst.CSTNode) -> list[str]:
        """The indentation of each block around `node`, innermost first; none for a node that is not in the tree."""
        import libcst as cst

        found = []
        parent = self._context[id(node)][0] if id(node) in self._context else None
        while parent is not None:
            if isinstance(parent, cst.IndentedBlock):
                found.append(self.root.default_indent if parent.indent is None else parent.indent)
            parent = self._context[id(parent)][0] if id(parent) in self._context else None
        return found

    def flag(
        self,
        node: cst.CSTNode,
        message: str,
        *,
        fix: PendingFix | None = None,
        certainty: Certainty = "certain",
        last: cst.CSTNode | None = None,
        label: str | None = None,
    ) -> Hit:
        """A hit at `node` (to the end of `last`); `message` is lower case, without a full stop."""
        return Hit(node, message, certainty, fix, last, label)

    def note(self, text: str) -> None:
        """Something to say once in the whole run, beside the findings."""
        self.notes[text] = None

    def replace(
        self,
        node: cst.CSTNode,
        text: str,
        *imports: ImportRequest,
        title: str | None = None,
        safety: Safety = "unsafe",
    ) -> PendingFix:
        """A fix that puts `text` in place of `node`, together with the imports that `text` needs."""
        added = tuple(edit for request in imports for edit in request.edits)
        return PendingFix(title or f"replace with `{text}`", safety, (NodeEdit(node, text), *added))

    def add_import(self, name: str) -> ImportRequest:
        """How to call `name` (`json.loads`) in this file: through an import that is there, or one to add."""
        from gardener.checking.imports import import_request

        return import_request(self.facts, self.text, name)

    @cached_property
    def _hidden(self) -> frozenset[int]:
        """Nodes that a slice has and the file has not: its module, and the header above an indented slice."""
        if not self.is_slice:
            return frozenset()
        found: list[Any] = [self.root]
        if self.prefix:
            header: Any = self.root.body[0]
            found += [header, header.test, header.body]
        return frozenset(map(id, found))
