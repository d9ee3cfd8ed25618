"""Virtual meters: their expressions, and the checks of what a portfolio's meters say about one another."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from wattstone.base import Finding, InputRefused, UnknownUnit, unit
from wattstone.portfolio.boundary import (
    Tops,
    counted_meters,
    leaf_terms,
    registers_of,
    same_stream,
    virtual_terms,
)
from wattstone.portfolio.expressions import Clipped, Expression, Scaled, Sum, Term, evaluate, is_linear, terms, write
from wattstone.portfolio.kinds import REGISTER_SUFFIX, canonical_kind, kind_of
from wattstone.portfolio.model import Meter
from wattstone.portfolio.parser import parse

__all__ = [
    "Clipped",
    "Expression",
    "Scaled",
    "Sum",
    "Term",
    "check",
    "evaluate",
    "is_linear",
    "parse",
    "terms",
    "write",
]

ELECTRIC = frozenset({"grid", "export", "generation"})  # roles that one balance of electricity may mix
TOLERANCE = 1e-9


def check(meters: Sequence[Meter]) -> list[Finding]:
    """Check what meters say about one another: expressions, parents, registers.

    Parameters
    ----------
    meters : sequence of Meter
        All meters of the workspace.

    Returns
    -------
    list of Finding
        Errors: an expression that cannot be read, names unknown meters, refers to itself in a circle, mixes
        quantities, kinds or calorific values, or makes the totals count something twice; parents and registers that
        do not exist or form circles. Warnings: what is odd and decided all the same by `boundary.counted_meters`.
    """
    known = {meter.id: meter for meter in meters}
    virtual = virtual_terms(meters)
    return list(
        chain(
            _unreadable(meters),
            _unknown(known, virtual),
            _circles(known, virtual),
            (finding for meter in virtual for finding in _mixed(known[meter], known, virtual[meter])),
            _counted_twice(meters, known, virtual),
            _links(meters, known),
        )
    )


def _unreadable(meters: Sequence[Meter]) -> Iterator[Finding]:
    for meter in meters:
        if meter.expression is not None:
            try:
                parse(meter.expression)
            except InputRefused as refusal:
                for finding in refusal.findings:
                    yield replace(finding, place=f"meter '{meter.id}', {finding.place}")


def _unknown(known: Mapping[str, Meter], virtual: Mapping[str, Mapping[str, float]]) -> Iterator[Finding]:
    for meter_id, named in virtual.items():
        missing = [term for term in named if term not in known]
        if not missing:
            continue
        expression = known[meter_id].expression or ""
        quoted = next((meter for meter in known if _reads_as_difference(meter, expression, missing)), None)
        yield Finding(
            code="virtual.unknown_meter",
            place=f"meter '{meter_id}'",
            found="its expression names meters that do not exist: {missing}",
            expected="ids of declared meters",
            remedy="correct the ids, or declare the meters; put the id '{quoted}' in backquotes, for a hyphen is a "
            "minus"
            if quoted
            else "correct the ids, or declare the meters",
            params={"missing": ", ".join(f"'{term}'" for term in missing[:5]), "quoted": quoted},
            count=len(missing),
        )


def _reads_as_difference(meter: str, expression: str, missing: Sequence[str]) -> bool:
    return "-" in meter and meter in expression and any(part in missing for part in meter.split("-"))


def _circles(known: Mapping[str, Meter], virtual: Mapping[str, Mapping[str, float]]) -> Iterator[Finding]:
    parents = {meter.id: [meter.parent_id] for meter in known.values() if meter.parent_id in known}
    derived = {meter.id: [meter.derived_from] for meter in known.values() if meter.derived_from in known}
    cases = (
        ("virtual.cycle", virtual, "virtual meters refer to one another in a circle: {circle}", "expression"),
        ("meter.parent_cycle", parents, "parents form a circle: {circle}", "parent_id"),
        ("meter.derived_cycle", derived, "registers form a circle: {circle}", "derived_from"),
    )
    for code, edges, found, field in cases:
        for circle in _cycles({start: [end for end in ends if end] for start, ends in edges.items()}):
            yield Finding(
                code=code,
                place=f"meter '{circle[0]}'",
                found=found,
                expected="a chain that ends",
                remedy="take one of the meters out of the circle by changing its {field}",
                params={"circle": " -> ".join([*circle, circle[0]]), "field": field},
                count=len(circle),
            )


def _cycles(edges: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Each circle that a walk depth first closes; without recursion, for a chain may be long."""
    done: set[str] = set()
    for start in edges:
        path: dict[str, Iterator[str]] = {} if start in done else {start: iter(edges[start])}
        while path:
            here = next(reversed(path))
            ahead = next(path[here], None)
            if ahead is None:
                done.add(here)
                del path[here]
            elif ahead in path:
                walked = list(path)
                yield walked[walked.index(ahead) :]
            elif ahead in edges and ahead not in done:
                path[ahead] = iter(edges[ahead])


def _mixed(meter: Meter, known: Mapping[str, Meter], named: Mapping[str, float]) -> Iterator[Finding]:
    others = [known[term] for term in named if term in known]
    quantities = Counter(quantity for one in (meter, *others) if (quantity := _quantity(one)))
    strange = [one for one in others if _kind(one) != _kind(meter) and not _both_electric(one, meter)]
    if len(quantities) > 1:
        yield _mixture(meter, "virtual.mixed_quantities", "quantities", list(quantities), "error")
    elif strange:
        kinds = list(dict.fromkeys([_kind(meter), *map(_kind, strange)]))
        yield _mixture(meter, "virtual.mixed_kinds", "kinds", kinds, "error" if meter.counted else "warning")
    bases = sorted({basis for one in (meter, *others) if (basis := _basis(one))})
    if len(bases) > 1:
        yield _mixture(meter, "virtual.mixed_basis", "calorific values", bases, "error")
    away = sorted({one.site_id for one in others if one.site_id != meter.site_id})
    if meter.counted and away:
        yield _mixture(meter, "virtual.other_site", "sites", [meter.site_id, *away], "warning")


def _mixture(meter: Meter, code: str, what: str, mixed: Sequence[str], severity: str) -> Finding:
    return Finding(
        code=code,
        place=f"meter '{meter.id}'",
        found="it and the meters of its expression are of different {what}: {mixed}",
        expected="one and the same for all of them",
        remedy="take the others out of the expression, or correct what is declared of them",
        params={"what": what, "mixed": ", ".join(mixed[:5])},
        severity="error" if severity == "error" else "warning",
    )


def _kind(meter: Meter) -> str:
    return canonical_kind(meter.kind).removesuffix(REGISTER_SUFFIX)


def _quantity(meter: Meter) -> str | None:
    if (kind := kind_of(canonical_kind(meter.kind))) is not None:
        return kind.quantity
    try:
        quantity = unit(meter.unit).quantity
    except UnknownUnit:
        return None
    return "energy" if quantity == "power" else quantity  # power is kept as energy per interval


def _basis(meter: Meter) -> str | None:
    try:
        return meter.basis or unit(meter.unit).basis
    except UnknownUnit:
        return meter.basis


def _both_electric(one: Meter, other: Meter) -> bool:
    kinds = (kind_of(canonical_kind(one.kind)), kind_of(canonical_kind(other.kind)))
    return all(kind is not None and kind.role in ELECTRIC for kind in kinds)


def _counted_twice(
    meters: Sequence[Meter], known: Mapping[str, Meter], virtual: Mapping[str, Mapping[str, float]]
) -> Iterator[Finding]:
    """Meters that the totals would hold more than once, by way of counted virtual meters.

    What the totals hold of a meter is the sum of the coefficients with which it and the meters above it are counted:
    `main - pump` and `pump` hold `pump` once, `main` and `pump` twice if `main` is the parent of `pump`.
    """
    if not virtual:
        return
    tops, registers = Tops(known, virtual), registers_of(meters, known)
    counted, leaves = counted_meters(meters), leaf_terms(virtual)
    held: dict[str, list[tuple[str, float]]] = {}
    for meter_id, decision in counted.items():
        if decision.counted:
            for leaf, share in (leaves[meter_id] if meter_id in virtual else {meter_id: 1.0}).items():
                held.setdefault(registers.get(leaf, leaf), []).append((meter_id, share))
            if meter_id in virtual:
                held.setdefault(meter_id, []).append((meter_id, 1.0))  # for the meters below it
        elif meter_id in virtual and known[meter_id].counted and decision.code in ("in_virtual", "sub_meter"):
            yield _not_counted_after_all(meter_id, decision.reason)
    for meter_id in held:
        by = list(chain.from_iterable(held.get(one, ()) for one in _upwards(meter_id, known, tops)))
        plus = list(dict.fromkeys(counter for counter, share in by if share > 0))
        several = sum(share > 0 for _, share in by) > 1 and any(counter in virtual for counter in plus)
        if several and sum(share for _, share in by) > 1 + TOLERANCE and _added(held[meter_id]):
            yield _twice(meter_id, plus, sum(share for _, share in by))


def _added(held: Sequence[tuple[str, float]]) -> bool:
    return any(share > 0 for _, share in held)


def _upwards(meter_id: str, known: Mapping[str, Meter], tops: Tops) -> Iterator[str]:
    seen: set[str] = set()
    here: str | None = meter_id
    while here is not None and here in known and here not in seen:
        seen.add(here)
        yield here
        here = tops.parent(here)


def _twice(meter_id: str, by: Sequence[str], times: float) -> Finding:
    return Finding(
        code="virtual.double_counting",
        place=f"meter '{meter_id}'",
        found="the totals hold it {times:g} times, by way of {by}",
        expected="at most once",
        remedy="set counted = false for one of them, or take what both hold out of one expression",
        params={"times": times, "by": ", ".join(f"'{one}'" for one in by[:5])},
    )


def _not_counted_after_all(meter_id: str, reason: str) -> Finding:
    return Finding(
        code="virtual.not_counted",
        place=f"meter '{meter_id}'",
        found="it is marked as counted, and yet {reason}",
        expected="one meter for one and the same use",
        remedy="set counted = false for it",
        params={"reason": reason},
        severity="warning",
    )


def _links(meters: Sequence[Meter], known: Mapping[str, Meter]) -> Iterator[Finding]:
    for name in ("parent_id", "derived_from"):
        missing: dict[str, list[str]] = {}
        for meter in meters:
            target = meter.parent_id if name == "parent_id" else meter.derived_from
            if target is None:
                continue
            if target not in known:
                missing.setdefault(target, []).append(meter.id)
            elif not same_stream(meter, known[target]):
                yield _odd_link(meter, name, "of another kind or direction; it is not followed")
            elif meter.site_id != known[target].site_id:
                yield _odd_link(meter, name, f"at another site, '{known[target].site_id}'")
        for target, ids in missing.items():
            yield _missing_link(name, target, ids)


def _odd_link(meter: Meter, name: str, what: str) -> Finding:
    return Finding(
        code="meter.odd_parent" if name == "parent_id" else "meter.odd_register",
        place=f"meter '{meter.id}'",
        found="its {name} '{target}' is a meter {what}",
        expected="a meter of the same kind and direction, at the same site",
        remedy="correct {name}, or leave it empty",
        params={"name": name, "what": what, "target": meter.parent_id if name == "parent_id" else meter.derived_from},
        severity="warning",
    )


def _missing_link(name: str, target: str, ids: Sequence[str]) -> Finding:
    return Finding(
        code="meter.unknown_parent" if name == "parent_id" else "meter.unknown_register",
        place=f"meter '{ids[0]}'",
        found="the {name} of {count} {count:meter|meters} is '{target}', which is not declared",
        expected="the id of a declared meter",
        remedy="declare the meter '{target}', or correct {name}",
        params={"name": name, "target": target},
        count=len(ids),
    )
