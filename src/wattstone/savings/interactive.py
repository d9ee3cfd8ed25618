"""Interactive measures: those that share a meter share one saving, which is counted once.

What the boundary's meter saved is the total. Sub-meters (IPMVP option B) and expected savings only say how it is split.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.savings.periods import Dates
from wattstone.savings.result import Estimate, Month

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a measure brings to a boundary.

    Parameters
    ----------
    measure : str
        Its id.
    meters : tuple of str
        Its meters.
    baseline, reporting : Dates
        Its periods.
    expected : float
        Saving that was promised for a year, in the unit of the meters; NaN where nobody promised any.
    measured : float
        Saving that its own sub-meters show over the boundary's period; NaN without any.
    """

    measure: str
    meters: tuple[str, ...]
    baseline: Dates
    reporting: Dates
    expected: float = nan
    measured: float = nan


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """A boundary's saving among its measures.

    Parameters
    ----------
    parts : mapping of str to Estimate
        By measure; they sum to the boundary's saving, and so do the halves of their intervals. Empty where nobody can
        tell how to split: then the saving stands for all of them together.
    shares : mapping of str to float
        Of the boundary's saving.
    interaction : float
        What the boundary saved beyond the sub-meters' sum, where all measures have sub-meters; else NaN.
    method : str
        `alone`, `sub-meters`, `sub-meters and expected savings`, `expected savings`, `together`.
    findings : tuple of Finding
        What a reader must know.
    """

    parts: Mapping[str, Estimate]
    shares: Mapping[str, float]
    interaction: float
    method: str
    findings: tuple[Finding, ...] = ()


def overlapping(claims: Sequence[Claim]) -> tuple[tuple[str, ...], ...]:
    """Measures that must be settled together: they share a meter while both are reported, directly or by others.

    Parameters
    ----------
    claims : sequence of Claim
        One for each measure.

    Returns
    -------
    tuple of tuple of str
        Groups, in the order of their first measure; a measure that shares nothing is a group of its own.
    """
    group = {claim.measure: {claim.measure} for claim in claims}
    for at, one in enumerate(claims):
        for other in claims[at + 1 :]:
            if set(one.meters) & set(other.meters) and _meet(one.reporting, other.reporting):
                joined = group[one.measure] | group[other.measure]
                for name in joined:
                    group[name] = joined
    order = [claim.measure for claim in claims]
    found = dict.fromkeys(tuple(name for name in order if name in group[measure]) for measure in order)
    return tuple(found)


def settle(boundary: Estimate, months: Sequence[Month], claims: Sequence[Claim]) -> Settlement:
    """Split what one meter saved among the measures on it.

    Parameters
    ----------
    boundary : Estimate
        Saving of the meter over the time in which at least one of the measures is reported.
    months : sequence of Month
        Of the same time; a measure has a part in the months that its reporting period touches.
    claims : sequence of Claim
        The measures on the meter.

    Returns
    -------
    Settlement

    Notes
    -----
    Measures with sub-meters have what these show, and the others the rest, by their expected savings. If all have
    sub-meters, what the boundary saved beyond their sum is their interaction, split in proportion to what they show.
    Without sub-meters the saving of each month goes by the expected savings of the measures in it. Parts have the
    boundary's interval in proportion to the size of their share: the split itself has no error here, so the interval
    of a part is no evidence that the measure alone saved anything.
    """
    findings = tuple(_contaminated(claims))
    if len(claims) == 1:
        name = claims[0].measure
        return Settlement(
            parts={name: boundary}, shares={name: 1.0}, interaction=nan, method="alone", findings=findings
        )
    values, method = _split(boundary.value, months, claims)
    if values is None:
        return Settlement(
            parts={}, shares={}, interaction=nan, method="together", findings=(*findings, _together(claims))
        )
    size = np.abs(values) / np.abs(values).sum() if np.abs(values).sum() else np.full(len(values), 1 / len(values))
    below, above = boundary.value - boundary.lower, boundary.upper - boundary.value
    parts = {
        claim.measure: Estimate(
            float(value), float(value - part * below), float(value + part * above), boundary.unit, boundary.confidence
        )
        for claim, value, part in zip(claims, values, size, strict=True)
    }
    shares = {name: part.value / boundary.value if boundary.value else nan for name, part in parts.items()}
    measured = np.array([claim.measured for claim in claims])
    interaction = boundary.value - float(measured.sum())
    return Settlement(parts=parts, shares=shares, interaction=interaction, method=method, findings=findings)


def _split(total: float, months: Sequence[Month], claims: Sequence[Claim]) -> tuple[Floats | None, str]:
    measured = np.array([claim.measured for claim in claims])
    metered = ~np.isnan(measured)
    if metered.all():
        rest = total - measured.sum()
        weight = np.abs(measured)
        return (measured + rest * weight / weight.sum(), "sub-meters") if weight.sum() else (None, "")
    expected = np.array([0.0 if there else claim.expected for claim, there in zip(claims, metered, strict=True)])
    if np.isnan(expected).any() or (expected < 0).any() or not expected.any():
        return None, ""
    if metered.any():
        rest = total - measured[metered].sum()
        return np.where(metered, measured, rest * expected / expected.sum()), "sub-meters and expected savings"
    by_month = _by_month(months, claims, expected)
    left = total - by_month.sum()  # a total without months, or rounding
    return by_month + left * expected / expected.sum(), "expected savings"


def _by_month(months: Sequence[Month], claims: Sequence[Claim], expected: Floats) -> Floats:
    found = np.zeros(len(claims))
    for month in months:
        if isnan(month.avoided.value):
            continue
        first = np.datetime64(month.month, "M")
        there = np.array(
            [
                np.datetime64(claim.reporting.first, "M") <= first <= np.datetime64(claim.reporting.last, "M")
                for claim in claims
            ]
        )
        weight = np.where(there, expected, 0.0)
        if weight.sum():
            found += month.avoided.value * weight / weight.sum()
    return found


def _meet(one: Dates, other: Dates) -> bool:
    return one.first <= other.last and other.first <= one.last


def _contaminated(claims: Sequence[Claim]) -> list[Finding]:
    """Baselines in which another measure on the meter was already at work."""
    return [
        Finding(
            code="savings.baseline_shared",
            place=f"measure '{one.measure}'",
            found="its baseline {baseline} overlaps with the reporting period {reporting} of measure '{other}' on the "
            "same meter",
            expected="a baseline before every measure on the meter",
            remedy="take a baseline before both, and let both be settled together",
            params={"baseline": str(one.baseline), "reporting": str(other.reporting), "other": other.measure},
            severity="warning",
        )
        for one in claims
        for other in claims
        if one.measure != other.measure and set(one.meters) & set(other.meters) and _meet(one.baseline, other.reporting)
    ]


def _together(claims: Sequence[Claim]) -> Finding:
    return Finding(
        code="savings.not_split",
        place="measures " + ", ".join(f"'{claim.measure}'" for claim in claims),
        found="they share a meter, and nothing says which of them saved how much: the saving is that of all together",
        expected="an expected saving of each measure, or sub-meters",
        remedy="give each measure its expected saving, or the meters of its own boundary",
        severity="warning",
    )
