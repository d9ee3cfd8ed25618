"""What there is: the organisation, its sites, spaces and meters.

These models are the one declaration of each thing: the dataset reader, the command line, the records and the pages
all use them.
"""

from datetime import date
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from wattstone.portfolio.kinds import Kind, canonical_kind, kind_of

Approach = Literal["operational control", "financial control", "equity share"]
GwpSet = Literal["AR4", "AR5", "AR6"]
Language = Literal["en", "zh"]
Holding = Literal["owned", "joint_venture", "associate", "leased_in", "leased_out", "franchise"]
Lease = Literal["finance", "operating"]


@cache
def _zones() -> frozenset[str]:
    # available_timezones reads the whole zone database from disk at every call: 15 ms a site.
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"{name!r} is not an IANA time zone; an example of one is 'Asia/Shanghai'")
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]


def _typed_sign(value: Any) -> Any:
    """`1`, `+1` or `-1` as forms and command lines have it, a text; other forms pass."""
    return {"1": 1, "+1": 1, "-1": -1}.get(value.strip(), value) if isinstance(value, str) else value


Sign = Annotated[Literal[1, -1], BeforeValidator(_typed_sign)]
Id = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\s/:\x00-\x1f](?:[^/:\x00-\x1f]*[^\s/:\x00-\x1f])?$")
]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Organisation(_Record):
    """Whose emissions are counted, and by which rules.

    `approach` is the GHG Protocol's consolidation approach; `base_year` the year that targets start from.
    """

    name: str = "Organisation"
    approach: Approach = "operational control"
    gwp_set: GwpSet = "AR5"
    base_year: int | None = Field(default=None, ge=1990, le=2100)
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    languages: tuple[Language, ...] = ("en", "zh")
    zone: Zone = "UTC"


class Share(_Record):
    """Part of a site that the organisation owned, from `start` up to but not including `end`."""

    start: date | None = None
    end: date | None = None
    share: float = Field(ge=0, le=1)


class Control(_Record):
    """How the organisation holds a site, from `start` up to but not including `end`.

    Parameters
    ----------
    start, end : date or None
        On the site's clock; None is from ever, or for good. A site that was bought or sold has a day here.
    holding : str
        `owned` (a company of the group or an asset of its own), `joint_venture`, `associate` (influence without
        control), `leased_in` (the organisation is the tenant), `leased_out` (it is the landlord), `franchise` (it is
        the franchisor).
    lease : {'finance', 'operating'} or None
        Of what is leased, as the accounts call it.
    equity : float or None
        Share of equity, 0 to 1; needed of a joint venture and an associate.
    operational : bool or None
        Whether the organisation may bring in its own operating policies.
    financial : bool, 'joint' or None
        Whether it may direct the financial policies, alone or with partners.

    Notes
    -----
    What is None follows from the holding, see `wattstone.portfolio.control`.
    """

    start: date | None = None
    end: date | None = None
    holding: Holding = "owned"
    lease: Lease | None = None
    equity: float | None = Field(default=None, ge=0, le=1)
    operational: bool | None = None
    financial: bool | Literal["joint"] | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Control":
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("it ends before it starts")
        if self.holding in ("leased_in", "leased_out") and self.lease is None:
            raise ValueError("say of a lease whether it is a finance or an operating lease")
        if self.holding not in ("leased_in", "leased_out") and self.lease is not None:
            raise ValueError("only what is leased in or leased out has a kind of lease")
        if self.holding in ("joint_venture", "associate") and self.equity is None:
            raise ValueError("say of a joint venture and of an associate which share of the equity is held")
        return self


class Site(_Record):
    """A place with meters. Areas in m2; `country` is ISO 3166-1 alpha-2; `grid_region` as in the factor sets.

    Where `control` says how the site is held, it alone decides what is consolidated, and `ownership` is not asked.
    """

    id: Id
    name: str | None = None
    type: str | None = None
    floor_area: float | None = Field(default=None, gt=0)
    address: str | None = None
    city: str | None = None
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    zone: Zone = "UTC"
    grid_region: str | None = None
    weather_station: str | None = None
    ownership: tuple[Share, ...] = ()
    control: tuple[Control, ...] = ()
    simulated: bool = False

    @field_validator("control")
    @classmethod
    def _apart(cls, control: tuple[Control, ...]) -> tuple[Control, ...]:
        ordered = sorted(control, key=lambda one: one.start or date.min)
        if any((one.end or date.max) > (after.start or date.min) for one, after in pairwise(ordered)):
            raise ValueError("two of them hold on the same day")
        return control

    @property
    def tz(self) -> ZoneInfo:
        """The site's clock."""
        return ZoneInfo(self.zone)

    @property
    def region(self) -> str | None:
        """Where its grid factors are looked up: the grid region, else the country."""
        return self.grid_region or self.country


class Space(_Record):
    """A part of a site: a building, a storey, a garage."""

    id: Id
    site_id: Id
    name: str | None = None
    parent_id: Id | None = None
    floor_area: float | None = Field(default=None, gt=0)


class Meter(_Record):
    """Where readings come from.

    Parameters
    ----------
    id, site_id : str
        Kept from the dataset.
    kind : str
        Canonical (`kinds.toml`), or unknown and then never totalled.
    unit : str
        In which its readings are delivered.
    reading : {'interval', 'register', 'power'}
        Quantity per interval; a cumulative counter; mean power over the interval.
    direction : {'import', 'export'}
        Seen from the site.
    multiplier, sign : float, int
        Applied to every reading: value * multiplier * sign.
    parent_id : str or None
        The meter that already counts what this one counts.
    basis : {'gross', 'net'} or None
        Calorific value of fuel energy.
    interval_seconds : int or None
        Length of an interval; None where it varies.
    personal : bool
        Sub-daily readings of a dwelling or a driver.
    derived_from : str or None
        The register whose differences these readings already are; not counted beside it.
    expression : str or None
        For a virtual meter: `main - tenant_1 - tenant_2`.
    counted : bool
        For a virtual meter: it stands in the totals in place of the meters it names.
    declared : {'table', 'readings', 'user'}
        Who said so.
    """

    id: Id
    site_id: Id
    kind: str
    unit: str
    reading: Literal["interval", "register", "power"] = "interval"
    direction: Literal["import", "export"] = "import"
    multiplier: float = Field(default=1.0, gt=0)
    sign: Sign = 1
    parent_id: Id | None = None
    space_id: Id | None = None
    basis: Literal["gross", "net"] | None = None
    interval_seconds: int | None = Field(default=None, gt=0)
    rollover: float | None = Field(default=None, gt=0)
    personal: bool = False
    derived_from: Id | None = None
    expression: str | None = None
    counted: bool = False
    simulated: bool = False
    declared: Literal["table", "readings", "user"] = "user"

    @property
    def measures(self) -> Kind | None:
        """What it measures, if the vocabulary knows it."""
        return kind_of(canonical_kind(self.kind))
