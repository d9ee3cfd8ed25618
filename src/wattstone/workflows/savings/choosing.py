"""Which meters are looked at, and which are left out and why."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from wattstone.base import Finding, InputRefused
from wattstone.inventory.plan import Stream
from wattstone.portfolio import Meter
from wattstone.portfolio.boundary import leaf_terms, virtual_terms
from wattstone.savings.periods import Dates, Sufficiency
from wattstone.savings.result import MeasureSaving, Series
from wattstone.workflows.inventory.plans import plan_of
from wattstone.workflows.savings.batches import Batch
from wattstone.workflows.workspace import Workspace


def chosen(
    workspace: Workspace, year: int, meters: Sequence[str] | None, *, overridden: Collection[str] = ()
) -> list[Stream]:
    """The meters that are asked for.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    year : int
        In which they are looked at.
    meters : sequence of str or None
        Ids; all with readings of a known kind where None.
    overridden : collection of str
        Ids of which rules are to be overridden, `*` for all.

    Raises
    ------
    InputRefused
        With a finding for each that is not known or has no readings of its own.
    """
    streams = {one.meter.id: one for one in plan_of(workspace, year).streams if one.meter.expression is None}
    known = {one.id for one in workspace.records.meters()}
    said = dict.fromkeys((*(meters or ()), *(name for name in overridden if name != "*")))
    wrong = [_unknown(workspace, name) for name in said if name not in known]
    wrong += [_not_read(name) for name in meters or () if name in known and name not in streams]
    if wrong:
        raise InputRefused(wrong)
    return [one for name, one in streams.items() if meters is None or name in meters]


def shown(streams: Sequence[Stream], *, hourly: bool) -> tuple[list[Stream], list[Finding]]:
    """Those whose hours may be written; where hours are, dwellings and drivers are left out."""
    personal = [one for one in streams if one.meter.personal] if hourly else []
    return [one for one in streams if one not in personal], [_personal(len(personal))] if personal else []


def without_hours(saving: MeasureSaving, meters: Sequence[Meter]) -> MeasureSaving:
    """A result as it may be given away: of dwellings and drivers no series that is finer than days.

    Parameters
    ----------
    saving : MeasureSaving
        What was found.
    meters : sequence of Meter
        All of the workspace; a virtual one is as personal as those that it is made of.
    """
    own = {one.id for one in meters if one.personal}
    own |= {name for name, leaves in leaf_terms(virtual_terms(meters)).items() if own & set(leaves)}

    def shown_series(one: Series | None) -> Series | None:
        return None if one is not None and one.step == "hour" else one

    made = [
        replace(one, fit=shown_series(one.fit), series=shown_series(one.series)) if one.meter in own else one
        for one in saving.meters
    ]
    return replace(saving, meters=tuple(made))


def too_coarse(batch: Batch, meter: str, dates: Dates) -> Sufficiency:
    """The verdict on a meter whose readings are longer than the model's intervals."""
    finding = Finding(
        code="savings.too_coarse",
        place=f"meter '{meter}', {dates}",
        found="it is read by the {step}",
        params={"step": batch.conditions.step, "clause": "", "source": "hours cannot be told from days"},
        expected="readings of an hour or less for an hourly model",
        remedy="choose the model 'daily' or 'best'",
    )
    return Sufficiency(meter=meter, findings=(finding,))


def not_served(meter: str, dates: Dates) -> Sufficiency:
    """The verdict on a meter of which there is nothing to fit."""
    finding = Finding(
        code="savings.not_served",
        place=f"meter '{meter}', {dates}",
        found="there is nothing to fit: no readings in these days, a kind that is not known, or a virtual meter whose "
        "parts are read at different steps",
        params={"clause": "", "source": "a baseline is fitted to readings"},
        expected="readings of one step in both periods, of a known kind",
        remedy="load the readings, declare the kind, or name meters that are read alike",
    )
    return Sufficiency(meter=meter, findings=(finding,))


def _unknown(workspace: Workspace, name: str) -> Finding:
    return Finding(
        code="meter.unknown",
        place=str(workspace.root),
        found="there is no meter '{meter}'",
        params={"meter": name},
        expected="the id of a meter of the workspace",
        remedy="`wattstone meter` lists the meters",
    )


def _not_read(name: str) -> Finding:
    return Finding(
        code="savings.not_read",
        place=f"meter '{name}'",
        found="it has no readings of its own, or measures a kind that is not known",
        expected="a meter with readings of a known kind",
        remedy="name the meters that it is computed from, or declare its kind",
    )


def _personal(count: int) -> Finding:
    return Finding(
        code="savings.personal",
        place="the meters",
        found="{count} {count:meter|meters} of dwellings or drivers {count:is|are} left out",
        count=count,
        expected="days, where hours tell of single people",
        remedy="choose the model 'daily', or say --personal if you may see their hours",
        severity="warning",
    )
