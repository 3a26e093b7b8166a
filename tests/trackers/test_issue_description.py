"""GitHub's own description of its API: what the tracker sends is valid by it, and what comes back can be read.

Prism does not look into the bodies of the requests that matter most, so that they are held against the description
here, without it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import pytest

from gardener.core.issue import Tracker
from gardener.repo.forge import Forge
from gardener.trackers._requests import REPEATED
from gardener.trackers.github import HEADERS, GitHub
from tests.prism import installed, part_of, served
from tests.trackers.connecting import github
from tests.trackers.forge_server import Board

pytestmark = pytest.mark.network

REPO = "/repos/{owner}/{repo}"
USED = {
    REPO: ("get",),
    f"{REPO}/issues": ("get", "post"),
    f"{REPO}/issues/{{issue_number}}": ("get", "patch"),
    f"{REPO}/issues/{{issue_number}}/labels": ("post",),
    f"{REPO}/labels": ("post",),
    f"{REPO}/labels/{{name}}": ("get",),
}

Json = dict[str, Any]


@pytest.fixture(scope="module")
def description() -> Json:
    """The part of the description that is used."""
    whole = json.loads((installed() / "@octokit/openapi/generated/api.github.com.json").read_bytes())
    part = part_of(whole, USED)
    # Two of its examples refer to others one level too deep, where Prism does not look.
    answers = part["paths"][f"{REPO}/issues/{{issue_number}}"]["get"]["responses"]["200"]
    for example in answers["content"]["application/json"]["examples"].values():
        example["value"] = resolved(example["value"], part)["value"]
    return part


def test_everything_that_is_sent_is_valid(board: Board, description: Json) -> None:
    tracker = github(board)
    tracker.prepare("gardener")
    tracker.recent("2026-01-01T00:00:00Z")
    made = tracker.create("A title", "A body", ("gardener", "debt"))
    tracker.update(made.id, "Another body", ("gardener",))
    tracker.close(made.id, "completed")
    tracker.close(made.id, "not_planned")
    tracker.reopen(made.id, "A third body")
    tracker.find(made.id)
    tracker.listing("gardener")
    asked = list(zip(board.asked, board.sent, strict=True))
    assert {line.partition(" ")[0] for line, _ in asked} == {"GET", "POST", "PATCH"}
    for line, data in asked:
        refuse_invalid(line, data, description)


@pytest.mark.parametrize(
    ("line", "data"),
    [
        ("PATCH /repos/acme/shop/issues/1", {"state": "closed", "state_reason": "bored"}),
        ("PATCH /repos/acme/shop/issues/1", {"description": "GitLab's word"}),
        ("POST /repos/acme/shop/issues", {"body": "no title"}),
        ("GET /repos/acme/shop/issues?state=every", {}),
        ("GET /repos/acme/shop/issues?label=gardener", {}),
        ("DELETE /repos/acme/shop/issues/1", {}),
    ],
)
def test_what_is_invalid_is_noticed(line: str, data: Json, description: Json) -> None:
    with pytest.raises((jsonschema.ValidationError, AssertionError, KeyError)):
        refuse_invalid(line, data, description)


@pytest.fixture(params=[(), ("--dynamic", "--seed", "1"), ("--dynamic", "--seed", "2")], ids=["examples", "1", "2"])
def prism(
    request: pytest.FixtureRequest, description: Json, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tracker]:
    """The tracker, talking to Prism: once with the examples of the description, twice with what its schemas allow."""
    with served(description, tmp_path_factory.mktemp("description"), *request.param) as address:
        yield GitHub(Forge(address, "not-a-real-token", HEADERS, pause=lambda _: None), "octocat/Hello-World")


def test_what_comes_back_can_be_read(prism: Tracker) -> None:
    # Prism answers every page alike, and says of each that there is a next one.
    assert prism.listing("gardener").trouble in {"", REPEATED}
    assert prism.recent("2026-01-01T00:00:00Z").trouble in {"", REPEATED}
    assert prism.create("A title", "A body", ("gardener",)).id
    assert prism.update("1347", "A body", ("gardener",)).id
    assert prism.close("1347", "completed").id
    assert prism.reopen("1347", "A body").id
    prism.find("1347")


def refuse_invalid(line: str, data: Json, description: Json) -> None:
    """Hold one request against the description: path, method, parameters and body."""
    method, _, target = line.partition(" ")
    parts = urlsplit(target)
    path = next(path for path in description["paths"] if re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), parts.path))
    operation = resolved(description["paths"][path][method.lower()], description)
    allowed = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    for name, value in parse_qsl(parts.query):
        assert name in allowed, f"{line}: there is no parameter {name}"
        number = allowed[name].get("type") == "integer"
        jsonschema.validate(int(value) if number else value, allowed[name])
    if data:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        assert set(data) <= set(properties(schema)), f"{line}: {sorted(data)}"
        jsonschema.validate(data, schema)


def properties(schema: Json) -> Iterator[str]:
    """The names of all properties a schema speaks of."""
    yield from schema.get("properties", {})
    for key in ("oneOf", "anyOf", "allOf"):
        for inner in schema.get(key, ()):
            yield from properties(inner)


def resolved(value: Any, description: Json) -> Any:
    """`value` with what it refers to in place."""
    if isinstance(value, list):
        return [resolved(one, description) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        found: Any = description
        for name in value["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return resolved(found, description)
    return {key: resolved(one, description) for key, one in value.items() if key != "responses"}
