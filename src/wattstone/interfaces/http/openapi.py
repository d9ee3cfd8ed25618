"""The description of the API: OpenAPI 3.1, with what goes wrong beside each answer, and who may ask."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from wattstone.interfaces.http.models.base import ProblemShape
from wattstone.interfaces.http.problems import MEDIA, TITLES

__all__ = ["describe"]

DONE_ONCE = frozenset(
    {
        "declareSite", "declareSpace", "declareMeter", "declareMeasure", "startJob", "ingestUpload", "acknowledgeAlert",
        "makeAlertRule", "enterActivities", "correctActivity", "withdrawActivity", "passFindings", "decideRestatements",
        "setBaseYearPolicy",
    }
)  # fmt: skip
"""Operations that look at an idempotency key: not those whose answer holds a secret, nor those that may be repeated."""
_ALWAYS = (400, 401, 403, 404, 413, 429)
_TAGS = {
    "sites": "places", "spaces": "places", "meters": "places", "inventory": "figures", "figures": "figures",
    "quality": "figures", "findings": "action", "board": "action", "measures": "action", "savings": "action",
    "plans": "action", "forecasts": "action", "results": "figures", "documents": "documents", "jobs": "jobs",
    "uploads": "jobs", "alerts": "alerts", "alert-rules": "alerts", "webhooks": "alerts", "me": "accounts",
    "audit": "accounts", "releases": "figures", "restatements": "figures", "activities": "ledgers",
}  # fmt: skip
_MATCH = {
    "name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"},
    "description": "The ETag that was read; 428 without it, 412 where it is another one now.",
}  # fmt: skip
_WAIT = {
    "Retry-After": {"description": "How long to wait. [s]", "schema": {"type": "integer"}},
    "RateLimit": {"description": "What is left, and when all of it is there again.", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "How much there is, and how fast it comes.", "schema": {"type": "string"}},
}
_ONCE = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "schema": {"type": "string", "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "Sent again within 24 hours with the same content, the answer is the same and nothing happens.",
}  # fmt: skip


def describe(api: FastAPI) -> dict[str, Any]:
    """The description, made once.

    Parameters
    ----------
    api : FastAPI
        With all its routes.
    """
    if api.openapi_schema is None:
        schema = get_openapi(
            title=api.title, version=api.version, openapi_version="3.1.0", routes=api.routes, servers=api.servers,
            description="What the command line does, over HTTP. Ids are those of the workspace; times are UTC.",
        )  # fmt: skip
        _complete(schema)
        api.openapi_schema = schema
    return api.openapi_schema


def _complete(schema: dict[str, Any]) -> None:
    components = schema.setdefault("components", {})
    problem = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
    components.setdefault("schemas", {}).update({**problem.pop("$defs", {}), "Problem": problem})
    components["securitySchemes"] = {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key: `Authorization: Bearer wsk_...`",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "wattstone",
            "description": "Of a browser that signed in.",
        },
    }
    schema["security"] = [{"key": []}, {"session": []}]
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _operation(path, method, operation)


def _operation(path: str, method: str, operation: dict[str, Any]) -> None:
    part = path.removeprefix("/organisations/{tenant}").strip("/").split("/")[0]
    operation["tags"] = [_TAGS.get(part, "organisation")]
    codes = [*_ALWAYS, 422]
    parameters = operation.setdefault("parameters", [])
    if method in ("patch", "put"):
        parameters.append(_MATCH)
        codes += [412, 428]
    if method == "post":
        parameters += [_ONCE] if operation["operationId"] in DONE_ONCE else []
        codes += [409]
    if "requestBody" in operation:
        codes += [415]
    if method == "get":
        operation["responses"]["304"] = {"description": "As it was when it was read last (If-None-Match)."}
        codes += [406]
    for code in codes:
        operation["responses"].setdefault(str(code), {"description": ""})
    for code, answer in operation["responses"].items():
        if int(code) >= 400:
            answer["description"] = answer.get("description") or TITLES[int(code)][1]
            answer["content"] = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation["responses"]["429"]["headers"] = _WAIT
    operation["responses"] = dict(sorted(operation["responses"].items()))
