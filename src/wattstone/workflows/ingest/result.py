"""What an ingest did, source by source."""

from dataclasses import dataclass
from typing import Any

from wattstone.base import Finding


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """What an ingest did with one source.

    Parameters
    ----------
    source, key, batch : str, str, int
        Which source, its hash, the number it got.
    already : bool
        It had been taken in before; no reading changed.
    rows, new, changed, same, repeated : int
        Readings in the source; not there before; replacing others; there already; given twice.
    meters : int
        Meters that it describes.
    beside : tuple of str
        Tables that came with it or instead of readings: `weather`, `intensity`, `sessions`, `tariff NAME`.
    periods : tuple of int
        Partitions that changed.
    findings : tuple of Finding
        Warnings.
    stale : int
        Recorded figures that rest on readings which have changed since; told with the last source of a call.
    """

    source: str
    key: str
    batch: int
    already: bool = False
    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    repeated: int = 0
    meters: int = 0
    beside: tuple[str, ...] = ()
    periods: tuple[int, ...] = ()
    findings: tuple[Finding, ...] = ()
    stale: int = 0

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        names = ("source", "key", "batch", "already", "rows", "new", "changed", "same", "repeated", "meters", "stale")
        return {
            **{name: getattr(self, name) for name in names},
            "beside": list(self.beside),
            "periods": list(self.periods),
            "findings": [one.as_dict() for one in self.findings],
        }
