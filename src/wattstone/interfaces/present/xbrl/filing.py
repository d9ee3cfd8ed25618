"""Rules of those who take reports in, beside XBRL itself: what Arelle alone lets pass.

References
----------
.. [1] ESMA, "ESEF Reporting Manual," ESMA32-60-254, 2.1.1-2.1.2, 2.4.1, 2.5.1-2.5.4: the entity, dates without times,
   what may be hidden, other targets, programs in the document, the language of texts.
.. [2] XBRL International, "Global Filing Manual" 1.1: one entity for all facts; contexts and units that are used, once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.languages import mark
from wattstone.interfaces.present.xbrl.contexts import legal_entity

__all__ = ["filing_rules"]

_LEI: Final = "http://standards.iso.org/iso/17442"
_AGAIN: Final = mark("build the report again instead of changing it by hand")
_ODD: Final[Mapping[str, tuple[str, str, str]]] = {
    "target": (
        mark("it is marked for another report: {what}"),
        mark("one report in a document; what is marked for another was not validated"),
        mark("take the attribute target away, or give the other report as a document of its own"),
    ),
    "script": (
        mark("it carries a program: {what}"),
        mark("a document that only shows, as those who take reports in ask"),
        mark("take the script out, or build the report again"),
    ),
    "hidden": (
        mark("the fact {what} is hidden from who reads the document"),
        mark("facts that are seen where they are tagged"),
        mark("tag the number or the text where it is shown, or take the style that hides it away"),
    ),
    "language": (
        mark("the text {what} says no language"),
        mark("texts with the language that they are in (xml:lang)"),
        mark("give the document or the text its xml:lang, as en or zh-Hans"),
    ),
}


def filing_rules(stands: Mapping[str, Any], name: str) -> Iterator[Finding]:
    """What those who take reports in would send back, of what stands in a report [1]_ [2]_.

    An error is what they forbid; a warning, what they advise against: contexts and units that are double or not used.

    Parameters
    ----------
    stands : mapping
        `contexts`, `units`, `uses` (facts by context), `measured` (units of facts) and `odd` elements, as
        `arelle_child.py` tells them.
    name : str
        Of the file, where a document has none.

    Yields
    ------
    Finding

    Examples
    --------
    >>> one = {"id": "c1", "file": "a.xhtml", "line": 3, "scheme": "urn:x", "identifier": "A", "members": [],
    ...        "dates": ["2025-01-01", "2025-12-31"]}
    >>> two = one | {"id": "c2", "identifier": "B", "line": 9}
    >>> held = {"contexts": [one, two], "units": [], "uses": {"c1": 5, "c2": 1}, "measured": [], "odd": []}
    >>> [(each.code, each.place) for each in filing_rules(held, "a.xbri")]
    [('xbrl.entity', "a.xhtml, line 9, context 'c2'")]
    """
    contexts: Sequence[Mapping[str, Any]] = stands["contexts"]
    yield from _entities(contexts, stands["uses"], name)
    yield from _registers(contexts, name)
    yield from _moments(contexts, name)
    for one in stands["odd"]:
        found, expected, remedy = _ODD[one["kind"]]
        yield Finding(code=f"xbrl.{one['kind']}", place=_place(one, name), found=found, expected=expected,
                      remedy=remedy, params={"what": one["what"]})  # fmt: skip
    yield from _doubles(contexts, name)
    yield from _idle(contexts, set(stands["uses"]), "context", name)
    yield from _idle(stands["units"], set(stands["measured"]), "unit", name)


def _place(one: Mapping[str, Any], name: str, kind: str = "") -> str:
    line = f", line {one['line']}" if one["line"] else ""
    return f"{one['file'] or name}{line}" + (f", {kind} '{one['id']}'" if kind else "")


def _entities(contexts: Sequence[Mapping[str, Any]], uses: Mapping[str, int], name: str) -> Iterator[Finding]:
    """The entity of most facts is that of the report; each context of another is wrong."""
    facts: Counter[tuple[str, str]] = Counter()
    for one in contexts:
        facts[one["scheme"], one["identifier"]] += uses.get(one["id"], 0)
    if len(facts) < 2:
        return
    scheme, identifier = facts.most_common(1)[0][0]
    for one in contexts:
        if (one["scheme"], one["identifier"]) == (scheme, identifier):
            continue
        yield Finding(
            code="xbrl.entity", place=_place(one, name, "context"),
            found=mark("its facts are of another entity: {identifier}, by {scheme}"),
            expected=mark("all facts of one entity, as most are: {entity}, by {register}"),
            remedy=mark("give the context the identifier and the scheme of the others; report another by itself"),
            params={"identifier": one["identifier"], "scheme": one["scheme"], "entity": identifier,
                    "register": scheme},
        )  # fmt: skip


def _registers(contexts: Sequence[Mapping[str, Any]], name: str) -> Iterator[Finding]:
    """Of each legal entity identifier, whether it can be one."""
    first = {one["identifier"]: one for one in reversed(contexts) if one["scheme"] == _LEI}
    for identifier, one in first.items():
        try:
            legal_entity(identifier)
        except InputRefused as refused:
            why = refused.findings[0]
            yield Finding(
                code="xbrl.lei", place=_place(one, name, "context"),
                found=mark("{identifier} is no legal entity identifier"), expected=why.expected, remedy=why.remedy,
                params={"identifier": identifier},
            )  # fmt: skip


def _moments(contexts: Sequence[Mapping[str, Any]], name: str) -> Iterator[Finding]:
    for one in contexts:
        timed = [each for each in one["dates"] if len(each) > len("2025-12-31")]
        if timed:
            yield Finding(
                code="xbrl.moment", place=_place(one, name, "context"),
                found=mark("a date with a time or a zone: {date}"), expected=mark("days alone, as 2025-12-31"),
                remedy=mark("take away what follows the day; the end of a period is its last day"),
                params={"date": timed[0]},
            )  # fmt: skip


def _doubles(contexts: Sequence[Mapping[str, Any]], name: str) -> Iterator[Finding]:
    held: dict[str, str] = {}
    for one in contexts:
        same = repr([one[key] for key in ("scheme", "identifier", "dates", "members")])
        before = held.setdefault(same, one["id"])
        if before != one["id"]:
            yield Finding(
                code="xbrl.context_twice", place=_place(one, name, "context"), severity="warning",
                found=mark("it says the same as the context {other}"), expected=mark("each context once"),
                remedy=mark("let its facts point to the other, and leave it out"), params={"other": before},
            )  # fmt: skip


def _idle(declared: Sequence[Mapping[str, Any]], used: set[str], kind: str, name: str) -> Iterator[Finding]:
    """Those that no fact points to, told once with their number: what made one made them all."""
    idle = [one for one in declared if one["id"] not in used]
    if idle:
        yield Finding(
            code=f"xbrl.{kind}_idle", place=_place(idle[0], name, kind), severity="warning", count=len(idle),
            found=mark("{count} {count:context or unit is|contexts or units are} used by no fact: {which}"),
            expected=mark("contexts and units that facts point to"), remedy=_AGAIN,
            params={"which": ", ".join(one["id"] for one in idle[:5]) + (" …" if len(idle) > 5 else "")},
        )  # fmt: skip
