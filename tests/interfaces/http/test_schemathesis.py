"""The API keeps to its own description, whatever it is sent: Schemathesis, a few examples of each operation.

For a longer look: `WATTSTONE_API_EXAMPLES=100 pytest tests/interfaces/http/test_schemathesis.py`.
"""

import asyncio
import os
from typing import Any

import httpx
import pytest
import schemathesis.specs.openapi.extra_data_source  # noqa: F401  deep in a test, CPython 3.11 may fail to compile it
from hypothesis import HealthCheck, given, seed, settings

from tests.interfaces.http.conftest import asked, whole
from wattstone.interfaces.http import PREFIX
from wattstone.interfaces.serving.service import Service

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

EXAMPLES = int(os.environ.get("WATTSTONE_API_EXAMPLES", "2"))  # of each operation, and of each of the two modes
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "positive_data_acceptance",
)  # fmt: skip
ADMINISTRATORS = ("alert-rules", "webhooks", "audit", "deliveries")
LAWFUL = ["2xx", "304", "400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "428"]
"""What may come of data that fit the description: the description does not say which ids there are."""


def loaded(service: Service) -> tuple[Any, Any]:
    """The application, and the description of its API as Schemathesis reads it."""
    import schemathesis
    from schemathesis.config import SchemathesisConfig

    app = whole(service)
    api = next(one for one in app.routes if getattr(one, "path", "") == PREFIX).app  # pyright: ignore[reportAttributeAccessIssue]
    lawful = {"positive_data_acceptance": LAWFUL, "negative_data_rejection": [one for one in LAWFUL if one != "2xx"]}
    checks = {name: {"expected-statuses": statuses} for name, statuses in lawful.items()}
    config = SchemathesisConfig.from_dict({"checks": checks})
    return app, schemathesis.openapi.from_dict(api.openapi(), config=config)


def sent(app: Any, case: Any, keys: dict[str, str]) -> httpx.Response:
    """The answer to a case; paths are of organisation acme, so that something is reached."""
    import requests

    if "tenant" in case.path_parameters:
        case.path_parameters["tenant"] = "acme"
    prepared = requests.Request(**case.as_transport_kwargs(base_url=f"http://localhost{PREFIX}")).prepare()
    by = "admin" if any(part in case.path for part in ADMINISTRATORS) else "analyst"
    headers = [(name, value) for name, value in prepared.headers.items() if name.lower() != "authorization"]
    headers.append(("Authorization", f"Bearer {keys[by]}"))
    raw = [(name.encode("latin-1"), _bytes(value)) for name, value in headers]
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    path = str(prepared.url).removeprefix("http://localhost")
    return asyncio.run(asked(app, str(prepared.method), path, headers=raw, content=body))


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("latin-1", "replace")


@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_the_api_keeps_to_its_description(service, keys, mode):
    import schemathesis
    from schemathesis.checks import CHECKS as KNOWN

    app, schema = loaded(service)
    checks = list(KNOWN.get_by_names(list(CHECKS)))
    tried = 0

    def once(operation: Any) -> None:
        @seed(6)
        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode)))
        def check(case: Any) -> None:
            nonlocal tried
            tried += 1
            case.validate_response(sent(app, case, keys), checks=checks)

        check()

    failed: list[str] = []
    for result in schema.get_all_operations():
        try:
            once(result.ok())
        except (BaseExceptionGroup, Exception) as error:  # all of them are told at once
            failed.append(str(error))

    assert not failed, "\n".join(failed)
    assert tried >= 50
