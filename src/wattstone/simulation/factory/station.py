"""The compressed-air station of the simulated factory: six machines of twenty years, set as people set them."""

from wattstone.equipment.air.compressor import Compressor, Control
from wattstone.equipment.air.dryer import Dryer
from wattstone.equipment.air.inlet import Inlet
from wattstone.equipment.air.station import Station

__all__ = ["LEAKS_AFTER", "PRESSURE_AFTER", "modified", "station"]

LEAKS_AFTER = 0.45
"""Share of the leaks that is left after the repair."""
PRESSURE_AFTER = 6.4
"""Header's set-point after the modification. [bar(g)]"""


def station() -> Station:
    """The station as it is."""
    return Station(
        name="Works, compressed air (simulated)",
        compressors=(
            _screw("K1", 37.5, 222.0, Control.LOAD_UNLOAD),
            _screw("K6", 26.0, 168.0, Control.VARIABLE_SPEED),
            _screw("K2", 37.5, 226.0, Control.LOAD_UNLOAD),
            _screw("K3", 20.5, 127.0, Control.LOAD_UNLOAD),
            _screw("K4", 20.5, 131.0, Control.MODULATION_UNLOAD),
            _screw("K5", 12.0, 78.0, Control.LOAD_UNLOAD),
        ),
        storage=10.0,
        pressure=7.0,
        band=0.7,
        least_pressure=5.6,
        dryer=Dryer(kind="refrigerated", flow=130.0, power=14.0, drop=0.15),
        leaks=15.0,
        artificial=0.3,
        inlet=Inlet(temperature=27.0, pressure=1.0, humidity=0.6),
        drop=0.25,
        sequencer="cascade",
    )


def modified(before: Station) -> Station:
    """The station after leaks were repaired and the pressure was lowered."""
    from dataclasses import replace

    # Leaks are stated at the set-point: those that are left blow less at the lower pressure.
    left = before.leaks * LEAKS_AFTER * (PRESSURE_AFTER + 1.0) / (before.pressure + 1.0)
    return replace(before, leaks=left, pressure=PRESSURE_AFTER)


def _screw(name: str, flow: float, power: float, control: Control) -> Compressor:
    speed = control is Control.VARIABLE_SPEED
    return Compressor(
        name=name,
        control=control,
        flow=flow,
        power=power,
        pressure=7.5,
        most_pressure=8.5,
        idle_power=round(power * (0.12 if speed else 0.28), 1),
        least_flow=0.25 if speed else None,
        least_power=round(power * 0.31, 1) if speed else None,
        middle_flow=0.6 if speed else None,
        middle_power=round(power * 0.6, 1) if speed else None,
        unload_at=0.4 if control is Control.MODULATION_UNLOAD else None,
        heat_share=0.75,
    )
