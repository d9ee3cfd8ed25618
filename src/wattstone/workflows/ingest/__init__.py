"""Readings into the lake: a source wholly or not at all, once, whatever is killed in between."""

from wattstone.workflows.ingest.derived import bring_up_to_date
from wattstone.workflows.ingest.extras import keep_extra
from wattstone.workflows.ingest.recovery import recover
from wattstone.workflows.ingest.result import Ingested
from wattstone.workflows.ingest.run import ingest, ingest_all, open_all, take_in

__all__ = ["Ingested", "bring_up_to_date", "ingest", "ingest_all", "keep_extra", "open_all", "recover", "take_in"]
