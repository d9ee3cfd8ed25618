"""The ledger of areas: who has which land, in which status, counted once."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.programme.nature import wrongs
from wattstone.programme.nature.arrangement import Faces, arrange
from wattstone.programme.nature.change import changed
from wattstone.programme.nature.entered import from_texts
from wattstone.programme.nature.placed import Placed, repeated

__all__ = ["DELIVERED", "STATUSES", "Ledger", "attributed", "corrected", "first_come", "ledger", "realm"]

STATUSES: Final = ("verified", "action", "agreement", "planned")
"""From the surest to the least sure: where areas of two lie upon each other, the land is the surer one's."""
DELIVERED: Final = ("verified", "action")
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Areas of a ledger, with protected areas that the user brought behind them.

    Parameters
    ----------
    frame : DataFrame
        Entries of kind `area`, in the order of `entry`.
    placed : Placed
        Of the entries and then of the layers.
    faces : Faces
        Of both.
    protected : int
        How many of the layers there are.
    """

    frame: pl.DataFrame
    placed: Placed
    faces: Faces
    protected: int

    @property
    def count(self) -> int:
        """Number of entries."""
        return self.frame.height

    def level(self) -> NDArray[np.intp]:
        """Number of each entry's status in `STATUSES`; of layers behind all. (faces.count,)"""
        ranks = self.frame["status"].replace_strict(STATUSES, list(range(len(STATUSES))), return_dtype=pl.Int64)
        return np.concatenate([ranks.to_numpy(), np.full(self.protected, len(STATUSES))]).astype(np.intp)

    def live(self, year: int) -> Flags:
        """Entries that count in a year: begun, where they say that they are in action, and not ended. (count,)"""
        first, last = date(year, 1, 1), date(year, 12, 31)
        begun = ~pl.col("status").is_in(DELIVERED) | pl.col("start").is_null() | (pl.col("start") <= last)
        going = pl.col("end").is_null() | (pl.col("end") >= first)
        return self.frame.select((begun & going).alias("live"))["live"].to_numpy()

    def of(self, *statuses: str) -> Flags:
        """Entries in one of some statuses. (count,)"""
        return self.frame["status"].is_in(statuses).to_numpy()

    def net(self, which: Flags) -> float:
        """What some entries cover together. [m2]"""
        return self.faces.net(np.concatenate([which, np.zeros(self.protected, dtype=bool)]))


def ledger(areas: pl.DataFrame, layers: pl.DataFrame | None = None, *, threads: int = 2) -> Ledger:
    """Make a ledger of entries.

    Parameters
    ----------
    areas : DataFrame
        Entries of kind `area`.
    layers : DataFrame or None
        Entries of kind `layer`; those with the role `protected` are set against the areas.
    threads : int

    Returns
    -------
    Ledger
        Entries whose boundary is refused have no area here; `placed.findings` says which.
    """
    frame = areas.sort("entry")
    none = pl.DataFrame(schema={"entry": pl.String, "geometry": pl.String})
    kept = none if layers is None else layers.filter(pl.col("role") == "protected").sort("entry")
    texts = [*frame["geometry"].to_list(), *kept["geometry"].to_list()]
    told = frame["radius"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    radius = np.concatenate([told, np.full(kept.height, np.nan)])
    names = [f"area '{one}'" for one in frame["entry"]] + [f"layer '{one}'" for one in kept["entry"]]
    done = from_texts(texts, radius, place="nature ledger", names=names)
    return Ledger(frame=frame, placed=done, faces=arrange(done.shape, threads=threads), protected=kept.height)


def first_come(frame: pl.DataFrame) -> NDArray[np.intp]:
    """Who has the land where areas of one status overlap: a place in a queue for each entry.

    The lower declared precedence comes first, then the earlier start, then the lower id; what declares nothing comes
    behind. It depends on nothing else, so that the order of entries in a file changes no figure.

    Parameters
    ----------
    frame : DataFrame
        Entries of kind `area`.

    Returns
    -------
    (n,) array
        0 comes first.
    """
    order = frame.with_row_index("at").sort("precedence", "start", "entry", nulls_last=True)["at"].to_numpy()
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    return rank


def attributed(books: Ledger, which: Flags, *, equal: bool = False) -> Floats:
    """The land of each entry, so that no place has two owners and the parts add up to the net.

    A place belongs to the surest status that covers it. Within that status it belongs to the first by `first_come`, or
    in equal parts to all.

    Parameters
    ----------
    books : Ledger
    which : (count,) array of bool
        Entries that count.
    equal : bool
        In equal parts.

    Returns
    -------
    (count,) array
        Sum is `net(which)`; the sum of those in some statuses from the surest down is the net of these. [m2]
    """
    faces, level = books.faces, books.level()
    chosen = np.concatenate([which, np.zeros(books.protected, dtype=bool)])[faces.entry]
    face, entry = faces.face[chosen], faces.entry[chosen]
    if not len(face):
        return np.zeros(books.count)
    begin = np.flatnonzero(np.diff(face, prepend=-1))
    if equal:
        surest = np.repeat(np.minimum.reduceat(level[entry], begin), np.diff(np.append(begin, len(face))))
        mine = level[entry] == surest
        owners = np.bincount(face[mine], minlength=len(faces.area))
        parts = faces.area[face[mine]] / owners[face[mine]]
        return np.bincount(entry[mine], parts, minlength=books.count)[: books.count].astype(np.float64)
    queue = np.concatenate([first_come(books.frame), np.zeros(books.protected, dtype=np.intp)])
    key = level * (books.count + 1) + queue
    owner = np.empty(int(key.max()) + 1, dtype=np.intp)
    owner[key[: books.count]] = np.arange(books.count)
    first = np.minimum.reduceat(key[entry], begin)
    return np.bincount(owner[first], faces.area[face[begin]], minlength=books.count).astype(np.float64)


def corrected(books: Ledger, entry: pl.DataFrame) -> Ledger:
    """The ledger after one entry was added or corrected; only the faces that its boundary touches are made anew.

    Parameters
    ----------
    books : Ledger
    entry : DataFrame
        One row of kind `area`.

    Returns
    -------
    Ledger
        With the same figures as `ledger` of all entries; a new entry comes last.
    """
    name = str(entry["entry"][0])
    at = books.frame["entry"].index_of(name)
    new = ledger(entry, threads=1)
    if at is None:
        at, frame = books.count, books.frame.vstack(entry)
        moved = replace(
            books.faces, count=books.faces.count + 1,
            entry=books.faces.entry + (books.faces.entry >= at),
        )  # fmt: skip
        done = _spliced(books.placed, at, at, new.placed)
    else:
        frame = pl.concat([books.frame[:at], entry, books.frame[at + 1 :]])
        moved, done = books.faces, _spliced(books.placed, at, at + 1, new.placed)
    return Ledger(frame=frame, placed=done, faces=changed(moved, at, new.placed.shape[0]), protected=books.protected)


def _spliced(placed: Placed, begin: int, end: int, new: Placed) -> Placed:
    """Areas with those from begin to end in the place of others; what was wrong with those is not told any more."""

    def joined(old: NDArray[Any], fresh: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([old[:begin], fresh, old[end:]])

    shape, names = joined(placed.shape, new.shape), placed.names or ()
    told = wrongs.spliced(placed.told, new.told, begin, end, len(placed.shape), len(new.shape))
    same = wrongs.Told(wrongs.DUPLICATE, repeated(shape))
    kept = tuple(one for one in told if one.wrong is not wrongs.DUPLICATE)
    return Placed(
        shape=shape, whole=joined(placed.whole, new.whole), area=joined(placed.area, new.area),
        approximate=joined(placed.approximate, new.approximate), told=(*kept, same), place=placed.place,
        names=(*names[:begin], *(new.names or ()), *names[end:]),
    )  # fmt: skip


def realm(column: str) -> pl.Expr:
    """Realm by the letters of an ecosystem's code: `sea` (M), `coast` (M with others), `land` (T, F, S and between).

    Examples
    --------
    >>> pl.DataFrame({"code": ["M1.1", "MFT1.2", "TF1.3"]}).select(realm("code"))["code"].to_list()
    ['sea', 'coast', 'land']
    """
    letters = pl.col(column).str.extract(r"^\s*([A-Za-z]+)").str.to_uppercase()
    return (
        pl.when(letters == "M").then(pl.lit("sea"))
        .when(letters.str.contains("M")).then(pl.lit("coast"))
        .when(letters.str.contains("[TFS]")).then(pl.lit("land"))
        .alias(column)
    )  # fmt: skip
