"""Devices to try things on: a Modbus server that plays batteries, chargers and dimmers with a watchdog.

Each device has one set-point and, where it is given one, an expiry register: a set-point holds for as many seconds as
that register says after the last write, then the device returns to its default, as inverters and chargers do.

    address  type    what
    100      int32   set-point, scale 0.001 (kW as W, a share as thousandths)
    102      uint16  expiry, scale 1 (s)
    110      int32   what the device does now, scale 0.001, read only
    112      uint16  state of charge, scale 0.0001, read only
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from wattstone.interfaces.field.registers import Register, Unfit

SETPOINT = Register(address=100, type="int32", scale=0.001)
EXPIRY = Register(address=102, type="uint16", scale=1.0)
ACTUAL = Register(address=110, type="int32", scale=0.001)
SOC = Register(address=112, type="uint16", scale=0.0001)
_WORDS = 16  # from the set-point's address on
_READ, _WRITE = (3, 4), (6, 16)


@dataclass
class SimulatedDevice:
    """A device with a set-point that expires.

    Parameters
    ----------
    id : int
        Modbus device id.
    default : float
        What it does when nobody tells it anything. [kW or 1]
    low, high : float
        What it accepts; beyond that it refuses. [kW or 1]
    capacity : float
        Of a battery, so that its state of charge follows; 0 for anything else. [kWh]
    soc : float
        State of charge in the beginning, 0 to 1.
    expiry : Register or None
        Where the expiry stands; None for a device that knows none.
    clock : callable
        Gives seconds that only ever grow.
    """

    id: int = 1
    default: float = 0.0
    low: float = -5.0
    high: float = 5.0
    capacity: float = 0.0
    soc: float = 0.5
    expiry: Register | None = EXPIRY
    clock: Callable[[], float] = time.monotonic
    written: list[float] = field(default_factory=list[float])
    """Every set-point that was accepted, in order. [kW or 1]"""

    def __post_init__(self) -> None:
        """It begins as it does when nobody tells it anything."""
        self._told = self.default
        self._until = float("inf")
        self._holds = 0.0  # s that the next set-point is valid for, where the expiry is written before it
        self._at = self.clock()

    @property
    def value(self) -> float:
        """What it does now. [kW or 1]"""
        return self._told if self.clock() < self._until else self.default

    @property
    def expired(self) -> bool:
        """Whether it has returned to its default because nobody renewed the set-point."""
        return self.clock() >= self._until

    def charge(self) -> float:
        """The state of charge now, 0 to 1; a battery without losses."""
        now = self.clock()
        if self.capacity:
            until = min(max(self._until, self._at), now)
            energy = (self._told * (until - self._at) + self.default * (now - until)) / 3600
            self.soc = min(max(self.soc + energy / self.capacity, 0.0), 1.0)
        self._at = now
        return self.soc

    def write(self, address: int, words: Sequence[int]) -> ExcCodes | None:
        """Take words; what the device cannot do is refused and changes nothing."""
        given = dict(enumerate(words, start=address))
        told, holds = _held(SETPOINT, given), None if self.expiry is None else _held(self.expiry, given)
        if told is not None and not self.low <= told <= self.high:
            return ExcCodes.ILLEGAL_VALUE
        self.charge()
        if holds is not None:
            self._holds = holds
        if told is not None:
            self._told = told
            self.written.append(told)
        if self.expiry is not None and (told is not None or holds is not None):
            self._until = self.clock() + self._holds
        return None

    def words(self) -> list[int]:
        """All registers from the set-point's address on, as they stand now."""
        held = [0] * _WORDS
        shown = [(SETPOINT, self.value), (ACTUAL, self.value), (SOC, self.charge())]
        if self.expiry is not None:
            shown.append((self.expiry, max(self._until - self.clock(), 0.0) if self._holds else 0.0))
        for register, value in shown:
            at = register.address - SETPOINT.address
            held[at : at + register.count] = _fitting(register, value)
        return held

    def device(self) -> SimDevice:
        """As pymodbus knows it."""

        async def act(
            function: int, start: int, address: int, count: int, registers: list[int], values: Any
        ) -> ExcCodes | None:
            if function in _WRITE and values is not None and (refused := self.write(address, values)):
                return refused
            registers[: len(held)] = (held := self.words())
            return None

        block = SimData(SETPOINT.address, values=[0] * _WORDS, datatype=DataType.REGISTERS)
        return SimDevice(self.id, simdata=[block], action=act)


class Simulator:
    """A server of simulated devices.

    Parameters
    ----------
    devices : sequence of SimulatedDevice
        With different ids.
    host : str
        Where to listen.
    port : int
        0 for one that is free; it stays the same when the server is stopped and started again.
    """

    def __init__(self, *devices: SimulatedDevice, host: str = "127.0.0.1", port: int = 0) -> None:
        self._devices, self._host, self.port = devices, host, port
        self._server: ModbusTcpServer | None = None

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def start(self) -> None:
        """Listen."""
        self._server = ModbusTcpServer([one.device() for one in self._devices], address=(self._host, self.port))
        await self._server.serve_forever(background=True)
        transport: Any = self._server.transport
        self.port = int(transport.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening, and break the connections; the devices go on by themselves."""
        if self._server is not None:
            await self._server.shutdown()
            self._server = None


def _held(register: Register, given: dict[int, int]) -> float | None:
    """A register's value among words that are written; None where it is not among them."""
    places = range(register.address, register.address + register.count)
    return register.value([given[place] for place in places]) if all(place in given for place in places) else None


def _fitting(register: Register, value: float) -> list[int]:
    try:
        return register.words(value)
    except Unfit:
        return [0xFFFF] * register.count
