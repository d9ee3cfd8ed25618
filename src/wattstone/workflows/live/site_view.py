"""A dispatch site seen through the meters and devices of its field: whose reading says what, in which unit."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wattstone.base import Finding, InputRefused, unit
from wattstone.dispatch.guards import Seen
from wattstone.dispatch.site import Battery, Buffer, Device, Pv, Site
from wattstone.portfolio import Meter
from wattstone.workflows.live.model import Sample


@dataclass(frozen=True, kw_only=True)
class Roles:
    """Which meter says what of a site.

    Parameters
    ----------
    load, minus : tuple of str
        Meters that add up to all that is not planned, and those that are taken off.
    pv : mapping of str to tuple of str
        By PV system, meters that add up to it.
    buildings : mapping of str to mapping of str to float
        By building, meters that add up to its load, and their signs; they count for the load of the site too.
    state : mapping of str to str
        By battery or buffer: a battery's energy, or its share of the capacity; a tank's volume, a room's temperature.
    """

    load: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    pv: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    buildings: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])
    state: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def load_signs(self) -> dict[str, float]:
        """Meters of the load, 1 for those that are added and -1 for those that are taken off."""
        signs = {**dict.fromkeys(self.load, 1.0), **dict.fromkeys(self.minus, -1.0)}
        for one in self.buildings.values():
            for name, sign in one.items():
                signs[name] = signs.get(name, 0.0) + sign
        return {name: sign for name, sign in signs.items() if sign}

    @property
    def parts(self) -> list[dict[str, float]]:
        """Meters and signs of each building's load, and last of what is common to all."""
        common = {**dict.fromkeys(self.load, 1.0), **dict.fromkeys(self.minus, -1.0)}
        return [*(dict(one) for one in self.buildings.values()), common]


class SiteView:
    """A site, its meters, and the units of its devices' set-points.

    Parameters
    ----------
    site : Site
        What is planned.
    roles : Roles
        Which meter says what.
    meters : mapping of str to Meter
        That arrive, by id.
    units : mapping of str to str
        Unit of each device's set-point: `kW`, or `1` for a share of its full power.

    Raises
    ------
    InputRefused
        With everything that does not fit together.
    """

    def __init__(self, site: Site, *, roles: Roles, meters: Mapping[str, Meter], units: Mapping[str, str]) -> None:
        self.site, self.roles, self.meters, self._units = site, roles, meters, units
        self.devices: dict[str, Device] = {one.id: one for one in site.devices}
        if found := list(self._problems()):
            raise InputRefused(found)

    def full(self, device: str) -> float:
        """How many kW one unit of a device's set-point is."""
        one = self.devices[device]
        if self._units.get(device, "kW") == "kW":
            return 1.0
        return (
            one.capacity
            if isinstance(one, Pv)
            else max(one.charge, one.discharge)
            if isinstance(one, Battery)
            else one.power
        )

    def power(self, sample: Sample) -> float | None:
        """Mean power of a reading's interval. [kW]"""
        if sample.value is None:
            return None
        meter = self.meters[sample.meter_id]
        factor = unit(meter.unit).factor
        return sample.value * factor * (1.0 if meter.reading == "power" else 3600 / sample.seconds)

    def state(self, device: str, latest: Mapping[str, Sample]) -> float | None:
        """Energy in a battery [kWh], or a buffer's state; None where there is no reading."""
        sample = latest.get(self.roles.state.get(device, ""))
        if sample is None or sample.value is None:
            return None
        one, measured = self.devices[device], unit(self.meters[sample.meter_id].unit)
        if isinstance(one, Battery) and measured.quantity == "ratio":
            return sample.value * measured.factor * one.capacity
        return sample.value * measured.factor

    def seen(self, device: str, latest: Mapping[str, Sample], start: datetime) -> Seen:
        """What is measured of a device, and how old that is."""
        state = self.state(device, latest)
        if state is None:
            return Seen()
        age = (start - latest[self.roles.state[device]].end).total_seconds()
        return Seen(state=state, seconds=max(age, 0.0))

    def now(self, signs: Mapping[str, float], latest: Mapping[str, Sample]) -> float | None:
        """Newest mean power of some meters together; None where one of them has no reading. [kW]"""
        powers = [None if (one := latest.get(name)) is None else self.power(one) for name in signs]
        known = [power * sign for power, sign in zip(powers, signs.values(), strict=True) if power is not None]
        return sum(known) if signs and len(known) == len(signs) else None

    def sun(self, latest: Mapping[str, Sample], *, inside: Container[str] | None = None) -> dict[str, float]:
        """What PV systems feed now, of those that are known; `inside` a building, or all. [kW]"""
        fed = {
            name: self.now(dict.fromkeys(meters, 1.0), latest)
            for name, meters in self.roles.pv.items()
            if inside is None or name in inside
        }
        return {name: power for name, power in fed.items() if power is not None}

    def _problems(self) -> Iterator[Finding]:
        roles = self.roles
        groups = [("load", roles.load), ("minus", roles.minus), *roles.pv.items(), *roles.buildings.items()]
        named = [(what, name) for what, names in groups for name in names] + list(roles.state.items())
        for what, name in named:
            if name not in self.meters:
                expected = "a [[meter]] of the field file, so that its readings arrive"
                yield _finding(f"meters, {what}", found="there is no meter '{name}'", expected=expected, name=name)
        for name in (*self.roles.pv, *self.roles.state, *self._units):
            if name not in self.devices:
                yield _finding(
                    f"device '{name}'", found="the site file has no such device", expected="an id of the site file"
                )
        for name, said in self._units.items():
            if said not in {"kW", "1"}:
                yield _finding(
                    f"device '{name}'", found="its set-point is in {unit}", expected="kW, or 1 for a share", unit=said
                )
        for one in self.site.devices:
            if isinstance(one, Battery | Buffer) and one.id in self._units and one.id not in self.roles.state:
                expected = "the meter of its state under [state], without which it could not be guarded"
                yield _finding(f"device '{one.id}'", found="no meter says what state it is in", expected=expected)


def _finding(place: str, *, found: str, expected: str, **params: str) -> Finding:
    return Finding(
        code="field.site",
        place=place,
        found=found,
        expected=expected,
        remedy="correct the field file or the site file, so that they name the same things",
        params=params,
    )
