"""What a ledger of areas comes to in a year and over the years."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.base import NotComputable
from wattstone.programme.nature.ledger import DELIVERED, STATUSES, Ledger, attributed, first_come, realm
from wattstone.programme.nature.overlaps import OVERLAPS, geodesic_net, overlaps

__all__ = ["HA", "LAND", "Account", "account"]

HA: Final = 1e-4
"""Hectares of a square metre."""

LAND: Final = pl.Schema(
    {
        "area": pl.String, "hectares": pl.Float64, "status": pl.String, "intervention": pl.String,
        "ecosystem": pl.String, "start": pl.Date, "end": pl.Date, "live": pl.Boolean,
    }
)  # fmt: skip
"""Of each area: its entry, its own part of the net hectares (0 where it does not count in the year), status,
intervention, ecosystem, first and last day, and whether it counts in the year."""

_YEARS: Final = 60  # that are told one by one


@dataclass(frozen=True, kw_only=True)
class Account:
    """A ledger in a year.

    Parameters
    ----------
    books : Ledger
    year : int
    equal : bool
        How land was attributed.
    rows : DataFrame
        Entries that count in the year: `entry`, `name`, `partner`, `phase`, `status`, `intervention`, `ecosystem`,
        `country`, `realm`, `gross`, `net` (its own part of the net), `approximate`, `shape` (WKB), `hash`. [ha]
    years : DataFrame
        `year`, `entries`, `gross`, `net` of what is in action in each, `first` (land new in it), `ever` (all until
        then). [ha]
    land : DataFrame
        What carbon and condition rest on, of all areas; see `LAND`.
    pairs : DataFrame
        Overlaps of entries that count: `one`, `other` by name, `partners`, `area`, `share`. [ha]
    hectares : mapping of str to float
        `gross`, `delivered`, `pending`, and each status's own part.
    geodesic : float
        Net of what is delivered with geodesic edges. [ha]
    guarded : float or None
        Of what is delivered, what lies in protected areas that the user brought; None where there are none. [ha]
    """

    books: Ledger
    year: int
    equal: bool
    rows: pl.DataFrame
    years: pl.DataFrame
    land: pl.DataFrame
    pairs: pl.DataFrame
    hectares: Mapping[str, float]
    geodesic: float
    guarded: float | None


def account(books: Ledger, year: int, *, equal: bool = False) -> Account:
    """Draw up the account of a year.

    Parameters
    ----------
    books : Ledger
    year : int
    equal : bool
        See `attributed`.

    Returns
    -------
    Account
    """
    counts = books.live(year)
    parts = attributed(books, counts, equal=equal) * HA
    done = counts & books.of(*DELIVERED)
    gross = books.placed.area[: books.count] * HA
    shown = books.frame.with_columns(
        gross=pl.Series(gross), net=pl.Series(parts), approximate=pl.Series(books.placed.approximate[: books.count]),
        realm=realm("ecosystem"), shape=pl.Series(_wkb(books), dtype=pl.Binary),
    ).filter(pl.Series(counts))  # fmt: skip
    by_status = {one: float(parts[counts & books.of(one)].sum()) for one in STATUSES}
    hectares = {
        "gross": float(gross[done].sum()), "delivered": by_status["verified"] + by_status["action"],
        "pending": by_status["agreement"] + by_status["planned"], **by_status,
    }  # fmt: skip
    padded = np.concatenate([done, np.zeros(books.protected, dtype=bool)])
    return Account(
        books=books, year=year, equal=equal, rows=shown, years=_years(books, year),
        land=books.frame.select(
            "status", "intervention", "ecosystem", "start", "end", area="entry", hectares=pl.Series(parts),
            live=pl.Series(counts),
        ).select(*LAND),
        pairs=_pairs(books, counts), hectares=hectares,
        geodesic=geodesic_net(books.placed, books.faces, which=padded) * HA, guarded=_guarded(books, done),
    )  # fmt: skip


def _wkb(books: Ledger) -> list[Any]:
    import shapely

    return list(shapely.to_wkb(books.placed.shape[: books.count]))


def _guarded(books: Ledger, done: NDArray[np.bool_]) -> float | None:
    """Delivered land within the layers of protected areas. [ha]"""
    if not books.protected:
        return None
    layers = np.concatenate([np.zeros(books.count, dtype=bool), np.ones(books.protected, dtype=bool)])
    both = books.faces.net(np.concatenate([done, layers[books.count :]]))
    return (books.net(done) + books.faces.net(layers) - both) * HA


def _years(books: Ledger, year: int) -> pl.DataFrame:
    """Delivered land year by year, from the first start; what has ended leaves the net, not what was ever done."""
    delivered = books.of(*DELIVERED)
    starts = books.frame["start"].dt.year().to_numpy()
    begun = starts[delivered & np.isfinite(starts.astype(float))] if books.count else np.zeros(0)
    first = max(int(begun.min()), year - _YEARS + 1) if len(begun) else year
    gross, rows, before = books.placed.area[: books.count], [], 0.0
    undated = delivered & books.frame["start"].is_null().to_numpy()
    for one in range(min(first, year), year + 1):
        live = books.live(one) & delivered
        ever = undated | (delivered & (np.nan_to_num(starts.astype(float), nan=9e9) <= one))
        until = books.net(ever)
        rows.append(
            {
                "year": one, "entries": int(live.sum()), "gross": float(gross[live].sum()) * HA,
                "net": books.net(live) * HA, "first": (until - before) * HA, "ever": until * HA,
            }
        )  # fmt: skip
        before = until
    floats = dict.fromkeys(("gross", "net", "first", "ever"), pl.Float64)
    return pl.DataFrame(rows, schema={"year": pl.Int64, "entries": pl.Int64, **floats})


def _pairs(books: Ledger, counts: NDArray[np.bool_]) -> pl.DataFrame:
    try:
        pairs = overlaps(books.faces)
    except NotComputable:
        pairs = pl.DataFrame(schema=OVERLAPS)
    kept = np.flatnonzero(counts)
    frame = books.frame.with_row_index("at").select(
        pl.col("at").cast(pl.Int64), "entry", "name", "partner", "status", queue=pl.Series(first_come(books.frame))
    )
    pairs = pairs.filter(pl.col("one").is_in(kept) & pl.col("other").is_in(kept))
    joined = pairs.join(frame, left_on="one", right_on="at").join(
        frame, left_on="other", right_on="at", suffix="_other"
    )
    return joined.select(
        "entry", "entry_other", "name", "name_other", "partner", "partner_other", "status", "status_other", "share",
        area=pl.col("area_m2") * HA,
    ).sort("area", "entry", "entry_other", descending=[True, False, False])  # fmt: skip
