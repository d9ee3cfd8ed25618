"""The plan of a plant for the coming hours, and a past period run by plan and by the operators' rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from wattstone.base import Figure, Finding, InputRefused
from wattstone.dispatch.plant.plan import plan
from wattstone.dispatch.plant.plant import Ahead, Plant
from wattstone.dispatch.plant.result import Hour, Operation, PlantPlan
from wattstone.dispatch.plant.why import why
from wattstone.workflows.machinery.evidence import Said, figures_of, kept
from wattstone.workflows.plant.checks import refuse_impossible, softened, unequal, wasted
from wattstone.workflows.plant.expected import Expected, forecast, measured
from wattstone.workflows.plant.read import ReadPlant, ahead_of, plant_of, read_plant, rests_of
from wattstone.workflows.series import floored
from wattstone.workflows.workspace import Workspace

__all__ = ["PlannedPlant", "charged", "filled", "plan_plant", "planned_from", "said", "step_of"]

METHOD = "plant.plan/1"


@dataclass(frozen=True, kw_only=True, eq=False)
class PlannedPlant:
    """A plan of a plant, and what it rests on.

    Parameters
    ----------
    read : ReadPlant
        The plant, its file and its data.
    expected : Expected
        What was planned for.
    plant : Plant
        With the compressors, if there are any.
    ahead : Ahead
        Its hours.
    plan : PlantPlan
        What to do, and what both rules would do.
    hours : tuple of Hour
        Those that were asked for.
    figures : tuple of Figure
    run : int or None
        Number of the run in the lake, where there is one.
    findings : tuple of Finding
        Of all of it.
    """

    read: ReadPlant
    expected: Expected
    plant: Plant
    ahead: Ahead
    plan: PlantPlan
    hours: tuple[Hour, ...]
    figures: tuple[Figure, ...]
    run: int | None
    findings: tuple[Finding, ...]

    @property
    def tanks(self) -> dict[str, str]:
        """Carrier of each store."""
        return {one.name: one.carrier for one in self.plant.stores}

    def as_dict(self) -> dict[str, Any]:
        """The plan for machines; keys are stable."""
        one, done = self.plan, self.plan.operation
        return {
            "plant": self.read.table.id,
            "start": f"{self.expected.start.isoformat()}Z",
            "step_hours": self.expected.hours,
            "source": self.expected.source,
            "currency": one.currency,
            "cost": done.bill.total,
            "objective": one.objective,
            "bound": one.bound,
            "gap": one.gap,
            "before": one.before,
            "after": one.after,
            "fallback": one.fallback,
            "ways": {way.name: _way(way) for way in (done, *(rule.operation for rule in one.baselines))},
            "savings": [vars(saving) for saving in one.savings],
            "approximation": [vars(error) for error in one.approximation],
            "demand": {"cold": one.cold.tolist(), "heat": one.heat.tolist(), "price": one.price.tolist()},
            "load": dict(zip(done.machines, done.load.tolist(), strict=True)),
            "electricity": dict(zip(done.machines, done.electricity.tolist(), strict=True)),
            "level": dict(zip(done.tanks, done.level.tolist(), strict=True)),
            "settings": {name: values.tolist() for name, values in done.settings.items()},
            "power": done.power.tolist(),
            "limit": done.limit.tolist(),
            "hours": [_hour(hour) for hour in self.hours],
            "figures": [{"id": figure.id, "name": figure.name} for figure in self.figures],
            "findings": [finding.as_dict() for finding in self.findings],
            "run": self.run,
        }


def _way(one: Operation) -> dict[str, Any]:
    return {
        **vars(one.bill),
        "total": one.bill.total,
        "kwh": one.kwh,
        "fuel_kwh": one.fuel_kwh,
        "kg": one.kg,
        "limit_kwh": one.limit_kwh,
        "share_of_limit": one.share_of_limit,
        "starts": one.starts,
    }


def _hour(one: Hour) -> dict[str, Any]:
    return {**vars(one), "alternatives": [vars(other) for other in one.alternatives]}


def plan_plant(
    path: Path,
    *,
    at: datetime | None = None,
    hours: float | None = None,
    known: bool = False,
    ask: Sequence[datetime | int] = (),
    workspace: Workspace | None = None,
    gap: float = 0.005,
    seconds: float = 60.0,
) -> PlannedPlant:
    """Plan a plant.

    Parameters
    ----------
    path : Path
        The plant file.
    at : datetime or None
        First step, naive UTC: nothing that was measured later is used. After the last row of the data where None.
    hours : float or None
        How far ahead; the horizon of the file where None. [h]
    known : bool
        Whether the data after `at` are what is to be expected, as where somebody else has forecast them.
    ask : sequence of datetime or int
        Hours whose reasons are wanted: times (naive UTC), or steps from 0.
    workspace : Workspace or None
        Where the figures are kept; nowhere if None.
    gap, seconds : float
        At which the program ends, and the limit of its wall time.

    Returns
    -------
    PlannedPlant

    Raises
    ------
    InputRefused
        If the file or the data do not allow a plan.
    """
    read = read_plant(path, workspace)
    step = timedelta(hours=read.table.hours)
    steps = round((read.table.horizon_hours if hours is None else hours) / read.table.hours)
    begins = floored(read.log.end if at is None else at, step)
    if known:
        expected = measured(read.log, read.columns, start=begins, end=begins + steps * step, hours=read.table.hours)
    else:
        expected = forecast(
            read.log, read.columns, at=begins, steps=steps, hours=read.table.hours, zone=read.table.zone
        )
    return planned_from(read, expected, ask=ask, workspace=workspace, gap=gap, seconds=seconds)


def planned_from(
    read: ReadPlant,
    expected: Expected,
    *,
    ask: Sequence[datetime | int] = (),
    workspace: Workspace | None = None,
    method: str = METHOD,
    gap: float = 0.005,
    seconds: float = 60.0,
) -> PlannedPlant:
    """Plan a plant for what is expected; parameters as of `plan_plant`."""
    ahead, plant = ahead_of(read, expected), plant_of(read, expected)
    refuse_impossible(read, plant, expected, ahead)
    made = plan(plant, ahead, segments=read.table.segments, gap=gap, seconds=seconds)
    steps = [step_of(expected, one) for one in ask]
    reasons = tuple(why(plant, ahead, made, one) for one in steps)
    told = (*softened(made.findings), *wasted(read, plant, ahead, made.operation), *unequal(read, ahead, made))
    findings = (*read.findings, *filled(read, expected), *charged(read, made), *told)
    rests = rests_of(read, method, (expected.start, expected.end), findings)
    figures = figures_of(tuple(said(made, read)), rests)
    run = None
    if workspace is not None:
        run, figures = kept(workspace, figures, rests)
    return PlannedPlant(
        read=read,
        expected=expected,
        plant=plant,
        ahead=ahead,
        plan=made,
        hours=reasons,
        figures=figures,
        run=run,
        findings=findings,
    )


def step_of(expected: Expected, asked: datetime | int) -> int:
    """The step of a time, or of its number; `InputRefused` where there is none."""
    last = expected.steps - 1
    step = asked if isinstance(asked, int) else int((asked - expected.start) // timedelta(hours=expected.hours))
    if 0 <= step <= last:
        return step
    raise InputRefused(
        [
            Finding(
                code="plant.no_hour",
                place="--why",
                found="{asked} is not an hour of the plan",
                expected="a time from {start}Z to {end}Z, or a step from 0 to {last}",
                remedy="name one of them",
                params={
                    "asked": asked if isinstance(asked, int) else f"{asked.isoformat()}Z",
                    "start": expected.start.isoformat(timespec="minutes"),
                    "end": expected.end.isoformat(timespec="minutes"),
                    "last": last,
                },
            )
        ]
    )


def said(made: PlantPlan, read: ReadPlant) -> Iterator[Said]:
    """What a plan says in figures, of each way of running and of what is saved."""
    carbon = read.energy.carbon.unit
    for one in (made.operation, *(rule.operation for rule in made.baselines)):
        yield Said(f"plant.cost.{one.name}", one.bill.total, made.currency)
        yield Said(f"plant.electricity.{one.name}", one.kwh, "kWh")
        yield Said(f"plant.fuel.{one.name}", one.fuel_kwh, "kWh")
        yield Said(f"plant.emissions.{one.name}", one.kg, carbon)
        yield Said(f"plant.limit.{one.name}", one.limit_kwh, "kWh")
        yield Said(f"plant.limit_share.{one.name}", one.share_of_limit, "1", reason="no electricity was taken")
    for one in made.savings:
        low, high = one.cost_low, one.cost_high
        bounds = None if low is None or high is None else (low, high)
        yield Said(f"plant.saved.cost.{one.against}", one.cost, made.currency, bounds)
        low, high = one.kwh_low, one.kwh_high
        bounds = None if low is None or high is None else (low, high)
        yield Said(f"plant.saved.electricity.{one.against}", one.kwh, "kWh", bounds)
        yield Said(f"plant.saved.emissions.{one.against}", one.kg, carbon)


def charged(read: ReadPlant, made: PlantPlan) -> Iterator[Finding]:
    """That the cost of some hours holds the demand charge of a month."""
    bill = made.operation.bill
    if bill.demand > 0:
        yield Finding(
            code="plant.month_charge",
            place=f"{read.path.name}, peak_before_kw",
            found="of the cost of {total} {currency}, {demand} are the demand charge of a whole month, for what the "
            "highest power of these hours is above {peak} kW",
            expected="the highest power of the month so far",
            remedy="set peak_before_kw to it: with 0, these hours alone pay for the month's peak, and a saving of peak "
            "is that of a month",
            params={
                "total": f"{bill.total:.4g}",
                "demand": f"{bill.demand:.4g}",
                "currency": made.currency,
                "peak": f"{read.table.peak_before_kw:g}",
            },
            severity="warning",
        )


def filled(read: ReadPlant, expected: Expected) -> Iterator[Finding]:
    """That values were missing."""
    if expected.filled:
        yield Finding(
            code="plant.filled",
            place=read.log.name,
            found="{count} {count:value was|values were} missing",
            expected="a value for each step",
            remedy="nothing: they were filled by a straight line",
            count=expected.filled,
            severity="warning",
        )
