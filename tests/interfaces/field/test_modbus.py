"""Set-points over Modbus, on a simulator that is stopped, started again, slow, and stubborn."""

import asyncio
import time
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest

from wattstone.interfaces.field.modbus import ModbusActuator
from wattstone.interfaces.field.registers import Register
from wattstone.interfaces.field.settings import Modbus
from wattstone.interfaces.field.simulator import EXPIRY, SETPOINT, SimulatedDevice, Simulator
from wattstone.workflows.live import Command, Device, Outcome

T = TypeVar("T")
FAST = Register(address=102, type="uint16", scale=0.01)  # so that a test need not wait for seconds


def device(name: str = "battery", *, expiry: float = 3.0, low: float = -5.0, high: float = 5.0) -> Device:
    return Device(id=name, unit="kW", fallback=0.0, low=low, high=high, expiry=timedelta(seconds=expiry))


def command(value: float, to: Device | None = None) -> Command:
    return Command(device=to or device(), start=datetime(2026, 5, 1), value=value, wanted=value, source="plan")


def link(simulator: Simulator, **said: Any) -> Modbus:
    fields = {
        "host": "127.0.0.1",
        "port": simulator.port,
        "setpoint": SETPOINT,
        "expiry": EXPIRY,
        "timeout_seconds": 0.3,
    }
    return Modbus(**{**fields, **said})


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(work, 20))


async def write(actuator: ModbusActuator, *commands: Command) -> list[Outcome]:
    return list(await actuator.write(commands))


def test_a_set_point_is_written_and_read_back() -> None:
    async def work() -> None:
        plays = SimulatedDevice()
        async with Simulator(plays) as simulator:
            actuator = ModbusActuator({"battery": link(simulator)})
            assert await write(actuator, command(-2.3456)) == [Outcome("battery", -2.346, -2.346)]
            assert (plays.value, plays.written) == (-2.346, [-2.346])
            await actuator.close()

    run(work())


def test_a_set_point_that_is_not_renewed_expires_and_the_device_returns_to_its_default() -> None:
    async def work() -> None:
        plays = SimulatedDevice(default=0.5, expiry=FAST)
        async with Simulator(plays) as simulator:
            actuator = ModbusActuator({"battery": link(simulator, expiry=FAST)})
            await write(actuator, command(2.0, device(expiry=0.3)))
            await asyncio.sleep(0.2)
            await write(actuator, command(2.0, device(expiry=0.3)))
            await asyncio.sleep(0.2)
            assert plays.value == 2.0  # 0.4 s after the first write: the second one renewed it
            await asyncio.sleep(0.2)
            assert (plays.value, plays.expired) == (0.5, True)
            await actuator.close()

    run(work())


def test_a_device_that_refuses_is_told_and_not_asked_again() -> None:
    async def work() -> None:
        plays = SimulatedDevice(high=1.0)
        async with Simulator(plays) as simulator:
            actuator = ModbusActuator({"battery": link(simulator, retries=3)})
            (outcome,) = await write(actuator, command(2.0))
            assert (outcome.accepted, outcome.error) == (None, "the device refused (exception 3: illegal data value)")
            assert plays.value == 0.0
            await actuator.close()

    run(work())


def test_a_value_that_the_register_cannot_hold_does_not_reach_the_wire() -> None:
    async def work() -> None:
        plays = SimulatedDevice(low=-1e9, high=1e9)
        async with Simulator(plays) as simulator:
            actuator = ModbusActuator(
                {"battery": link(simulator, setpoint=Register(address=100, type="int16", scale=0.001))}
            )
            (outcome,) = await write(actuator, command(40.0))
            assert "int16" in outcome.error
            assert plays.written == []
            await actuator.close()

    run(work())


def test_a_device_that_does_something_else_is_found_out_by_reading_back() -> None:
    class Stubborn(SimulatedDevice):
        def words(self) -> list[int]:
            self._told = 1.0
            return super().words()

    async def work() -> None:
        async with Simulator(Stubborn()) as simulator:
            actuator = ModbusActuator({"battery": link(simulator)})
            (outcome,) = await write(actuator, command(3.0))
            assert (outcome.accepted, outcome.read_back) == (3.0, 1.0)
            assert outcome.error == "1 kW was read back after 3 kW"
            await actuator.close()

    run(work())


def test_a_link_that_breaks_is_an_outcome_and_is_made_anew() -> None:
    async def work() -> None:
        plays = SimulatedDevice()
        async with Simulator(plays) as simulator:
            actuator = ModbusActuator({"battery": link(simulator)})
            await write(actuator, command(1.0))
            await simulator.stop()
            (broken,) = await write(actuator, command(2.0))
            assert broken.accepted is None
            assert broken.error.startswith(f"no link to 127.0.0.1:{simulator.port}")
            await simulator.start()
            assert await write(actuator, command(3.0)) == [Outcome("battery", 3.0, 3.0)]
            assert plays.written == [1.0, 3.0]
            await actuator.close()

    run(work())


def test_a_device_that_never_answers_costs_bounded_time() -> None:
    async def work() -> float:
        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        actuator = ModbusActuator(
            {"battery": Modbus(host="127.0.0.1", port=port, timeout_seconds=0.1, retries=1, setpoint=SETPOINT)}
        )
        began = time.monotonic()
        (outcome,) = await write(actuator, command(1.0))
        took = time.monotonic() - began
        assert outcome.accepted is None
        await actuator.close()
        server.close()
        await server.wait_closed()
        return took

    assert run(work()) < 2.0  # two attempts of 0.3 s each, on a machine that is busy


def test_devices_behind_one_address_do_not_get_in_each_others_way() -> None:
    async def work() -> None:
        plays = [SimulatedDevice(id=number) for number in range(1, 6)]
        async with Simulator(*plays) as simulator:
            names = [f"d{one.id}" for one in plays]
            actuator = ModbusActuator(
                {name: link(simulator, device_id=one.id) for name, one in zip(names, plays, strict=True)}
            )
            for round_ in range(3):
                told = [command(number / 10 + round_, device(name)) for number, name in enumerate(names)]
                outcomes = await write(actuator, *told)
                assert [one.read_back for one in outcomes] == pytest.approx([one.value for one in told])
            assert [one.value for one in plays] == pytest.approx([2.0, 2.1, 2.2, 2.3, 2.4])
            await actuator.close()

    run(work())


def test_one_broken_device_does_not_keep_another_from_its_set_point() -> None:
    async def work() -> None:
        one, other = SimulatedDevice(), SimulatedDevice()
        async with Simulator(one) as here, Simulator(other) as there:
            actuator = ModbusActuator({"a": link(here), "b": link(there)})
            await here.stop()
            outcomes = await write(actuator, command(1.0, device("a")), command(1.0, device("b")))
            assert [bool(outcome.error) for outcome in outcomes] == [True, False]
            await actuator.close()

    run(work())


def test_an_expiry_that_stands_elsewhere_is_written_first() -> None:
    async def work() -> None:
        apart = Register(address=108, type="uint16", scale=0.01)
        plays = SimulatedDevice(expiry=apart)
        async with Simulator(plays) as simulator:
            actuator = ModbusActuator({"battery": link(simulator, expiry=apart)})
            await write(actuator, command(1.0, device(expiry=30.0)))
            assert (plays.value, plays.expired) == (1.0, False)
            await actuator.close()

    run(work())


def test_a_simulated_battery_fills_by_what_it_is_told() -> None:
    """2 kW for half an hour into 10 kWh: 0.1 of it; then its default of -1 kW for an hour: back by 0.1."""
    now = [0.0]
    plays = SimulatedDevice(default=-1.0, capacity=10.0, soc=0.5, clock=lambda: now[0])
    plays.write(100, [*SETPOINT.words(2.0), *EXPIRY.words(1800)])
    now[0] = 900.0
    assert plays.charge() == pytest.approx(0.55)
    now[0] = 5400.0
    assert plays.charge() == pytest.approx(0.5)
    assert plays.value == -1.0
