"""The field file: a site's links and devices, as TOML; read as a whole, with every finding at once."""

import ipaddress
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wattstone.base import Finding, InputRefused
from wattstone.base.units import UnknownUnit, unit
from wattstone.interfaces.field.registers import Register, Unfit
from wattstone.portfolio import Meter
from wattstone.portfolio.model import Id
from wattstone.workflows.live import Device, LiveSettings

_DAY = 86400


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Mqtt(_Table):
    """A broker. Credentials are the values of the environment's variables that are named here, never of the file."""

    host: str = "127.0.0.1"
    port: int = Field(default=1883, ge=1, le=65535)
    topics: tuple[str, ...] = Field(min_length=1)
    client_id: str = Field(min_length=1, max_length=64)
    username_env: str | None = None
    password_env: str | None = None
    tls: bool | None = None
    ca_file: Path | None = None

    @property
    def secure(self) -> bool:
        """Whether the link is encrypted: everywhere but on this machine."""
        return not loopback(self.host) if self.tls is None else self.tls


class Http(_Table):
    """An endpoint that takes readings. The token is the value of the environment's variable that is named here."""

    host: str = "127.0.0.1"
    port: int = Field(default=8321, ge=0, le=65535)
    token_env: str = "WATTSTONE_FIELD_TOKEN"  # noqa: S105 - the name of a variable
    certificate: Path | None = None
    key: Path | None = None


class FieldMeter(_Table):
    """A meter whose readings arrive; without them, where `required_within_seconds` is set, there is no plan."""

    id: Id
    kind: str
    unit: str
    seconds: int = Field(gt=0, le=_DAY)
    reading: Literal["interval", "power"] = "interval"
    required_within_seconds: float | None = Field(default=None, gt=0)


class Modbus(_Table):
    """How a device is reached by Modbus TCP, and where its set-point stands.

    `expiry` is the register that holds for how many seconds a set-point is valid; each write renews it.
    """

    host: str
    port: int = Field(default=502, ge=1, le=65535)
    device_id: int = Field(default=1, ge=0, le=255)
    timeout_seconds: float = Field(default=1.0, gt=0, le=30)
    retries: int = Field(default=1, ge=0, le=5)
    setpoint: Register
    expiry: Register | None = None


class FieldDevice(_Table):
    """A device that takes set-points."""

    id: Id
    unit: str = "kW"
    low: float
    high: float
    fallback: float | Literal["release"]
    expiry_seconds: float = Field(gt=0, le=_DAY)
    modbus: Modbus

    def device(self) -> Device:
        """As the loop knows it."""
        return Device(
            id=self.id,
            unit=self.unit,
            fallback=None if self.fallback == "release" else self.fallback,
            low=self.low,
            high=self.high,
            expiry=timedelta(seconds=self.expiry_seconds),
        )


class FieldSettings(_Table):
    """A field file. `state` names the meter that says what state a battery, tank or room is in."""

    interval_seconds: int = Field(default=900, gt=0, le=_DAY)
    refresh_seconds: int = Field(default=60, gt=0, le=_DAY)
    commit_seconds: float = Field(default=900, gt=0, le=_DAY)
    plan_age_seconds: float = Field(default=1800, gt=0)
    plan_timeout_seconds: float = Field(default=20, gt=0)
    clock_tolerance_seconds: float = Field(default=2.0, gt=0)
    mqtt: Mqtt | None = None
    http: Http | None = None
    state: dict[str, str] = Field(default_factory=dict[str, str])
    meter: tuple[FieldMeter, ...] = ()
    device: tuple[FieldDevice, ...] = Field(min_length=1)

    def live(self, site_id: str) -> LiveSettings:
        """As the loop knows it."""
        return LiveSettings(
            site_id=site_id,
            devices=tuple(one.device() for one in self.device),
            interval=timedelta(seconds=self.interval_seconds),
            refresh=timedelta(seconds=self.refresh_seconds),
            plan_age=timedelta(seconds=self.plan_age_seconds),
            clock_tolerance=timedelta(seconds=self.clock_tolerance_seconds),
            required={
                one.id: timedelta(seconds=one.required_within_seconds)
                for one in self.meter
                if one.required_within_seconds is not None
            },
        )

    def arriving(self, site_id: str) -> dict[str, Meter]:
        """The meters whose readings arrive, by id."""
        return {
            one.id: Meter(
                id=one.id,
                site_id=site_id,
                kind=one.kind,
                unit=one.unit,
                reading=one.reading,
                interval_seconds=one.seconds,
                declared="readings",
            )
            for one in self.meter
        }


def read_field_file(path: Path) -> FieldSettings:
    """Read a field file.

    Parameters
    ----------
    path : pathlib.Path
        TOML.

    Returns
    -------
    FieldSettings

    Raises
    ------
    InputRefused
        With everything that is wrong with it.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputRefused([_unreadable(path, error)]) from error
    try:
        settings = FieldSettings.model_validate(said)
    except ValidationError as error:
        raise InputRefused([_invalid(path, one) for one in error.errors()]) from error
    if found := [*_timing(path, settings), *_names(path, settings), *_devices(path, settings), *_links(path, settings)]:
        raise InputRefused(found)
    return settings


def loopback(host: str) -> bool:
    """Whether an address never leaves this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _finding(code: str, place: str, *, found: str, expected: str, remedy: str, **params: Any) -> Finding:
    return Finding(code=f"field.{code}", place=place, found=found, expected=expected, remedy=remedy, params=params)


def _unreadable(path: Path, error: Exception) -> Finding:
    return _finding(
        "unreadable",
        str(path),
        found="the file cannot be read as TOML ({why})",
        expected="a TOML file as docs/how-to/dispatch.md shows one",
        remedy="correct it there",
        why=" ".join(str(error).split()),
    )


def _invalid(path: Path, one: Any) -> Finding:
    missing = one["type"] == "missing"
    return _finding(
        "invalid",
        f"{path}, {'.'.join(map(str, one['loc']))}",
        found="nothing is said of it" if missing else "the value {value} cannot be used: {why}",
        expected="a value as docs/how-to/dispatch.md lists it",
        remedy="add it" if missing else "correct it",
        value=repr(one.get("input"))[:100],
        why=one["msg"].removeprefix("Value error, "),
    )


def _timing(path: Path, settings: FieldSettings) -> list[Finding]:
    interval, refresh = settings.interval_seconds, settings.refresh_seconds
    uneven = [
        _finding(
            "timing",
            f"{path}, {name}",
            found="{seconds} s do not fit into {whole} s",
            expected="a part of a day for the interval, a part of the interval for the refresh",
            remedy="take 900 and 60, or other numbers that fit",
            seconds=seconds,
            whole=whole,
        )
        for name, seconds, whole in (("interval_seconds", interval, _DAY), ("refresh_seconds", refresh, interval))
        if whole % seconds
    ]
    short = [
        _finding(
            "expiry",
            f"{path}, device '{one.id}'",
            found="its set-points expire after {expiry:g} s and are written each {refresh} s",
            expected="an expiry of two refreshes or more, so that one lost write does no harm",
            remedy="raise expiry_seconds or lower refresh_seconds",
            expiry=one.expiry_seconds,
            refresh=refresh,
        )
        for one in settings.device
        if one.expiry_seconds < 2 * refresh
    ]
    return [*uneven, *short]


def _names(path: Path, settings: FieldSettings) -> list[Finding]:
    found: list[Finding] = []
    for what, names in (("meter", [one.id for one in settings.meter]), ("device", [one.id for one in settings.device])):
        found += [
            _finding(
                "twice",
                f"{path}, {what} '{name}'",
                found="it is there {count} times",
                expected="each {what} once",
                remedy="give each an id of its own",
                what=what,
            )
            for name in sorted({name for name in names if names.count(name) > 1})
        ]
    for one in settings.meter:
        try:
            unit(one.unit)
        except UnknownUnit:
            found.append(
                _finding(
                    "unit",
                    f"{path}, meter '{one.id}'",
                    found="the unit '{unit}' is not known",
                    expected="a unit as docs/reference/nomenclature.md lists them",
                    remedy="correct the unit",
                    unit=one.unit,
                )
            )
    return found


def _devices(path: Path, settings: FieldSettings) -> list[Finding]:
    found: list[Finding] = []
    for one in settings.device:
        place = f"{path}, device '{one.id}'"
        values = {"low": one.low, "high": one.high, "fallback": one.fallback}
        if not one.low <= one.high or (one.fallback != "release" and not one.low <= one.fallback <= one.high):
            found.append(
                _finding(
                    "limits",
                    place,
                    found="low is {low:g}, high is {high:g} and the fallback {fallback}",
                    expected="low <= fallback <= high",
                    remedy="correct them",
                    **values,
                )
            )
        if one.modbus.expiry is None and one.fallback == "release":
            found.append(
                _finding(
                    "no_expiry",
                    place,
                    found="its fallback is 'release', and no expiry register returns it to its default",
                    expected="an expiry register, or a fallback that can be written",
                    remedy="name the register under [device.modbus.expiry], or write fallback as a number",
                )
            )
        found += _unfit(place, one)
    return found


def _unfit(place: str, one: FieldDevice) -> list[Finding]:
    """Limits and times that the registers cannot hold."""
    asked = [("low", one.low, one.modbus.setpoint), ("high", one.high, one.modbus.setpoint)]
    if one.modbus.expiry is not None:
        asked.append(("expiry_seconds", one.expiry_seconds, one.modbus.expiry))
    found: list[Finding] = []
    for name, value, register in asked:
        try:
            register.words(value)
        except Unfit as error:
            found.append(
                _finding(
                    "register",
                    f"{place}, {name}",
                    found="{why}",
                    expected="a value that the register can hold",
                    remedy="check type and scale of the register in the device's manual, or narrow the limit",
                    why=str(error),
                )
            )
    return found


def _links(path: Path, settings: FieldSettings) -> list[Finding]:
    found: list[Finding] = []
    if (mqtt := settings.mqtt) is not None and not (mqtt.secure or loopback(mqtt.host)):
        found.append(
            _finding(
                "plain",
                f"{path}, mqtt",
                found="readings and password would travel in the clear to {host}",
                expected="TLS to any host but this machine",
                remedy="leave `tls` out or set it to true, with `ca_file` where the broker's certificate needs one",
                host=mqtt.host,
            )
        )
    if (http := settings.http) is not None:
        if not loopback(http.host) and http.certificate is None:
            found.append(
                _finding(
                    "plain",
                    f"{path}, http",
                    found="readings and token would travel in the clear on {host}",
                    expected="a certificate and a key wherever others than this machine can connect",
                    remedy="set `certificate` and `key`, or listen on 127.0.0.1 behind a proxy that speaks TLS",
                    host=http.host,
                )
            )
        if (http.certificate is None) != (http.key is None):
            found.append(
                _finding(
                    "plain",
                    f"{path}, http",
                    found="of certificate and key one is missing",
                    expected="both or neither",
                    remedy="name the other one",
                )
            )
    return found
