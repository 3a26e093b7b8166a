"""What else bounds a call: each excuse by the name under which the table's `safe-if` asks for it."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from gardener.checking.timeouts.arguments import argument
from gardener.checking.timeouts.deadlines import has_deadline, is_finite
from gardener.checking.timeouts.variables import Use, assigned_to, class_of, uses, variable_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import libcst as cst

    from gardener.checking.scopes import Scope
    from gardener.checking.source import SourceFile
    from gardener.checking.timeouts.case import Case, Problem

    Excuse = Callable[[Case, Problem], bool]

_OPEN_ENDED = ("absent", "unknown")


def _adapter(case: Case, _problem: Problem) -> bool:
    """A mounted adapter that may set timeouts: any but the library's own, and those of this file that name none."""
    if "mount" not in case.file.text:
        return False
    found = _uses_of_receiver(case)
    return any(use.attribute == "mount" and use.call and _may_bound(case.file, use.call) for use in found)


def _may_bound(file: SourceFile, mount: cst.Call) -> bool:
    given = mount.args[-1].value if mount.args else None
    if given is None:
        return False
    made = file.receiver(given)
    if made is not None and made.name in ("requests.adapters.HTTPAdapter", "requests.sessions.HTTPAdapter"):
        return class_of(file, given) is not None and "timeout" in _source_of_class(file, class_of(file, given))
    return True


def _source_of_class(file: SourceFile, scope: Scope | None) -> str:
    import libcst as cst

    file.need_module()
    for node in file.nodes():
        if isinstance(node, cst.ClassDef) and scope is not None and file.scope_of(node.body) is scope:
            return file.source(node)
    return ""


def _overridden(case: Case, _problem: Problem) -> bool:
    """The method of a class of this file whose own `request` or `send` stands between."""
    import libcst as cst

    from gardener.checking.timeouts.wrappers import wrappers_of

    if case.entry.role != "method" or not isinstance(case.function, cst.Attribute):
        return False
    chain = list(_classes(case.file, class_of(case.file, case.function.value)))
    if isinstance(case.function.value, cst.Call) and case.file.name_of(case.function.value.func) == "super":
        chain = chain[1:]
    own = [
        scope.bindings[name][0].definition for scope in chain for name in ("request", "send") if name in scope.bindings
    ]
    if own:
        case.file.need_module()
        return not any(index in wrappers_of(case.file) for index in own)
    return any("mount(" in _source_of_class(case.file, scope) for scope in chain if "mount" in case.file.text)


def _classes(file: SourceFile, scope: Scope | None) -> Iterator[Scope]:
    """A class of this file, and those of this file that it inherits from."""
    seen: set[int] = set()
    waiting = [scope] if scope else []
    while waiting:
        here = waiting.pop()
        if here.index in seen or here.kind != "class":
            continue
        seen.add(here.index)
        yield here
        outer = here.parent or here
        bases = (file.resolver.local_definition(outer, file.facts.expression(base)) for base in here.bases)
        waiting += [base for base in bases if base is not None]


def _replaced(case: Case, _problem: Problem) -> bool:
    """The method was replaced on the object, as by `session.request = partial(session.request, timeout=5)`."""
    if case.entry.role != "method" or not re.search(r"\.\s*\w+\s*=[^=]", case.file.text):
        return False
    names = {"request", "send", case.name.rpartition(".")[2]}
    if not re.search(rf"\.\s*(?:{'|'.join(names)})\s*=[^=]", case.file.text):
        return False
    return any(use.statement is not None and use.attribute in names for use in _uses_of_receiver(case))


def _uses_of_receiver(case: Case) -> list[Use]:
    import libcst as cst

    found = variable_of(case.file, case.function.value) if isinstance(case.function, cst.Attribute) else None
    return uses(case.file, found[0]) if found else []


def _uses_of_result(case: Case) -> list[Use]:
    """What is done with the variable that holds what the call returns."""
    target = assigned_to(case.file, case.call)
    found = variable_of(case.file, target) if target is not None else None
    return uses(case.file, found[0]) if found else []


def _socket_default(case: Case, problem: Problem) -> bool:
    if problem.kind not in _OPEN_ENDED:
        return False
    return case.terms.socket_default or _calls_anywhere(case.file, "setdefaulttimeout", "socket.setdefaulttimeout")


def _websocket_default(case: Case, problem: Problem) -> bool:
    return problem.kind in _OPEN_ENDED and _calls_anywhere(
        case.file, "setdefaulttimeout", "websocket.setdefaulttimeout"
    )


def _calls_anywhere(file: SourceFile, word: str, name: str) -> bool:
    """Does the file call `name` with something that is not None?"""
    import libcst as cst

    if word not in file.text:
        return False
    file.need_module()
    calls = (node for node in file.nodes() if isinstance(node, cst.Call) and file.name_of(node.func) == name)
    return any(call.args and is_finite(file, call.args[0].value) for call in calls)


def _settimeout(case: Case, _problem: Problem) -> bool:
    """`settimeout` on the same socket, before or after: a connection attempt alone ends when the system gives up."""
    if "settimeout" not in case.file.text and "setblocking" not in case.file.text:
        return False
    found = _uses_of_receiver(case) if case.entry.role == "method" else _uses_of_result(case)
    calls = [use.call for use in found if use.attribute in ("settimeout", "setblocking") and use.call]
    return any(call.args and is_finite(case.file, call.args[0].value) for call in calls)


def _local(case: Case, _problem: Problem) -> bool:
    """A socket of this machine, or one without connections."""
    import libcst as cst

    around = case.file.ancestors(case.call)
    is_module_code = not any(isinstance(node, cst.FunctionDef | cst.ClassDef) for node in around)
    text = case.file.text if is_module_code or not around else case.file.source(around[-1])
    return re.search(r"\b(?:AF_UNIX|AF_VSOCK|AF_NETLINK|SOCK_DGRAM|SOCK_RAW)\b", text) is not None


def _dsn(case: Case, _problem: Problem) -> bool:
    """A connection string that says so itself."""
    text = _connection_text(case)
    constant = case.file.constant(text) if text is not None else None
    return constant is not None and isinstance(constant.value, str) and "timeout" in constant.value.lower()


def has_unknown_dsn(case: Case) -> bool:
    """May a connection string hold the timeout, unseen?"""
    text = _connection_text(case) if "dsn" in case.entry.safe_if else None
    return text is not None and case.file.constant(text) is None


def _connection_text(case: Case) -> cst.BaseExpression | None:
    for given in case.call.args[case.skip :]:
        if given.keyword is None and not given.star:
            return given.value
        if given.keyword is not None and given.keyword.value in ("dsn", "url", "conninfo", "host", "uri"):
            return given.value
    return None


def _keyword(name: str, position: int | None = None) -> Excuse:
    """Another argument that brings a timeout with it."""

    def excuse(case: Case, problem: Problem) -> bool:
        found = argument(case.call, case.file, name, position, skip=case.skip)
        return problem.kind in _OPEN_ENDED and found.state != "absent"

    return excuse


def _service_config(case: Case, _problem: Problem) -> bool:
    return re.search(r"service_config|methodConfig", case.file.text) is not None


def _each_call(case: Case, _problem: Problem) -> bool:
    """Every call of the client that this file makes brings its own timeout."""
    methods = {"request", "urlopen", "request_encode_url", "request_encode_body"}
    calls = [use.call for use in _uses_of_result(case) if use.attribute in methods and use.call]
    return bool(calls) and all(argument(call, case.file, "timeout", None).state != "absent" for call in calls)


def _later(case: Case, _problem: Problem) -> bool:
    """The connection is opened by a later call that brings the timeout."""
    calls = [use.call for use in _uses_of_result(case) if use.attribute in ("connect", "open") and use.call]
    found = [argument(call, case.file, "timeout", 2) for call in calls]
    return any(item.state == "given" and is_finite(case.file, item.value) for item in found)


def _safe_wrapper(case: Case, _problem: Problem) -> bool:
    """What a team has said bounds the calls it is given, holds or surrounds."""
    import libcst as cst

    safe = case.terms.safe_wrappers
    if not safe:
        return False
    file = case.file
    scope: Scope | None = file.scope_of(case.call)
    while scope is not None:
        if _own_name(file, scope) in safe:
            return True
        scope = scope.parent
    owner = class_of(file, case.function.value) if isinstance(case.function, cst.Attribute) else None
    if any(_own_name(file, item) in safe for item in _classes(file, owner)):
        return True
    for outer in file.ancestors(case.call):
        calls = [item.item for item in outer.items] if isinstance(outer, cst.With) else [outer]
        if any(isinstance(item, cst.Call) and _names(file, item.func) & safe for item in calls):
            return True
    return False


def _names(file: SourceFile, function: cst.BaseExpression) -> set[str]:
    from gardener.checking.expressions import from_cst

    found = {item.name for item in file.resolve(function)}
    own = file.resolver.local_definition(file.scope_of(function), from_cst(function))
    return found | ({_own_name(file, own)} if own else set())


def _own_name(file: SourceFile, scope: Scope) -> str:
    from gardener.checking.families._modules import module_of

    return f"{module_of(file.path)}.{scope.qualname}"


ALWAYS: Mapping[str, Excuse] = MappingProxyType(
    {"overridden": _overridden, "replaced": _replaced, "safe-wrapper": _safe_wrapper}
)
ASKED_FOR: Mapping[str, Excuse] = MappingProxyType(
    {
        "adapter": _adapter,
        "deadline": has_deadline,
        "dsn": _dsn,
        "each-call": _each_call,
        "later": _later,
        "local": _local,
        "option-files": _keyword("option_files"),
        "pool": _keyword("connection_pool"),
        "service-config": _service_config,
        "settimeout": _settimeout,
        "socket-default": _socket_default,
        "transport": _keyword("transport", 1),
        "websocket-default": _websocket_default,
    }
)
EXCUSES: Mapping[str, Excuse] = MappingProxyType({**ALWAYS, **ASKED_FOR})


def is_excused(case: Case, problem: Problem, excuses: Mapping[str, Excuse] = EXCUSES) -> bool:
    """Does anything else bound the call?"""
    asked = (*ALWAYS, *case.entry.safe_if)
    return any(excuses[name](case, problem) for name in asked if name in excuses)
