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
_XBRLI = "{http://www.xbrl.org/2003/instance"
_XHTML = "{http://www.w3.org/1999/xhtml"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
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
    messages, stands = _looked(asked)
    json.dump({"messages": messages, "refused": refused, "stands": stands}, out)
    out.flush()


def _looked(asked: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
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
        models = session.get_models()
        facts = [len(one.facts) for one in models]
        stands = _stands([root for one in models for root in _roots(one)])
        told = [_told(one) for one in handler.messages]
    if not any(facts):
        told.append({"code": "wattstone:noFacts", "level": "ERROR", "text": "", "places": [], "values": {}})
    return told, stands


def _told(one: dict[str, Any]) -> dict[str, Any]:
    places = [
        {"file": str(ref.get("href", "")).partition("#")[0], "line": ref.get("sourceLine")} for ref in one["refs"]
    ]
    values = {str(key): str(value)[:200] for key, value in dict(one["args"] or {}).items()}
    return {"code": one["messageCode"], "level": one["levelname"].upper(), "text": str(one["msg"]), "places": places,
            "values": values}  # fmt: skip


def _roots(model: Any) -> list[Any]:
    """The top element of each document that facts stand in: a report can be several."""
    document = model.modelDocument
    return list(getattr(model, "ixdsHtmlElements", ())) or ([] if document is None else [document.xmlRootElement])


def _stands(roots: list[Any]) -> dict[str, Any]:
    """What stands in the documents, as `filing.py` asks it: contexts, units, what is used, and single odd elements."""
    found: dict[str, Any] = {"contexts": [], "units": [], "uses": {}, "measured": [], "odd": []}
    measured: set[str] = set()
    for one in (each for root in roots for each in root.iter() if isinstance(each.tag, str)):
        space, _, name = one.tag.rpartition("}")
        if space == _XBRLI and name == "context":
            found["contexts"].append({**_where(one), **_context(one)})
        elif space == _XBRLI and name == "unit":
            found["units"].append(_where(one))
        elif one.get("contextRef"):
            found["uses"][one.get("contextRef")] = found["uses"].get(one.get("contextRef"), 0) + 1
            measured.add(one.get("unitRef") or "")
        found["odd"].extend({**_where(one), "kind": kind, "what": what} for kind, what in _odd(one, space, name))
    found["measured"] = sorted(measured)
    return found


def _where(one: Any) -> dict[str, Any]:
    return {"id": one.get("id") or "", "file": one.modelDocument.basename if hasattr(one, "modelDocument") else "",
            "line": one.sourceline}  # fmt: skip


def _context(one: Any) -> dict[str, Any]:
    named = next(iter(one.iter(f"{_XBRLI}}}identifier")), None)
    ends = [each for name in ("startDate", "endDate", "instant") for each in one.iter(f"{_XBRLI}}}{name}")]
    about = [each for name in ("segment", "scenario") for part in one.iter(f"{_XBRLI}}}{name}") for each in part
             if isinstance(each.tag, str)]  # fmt: skip
    return {
        "scheme": "" if named is None else (named.get("scheme") or "").strip(),
        "identifier": "" if named is None else "".join(named.itertext()).strip(),
        "dates": ["".join(each.itertext()).strip() for each in ends],
        "members": sorted([each.get("dimension") or each.tag, "".join(each.itertext()).strip()] for each in about),
    }


def _odd(one: Any, space: str, name: str) -> list[tuple[str, str]]:
    """What a filing rule forbids of one element: kind, and what it is called in the finding."""
    inline = "inlineXBRL" in space
    odd: list[tuple[str, str]] = []
    if inline and one.get("target"):
        odd.append(("target", one.get("target")))
    if space == _XHTML and (name == "script" or any(key.lower().startswith("on") for key in one.attrib)):
        odd.append(("script", name))
    if not one.get("contextRef") or one.get(_NIL) in {"true", "1"}:
        return odd
    above = list(one.iterancestors())
    concealed = any(each.tag.rpartition("}")[2] == "hidden" and "inlineXBRL" in each.tag for each in above)
    styles = [(each.get("style") or "").replace(" ", "").lower() for each in above]
    if inline and concealed and name == "nonFraction":
        odd.append(("hidden", one.get("name") or name))
    if inline and not concealed and any("display:none" in each or "visibility:hidden" in each for each in styles):
        odd.append(("hidden", one.get("name") or name))
    kind = getattr(getattr(one, "concept", None), "type", None)
    if getattr(kind, "isOimTextFactType", False) and not any(each.get(_LANG) for each in (one, *above)):
        odd.append(("language", one.get("name") or name))
    return odd


if __name__ == "__main__":
    main()
