"""What an assessment of a compressed-air station says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding

Floats = npt.NDArray[np.float64]
States = npt.NDArray[np.int8]
Dates = npt.NDArray[np.datetime64]

PARTS = (
    "useful",
    "over_pressure",
    "artificial",
    "leaks",
    "purge",
    "dryer",
    "unloaded",
    "part_load",
    "blow_off",
    "residue",
)
"""Where the kWh go, in the order in which they are told."""


class State(IntEnum):
    """What a machine does in an interval; UNKNOWN where nothing was logged."""

    UNKNOWN = -1
    OFF = 0
    UNLOADED = 1
    PARTLY = 2
    LOADED = 3
    STARTING = 4


@dataclass(frozen=True)
class Estimate:
    """A value and its 90 % interval; all NaN where it cannot be told."""

    value: float
    lower: float
    upper: float

    def times(self, factor: float) -> "Estimate":
        """The same in another unit; the factor is 0 or more."""
        return Estimate(self.value * factor, self.lower * factor, self.upper * factor)


UNKNOWN = Estimate(np.nan, np.nan, np.nan)


@dataclass(frozen=True, kw_only=True, eq=False)
class DayTypes:
    """The kinds of days of a station, and how many of each a year has.

    Parameters
    ----------
    names : tuple of str
        Name of each type, k, the most frequent first.
    dates : (d,) array
        Local dates of the log.
    label : (d,) array of int
        Type of each date; -1 where too little was logged to tell.
    days : (k,) array
        Days a year of each. [d]
    lower, upper : (k,) array
        90 % interval of `days`. [d]
    given : bool
        Whether a user brought them.
    """

    names: tuple[str, ...]
    dates: Dates
    label: npt.NDArray[np.int64]
    days: Floats
    lower: Floats
    upper: Floats
    given: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Profile:
    """Means by local hour of each day type; NaN where nothing was logged.

    Parameters
    ----------
    power : (k, 24) array
        Of all machines and metered dryers. [kW]
    machines : (k, machines, 24) array
        Of each machine. [kW]
    flow : (k, 24) array
        [m3 min-1 of free air]
    pressure : (k, 24) array
        [bar(g)]
    """

    power: Floats
    machines: Floats
    flow: Floats
    pressure: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class MachineAssessment:
    """One machine.

    Parameters
    ----------
    name : str
    full_power, idle_power : float
        Levels at full load and unloaded; those of the nameplate where the log does not show them. [kW]
    found_full, found_idle : bool
        Whether the log shows them.
    nameplate : float
        Full-load power that the machine should take at the mean pressure it ran at. [kW]
    state : (t,) array of int8
        `State` of each interval.
    flow : (t,) array
        Flow estimated from its power. [m3 min-1 of free air]
    hours : mapping of State to float
        Hours a year in each state; intervals that hold two count in shares. [h]
    energy : mapping of State to float
        kWh a year in each state; they add up to the machine's metered kWh. [kWh]
    starts : float
        Starts a year.
    cycle : float
        Median length of a load and unload cycle; NaN where none is seen. [s]
    points : (n, 2) array
        Where it ran at part load: share of full flow, share of full power, from metered flow where one machine ran
        alone, else from its curve. [1]
    points_metered : bool
        Whether the points rest on metered flow.
    load : Estimate
        Mean share of its capacity while it ran. [1]
    specific_power : Estimate
        Metered kW over flow, over the year. [kW (m3 min-1)-1]
    rated_specific_power : float
        Of the nameplate at its rated pressure. [kW (m3 min-1)-1]
    regulation : float
        Highest specific power that 10 CFR 431.345 would allow it at its rated pressure; NaN outside its scope.
    isothermal : float
        Specific power of isothermal compression to its rated pressure. [kW (m3 min-1)-1]
    """

    name: str
    full_power: float
    idle_power: float
    found_full: bool
    found_idle: bool
    nameplate: float
    state: States = field(repr=False)
    flow: Floats = field(repr=False)
    hours: Mapping[State, float]
    energy: Mapping[State, float]
    starts: float
    cycle: float
    points: Floats = field(repr=False)
    points_metered: bool
    load: Estimate
    specific_power: Estimate
    rated_specific_power: float
    regulation: float
    isothermal: float


@dataclass(frozen=True, kw_only=True)
class Leaks:
    """What leaks.

    Parameters
    ----------
    flow : Estimate
        At the mean header pressure of the log. [m3 min-1 of free air]
    share : Estimate
        Of all air delivered in the year. [1]
    pressure : float
        The mean header pressure that `flow` is stated at. [bar(g)]
    basis : str
        `closed_hours`, `lowest_flow`, `cycling`, `decay` or `station` (the station's own figure, where logs tell
        nothing).
    statement : Finding
        What it rests on, in words; a warning.
    others : mapping of str to Estimate
        What the other methods say, where they can be used. [m3 min-1]
    """

    flow: Estimate
    share: Estimate
    pressure: float
    basis: str
    statement: Finding
    others: Mapping[str, Estimate] = field(default_factory=dict[str, Estimate])


@dataclass(frozen=True, kw_only=True)
class Part:
    """Where some of the kWh of a year go.

    Parameters
    ----------
    code : str
        One of `PARTS`.
    energy : Estimate
        kWh a year; `residue` (and nothing else) may be negative. [kWh]
    logged : float
        The same in the logged period. [kWh]
    """

    code: str
    energy: Estimate
    logged: float


@dataclass(frozen=True, kw_only=True)
class Advice:
    """Something to put right.

    Parameters
    ----------
    finding : Finding
        In words, with place and remedy; code `air.waste_...`.
    energy : Estimate
        kWh a year that it costs. What several say may overlap: they do not add up. [kWh]
    machines : tuple of str
        Machines concerned; none for the station as a whole.
    measure : str
        What would mend it: `pressure`, `leaks`, `storage`, `variable_speed`, `sequencing`, `dryer`, `shutdown`,
        `maintenance`, `replacement`, `blow_off`.
    """

    finding: Finding
    energy: Estimate
    machines: tuple[str, ...]
    measure: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Assessment:
    """A compressed-air station, assessed from its logs in the style of ISO 11011.

    Parameters
    ----------
    station : str
    start : datetime64
        Start of the log, naive UTC.
    hours : float
        Length of an interval. [h]
    zone : str
        Whose local hours the profiles are in.
    convention : str
        What a flow is stated at, in words.
    coverage : float
        Share of the intervals for which the power of every machine is known. [1]
    weight : (t,) array
        How many such intervals a year holds; 0 for gaps. [1]
    day_types : DayTypes
    profile : Profile
    machines : tuple of MachineAssessment
    power : (t,) array
        Of all machines and metered dryers. [kW]
    flow, flow_deviation : (t,) array
        Metered, or estimated from power where there is no meter; standard deviation. [m3 min-1 of free air]
    pressure : (t,) array
        Header pressure; the station's set-point where none was logged. [bar(g)]
    flow_metered, pressure_metered : bool
    energy : Estimate
        kWh a year; the interval is that of the extrapolation. [kWh]
    logged_energy : float
        kWh in the logged period. [kWh]
    volume : Estimate
        Free air a year. [m3]
    mean_pressure : float
        Weighted by flow. [bar(g)]
    leaks : Leaks
    artificial : Estimate
        Use that is there only because pressure is above the least that is needed. [m3 min-1 of free air]
    specific_power : Estimate
        Metered kW over delivered flow. [kW (m3 min-1)-1]
    limit : float
        kWh a year of isothermal compression of the useful air to the least pressure. [kWh]
    limit_share : float
        `limit` over `energy`: how near the station comes to what physics allows. [1]
    dryer_unmetered : float
        kWh a year that dryers take by their nameplate, not metered and in no part. [kWh]
    where : tuple of Part
        The waterfall, one for each of `PARTS`; the parts add up to `energy.value` and to `logged_energy`.
    advice : tuple of Advice
        The dearest first.
    findings : tuple of Finding
        About the log: warnings; errors were raised.
    """

    station: str
    start: np.datetime64
    hours: float
    zone: str
    convention: str
    coverage: float
    weight: Floats = field(repr=False)
    day_types: DayTypes
    profile: Profile = field(repr=False)
    machines: tuple[MachineAssessment, ...]
    power: Floats = field(repr=False)
    flow: Floats = field(repr=False)
    flow_deviation: Floats = field(repr=False)
    pressure: Floats = field(repr=False)
    flow_metered: bool
    pressure_metered: bool
    energy: Estimate
    logged_energy: float
    volume: Estimate
    mean_pressure: float
    leaks: Leaks
    artificial: Estimate
    specific_power: Estimate
    limit: float
    limit_share: float
    dryer_unmetered: float
    where: tuple[Part, ...]
    advice: tuple[Advice, ...]
    findings: tuple[Finding, ...]
