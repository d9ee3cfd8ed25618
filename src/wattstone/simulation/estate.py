"""The simulated portfolio: what there is at each site, each drawn from the seed and its number alone."""

from dataclasses import dataclass

from wattstone.portfolio import Meter, Organisation, Site
from wattstone.simulation.places import City, cities
from wattstone.simulation.plan import ZONE, Plan, stream

Slot = tuple[str, frozenset[str]]

# Ten sites in turn: five residential compounds, four office buildings, an industrial park; and what each has metered.
_SLOTS: tuple[Slot, ...] = (
    ("residential", frozenset({"landscape-lighting", "solar", "water"})),
    ("office", frozenset()),
    ("residential", frozenset({"lifts-pumps", "ev-charging"})),
    ("industrial", frozenset({"solar"})),
    ("office", frozenset({"solar", "water"})),
    ("residential", frozenset({"landscape-lighting", "ev-charging"})),
    ("office", frozenset()),
    ("residential", frozenset({"lifts-pumps", "ev-charging", "water"})),
    ("office", frozenset()),
    ("residential", frozenset({"lifts-pumps", "solar"})),
)
_LABELS = {"residential": "residential compound", "office": "office building", "industrial": "industrial park"}
_SUBMETERS = {
    "residential": ("garage-lighting", "landscape-lighting", "lifts-pumps", "ev-charging"),
    "office": ("tenants", "hvac"),
    "industrial": ("process", "compressed-air", "chillers"),
}
_ALWAYS = {"garage-lighting", "tenants", "hvac", "process", "compressed-air", "chillers"}
WATER_MINUTES = 60


def slot(index: int) -> Slot:
    """Type of a site and its optional meters, by its number from 0."""
    return _SLOTS[index % len(_SLOTS)]


@dataclass(frozen=True)
class Blueprint:
    """A site as it is built.

    Parameters
    ----------
    index : int
        From 0.
    type : str
        `residential`, `office` or `industrial`.
    city : City
    area : float
        Gross internal area. [m2]
    floors : int
    roof : float
        [m2]
    households : int
        Dwellings of a residential compound, else 0.
    uses : tuple of str
        Electricity sub-meters.
    extras : frozenset of str
        Of `solar`, `water`, `gas`, `heat`.
    """

    index: int
    type: str
    city: City
    area: float
    floors: int
    roof: float
    households: int
    uses: tuple[str, ...]
    extras: frozenset[str]

    @property
    def id(self) -> str:
        """Id of the site: `sim-0001`."""
        return f"sim-{self.index + 1:04d}"

    @property
    def name(self) -> str:
        """Says that it is simulated."""
        return f"Simulated {_LABELS[self.type]} {self.index + 1:04d}, {self.city.name}"

    def meter_id(self, name: str) -> str:
        """Id of one of its meters: `sim-0001-electricity`."""
        return f"{self.id}-{name}"

    @property
    def site(self) -> Site:
        """The site as the portfolio knows it."""
        return Site(
            id=self.id,
            name=self.name,
            type=self.type,
            floor_area=self.area,
            city=self.city.name,
            country="CN",
            latitude=self.city.latitude,
            longitude=self.city.longitude,
            zone=ZONE,
            grid_region=self.city.region,
            weather_station=self.city.station,
            simulated=True,
        )


def blueprint(plan: Plan, index: int) -> Blueprint:
    """Draw a site.

    Parameters
    ----------
    plan : Plan
        Its seed counts.
    index : int
        From 0.

    Returns
    -------
    Blueprint
    """
    rng = stream(plan, "site", index)
    kind, optional = slot(index)
    city = cities()[int(rng.integers(len(cities())))]
    size = float(rng.random())
    floors = {"residential": 18, "office": 12, "industrial": 2}[kind] + int(
        rng.integers(0, 9 if kind != "industrial" else 3)
    )
    households = round(400 + 1200 * size) if kind == "residential" else 0
    area = {"residential": 105.0 * households, "office": 12_000 + 40_000 * size, "industrial": 30_000 + 70_000 * size}[
        kind
    ]
    fuels = {"residential": {"gas"}, "office": {"heat"}, "industrial": {"gas"}}[kind]
    heated = city.heating or kind == "industrial"
    return Blueprint(
        index=index,
        type=kind,
        city=city,
        area=round(area, 1),
        floors=floors,
        roof=round(area / floors, 1),
        households=households,
        uses=tuple(use for use in _SUBMETERS[kind] if use in _ALWAYS or use in optional),
        extras=frozenset({"solar", "water"} & optional) | frozenset(fuels if heated else ()),
    )


def meters_of(plan: Plan, site: Blueprint) -> tuple[Meter, ...]:
    """Meters of a site, the main meter first.

    The main meter counts what comes from the grid; the sub-meters are behind it, and so is the photovoltaic system,
    whose surplus has a meter of its own.
    """
    seconds = plan.interval_minutes * 60

    def meter(name: str, kind: str, **options: object) -> Meter:
        facts = {"unit": "kWh", "interval_seconds": seconds, "simulated": True, "declared": "table", **options}
        return Meter.model_validate({"id": site.meter_id(name), "site_id": site.id, "kind": kind, **facts})

    main = meter("electricity", "electricity")
    found = [main, *(meter(use, "electricity", parent_id=main.id) for use in site.uses)]
    if "solar" in site.extras:
        found.append(meter("solar", "solar"))
        found.append(meter("export", "electricity_export", direction="export"))
    if "gas" in site.extras:
        found.append(meter("gas", "natural_gas", basis="net"))
    if "heat" in site.extras:
        found.append(meter("heat", "heat"))
    if "water" in site.extras:
        found.append(
            meter("water", "water_register", unit="m3", reading="register", interval_seconds=WATER_MINUTES * 60)
        )
    return tuple(found)


def portfolio(plan: Plan) -> tuple[Organisation, tuple[Site, ...], tuple[Meter, ...]]:
    """The organisation, its sites and their meters; all are marked as simulated.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    organisation : Organisation
    sites : tuple of Site
    meters : tuple of Meter
        Site by site.

    Examples
    --------
    >>> organisation, sites, meters = portfolio(Plan(sites=2))
    >>> organisation.name, sites[0].id, meters[0].id
    ('Simulated property manager', 'sim-0001', 'sim-0001-electricity')
    """
    built = [blueprint(plan, index) for index in range(plan.sites)]
    organisation = Organisation(
        name="Simulated property manager", base_year=plan.calendar_years[0], currency="CNY", zone=ZONE
    )
    return (
        organisation,
        tuple(site.site for site in built),
        tuple(meter for site in built for meter in meters_of(plan, site)),
    )
