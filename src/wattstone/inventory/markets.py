"""Markets of instruments: which countries share one, and what authorities say of them; dated data with source."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from wattstone.inventory.instruments import CERTIFICATE_KWH, Instrument, InstrumentKind


@dataclass(frozen=True, kw_only=True)
class Market:
    """Countries in which an instrument may be used wherever in them it was generated, until a day."""

    id: str
    name: str
    countries: frozenset[str]
    source: str
    confidence: Literal["A", "B", "C"]
    until: date | None = None
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """Instruments of another market that one takes, for generation until a day."""

    market: str
    from_market: str
    until: date | None
    source: str
    confidence: Literal["A", "B", "C"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What an authority says of instruments of some kinds.

    Parameters
    ----------
    market, kinds : str, frozenset of str
        Of which instruments.
    source, confidence : str, str
        Who says so, and how sure that is.
    generated_from, generated_until : date or None
        Days of generation for which it holds.
    certificate_kwh : float or None
        What a certificate stands for. [kWh]
    valid_months, valid_until : int or None, date or None
        Until when it can be retired: months from that of the generation, that one included, or a day.
    refuses, why : str
        The criterion that is not met, and the reason; empty where it refuses nothing.
    """

    market: str
    kinds: frozenset[InstrumentKind]
    source: str
    confidence: Literal["A", "B", "C"]
    generated_from: date | None = None
    generated_until: date | None = None
    certificate_kwh: float | None = None
    valid_months: int | None = None
    valid_until: date | None = None
    refuses: str = ""
    why: str = ""

    def concerns(self, instrument: Instrument) -> bool:
        """Whether it speaks of an instrument, or of some of its generation."""
        late = self.generated_until is None or instrument.vintage_start <= self.generated_until
        early = self.generated_from is None or instrument.vintage_end >= self.generated_from
        return self.market == instrument.market and instrument.kind in self.kinds and late and early

    def last_day(self, instrument: Instrument) -> date | None:
        """The last day on which all of an instrument could be retired; None where the rule does not say."""
        if self.valid_until is not None:
            return self.valid_until
        if self.valid_months is None:
            return None
        first = max(instrument.vintage_start, self.generated_from or instrument.vintage_start)
        months = first.year * 12 + first.month - 1 + self.valid_months
        return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


@dataclass(frozen=True)
class Markets:
    """All of them."""

    markets: tuple[Market, ...]
    accepted: tuple[Accepted, ...]
    rules: tuple[Rule, ...]

    def of(self, country: str | None, day: date) -> str | None:
        """The market of a country on a day: one that it shares, else the country itself; None without a country.

        Examples
        --------
        >>> held = markets()
        >>> held.of("NO", date(2023, 6, 30)), held.of("GB", date(2020, 6, 30)), held.of("GB", date(2023, 6, 30))
        ('EU', 'EU', 'GB')
        """
        if country is None:
            return None
        shared = (one for one in self.markets if country in one.countries and (one.until is None or day <= one.until))
        return next((one.id for one in shared), country)

    def known(self, name: str) -> bool:
        """Whether a name is that of a market of several countries, or can be a country's."""
        return len(name) == 2 or any(one.id == name for one in self.markets)

    def serves(self, instrument: Instrument, country: str | None, day: date) -> bool:
        """Whether what an instrument is from is the market of a site, or accepted there.

        Parameters
        ----------
        instrument : Instrument
            Its market may be given as one of the countries of it.
        country : str or None
            Of the site.
        day : date
            Of the generation, the last.
        """
        there = self.of(country, day)
        if there is None:
            return False
        named = {one.id for one in self.markets}
        origin = instrument.market if instrument.market in named else self.of(instrument.market, day)
        if origin == there:
            return True
        return any(
            (one.market, one.from_market) == (there, origin) and (one.until is None or day <= one.until)
            for one in self.accepted
        )

    def certificate_kwh(self, instrument: Instrument) -> float:
        """What a certificate of an instrument stands for. [kWh]"""
        said = (one.certificate_kwh for one in self.rules if one.concerns(instrument))
        return next((value for value in said if value is not None), CERTIFICATE_KWH)


@cache
def markets() -> Markets:
    """The markets and rules that ship."""
    text = files("wattstone.inventory").joinpath("data", "markets.toml").read_text(encoding="utf-8")
    held: dict[str, list[dict[str, Any]]] = tomllib.loads(text)
    return Markets(
        markets=tuple(Market(**_with_set(one, "countries")) for one in held["market"]),
        accepted=tuple(Accepted(**one) for one in held["accepted"]),
        rules=tuple(Rule(**_with_set(one, "kinds")) for one in held["rule"]),
    )


def _with_set(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {**fields, name: frozenset(fields[name])}
