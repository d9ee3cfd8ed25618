"""Set-points over Modbus TCP: written with their expiry, read back, each within bounded time."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException
from pymodbus.pdu import ModbusPDU

from wattstone.interfaces.field.registers import Unfit
from wattstone.interfaces.field.settings import Modbus
from wattstone.workflows.live import Command, Outcome

LOG = logging.getLogger("wattstone.field.modbus")
# Broken links are told with the outcomes; pymodbus would say it all a second time.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL)

_MOST_WORDS = 100  # of a request; the protocol's limit is 123


class Refused(Exception):
    """The device answered, and said no."""


class ModbusActuator:
    """Writes set-points to devices.

    Devices behind one address share a connection. A link that broke is made anew with the next write; there are no
    attempts in between, and none that outlasts the step's time.

    Parameters
    ----------
    devices : mapping of str to Modbus
        How each device is reached, by id.
    """

    def __init__(self, devices: Mapping[str, Modbus]) -> None:
        self._devices = dict(devices)
        self._clients: dict[tuple[str, int], AsyncModbusTcpClient] = {}
        self._busy: dict[tuple[str, int], asyncio.Lock] = {}

    async def write(self, commands: Sequence[Command]) -> Sequence[Outcome]:
        """Write set-points, side by side; an error is an outcome.

        Parameters
        ----------
        commands : sequence of Command
            With values.

        Returns
        -------
        sequence of Outcome
            In the same order.
        """
        return await asyncio.gather(*(self._write(command) for command in commands))

    async def close(self) -> None:
        """Let go of the connections."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        await asyncio.sleep(0)  # transports close in the next turn of the event loop

    async def _write(self, command: Command) -> Outcome:
        link, name = self._devices[command.device.id], command.device.id
        assert command.value is not None
        try:
            blocks = _blocks(link, command.value, command.device.expiry.total_seconds())
        except Unfit as error:
            return Outcome(name, error=str(error))
        error = ""
        for _ in range(link.retries + 1):
            try:
                async with asyncio.timeout(3 * link.timeout_seconds):
                    return await self._attempt(link, command, blocks)
            except Refused as said:
                return Outcome(name, error=str(said))  # asked again it would say the same
            except (ModbusException, OSError, TimeoutError) as broken:
                error = _told(broken, link)
                self._forget(link)
        return Outcome(name, error=error)

    async def _attempt(self, link: Modbus, command: Command, blocks: list[tuple[int, list[int]]]) -> Outcome:
        place = (link.host, link.port)
        register = link.setpoint
        async with self._busy.setdefault(place, asyncio.Lock()):
            client = await self._connected(link)
            for address, words in blocks:
                _checked(await client.write_registers(address, words, device_id=link.device_id))
            answer = _checked(
                await client.read_holding_registers(register.address, count=register.count, device_id=link.device_id)
            )
        back = register.value(answer.registers)
        assert command.value is not None
        accepted = register.value(register.words(command.value))
        if abs(back - accepted) > register.precision:
            unit = command.device.unit
            return Outcome(
                command.device.id, accepted, back, f"{back:g} {unit} was read back after {accepted:g} {unit}"
            )
        return Outcome(command.device.id, accepted, back)

    async def _connected(self, link: Modbus) -> AsyncModbusTcpClient:
        place = (link.host, link.port)
        client = self._clients.get(place)
        if client is not None and client.connected:
            return client
        self._forget(link)
        client = AsyncModbusTcpClient(
            link.host, port=link.port, timeout=link.timeout_seconds, retries=0, reconnect_delay=0, name=f"{place}"
        )
        if not await client.connect():
            client.close()
            raise ConnectionError("nobody answers")
        self._clients[place] = client
        return client

    def _forget(self, link: Modbus) -> None:
        if (client := self._clients.pop((link.host, link.port), None)) is not None:
            client.close()


def _blocks(link: Modbus, value: float, expiry: float) -> list[tuple[int, list[int]]]:
    """What is written, in order: the expiry first, or both in one request where they stand side by side.

    A link that breaks in between leaves the old set-point with a renewed expiry, never a new one without any.
    """
    setpoint = (link.setpoint.address, link.setpoint.words(value))
    if link.expiry is None:
        return [setpoint]
    both = sorted([setpoint, (link.expiry.address, link.expiry.words(expiry))])
    (first, words), (second, more) = both
    if first + len(words) == second and len(words) + len(more) <= _MOST_WORDS:
        return [(first, words + more)]
    return [(link.expiry.address, link.expiry.words(expiry)), setpoint]


def _checked(answer: ModbusPDU) -> Any:
    if answer.isError():
        code = getattr(answer, "exception_code", 0)
        raise Refused(f"the device refused (exception {code}: {_EXCEPTIONS.get(code, 'unknown')})")
    return answer


# Modbus Application Protocol Specification V1.1b3, section 7.
_EXCEPTIONS = {
    1: "illegal function",
    2: "illegal data address",
    3: "illegal data value",
    4: "device failure",
    5: "acknowledge",
    6: "device busy",
    10: "gateway path unavailable",
    11: "gateway target failed to respond",
}


def _told(error: Exception, link: Modbus) -> str:
    why = "no answer in time" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
    return f"no link to {link.host}:{link.port} ({why})"
