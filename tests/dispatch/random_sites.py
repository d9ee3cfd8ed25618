"""Sites with every kind of device, drawn at random: limits wide enough that a plan exists, prices of either sign."""

from datetime import datetime

import numpy as np

from wattstone.dispatch.demand import PeakCost
from wattstone.dispatch.outlook import Errors, Outlook, State, Task
from wattstone.dispatch.site import Battery, Buffer, Charger, Dimmable, Grid, Pv, Shiftable, Site, Weights

START = datetime(2024, 3, 30, 22)


def random_case(seed: int, *, steps: int = 10, positive: bool = True) -> tuple[Site, Outlook, State]:
    """A site, its outlook and its state; `positive` keeps import at or above 0 and above export."""
    draw = np.random.default_rng(seed)

    def some(most: int) -> int:
        return int(draw.integers(0, most + 1))

    batteries = tuple(_battery(draw, index) for index in range(some(2)))
    buffers = tuple(_buffer(draw, index) for index in range(some(2)))
    dimmables = tuple(
        Dimmable(id=f"light{index}", power=draw.uniform(0.5, 4), comfort=draw.uniform(0, 0.5))
        for index in range(some(2))
    )
    systems = tuple(Pv(id=f"pv{i}", capacity=20.0, curtailable=bool(draw.random() < 0.7)) for i in range(some(2)))
    site = Site(
        id="any",
        grid=Grid(
            import_limit=float(draw.choice([np.inf, 200.0])),
            export_limit=float(draw.choice([np.inf, 80.0])),
            demand_charge=float(draw.choice([0.0, 3.0])),
        ),
        weights=Weights(
            carbon=float(draw.choice([0.0, 0.1])),
            ramping=float(draw.choice([0.0, 0.02])),
            delay=float(draw.choice([0, 0.01])),
        ),
        charging_limit=float(draw.choice([np.inf, 16.0])),
        pv=systems,
        batteries=batteries,
        chargers=(Charger(id="ev0", power=11.0), Charger(id="ev1", power=7.0)),
        shiftables=(Shiftable(id="wash", power=3.0, energy=4.0),),
        dimmables=dimmables,
        buffers=buffers,
    )
    hours = float(draw.choice([0.25, 0.5, 1.0]))
    price = draw.uniform(0.05, 0.5, steps) if positive else draw.uniform(-0.4, 0.4, steps)
    export = price * draw.uniform(0, 0.9, steps) if positive else draw.uniform(-0.3, 0.3, steps)
    outlook = Outlook(
        start=START,
        hours=hours,
        load=draw.uniform(0, 20, steps),
        import_price=price,
        export_price=export,
        pv=draw.uniform(0, 20, (len(systems), steps)),
        intensity=draw.uniform(0.05, 0.8, steps),
        tasks=_tasks(draw, steps, hours),
        drift=draw.uniform(-0.4, 0.4, (len(buffers), steps)),
        wanted=draw.uniform(0.5, 1, (len(dimmables), steps)),
        needed=draw.uniform(0, 0.6, (len(dimmables), steps)),
        errors=_errors(draw, steps) if draw.random() < 0.5 else None,
        margin=np.append(draw.uniform(0, 5, steps - 2), [-np.inf, 0.0]) if draw.random() < 0.5 else None,
        peak_cost=PeakCost(np.sort(draw.uniform(0, 40, 4)), np.sort(draw.uniform(0, 3, 4)))
        if draw.random() < 0.5
        else None,
    )
    state = State(
        soc=np.array([one.capacity * draw.uniform(one.least, one.most) for one in batteries]),
        buffers=np.array([draw.uniform(one.low, one.high) for one in buffers]),
        net=None if draw.random() < 0.3 else draw.uniform(-5, 20),
        peak=draw.uniform(0, 15),
    )
    return site, outlook, state


def _battery(draw: np.random.Generator, index: int) -> Battery:
    return Battery(
        id=f"pack{index}",
        capacity=draw.uniform(1, 30),
        charge=draw.uniform(1, 10),
        discharge=draw.uniform(1, 10),
        charge_efficiency=draw.uniform(0.8, 1),
        discharge_efficiency=draw.uniform(0.8, 1),
        loss=float(draw.choice([0.0, 0.01])),
        least=float(draw.choice([0.0, 0.1])),
        reserve=float(draw.choice([0.0, 0.3])),
        wear=float(draw.choice([0.0, 0.02])),
    )


def _buffer(draw: np.random.Generator, index: int) -> Buffer:
    return Buffer(
        id=f"buffer{index}",
        kind="tank",
        power=draw.uniform(1, 5),
        retain=draw.uniform(0.8, 1.0),
        gain=float(draw.choice([-0.5, 0.5])),
        low=0.0,
        high=4.0,
        comfort=draw.uniform(0.01, 1.0),
    )


def _tasks(draw: np.random.Generator, steps: int, hours: float) -> tuple[Task, ...]:
    first, last = sorted(draw.integers(0, steps + 4, 2).tolist())
    vehicle = Task(
        device="ev0", first=first, last=last + 1, energy=4.0 * hours * 0.9, power=11.0, efficiency=0.9, name="a"
    )
    return (vehicle, Task(device="wash", first=0, last=steps, energy=min(4.0, 3 * hours * steps), power=3.0))


def _errors(draw: np.random.Generator, steps: int) -> Errors:
    quantiles = np.sort(draw.normal(0, 4, (int(draw.integers(1, steps + 3)), 5)), axis=1)
    return Errors.from_quantiles(quantiles, np.array([0.1, 0.3, 0.5, 0.7, 0.9]))
