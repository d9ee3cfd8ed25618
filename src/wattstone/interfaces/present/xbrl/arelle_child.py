"""A process of its own in which Arelle looks at a report: no network, no cache of the user's, no state kept.

It is run by its path, with the interpreter isolated. What it is to look at comes on standard input as JSON; what it
found goes to standard output as JSON. Arelle's offline mode alone still reads a cache that earlier online runs of the
user filled (its issue 937); so its home is a fresh folder, and an audit hook refuses whatever would leave the machine.
"""

import json
import os
import sys
from importlib import import_module
from typing import Any

_OUTWARD = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"})
_ARELLE = (
    ("arelle.api.Session", "Session"),
    ("arelle.RuntimeOptions", "RuntimeOptions"),
    ("arelle.logging.handlers.StructuredMessageLogHandler", "StructuredMessageLogHandler"),
)


def main() -> None:
    """Read what is asked, look, say what was found."""
    asked = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # Arelle and its plug-ins print; nothing of that is an answer
    os.environ["XDG_CONFIG_HOME"] = os.environ["HOME"] = asked["home"]
    refused: list[str] = []

    def guard(event: str, args: tuple[Any, ...]) -> None:
        if event in _OUTWARD:
            refused.append(f"{event} {args[-1] if args else ''}")
            raise PermissionError("a report is validated without a network")

    sys.addaudithook(guard)
    messages = _messages(asked)
    json.dump({"messages": messages, "refused": refused}, out)
    out.flush()


def _messages(asked: dict[str, Any]) -> list[dict[str, Any]]:
    session_of, options_of, handler_of = (getattr(import_module(module), name) for module, name in _ARELLE)
    options = options_of(
        entrypointFile=asked["path"],
        packages=asked["packages"] or None,
        internetConnectivity="offline",
        cacheDirectory=asked["home"],
        disablePersistentConfig=True,
        validate=True,
        utrValidate=True,
        calcs="c11r",
        validateDuplicateFacts="inconsistent",
        keepOpen=True,
        logLevel="WARNING",
    )
    handler = handler_of()
    with session_of() as session:
        session.run(options, logHandler=handler)
        facts = [len(one.facts) for one in session.get_models()]
        told = [_told(one) for one in handler.messages]
    if not any(facts):
        told.append({"code": "wattstone:noFacts", "level": "ERROR", "text": "", "places": [], "values": {}})
    return told


def _told(one: dict[str, Any]) -> dict[str, Any]:
    places = [
        {"file": str(ref.get("href", "")).partition("#")[0], "line": ref.get("sourceLine")} for ref in one["refs"]
    ]
    values = {str(key): str(value)[:200] for key, value in dict(one["args"] or {}).items()}
    return {"code": one["messageCode"], "level": one["levelname"].upper(), "text": str(one["msg"]), "places": places,
            "values": values}  # fmt: skip


if __name__ == "__main__":
    main()
