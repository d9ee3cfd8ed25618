"""The kinds of jobs that there are.

A new kind is one module with `KINDS`, a tuple of `Kind` (from `jobs.kind`), and its name in `_MODULES`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from wattstone.interfaces.jobs import (
    kinds_detection,
    kinds_disclosure,
    kinds_dispatch,
    kinds_forecast,
    kinds_ingest,
    kinds_inventory,
    kinds_machinery,
    kinds_programme,
    kinds_quality,
    kinds_release,
    kinds_report,
    kinds_restated,
    kinds_sample,
    kinds_savings,
    kinds_statement,
    kinds_verify,
)
from wattstone.interfaces.jobs.kind import Kind, Link, Outcome, Params, Said, Stopped, Tell

__all__ = ["KINDS", "Kind", "Link", "Outcome", "Params", "Said", "Stopped", "Tell"]

_MODULES = (
    kinds_ingest,
    kinds_inventory,
    kinds_quality,
    kinds_detection,
    kinds_savings,
    kinds_forecast,
    kinds_dispatch,
    kinds_machinery,
    kinds_report,
    kinds_statement,
    kinds_release,
    kinds_restated,
    kinds_programme,
    kinds_disclosure,
    kinds_sample,
    kinds_verify,
)

KINDS: Mapping[str, Kind[Any]] = MappingProxyType({one.name: one for module in _MODULES for one in module.KINDS})
