"""The quality criteria of the Scope 2 Guidance: what of them an instrument meets, and why it may not carry a claim."""

import calendar
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from wattstone.inventory.instruments import CERTIFICATES, Instrument, InstrumentKind
from wattstone.inventory.markets import Markets, markets

_MET = "met"


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """A quality criterion, in our own words.

    Parameters
    ----------
    id, number : str, int
        Its name here, and its number in table 7.1.
    title, asks : str
        What it is about, and what meets it.
    kinds : frozenset of str
        The instruments it is asked of; all of them where it is empty.
    """

    id: str
    number: int
    title: str
    asks: str
    kinds: frozenset[InstrumentKind] = frozenset()


@dataclass(frozen=True)
class Judgement:
    """Whether an instrument meets a criterion; `met` is None where it is not asked of it, and `why` says why."""

    criterion: str
    met: bool | None
    why: str


@dataclass(frozen=True)
class MarketPolicy:
    """What an organisation decides of claims.

    Parameters
    ----------
    months_before, months_after : int
        By how many months the generation of a certificate may lie before or after the year of the claim.
    reason : str
        Why, where it is more than the calendar year.
    """

    months_before: int = 0
    months_after: int = 0
    reason: str = ""

    def window(self, instrument: Instrument, year: int) -> tuple[date, date]:
        """First and last day of generation that a claim of a year takes; what is delivered, of the year itself.

        Examples
        --------
        >>> wind = Instrument(id="w", kind="energy_attribute_certificate", market="NO", vintage_start="2022-11-01",
        ...                   vintage_end="2022-12-31", volume=1, factor=0)
        >>> MarketPolicy(months_before=6).window(wind, 2023)
        (datetime.date(2022, 7, 1), datetime.date(2023, 12, 31))
        """
        if instrument.kind not in CERTIFICATES:
            return date(year, 1, 1), date(year, 12, 31)
        first, last = year * 12 - self.months_before, year * 12 + 11 + self.months_after
        end = calendar.monthrange(last // 12, last % 12 + 1)[1]
        return date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, end)


@dataclass(frozen=True)
class Case:
    """What an instrument is judged in.

    Parameters
    ----------
    year : int
        Of the claim.
    countries : mapping of str to (str or None)
        Of the sites, by their ids.
    policy : MarketPolicy
        Of the organisation.
    market : Markets
        Which there are.
    shared : mapping of str to str
        By id of an instrument: the other one that holds a certificate of it.
    residual : bool
        Whether there is a residual mix.
    """

    year: int
    countries: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    policy: MarketPolicy = field(default_factory=MarketPolicy)
    market: Markets = field(default_factory=markets)
    shared: Mapping[str, str] = field(default_factory=dict[str, str])
    residual: bool = False

    def sites_of(self, instrument: Instrument) -> tuple[str, ...]:
        """The sites that it may serve: those that it names, or all, in its market."""
        named = [one for one in instrument.sites or self.countries if one in self.countries]
        day = min(instrument.vintage_end, date(self.year, 12, 31))
        countries = {self.countries[one] for one in named}
        inside = {one for one in countries if self.market.serves(instrument, one, day)}
        return tuple(one for one in named if self.countries[one] in inside)


@cache
def criteria() -> tuple[Criterion, ...]:
    """The eight criteria, by their numbers."""
    entries: list[dict[str, Any]] = _data()["criterion"]
    return tuple(Criterion(**_with_kinds(one)) for one in entries)


def _with_kinds(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "kinds": frozenset(fields.get("kinds", ()))}


@cache
def _data() -> dict[str, Any]:
    text = files("wattstone.inventory").joinpath("data", "quality_criteria.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def judge(instrument: Instrument, case: Case) -> tuple[Judgement, ...]:
    """Judge an instrument by each quality criterion [1]_.

    Parameters
    ----------
    instrument : Instrument
        As it was declared.
    case : Case
        Year, sites, policy, and what else is known.

    Returns
    -------
    tuple of Judgement
        One for each criterion, in the order of the table.

    References
    ----------
    .. [1] M. Sotos, "GHG Protocol Scope 2 Guidance," World Resources Institute, 2015, table 7.1.

    Examples
    --------
    >>> solar = Instrument(id="s", kind="ppa", market="DE", vintage_start="2023-01-01", vintage_end="2023-12-31",
    ...                    volume=1000, factor=0, factor_source="contract", exclusive=True, document="0" * 64)
    >>> all(one.met is not False for one in judge(solar, Case(2023, {"HQ": "DE"})))
    True
    """
    judged: list[Judgement] = []
    for one in criteria():
        if one.kinds and instrument.kind not in one.kinds:
            judged.append(Judgement(one.id, None, "not asked of this kind of instrument"))
            continue
        why = _ruled(instrument, case, one.id) or _CHECKS[one.id](instrument, case)
        judged.append(Judgement(one.id, not why, why or _MET))
    return tuple(judged)


def unmet(judged: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """Those that are not met: with any of them an instrument carries no claim."""
    return tuple(one for one in judged if one.met is False)


def _ruled(instrument: Instrument, case: Case, criterion: str) -> str:
    """Why a rule of an authority refuses an instrument."""
    rules = (one for one in case.market.rules if one.refuses == criterion and one.concerns(instrument))
    return next((one.why for one in rules), "")


def _rate(instrument: Instrument, case: Case) -> str:
    if not instrument.factor_source.strip():
        return "nobody is named who states its rate of emissions"
    fossil: list[str] = _data()["technologies"]["fossil"]
    technology = (instrument.technology or "").strip().casefold()
    if instrument.factor == 0 and technology in fossil:
        return f"a rate of 0 does not fit {technology}"
    return ""


def _sole(instrument: Instrument, case: Case) -> str:
    if (other := case.shared.get(instrument.id)) is not None:
        return f"certificates of it stand in '{other}' too"
    if instrument.serials or instrument.exclusive or (instrument.kind == "supplier_rate" and instrument.delivered):
        return ""
    return "it has no serials of certificates, and no contract says that nobody else has the claim"


def _retired(instrument: Instrument, case: Case) -> str:
    # Green power trade is of mainland China, where its certificates are issued with it; elsewhere it is a contract.
    trade = instrument.kind == "green_power" and instrument.market == "CN"
    tracked = instrument.kind in CERTIFICATES or trade
    if tracked and not instrument.tracking_system:
        return "no tracking system is named"
    if instrument.retired_on is None:
        if tracked:
            return "it is not retired"
        return "" if instrument.document else "it is not retired, and no contract document is attached"
    if not instrument.retired_for:
        return "nobody is named for whom it was retired"
    if instrument.retired_on < instrument.vintage_start:
        return f"it was retired on {instrument.retired_on}, before it was generated"
    for rule in case.market.rules:
        last = rule.last_day(instrument) if rule.concerns(instrument) else None
        if last is not None and instrument.retired_on > last:
            return f"it was retired on {instrument.retired_on}, and was valid until {last}"
    return ""


def _vintage(instrument: Instrument, case: Case) -> str:
    start, end = case.policy.window(instrument, case.year)
    if instrument.days_in(start, end):
        return ""
    return (
        f"it was generated from {instrument.vintage_start} to {instrument.vintage_end}, and the claim takes {start} "
        f"to {end}"
    )


def _market(instrument: Instrument, case: Case) -> str:
    if case.sites_of(instrument):
        return ""
    return f"no site that it is to serve lies in the market {instrument.market}"


def _delivered(instrument: Instrument, case: Case) -> str:
    return "" if instrument.delivered else "the supplier does not say that the rate counts delivered energy alone"


def _transferred(instrument: Instrument, case: Case) -> str:
    if instrument.exclusive or (instrument.serials and instrument.retired_on):
        return ""
    return "no contract says that the claim goes to the buyer alone"


def _residual(instrument: Instrument, case: Case) -> str:
    return ""  # where there is none, every figure says so


_CHECKS = {
    "rate": _rate,
    "sole": _sole,
    "retired": _retired,
    "vintage": _vintage,
    "market": _market,
    "delivered": _delivered,
    "transferred": _transferred,
    "residual": _residual,
}
