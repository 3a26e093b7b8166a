"""Every condition of a pattern rule can be deleted, one at a time."""

from __future__ import annotations

from gardener.checking.patterns import mutants


def test_each_condition_is_deleted_once() -> None:
    body = {
        "any": ["f($X)", "g($X)"],
        "not": "f(1)",
        "inside": ["def $F(...): ...", "class $C: ..."],
        "where": {"X": {"kind": "name", "regex": "a"}, "F": {"regex": "b"}},
        "fix": "h($X)",
    }
    assert dict(mutants(body)) == {
        "any: f($X)": {**body, "any": ["g($X)"]},
        "any: g($X)": {**body, "any": ["f($X)"]},
        "not: f(1)": {key: value for key, value in body.items() if key != "not"},
        "inside: def $F(...): ...": {**body, "inside": ["class $C: ..."]},
        "inside: class $C: ...": {**body, "inside": ["def $F(...): ..."]},
        "where.X.kind": {**body, "where": {"X": {"regex": "a"}, "F": {"regex": "b"}}},
        "where.X.regex": {**body, "where": {"X": {"kind": "name"}, "F": {"regex": "b"}}},
        "where.F.regex": {**body, "where": {"X": {"kind": "name", "regex": "a"}}},
    }


def test_a_plain_pattern_has_no_condition() -> None:
    assert list(mutants({"pattern": "f($X)", "fix": "g($X)"})) == []
