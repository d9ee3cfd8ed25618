"""Small commitments drawn at random."""

import numpy as np
from hypothesis import strategies as st

from wattstone.dispatch.commitment import Carrier, Commitment, Store, Unit

PENALTY = 50.0


@st.composite
def units(draw, steps, *, heat=False, ramps=False):
    """Two or three machines; the third may be the twin of the first, but for what it did before."""
    made = []
    for index in range(draw(st.integers(1, 3))):
        widths = draw(st.lists(st.integers(1, 4), min_size=0, max_size=3))
        least = draw(st.integers(0, 4))
        load = least + np.concatenate([[0.0], np.cumsum(widths, dtype=float)])
        rises = draw(st.lists(st.integers(1, 6), min_size=len(load), max_size=len(load)))
        power = np.cumsum(rises).astype(float)
        flows = {"electricity": -power}
        if heat:
            flows["heat"] = 0.5 * power
        before = draw(st.booleans())
        twin = made and index == 2 and not ramps and draw(st.booleans())
        common = {
            "carrier": "air",
            "load": made[0].load if twin else load,
            "flows": made[0].flows if twin else flows,
            "start_cost": made[0].start_cost if twin else float(draw(st.integers(0, 8))),
            "run_cost": made[0].run_cost if twin else float(draw(st.integers(0, 1))),
            "least_up": made[0].least_up if twin else draw(st.integers(1, 3)),
            "least_down": made[0].least_down if twin else draw(st.integers(1, 3)),
        }
        made.append(
            Unit(
                name=f"unit {index}",
                on_before=before,
                since=draw(st.integers(1, 3)),
                ramp=float(draw(st.integers(1, 4))) if ramps and draw(st.booleans()) else None,
                load_before=float(common["load"][-1]) if before else None,
                **common,
            )
        )
    return tuple(made)


@st.composite
def commitments(draw, *, most_steps=4, heat=False, ramps=False, stores=False, penalty=PENALTY):
    steps = draw(st.integers(1, most_steps))
    numbers = st.integers(0, 12)
    row = st.lists(numbers, min_size=steps, max_size=steps).map(lambda one: np.array(one, dtype=float))
    price = draw(st.lists(st.integers(1, 9), min_size=steps, max_size=steps)) if steps else []
    carriers = [
        Carrier(name="air", demand=draw(row), sale=draw(st.sampled_from([None, 0.0])), penalty=penalty),
        Carrier(name="electricity", price=np.array(price, dtype=float) / 10, carbon=draw(st.sampled_from([0.0, 0.5]))),
    ]
    if heat:
        carriers.append(Carrier(name="heat", sale=0.01))
    tanks = ()
    if stores:
        tanks = (
            Store(
                name="tank", carrier="air", capacity=float(draw(st.integers(0, 10))), charge=4.0, discharge=5.0,
                loss=draw(st.sampled_from([0.0, 0.1])), efficiency=draw(st.sampled_from([1.0, 0.8])),
                initial=0.0, final=None,
            ),
        )  # fmt: skip
    return Commitment(
        hours=draw(st.sampled_from([0.25, 1.0])),
        steps=steps,
        carriers=tuple(carriers),
        units=draw(units(steps, heat=heat, ramps=ramps)),
        stores=tanks,
        carbon_price=draw(st.sampled_from([0.0, 0.1])),
    )
