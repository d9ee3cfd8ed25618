"""Jobs that take readings in."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from wattstone.interfaces.jobs.inbox import UPLOAD, forget, uploaded
from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Tell
from wattstone.interfaces.present.languages import mark
from wattstone.portfolio.model import Zone
from wattstone.workflows.access.policy import Act
from wattstone.workflows.workspace import Workspace

if TYPE_CHECKING:
    from wattstone.workflows.ingest import Ingested

__all__ = ["KINDS", "IngestParams"]

Short = Annotated[str, Field(min_length=1, max_length=120)]


class IngestParams(Params):
    """Which files are taken in, and what a person says of how they are to be read."""

    upload: Annotated[
        str, Field(pattern=UPLOAD, description=mark("Name of the upload, as it was given when it was made."))
    ]
    mapping: Annotated[
        str | None,
        Field(max_length=200_000, description=mark("How tables are to be read (TOML); as they look if left out.")),
    ] = None
    zone: Annotated[Zone | None, Field(description=mark("Clock of stamps without an offset, as Asia/Shanghai."))] = None
    site: Annotated[Short | None, Field(description=mark("Site of readings that name none."))] = None
    meter: Annotated[Short | None, Field(description=mark("Meter of readings that name none."))] = None
    unit: Annotated[Short | None, Field(description=mark("Unit of tables in which no column says it, as kWh."))] = None
    kind: Annotated[Short | None, Field(description=mark("What they measure, as electricity or natural_gas."))] = None
    nulls: Annotated[
        tuple[Short, ...],
        Field(max_length=50, description=mark("Texts in a table that mean that there is no reading, as offline.")),
    ] = ()
    country: Annotated[
        str | None, Field(pattern=r"^[A-Z]{2}$", description=mark("Country of a site that is new, as CN."))
    ] = None
    clock: Annotated[
        Zone | None, Field(description=mark("Clock of a site that is new; the organisation's if left out."))
    ] = None
    confirmed: Annotated[
        bool, Field(description=mark("A person has looked at how the tables would be read and found it right."))
    ] = False
    dry_run: Annotated[bool, Field(description=mark("Say what would change, and change nothing."))] = False


_ON = (
    Link("report/inventory", mark("On to the inventory")),
    Link("portfolio", mark("Portfolio")),
    Link("data", mark("Data")),
)

_METERS = Link("data/places?what=meter", mark("Sites and meters"))


def run_ingest(workspace: Workspace, asked: IngestParams, tell: Tell) -> Outcome:
    """Take an upload in, all of it or nothing; or say what that would change."""
    from wattstone.workflows.ingest import take_in
    from wattstone.workflows.ingest.rehearse import rehearse
    from wattstone.workflows.ingest.together import whether_added_up

    sources = _opened(workspace, asked)
    if asked.dry_run:
        done = list(rehearse(workspace, sources, progress=tell))
        more = []
    else:
        done = take_in(workspace, sources, who=workspace.actor.name, progress=tell, places=_places(asked))
        forget(workspace.root, asked.upload)
        more = whether_added_up(workspace, sources, done)
    return Outcome(
        message=[_said(one, dry=asked.dry_run) for one in done] + _stale(done),
        links=() if asked.dry_run else (*_ON, *((_METERS,) if more else ())),
        findings=[*(finding for one in done for finding in one.findings), *more],
        data={"sources": [one.as_dict() for one in done], "dry_run": asked.dry_run},
    )


def _places(asked: IngestParams) -> dict[str, str]:
    """What is said of sites that are new."""
    said = {"country": asked.country, "zone": asked.clock or asked.zone}
    return {name: value for name, value in said.items() if value}


def _opened(workspace: Workspace, asked: IngestParams) -> list[Any]:
    """The files of the upload as sources; all that refuse are told together."""
    from functools import partial

    from wattstone.base import Finding, InputRefused
    from wattstone.readings.sources import How, open_source
    from wattstone.workflows.ingest.mappings import kept_mapping, known_places

    organisation = workspace.records.organisation().zone
    how = How(
        mapping=asked.mapping,
        zone=asked.zone or (None if organisation == "UTC" else organisation),
        site=asked.site,
        meter=asked.meter,
        unit=asked.unit,
        kind=asked.kind,
        nulls=asked.nulls,
        remembered=partial(kept_mapping, workspace),
        known=known_places(workspace),
        confirm=_yes if asked.confirmed else None,
    )
    sources: list[Any] = []
    found: list[Finding] = []
    for path in uploaded(workspace.root, asked.upload):
        try:
            sources.append(open_source(path, how))
        except InputRefused as refused:
            found += refused.findings
    if found:
        raise InputRefused(found)
    return sources


def _yes(_path: object, _detection: object) -> bool:
    return True


def _said(done: "Ingested", *, dry: bool) -> Said:
    if done.already:
        return Said(mark("{source}: taken in before, no reading changed."), {"source": done.source})
    if not done.rows and done.beside:
        names = {"source": done.source, "tables": ", ".join(done.beside)}
        return Said(mark("{source}: {tables} taken in; it holds no readings."), names)
    params = {"source": done.source, "meters": done.meters, "new": done.new, "changed": done.changed}
    one, several = (
        (
            mark("{source}: {count} reading would be taken in (meters: {meters}; new: {new}; corrections: {changed})."),
            mark(
                "{source}: {count} readings would be taken in (meters: {meters}; new: {new}; corrections: {changed})."
            ),
        )
        if dry
        else (
            mark("{source}: {count} reading taken in (meters: {meters}; new: {new}; corrections: {changed})."),
            mark("{source}: {count} readings taken in (meters: {meters}; new: {new}; corrections: {changed})."),
        )
    )
    return Said(one, params, several, done.rows)


def _stale(done: "list[Ingested]") -> list[Said]:
    count = sum(one.stale for one in done)
    one = mark("{count} recorded figure rests on what changed: take the inventory of its year again.")
    several = mark("{count} recorded figures rest on what changed: take the inventory of their years again.")
    return [Said(one, {}, several, count)] if count else []


KINDS = (Kind(name="ingest", title=mark("Take readings in"), act=Act.INGEST, params=IngestParams, run=run_ingest),)
