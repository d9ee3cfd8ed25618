"""A footprint looked at as a whole: every finding at once, none of them from a pattern alone."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from wattstone.base import Finding, Severity
from wattstone.programme.suppliers.pact.identity import far_apart, identities, uptake_gap
from wattstone.programme.suppliers.pact.names import names
from wattstone.programme.suppliers.pact.numbers import EXPECTED, decimal_of, plain, sign_holds
from wattstone.programme.telling import saying

__all__ = ["IdentityWanted", "check", "footprints_of"]

IdentityWanted = Literal["either", "without_biogenic_non_co2", "with_biogenic_non_co2", "none"]
"""Which sum of parts a footprint has to be; `none` looks at none."""

_URN = re.compile(r"[uU][rR][nN]:[A-Za-z0-9][A-Za-z0-9-]{0,31}:\S+")
_VERSION = re.compile(r"3\.\d+\.\d+(-\d{8})?")
_SET = re.compile(r"AR\d+")
_say = saying("supplier.pact")
_ASK = "ask the supplier for a corrected footprint"


def footprints_of(document: object) -> list[Mapping[str, Any]]:
    """The footprints of a document: one, a list, or the answer of an exchange (`{"data": [...]}`).

    Parameters
    ----------
    document : object
        As JSON was read.

    Returns
    -------
    list of mapping
        Empty where it is none of the three.

    Examples
    --------
    >>> len(footprints_of({"data": [{"id": "a"}, {"id": "b"}]}))
    2
    """
    if isinstance(document, Mapping):
        told = cast("Mapping[str, Any]", document)
        inner = told.get("data")
        return footprints_of(cast("object", inner)) if isinstance(inner, list) else [told]
    if isinstance(document, Sequence) and not isinstance(document, str):
        return [cast("Mapping[str, Any]", one) for one in cast("Sequence[Any]", document) if isinstance(one, Mapping)]
    return []


def check(footprint: Mapping[str, Any], *, place: str = "", identity: IdentityWanted = "either") -> list[Finding]:
    """All that is wrong with a product footprint of version 3, and what has to be looked at.

    Parameters
    ----------
    footprint : mapping
        As JSON was read: decimals are texts.
    place : str
        Where it stands; its id if left out.
    identity : str
        Which sum of parts has to hold: one that is named refuses the footprint where it does not; by default either of
        the two, and a gap refuses only where the total is another number than its parts (`far_apart`).

    Returns
    -------
    list of Finding
        Errors refuse the footprint, warnings do not.

    Examples
    --------
    >>> [one.code for one in check({"pcf": {"biogenicCO2Uptake": "5.0"}}) if one.code.endswith("sign")]
    ['supplier.pact.sign']
    """
    at = place or f"footprint '{footprint.get('id', '?')}'"
    held = footprint.get("pcf")
    pcf: Mapping[str, Any] = cast("Mapping[str, Any]", held) if isinstance(held, Mapping) else {}
    return [
        *_former(at, footprint, names().former_product, ""),
        *_former(at, pcf, names().former_footprint, "pcf."),
        *_missing(at, footprint, names().required_product, names().former_product, ""),
        *(_missing(at, pcf, names().required_footprint, names().former_footprint, "pcf.") if pcf else ()),
        *_head(at, footprint),
        *_decimals(at, pcf),
        *_choices(at, pcf),
        *_period(at, pcf, "referencePeriod", "pcf."),
        *_period(at, footprint, "validityPeriod", ""),
        *_sums(at, pcf, identity),
    ]


def _former(at: str, told: Mapping[str, Any], former: Mapping[str, str], prefix: str) -> Iterator[Finding]:
    for old, new in former.items():
        if old in told:
            remedy = "name it {new}" if new else "leave it out: version 3 has no such property"
            yield Finding(
                code="supplier.pact.former_name", place=at, found="{field} is a name of version 2 of the protocol",
                expected="the names of version 3", remedy=remedy, params={"field": prefix + old, "new": prefix + new},
            )  # fmt: skip


def _missing(
    at: str, told: Mapping[str, Any], required: Sequence[str], former: Mapping[str, str], prefix: str
) -> Iterator[Finding]:
    renamed = {former[old] for old in former if old in told}
    for name in required:
        if (name not in told or told[name] in (None, "", [])) and name not in renamed:
            yield _finding("missing", at, prefix + name, "{field} is missing", "a value, since it is required")


def _head(at: str, told: Mapping[str, Any]) -> Iterator[Finding]:
    tests: dict[str, tuple[Callable[[object], bool], str]] = {
        "id": (_is_uuid, "a UUID"),
        "specVersion": (_is_third, "3.MINOR.PATCH, as 3.0.0"),
        "created": (_is_time, "a time with its zone, as 2026-01-31T00:00:00Z"),
        "status": (_is_status, ", ".join(names().statuses)),
        "companyIds": (_urns, "a list of URNs, none twice"),
        "productIds": (_urns, "a list of URNs, none twice"),
        "productClassifications": (_urns, "a list of URNs, none twice"),
    }  # fmt: skip
    for name, (holds, expected) in tests.items():
        if told.get(name) not in (None, "", []) and not holds(told[name]):
            yield _wrong(at, name, told[name], expected)


def _decimals(at: str, pcf: Mapping[str, Any]) -> Iterator[Finding]:
    for name, sign in names().decimals.items():
        if pcf.get(name) not in (None, ""):
            yield from _number(at, f"pcf.{name}", pcf[name], sign)
    dqi = pcf.get("dqi")
    ratings: Mapping[str, Any] = cast("Mapping[str, Any]", dqi) if isinstance(dqi, Mapping) else {}
    for name in names().ratings:
        if ratings.get(name) not in (None, ""):
            yield from _number(at, f"pcf.dqi.{name}", ratings[name], "rating")


def _number(at: str, field: str, told: object, sign: str) -> Iterator[Finding]:
    value = decimal_of(told)
    if value is None:
        found = "{field} is {value}, which is no decimal number as a text"
        yield _finding("decimal", at, field, found, EXPECTED[sign], value=repr(told))
    elif not sign_holds(value, sign):
        yield _finding("sign", at, field, "{field} is {value}", EXPECTED[sign], value=plain(value))


def _choices(at: str, pcf: Mapping[str, Any]) -> Iterator[Finding]:
    unit = pcf.get("declaredUnitOfMeasurement")
    if unit not in (None, "") and unit not in names().units:
        yield _wrong(at, "pcf.declaredUnitOfMeasurement", unit, ", ".join(names().units))
    mass = decimal_of(pcf.get("productMassPerDeclaredUnit"))
    if unit == "kilogram" and mass is not None and mass != 1:
        found = "a kilogram of the product is said to weigh {value} kg"
        expected = (
            "1 where the declared unit is kilogram, which is what is taken; a mass for one declared unit is not that "
            "of the whole product"
        )
        yield _finding("mass", at, "", found, expected, value=plain(mass), severity="warning")
    named = [name for name in names().geography if pcf.get(name) not in (None, "")]
    if len(named) > 1:
        yield _finding("geography", at, ", ".join(named), "{field} are all given", "at most one of the three")
    if "geographyRegionOrSubregion" in named and pcf["geographyRegionOrSubregion"] not in names().regions:
        found = pcf["geographyRegionOrSubregion"]
        yield _wrong(at, "pcf.geographyRegionOrSubregion", found, "a region or subregion as the protocol lists them")
    if "geographyCountry" in named and not re.fullmatch(r"[A-Z]{2}", str(pcf["geographyCountry"])):
        yield _wrong(at, "pcf.geographyCountry", pcf["geographyCountry"], "two letters of ISO 3166-1, as CN")
    place = pcf.get("geographyCountrySubdivision")
    if place and not re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", str(place)):
        yield _wrong(at, "pcf.geographyCountrySubdivision", place, "a code of ISO 3166-2, as CN-GD")
    yield from _lists(at, pcf)


def _lists(at: str, pcf: Mapping[str, Any]) -> Iterator[Finding]:
    sets: object = pcf.get("ipccCharacterizationFactors")
    if sets not in (None, "", []):
        listed = _texts(sets)
        if not listed or not all(_SET.fullmatch(one) for one in listed):
            yield _wrong(at, "pcf.ipccCharacterizationFactors", sets, "a list of assessment reports, as AR6")
        elif len(set(listed)) > 1:
            found = "gases were weighed by {value} in one number"
            expected = "one assessment report: numbers of two cannot be called by either"
            yield _finding("gwp_sets", at, "", found, expected, value=", ".join(listed))
    standards: object = pcf.get("crossSectoralStandards")
    if standards not in (None, "", []):
        listed = _texts(standards)
        if not listed or not set(listed) <= set(names().standards):
            yield _wrong(at, "pcf.crossSectoralStandards", standards, ", ".join(names().standards))


def _period(at: str, told: Mapping[str, Any], stem: str, prefix: str) -> Iterator[Finding]:
    times: list[datetime | None] = []
    for end in ("Start", "End"):
        value = told.get(stem + end)
        times.append(_time(value))
        if value not in (None, "") and times[-1] is None:
            yield _wrong(at, prefix + stem + end, value, "a time with its zone, as 2026-01-31T00:00:00Z")
    if times[0] is not None and times[1] is not None and times[1] <= times[0]:
        yield _finding("period", at, prefix + stem, "{field} ends before it begins", "an end after the start")


def _sums(at: str, pcf: Mapping[str, Any], wanted: IdentityWanted) -> Iterator[Finding]:
    tried = identities(pcf) if wanted != "none" else ()
    looked = [one for one in tried if wanted in ("either", one.name)]
    if looked and not any(one.holds for one in looked):
        gaps = ", ".join(f"{plain(one.gap)} ({one.name})" for one in looked)
        found = "the footprint without biogenic uptake differs from the sum of its parts by {value} kg CO2e"
        severe = wanted != "either" or far_apart(pcf)
        yield _finding(
            "identity", at, "", found, "the sum of the parts that are stated", value=gaps,
            severity="error" if severe else "warning",
        )  # fmt: skip
    gap = uptake_gap(pcf)
    if gap is not None and gap > 0:
        found = (
            "with biogenic uptake the footprint is {value} kg CO2e more than without it and the uptake that is stated"
        )
        expected = "with = without + uptake, which is 0 or less: uptake takes off, and adds nothing"
        severe = _above(pcf)
        yield _finding("uptake", at, "", found, expected, value=plain(gap), severity="error" if severe else "warning")
    elif gap:
        found = "with and without biogenic uptake, the footprint differs by {value} kg CO2e more than the uptake"
        expected = "with = without + uptake, which is 0 or less"
        yield _finding("uptake", at, "", found, expected, value=plain(gap), severity="warning")


def _above(pcf: Mapping[str, Any]) -> bool:
    """Whether the footprint with uptake is above the one without, which no uptake makes it."""
    with_it, without = decimal_of(pcf.get("pcfIncludingBiogenicUptake")), decimal_of(pcf["pcfExcludingBiogenicUptake"])
    return with_it is not None and without is not None and with_it > without


def _wrong(at: str, field: str, told: object, expected: str) -> Finding:
    return _finding("value", at, field, "{field} is {value}", expected, value=repr(told))


def _finding(
    code: str, at: str, field: str, found: str, expected: str, *, value: str = "", severity: Severity = "error"
) -> Finding:
    return _say(at, code, found, expected, _ASK, severity, field=field, value=value)


def _texts(told: object) -> list[str]:
    return [str(one) for one in cast("list[Any]", told)] if isinstance(told, list) else []


def _is_uuid(told: object) -> bool:
    try:
        return str(UUID(str(told))) == str(told).lower()
    except ValueError:
        return False


def _is_third(told: object) -> bool:
    return bool(_VERSION.fullmatch(str(told)))


def _is_time(told: object) -> bool:
    return _time(told) is not None


def _is_status(told: object) -> bool:
    return told in names().statuses


def _urns(told: object) -> bool:
    if not isinstance(told, list):
        return False
    listed = [str(one) for one in cast("list[Any]", told)]
    return len(set(listed)) == len(listed) and all(_URN.fullmatch(one) for one in listed)


def _time(told: object) -> datetime | None:
    try:
        value = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    return value if value.tzinfo is not None else None
