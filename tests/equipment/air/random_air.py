"""Stations and uses of air for laws that hold for all of them."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy, composite

from wattstone.equipment.air import AirUse, Compressor, Control, Dryer, Station

CONTROLS = tuple(one for one in Control if one not in (Control.INLET_VALVE, Control.GUIDE_VANES, Control.BLOW_OFF))


def whole(least: float, most: float) -> SearchStrategy[float]:
    """Numbers with three digits, so that nothing hangs on rounding."""
    return st.floats(least, most, allow_nan=False).map(lambda value: float(f"{value:.3g}"))


@composite
def machines(draw: DrawFn, name: str, controls: tuple[Control, ...] = CONTROLS) -> Compressor:
    """A screw of any control, or a centrifugal machine that blows off."""
    flow = draw(whole(3.0, 40.0))
    blows = draw(st.integers(0, 7)) == 0 and controls is CONTROLS
    return Compressor(
        name=name,
        control=Control.BLOW_OFF if blows else draw(st.sampled_from(controls)),
        kind="centrifugal" if blows else "screw",
        flow=flow,
        power=flow * draw(whole(5.8, 8.0)),
        pressure=draw(whole(6.5, 8.0)),
    )


@composite
def stations(draw: DrawFn, *, controls: tuple[Control, ...] = CONTROLS, sequencer: str | None = None) -> Station:
    """One to four machines at 6 to 7.5 bar(g)."""
    count = draw(st.integers(1, 4))
    dryers = (
        None,
        Dryer(kind="refrigerated", flow=80.0, power=9.0, drop=0.2),
        Dryer(kind="desiccant_heatless", flow=60.0, power=0.5, purge=0.15, drop=0.3),
        Dryer(kind="desiccant_heatless", flow=60.0, power=0.5, purge=0.15, drop=0.3, by_dew_point=True),
    )
    return Station(
        name="S",
        compressors=tuple(draw(machines(f"C{index}", controls)) for index in range(count)),
        storage=draw(whole(0.5, 40.0)),
        pressure=draw(whole(6.0, 7.5)),
        band=draw(whole(0.3, 0.9)),
        leaks=draw(whole(0.0, 8.0)),
        artificial=draw(whole(0.0, 0.6)),
        drop=draw(whole(0.0, 0.4)),
        dryer=draw(st.sampled_from(dryers)),
        sequencer=sequencer or draw(st.sampled_from(("cascade", "target", "optimal"))),  # type: ignore[arg-type]
    )


@composite
def uses(draw: DrawFn, *, most: float = 110.0, steps: int = 12) -> AirUse:
    """Flows of a few intervals, zero among them, with weights."""
    flow = draw(st.lists(st.one_of(st.just(0.0), whole(0.1, most)), min_size=steps, max_size=steps))
    weight = draw(st.one_of(st.none(), st.just(np.linspace(1.0, 30.0, steps))))
    return AirUse(flow=np.array(flow), hours=draw(st.sampled_from((0.25, 1.0))), weight=weight)
