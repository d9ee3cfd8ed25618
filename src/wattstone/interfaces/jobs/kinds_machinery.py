"""Jobs on machine rooms: plans and replays of cold-and-heat plants, assessment and improvement of air stations."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from wattstone.interfaces.jobs.documents import keep_report
from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.present.languages import Language, mark
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from datetime import datetime

    from wattstone.interfaces.present.content import Report
    from wattstone.workflows.air.improve import Improved

__all__ = ["KINDS", "AirParams", "ImproveParams", "PlantParams", "ReplayParams"]

FileName = Annotated[
    str,
    Field(
        pattern=r"^[^\s/:\\.\x00-\x1f][^/:\\\x00-\x1f]{0,119}$",  # as `workflows.machine_files.kept` names them
        description=mark("Name of its file, without .toml."),
    ),
]
Moment = Annotated[str, Field(min_length=1, max_length=40)]
Hours = Annotated[
    tuple[Moment, ...], Field(max_length=12, description=mark("Hours whose reasons are told, as 2022-07-01T14:00."))
]
Known = Annotated[bool, Field(description=mark("Let plans know what comes, instead of forecasting it."))]
Gap = Annotated[float, Field(ge=0, le=0.2, description=mark("Share of the cost to which the optimum is proven."))]
Seconds = Annotated[float, Field(ge=1, le=3600, description=mark("Limit of the time for that. [s]"))]


class PlantParams(Params):
    """Which plant, from when on, and how far ahead."""

    plant: FileName
    at: Annotated[Moment | None, Field(description=mark("As if it were then; after the last reading if left out."))] = (
        None
    )
    hours: Annotated[
        float | None, Field(ge=1, le=168, description=mark("How far ahead; as the plant file says if left out. [h]"))
    ] = None
    known: Known = False
    why: Hours = ()
    gap: Gap = 0.005
    seconds: Seconds = 60.0


class ReplayParams(Params):
    """Which plant, and which past period."""

    plant: FileName
    start: Annotated[Moment | None, Field(description=mark("Begin; a week before the end if left out."))] = None
    end: Annotated[Moment | None, Field(description=mark("End; the end of the data if left out."))] = None
    known: Known = False
    why: Hours = ()
    gap: Gap = 0.005
    seconds: Seconds = 60.0


class AirParams(Params):
    """Which station."""

    station: FileName


class ImproveParams(Params):
    """Which station, and which modifications."""

    station: FileName
    only: Annotated[
        tuple[Annotated[str, Field(max_length=200)], ...],
        Field(max_length=50, description=mark("Modifications of the file; all if left out.")),
    ] = ()
    draws: Annotated[int, Field(ge=50, le=5000, description=mark("Random draws behind the intervals."))] = 300
    sequence: Annotated[Moment | None, Field(description=mark("Also plan which machines run, from this day on."))] = (
        None
    )
    days: Annotated[float, Field(ge=1, le=14, description=mark("For how many days that is planned."))] = 7.0
    done: Annotated[
        Moment | None,
        Field(description=mark("Days of the works, as 2025-03-01/2025-03-14: record them as a measure, to be proved.")),
    ] = None


def run_plant(workspace: Workspace, asked: PlantParams, tell: Tell) -> Outcome:
    """Plan a plant for the coming hours, against both rules of operators."""
    from wattstone.interfaces.present.machinery_heading import plant_heading
    from wattstone.interfaces.present.plant_page import build_plant
    from wattstone.workflows.machine_files.kept import kept_file
    from wattstone.workflows.moments import moment_in
    from wattstone.workflows.plant.plan import plan_plant
    from wattstone.workflows.plant.read import zone_of

    kept = kept_file(workspace, "plant", asked.plant)
    require(workspace.actor, Act.RUN, kept.site or EVERYWHERE)
    tell("plan", 0, 2)
    zone = zone_of(kept.path)
    done = plan_plant(
        kept.path,
        at=None if asked.at is None else moment_in(asked.at, zone, option="at"),
        hours=asked.hours,
        known=asked.known,
        ask=_hours(asked.why, zone),
        workspace=workspace,
        gap=asked.gap,
        seconds=asked.seconds,
    )
    tell("plan", 1, 2)
    heading = plant_heading(done, organisation=workspace.records.organisation().name)

    def build(lang: Language) -> "Report":
        return build_plant(
            done.plan, heading, hours=done.hours, tanks=done.tanks, told=done.findings, known=asked.known, lang=lang
        )

    name = keep_report(workspace, "plant", asked.plant, build, site=kept.site, run=done.run)
    return _outcome(name, mark("The plan of {name} is made."), "plant", asked.plant, done.findings, done.as_dict())


def run_replay(workspace: Workspace, asked: ReplayParams, tell: Tell) -> Outcome:
    """Run a past period of a plant by plans and by both rules of operators."""
    from wattstone.interfaces.present.machinery_heading import plant_heading
    from wattstone.interfaces.present.plant_page import build_plant
    from wattstone.workflows.machine_files.kept import kept_file
    from wattstone.workflows.moments import moment_in
    from wattstone.workflows.plant.read import zone_of
    from wattstone.workflows.plant.replay import replay_plant

    kept = kept_file(workspace, "plant", asked.plant)
    require(workspace.actor, Act.RUN, kept.site or EVERYWHERE)
    zone = zone_of(kept.path)
    done = replay_plant(
        kept.path,
        start=None if asked.start is None else moment_in(asked.start, zone, option="start"),
        end=None if asked.end is None else moment_in(asked.end, zone, option="end"),
        known=asked.known,
        ask=_hours(asked.why, zone),
        workspace=workspace,
        gap=asked.gap,
        seconds=asked.seconds,
        progress=tell,
    )
    heading = plant_heading(done, organisation=workspace.records.organisation().name)

    def build(lang: Language) -> "Report":
        return build_plant(
            done.plan, heading, hours=done.hours, tanks=done.tanks, told=done.findings, lang=lang, past=True
        )

    name = keep_report(workspace, "replay", asked.plant, build, site=kept.site, run=done.run)
    said = mark("A past period of {name} was run by plans.")
    return _outcome(name, said, "plant", asked.plant, done.findings, done.as_dict())


def _hours(texts: tuple[str, ...], zone: str) -> "list[datetime | int]":
    from wattstone.workflows.moments import moment_in

    return [int(one) if one.isdigit() else moment_in(one, zone, option="why") for one in texts]


def run_air(workspace: Workspace, asked: AirParams, tell: Tell) -> Outcome:
    """Assess a station from its log or its meters: where each kWh goes."""
    from wattstone.interfaces.present.air_assess_page import build_assessment
    from wattstone.interfaces.present.machinery_heading import station_heading
    from wattstone.workflows.air.assess import assess_station
    from wattstone.workflows.machine_files.kept import kept_file

    kept = kept_file(workspace, "station", asked.station)
    require(workspace.actor, Act.RUN, kept.site or EVERYWHERE)
    tell("assess", 0, 2)
    done = assess_station(kept.path, workspace=workspace)
    tell("assess", 1, 2)
    heading = station_heading(done.read, done.figures, done.run, organisation=workspace.records.organisation().name)

    def build(lang: Language) -> "Report":
        return build_assessment(done.assessment, heading, station=done.read.station, lang=lang)

    name = keep_report(workspace, "air", asked.station, build, site=kept.site, run=done.run)
    return _outcome(name, mark("{name} is assessed."), "air", asked.station, done.findings, done.as_dict())


def run_improvement(workspace: Workspace, asked: ImproveParams, tell: Tell) -> Outcome:
    """Say what the modifications of a station would save, singly and jointly."""
    from wattstone.interfaces.present.air_improve_page import build_improvement
    from wattstone.interfaces.present.machinery_heading import station_heading
    from wattstone.workflows.air.assess import assess_station
    from wattstone.workflows.air.improve import improve_station, recorded
    from wattstone.workflows.machine_files.kept import kept_file

    kept = kept_file(workspace, "station", asked.station)
    require(workspace.actor, Act.RUN, kept.site or EVERYWHERE)
    tell("assess", 0, 3)
    assessed = assess_station(kept.path, workspace=workspace, keep=False)
    tell("improve", 1, 3)
    done = improve_station(assessed, only=asked.only, draws=asked.draws)
    plan = _sequenced(done, asked)
    measure = None if asked.done is None else _adopted(workspace, done, asked.done)
    done = recorded(workspace, done)
    tell("improve", 2, 3)
    heading = station_heading(done.read, done.figures, done.run, organisation=workspace.records.organisation().name)

    def build(lang: Language) -> "Report":
        return build_improvement(done.studied, heading, sequenced=plan, lang=lang)

    name = keep_report(workspace, "improvement", asked.station, build, site=kept.site, run=done.run)
    told = (*done.findings, *(() if plan is None else plan.findings))
    data = {**done.as_dict(), "measure": measure}
    return _outcome(name, mark("What would save air at {name} is told."), "air", asked.station, told, data)


def _sequenced(done: "Improved", asked: ImproveParams) -> Any:
    if asked.sequence is None:
        return None
    from wattstone.workflows.air.sequenced import sequence_days
    from wattstone.workflows.moments import moment_in

    first = moment_in(asked.sequence, done.read.table.zone, option="sequence")
    return sequence_days(done.read, done.station, done.use, start=first, days=asked.days)


def _adopted(workspace: Workspace, done: "Improved", days: str) -> str:
    from wattstone.workflows.air.adopt import adopt
    from wattstone.workflows.moments import days_in

    begun, ended = days_in(days, option="done")
    name, _ = adopt(workspace, done, begun=begun, ended=ended, who=workspace.actor.name)
    return name


def _outcome(name: str, said: str, page: str, subject: str, findings: Any, data: dict[str, Any]) -> Outcome:
    return Outcome(
        message=[Said(said, {"name": subject})],
        documents=[name],
        links=[Link(f"documents/{name}", mark("Result")), Link(f"action/{page}?name={subject}", mark("Machine room"))],
        findings=findings,
        data=data,
    )


KINDS = (
    Kind(name="plant", title=mark("Plan the plant"), act=Act.RUN, params=PlantParams, run=run_plant),
    Kind(name="replay", title=mark("Run the plant's past"), act=Act.RUN, params=ReplayParams, run=run_replay),
    Kind(name="air", title=mark("Assess the air station"), act=Act.RUN, params=AirParams, run=run_air),
    Kind(
        name="improvement",
        title=mark("Compare measures for compressed air"),
        act=Act.RUN,
        params=ImproveParams,
        run=run_improvement,
    ),
)
