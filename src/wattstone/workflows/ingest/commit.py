"""From checked and staged to there: records first, then the readings source by source, then what is made of them."""

import json
from collections.abc import Mapping, Sequence

import polars as pl

from wattstone.portfolio import Site
from wattstone.readings import Incoming
from wattstone.readings.incoming import file_hash
from wattstone.readings.meter_table import models_of
from wattstone.workflows.ingest.counters import keep_counters
from wattstone.workflows.ingest.derived import READINGS, keep_slices
from wattstone.workflows.ingest.extras import keep_beside
from wattstone.workflows.ingest.gather import Gathering
from wattstone.workflows.ingest.mappings import keep_mapping
from wattstone.workflows.ingest.part import ROW
from wattstone.workflows.ingest.recovery import NOTED, note_ingest
from wattstone.workflows.ingest.result import Ingested
from wattstone.workflows.ingest.settle import Settled
from wattstone.workflows.stores import Commit
from wattstone.workflows.workspace import Workspace


def commit(
    workspace: Workspace,
    gathered: Gathering,
    settled: Settled,
    results: Sequence[Ingested],
    *,
    who: str,
    places: Mapping[str, str],
) -> None:
    """Commit sources that have been found good.

    Whatever is killed in between: a source whose commit is not there is taken in again by the next run, and what was
    written beside it is found equal then; what follows the commit is made again from it.

    Parameters
    ----------
    workspace : Workspace
        Where.
    gathered, settled : Gathering, Settled
        The sources, and their rows in files that no version names yet.
    results : sequence of Ingested
        What each source brings, in order.
    who : str
        For the audit log.
    places : mapping
        What is said of sites that the sources name and nobody has declared.
    """
    lake = workspace.lake
    version = lake.version(READINGS)
    replaced = settled.replaced(lake.parts(READINGS))
    for one in results:
        source = gathered.sources[one.batch]
        _declare(workspace, gathered, source, one.batch, places)
        about = _about(one, source, who)
        counters = gathered.counters.filter(pl.col("batch") == one.batch)
        if counters.height:
            keep_counters(lake, counters, gathered.keys, Commit(one.key, one.batch, about))
        version = lake.commit(
            READINGS,
            settled.staged.get(one.batch, []),
            schema=pl.Schema(ROW),
            key=one.key,
            batch=one.batch,
            replaced=replaced if one.batch == settled.first else (),
            about=about,
        )
        note_ingest(workspace, {name: about[name] for name in NOTED if name in about}, version=version, who=who)
    keep_slices(lake, settled.slices, rewritten=settled.rewritten, version=version)


def _declare(
    workspace: Workspace, gathered: Gathering, source: Incoming, batch: int, places: Mapping[str, str]
) -> None:
    """Sites, what is new of meters, mapping and tables beside the readings."""
    fresh = gathered.fresh[batch]
    sites = _places(workspace, gathered, source, batch, places)
    if sites or fresh.height:
        workspace.records.declare(sites, models_of(fresh), keys=gathered.keys)
    if source.mapping is not None:
        keep_mapping(workspace, source.name, source.mapping, source=source.key)
    keep_beside(workspace, source)


def _places(
    workspace: Workspace, gathered: Gathering, source: Incoming, batch: int, said: Mapping[str, str]
) -> tuple[Site, ...]:
    """The sites that the source declares, and bare ones for those that its meters name and nobody knows."""
    sites = source.sites()
    named = set(gathered.fresh[batch]["site_id"].unique().to_list())
    bare = named - {site.id for site in sites} - gathered.roster.sites
    if bare:  # all sites are read only where it has to be
        bare -= {site.id for site in workspace.records.sites()}
    if not bare:
        return sites
    given = {"zone": workspace.records.organisation().zone, **said}
    return (*sites, *(Site.model_validate({"id": name, **given}) for name in sorted(bare)))


def _about(one: Ingested, source: Incoming, who: str) -> dict[str, str]:
    numbers = {name: str(getattr(one, name)) for name in ("batch", "rows", "new", "changed")}
    beside = {"beside": json.dumps(sorted(source.extras))} if source.extras else {}
    files = {"files": json.dumps({path.name: file_hash(path) for path in source.files})} if source.files else {}
    return {"source": one.source, "key": one.key, "who": who, **numbers, **beside, **files}
