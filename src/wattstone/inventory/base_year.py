"""The base-year policy: what later years are compared with, and what has them recalculated [1]_.

A policy is a record with versions: who set it, when, and from then on it holds; an earlier one is never changed.

References
----------
.. [1] World Resources Institute and WBCSD, "The Greenhouse Gas Protocol: A Corporate Accounting and Reporting
   Standard, Revised Edition," 2004, chapter 5.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

import polars as pl

from wattstone.base import Finding, InputRefused

__all__ = [
    "EVENT_KINDS",
    "TRIGGERS",
    "BaseYearPolicy",
    "EventKind",
    "MidYear",
    "PolicyVersion",
    "Trigger",
    "policy_from",
    "significance",
]

Trigger = Literal["structure", "method", "error"]
"""What has a base year recalculated."""

EventKind = Literal[
    "acquisition",
    "merger",
    "insourcing",
    "divestment",
    "outsourcing",
    "method",
    "error",
    "opening",
    "closure",
    "volume",
]
"""What happened."""

MidYear = Literal["all-year", "pro-rata"]
"""How a change of structure within the reporting year is carried back."""

EVENT_KINDS: Final[Mapping[EventKind, Trigger | None]] = MappingProxyType(
    {
        "acquisition": "structure",
        "merger": "structure",
        "insourcing": "structure",
        "divestment": "structure",
        "outsourcing": "structure",
        "method": "method",
        "error": "error",
        # Organic growth and decline are what a base year is there to show.
        "opening": None,
        "closure": None,
        "volume": None,
    }
)
"""The trigger that each kind of event is; None for organic growth and decline, which recalculate nothing."""

TRIGGERS: Final[tuple[Trigger, ...]] = get_args(Trigger)
JOINED: Final = ("scope1", "scope2.location")

SIGNIFICANCE: Final[dict[str, pl.DataType]] = {
    "names": pl.String(),  # the totals that are judged together, joined by +
    "year": pl.Int32(),
    "base": pl.Float64(),  # emissions of the base year as they stand, kg CO2e
    "effect": pl.Float64(),  # of all changes that wait on the year, each without its sign, kg CO2e
    "share": pl.Float64(),  # effect over base, %
    "significant": pl.Boolean(),  # null where it cannot be told
}


@dataclass(frozen=True, kw_only=True)
class BaseYearPolicy:
    """What later years are compared with, and when earlier ones are recalculated.

    Parameters
    ----------
    years : tuple of int
        The base year; several are averaged. Empty where the base rolls.
    rolling : int
        Number of years just before the reporting year that are averaged instead; 0 where the base is fixed.
    threshold : float
        A recalculation is due where the changes that wait come to as much, or more, of base-year emissions. [%]
    triggers : tuple of {'structure', 'method', 'error'}
        What counts.
    mid_year : {'all-year', 'pro-rata'}
        How a change of structure within the reporting year is carried back.
    joined : tuple of str
        Totals that are judged as one sum; any other total is judged by itself.
    note : str
        Why it is so.

    Raises
    ------
    InputRefused
        With every finding.
    """

    years: tuple[int, ...] = ()
    rolling: int = 0
    threshold: float = 5.0
    triggers: tuple[Trigger, ...] = TRIGGERS
    mid_year: MidYear = "all-year"
    joined: tuple[str, ...] = JOINED
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no policy."""
        if found := list(_problems(self)):
            raise InputRefused(found)

    def base_years(self, reporting: int) -> tuple[int, ...]:
        """The years that a reporting year is compared with, the earliest first.

        Examples
        --------
        >>> BaseYearPolicy(years=(2019,)).base_years(2024)
        (2019,)
        >>> BaseYearPolicy(rolling=2).base_years(2024)
        (2022, 2023)
        """
        if self.rolling:
            return tuple(range(reporting - self.rolling, reporting))
        return tuple(sorted(self.years))

    def counts(self, kind: EventKind) -> bool:
        """Whether an event of a kind can have the base year recalculated."""
        return EVENT_KINDS[kind] in self.triggers

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "years": list(self.years),
            "rolling": self.rolling,
            "threshold": self.threshold,
            "triggers": list(self.triggers),
            "mid_year": self.mid_year,
            "joined": list(self.joined),
            "note": self.note,
        }


@dataclass(frozen=True, kw_only=True)
class PolicyVersion:
    """A policy as somebody set it.

    Parameters
    ----------
    number : int
        1 for the first.
    policy : BaseYearPolicy
        What holds from then on.
    who : str
        Who set it.
    at : datetime
        When, naive UTC.
    """

    number: int
    policy: BaseYearPolicy
    who: str
    at: datetime


def policy_from(content: Mapping[str, Any]) -> BaseYearPolicy:
    """A policy from its JSON values, as `BaseYearPolicy.as_dict` gives them; what is left out is as by default."""
    lists = {name: tuple(content[name]) for name in ("years", "triggers", "joined") if name in content}
    plain = {name: content[name] for name in ("rolling", "threshold", "mid_year", "note") if name in content}
    return BaseYearPolicy(**lists, **plain)


def significance(policy: BaseYearPolicy, base: pl.DataFrame, effects: pl.DataFrame) -> pl.DataFrame:
    r"""Whether changes that wait are significant: alone too small, they count together.

    Parameters
    ----------
    policy : BaseYearPolicy
        With the threshold.
    base : polars.DataFrame
        `name`, `value`: emissions of the base year by total, as they stand. [kg CO2e]
    effects : polars.DataFrame
        `event`, `year`, `name`, `value`: what each change makes of a year; null where that is not known. [kg CO2e]

    Returns
    -------
    polars.DataFrame
        Schema `SIGNIFICANCE`, a row for each year that changes touch and sum that is judged.

    Notes
    -----
    Of the events :math:`k` that wait and the totals :math:`n` that are judged together,

    .. math:: s_y = 100 \sum_k \left| \sum_n \Delta_{k,n,y} \right| / \sum_n B_n

    so that a site bought and another sold do not hide each other, and a shift between two totals that are judged
    together is none. What is not known leaves the share unknown.

    Examples
    --------
    >>> base = pl.DataFrame({"name": ["scope1"], "value": [1000.0]})
    >>> small = pl.DataFrame({"event": ["a", "b"], "year": [2019] * 2, "name": ["scope1"] * 2, "value": [30.0, -25.0]})
    >>> significance(BaseYearPolicy(years=(2019,)), base, small)["share"].item()
    5.5
    """
    together = pl.col("name").is_in(list(policy.joined))
    judged = pl.when(together).then(pl.lit("+".join(policy.joined))).otherwise("name").alias("names")
    bases = base.group_by(judged).agg(_known_sum("value").alias("base"))
    by_event = effects.group_by(judged, "year", "event").agg(_known_sum("value").abs().alias("effect"))
    moved = by_event.group_by("names", "year").agg(_known_sum("effect").alias("effect"))
    share = 100 * pl.col("effect") / pl.col("base")
    return (
        moved.join(bases, on="names", how="left")
        .with_columns(pl.when(pl.col("base") > 0).then(share).alias("share"))
        .with_columns((pl.col("share") >= policy.threshold * (1 - 1e-12)).alias("significant"))
        .select(pl.col(name).cast(dtype) for name, dtype in SIGNIFICANCE.items())
        .sort("names", "year")
    )


def _known_sum(name: str) -> pl.Expr:
    """The sum; null where any part is not known."""
    return pl.when(pl.col(name).is_null().any()).then(None).otherwise(pl.col(name).sum())


def _problems(policy: BaseYearPolicy) -> Iterable[Finding]:
    if bool(policy.years) == bool(policy.rolling):
        yield _finding(
            "base_year.none",
            "neither a base year nor a rolling base is named" if not policy.years else "both are named",
            "one or more base years, or the number of years of a rolling base",
            "name one of the two",
        )
    if wrong := [year for year in policy.years if not 1990 <= year <= 2100]:
        yield _finding("base_year.year", "{years} cannot be base years", "years from 1990 to 2100", "correct them",
                       years=_listed(wrong))  # fmt: skip
    if len(set(policy.years)) < len(policy.years):
        yield _finding("base_year.twice", "{years} holds a year twice", "each year once", "name each year once",
                       years=_listed(policy.years))  # fmt: skip
    if policy.rolling < 0:
        yield _finding("base_year.rolling", "the base rolls over {years} years", "1 or more", "correct it",
                       years=policy.rolling)  # fmt: skip
    if not 0 < policy.threshold <= 100:
        yield _finding("base_year.threshold", "the threshold is {threshold} %", "more than 0 and at most 100 %",
                       "give the share of base-year emissions that counts as significant",
                       threshold=policy.threshold)  # fmt: skip
    if wrong := [one for one in policy.triggers if one not in TRIGGERS]:
        yield _finding("base_year.trigger", "{triggers} is no trigger", "structure, method or error",
                       "name some of these; organic growth recalculates nothing", triggers=_listed(wrong))  # fmt: skip
    if policy.mid_year not in get_args(MidYear):
        yield _finding("base_year.mid_year", "'{option}' is no way to carry a change within a year back",
                       "all-year or pro-rata", "name one of these", option=policy.mid_year)  # fmt: skip


def _listed(values: Sequence[object]) -> str:
    return ", ".join(str(one) for one in values)


def _finding(code: str, found: str, expected: str, remedy: str, **params: object) -> Finding:
    return Finding(
        code=code, place="the base-year policy", found=found, expected=expected, remedy=remedy, params=params
    )
