"""What the API says of itself: OpenAPI, the reference, and the guide, whose examples run."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.interfaces.client.test_client import InProcess
from wattstone.interfaces import client as room
from wattstone.interfaces.http import build_api

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCS / "how-to" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)


def operations():
    described = build_api(SimpleNamespace()).openapi()  # pyright: ignore[reportArgumentType]
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def test_every_operation_stands_in_the_reference():
    text = (DOCS / "reference" / "api.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| [A-Z]+ \| `[^`]+` \| `(\w+)` \|", text, re.MULTILINE))

    assert told == set(operations())
    for name, (method, path, _) in operations().items():
        short = path.removeprefix("/organisations/{tenant}") or "/"
        assert f"| {method.upper()} | `{short}` | `{name}` |" in text


def test_every_operation_is_described_with_its_problems():
    for name, (method, _, operation) in operations().items():
        answers = operation["responses"]
        assert operation["summary"], name
        assert operation["description"], name
        assert {"400", "401", "403", "404", "422", "429"} <= answers.keys(), name
        for code, answer in answers.items():
            if int(code) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (name, code)
        if method in ("patch", "put"):
            assert {"412", "428"} <= answers.keys(), name
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is not None:
            examples = body.get("examples") or body["schema"].get("examples") or body.get("example")
            assert examples, f"{name} has no example"


def test_nothing_is_refused_as_unknown_that_the_description_names():
    described = build_api(SimpleNamespace()).openapi()  # pyright: ignore[reportArgumentType]
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described)))

    assert described["openapi"].startswith("3.1")
    assert named <= described["components"]["schemas"].keys()


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_examples_of_the_guide_run(app, keys, example, monkeypatch, tmp_path):
    whole = room.Client

    def local(address, *, key, organisation):
        assert (address, key) == ("http://127.0.0.1:8000", "wsk_...")
        return whole(address, key=keys["analyst"], organisation=organisation, transport=InProcess(app))

    monkeypatch.setattr(room, "Client", local)
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "docs/how-to/api.md", "exec"), {})


def test_the_guide_compares_no_sums_of_fractions_for_being_the_same():
    assert "isclose(hours" in GUIDE
    assert ".sum() ==" not in GUIDE
