"""Contractual instruments of the market-based method: contracts, certificates, green power, rates of suppliers."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from wattstone.base import figure_id
from wattstone.portfolio.model import Id

InstrumentKind = Literal[
    "ppa", "self_generation", "green_power", "energy_attribute_certificate", "green_certificate", "supplier_rate"
]
Carrier = Literal["electricity", "heat", "steam", "cooling"]
Holder = Literal["organisation", "site"]

KINDS: tuple[InstrumentKind, ...] = get_args(InstrumentKind)
CARRIERS: tuple[Carrier, ...] = get_args(Carrier)
CERTIFICATES: frozenset[InstrumentKind] = frozenset({"energy_attribute_certificate", "green_certificate"})
"""Applied to any use of the year; the others deliver, and serve what is used while they do."""
CERTIFICATE_KWH = 1_000.0
"""What a certificate stands for, where no rule says otherwise. [kWh]"""

_RANK: dict[InstrumentKind, int] = {
    "ppa": 0,
    "self_generation": 0,
    "green_power": 0,
    "energy_attribute_certificate": 1,
    "green_certificate": 1,
    "supplier_rate": 2,
}
_SERIAL = re.compile(r"(?P<prefix>.*?)(?P<first>\d+)(?:\s*\.\.\s*(?P<again>.*?)(?P<last>\d+))?")


def _listed(value: Any) -> Any:
    """`a; b` as forms and tables have it; other forms pass."""
    return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Ids = Annotated[tuple[Id, ...], BeforeValidator(_listed)]


class Instrument(BaseModel):
    """A contractual instrument, as it was bought.

    Parameters
    ----------
    id : str
        Its own.
    kind : InstrumentKind
        Power purchase agreement, own generation elsewhere, green power (China), certificate (guarantee of origin, REC,
        I-REC, TIGR), green certificate (China), rate of a supplier.
    carrier : {'electricity', 'heat', 'steam', 'cooling'}
        What it is of.
    market : str
        Where it was generated: a country (ISO 3166-1 alpha-2) or a market of several (`EU`, `US+CA`).
    vintage_start, vintage_end : date
        First and last day of generation, or of delivery.
    volume : float or None
        None for a rate of a supplier that holds for all that a site takes. [kWh]
    factor : float
        Direct emissions. [kg CO2e kWh-1]
    factor_source : str
        Who states it.
    scheme, technology, supplier, tracking_system : str or None
        Such as `GO`, `wind`, the counterparty, `AIB hub`.
    serials : tuple of str
        Of certificates: single ones, or ranges as `NO-000100..NO-000199`.
    retired_on, retired_for : date or None, str or None
        When the claim was made final, and on whose behalf.
    sites : tuple of str
        Those it serves; all of the market where none is named.
    holder : {'organisation', 'site'} or None
        Who holds it: what the organisation holds serves its share of a site, what the site holds all of its energy.
        Where nothing is said, a rate of a supplier is the site's, anything else the organisation's.
    bundled : bool
        Whether certificates came with the energy.
    exclusive : bool
        Whether a contract says that nobody else is given the claim.
    delivered : bool
        Of a rate of a supplier: it counts delivered energy and certificates retired for customers, and none sold.
    generation_meter : str or None
        The meter of the generation, for matching by the hour.
    document : str or None
        SHA-256 of the contract or statement.
    note : str or None
        What else is to be known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    kind: InstrumentKind
    carrier: Carrier = "electricity"
    market: str = Field(pattern=r"^[A-Z]{2}(\+[A-Z]{2})*$")
    vintage_start: date
    vintage_end: date
    volume: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    factor: float = Field(ge=0, allow_inf_nan=False)
    factor_source: str = ""
    scheme: str | None = None
    technology: str | None = None
    supplier: str | None = None
    tracking_system: str | None = None
    serials: Texts = ()
    retired_on: date | None = None
    retired_for: str | None = None
    sites: Ids = ()
    holder: Holder | None = None
    bundled: bool = False
    exclusive: bool = False
    delivered: bool = False
    generation_meter: Id | None = None
    document: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    note: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Instrument":
        if self.vintage_end < self.vintage_start:
            raise ValueError(f"it ends on {self.vintage_end}, before it begins on {self.vintage_start}")
        if self.volume is None and self.kind != "supplier_rate":
            raise ValueError("it has no volume; a rate of a supplier alone may do without")
        return self

    @property
    def of_site(self) -> bool:
        """Whether the site holds it, for all of its energy."""
        return (self.holder or ("site" if self.kind == "supplier_rate" else "organisation")) == "site"

    @property
    def evidence(self) -> str:
        """Its id as the input of a figure; another content has another one."""
        return f"instrument:{self.id}@{figure_id(self.model_dump(mode='json'))[:12]}"

    @property
    def order(self) -> tuple[bool, int, date, str]:
        """By which instruments are used: for named sites first, contracts, certificates, rates; the older first."""
        return (not self.sites, _RANK[self.kind], self.vintage_start, self.id)

    @property
    def days(self) -> int:
        """Length of the vintage. [d]"""
        return (self.vintage_end - self.vintage_start).days + 1

    def days_in(self, start: date, end: date) -> int:
        """How many of its days lie within others, both ends included. [d]"""
        return max((min(self.vintage_end, end) - max(self.vintage_start, start)).days + 1, 0)


@dataclass(frozen=True, kw_only=True)
class HeldInstrument:
    """An instrument in the records.

    Parameters
    ----------
    instrument : Instrument
        What was said of it.
    entered_by, entered_at : str, datetime
        Who said so last, and when (naive UTC).
    withdrawn : str
        Why it is no longer in force; empty where it is.
    """

    instrument: Instrument
    entered_by: str
    entered_at: datetime
    withdrawn: str = ""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What the inventory of a year claims of an instrument.

    Parameters
    ----------
    instrument, year : str, int
        Of which, for when.
    energy : float
        [kWh]
    claimed_by, claimed_at : str, datetime
        Who had it computed, and when (naive UTC).
    """

    instrument: str
    year: int
    energy: float
    claimed_by: str
    claimed_at: datetime


@dataclass(frozen=True, order=True)
class SerialRange:
    """Certificates that follow one another in a tracking system; of a single one, first and last are the same."""

    system: str
    prefix: str
    first: int
    last: int
    instrument: str = ""
    width: int = 0  # digits of a serial as it was typed, with the zeros that it begins with

    def __len__(self) -> int:
        """How many certificates."""
        return self.last - self.first + 1


def serial_ranges(instrument: Instrument) -> tuple[tuple[SerialRange, ...], tuple[str, ...]]:
    """The certificates of an instrument.

    Parameters
    ----------
    instrument : Instrument
        With `serials` as they were typed.

    Returns
    -------
    tuple of (ranges, unread)
        And the texts that are no serials.

    Examples
    --------
    >>> ranges, _ = serial_ranges(Instrument(
    ...     id="c", kind="energy_attribute_certificate", market="NO", vintage_start="2023-01-01",
    ...     vintage_end="2023-12-31", volume=100_000, factor=0, serials="NO-100..NO-199"))
    >>> ranges[0].prefix, len(ranges[0])
    ('no-', 100)
    """
    system = (instrument.tracking_system or instrument.scheme or "").strip().casefold()
    ranges: list[SerialRange] = []
    unread: list[str] = []
    for text in instrument.serials:
        found = _SERIAL.fullmatch(text.strip())
        prefix, again = (found["prefix"], found["again"]) if found else ("", None)
        if found is None or (again and again != prefix) or int(found["last"] or found["first"]) < int(found["first"]):
            unread.append(text)
            continue
        first, last = int(found["first"]), int(found["last"] or found["first"])
        ranges.append(SerialRange(system, prefix.casefold(), first, last, instrument.id, len(found["first"])))
    return tuple(ranges), tuple(unread)


def used_twice(instruments: Iterable[Instrument]) -> Iterator[tuple[SerialRange, SerialRange]]:
    """Pairs of ranges that hold the same certificate, the earlier id first.

    Parameters
    ----------
    instruments : iterable of Instrument
        All that are in force.

    Notes
    -----
    Ranges are sorted, so that each is compared with the one that reaches furthest before it.
    """
    ranges = sorted(one for held in instruments for one in serial_ranges(held)[0])
    furthest: SerialRange | None = None
    for one in ranges:
        if furthest is not None and (furthest.system, furthest.prefix) == (one.system, one.prefix):
            if one.first <= furthest.last:
                pair = sorted((furthest, one), key=lambda held: (held.instrument, held.first))
                yield pair[0], pair[1]
            if one.last <= furthest.last:
                continue
        furthest = one


def certificates_of(instrument: Instrument) -> int:
    """How many certificates its serials name, each once."""
    return sum(len(one) for one in serial_ranges(instrument)[0])


def in_order(instruments: Sequence[Instrument]) -> tuple[Instrument, ...]:
    """Instruments in the order in which they are used, whatever order they come in."""
    return tuple(sorted(instruments, key=lambda one: one.order))
