"""All meters as they stand, in one table: what sources say is laid over what the records hold.

Most sources say nothing new of most meters. They are passed over in whole columns; models are made of those alone that
are declared anew or otherwise than before.
"""

from collections.abc import Iterable
from functools import cached_property

import polars as pl

from wattstone.base import Finding
from wattstone.portfolio import Meter
from wattstone.portfolio.virtual import check
from wattstone.readings.meter_table import DEFAULTS, METERS, models_of

_RANK = {"readings": 0, "table": 1, "user": 2}
_LINKS = ("parent_id", "derived_from", "expression")
_WAS = "_was"
_VOICES = ("declared", "declared" + _WAS)


class Roster:
    """The meters of a workspace while sources are taken in.

    Parameters
    ----------
    stored : polars.DataFrame
        From `Records.meter_table`.
    """

    def __init__(self, stored: pl.DataFrame) -> None:
        self._stored = stored
        self._everyone = stored
        self._following = int(stored["key"].max() or 0) + 1  # pyright: ignore[reportArgumentType]
        self._keys = stored.select("id", "key")
        self._named: list[pl.DataFrame] = []
        self._asked: list[pl.Series] = []

    @property
    def stored(self) -> pl.DataFrame:
        """The meters of the records: `key` and the columns of `METERS`."""
        return self._stored

    @property
    def everyone(self) -> pl.DataFrame:
        """The meters as they stand once the sources are in; columns as `stored`."""
        return self._everyone

    @property
    def named(self) -> pl.DataFrame:
        """Those of `everyone` that a source describes."""
        if not self._named:
            return self._everyone.clear()
        own = pl.concat(self._named).unique()
        return self._everyone.join(own, on="key", how="semi", maintain_order="left")

    def keys_of(self, names: pl.Series) -> pl.Series:
        """The keys of meters; a new one gets the next free number, which is declared with the commit.

        Parameters
        ----------
        names : polars.Series
            Ids, each once.

        Returns
        -------
        polars.Series
            Int32, in the same order.
        """
        asked = names.cast(pl.String).alias("id").to_frame()
        found = asked.join(self._keys, on="id", how="left", maintain_order="left")
        unknown = found["key"].is_null()
        if unknown.any():
            last = self._following + int(unknown.sum())
            numbers = pl.Series("key", range(self._following, last), dtype=pl.Int32)
            self._keys = pl.concat([self._keys, found.filter(unknown).with_columns(numbers)])
            self._following = last
            found = asked.join(self._keys, on="id", how="left", maintain_order="left")
        self._asked.append(found["key"])
        return found["key"]

    @cached_property
    def sites(self) -> frozenset[str]:
        """Sites at which a meter of the records stands."""
        return frozenset(self._stored["site_id"].unique().to_list())

    def asked(self) -> dict[str, int]:
        """The keys of all meters that were asked for, by id."""
        if not self._asked:
            return {}
        own = self._keys.filter(pl.col("key").is_in(pl.concat(self._asked).implode()))
        return dict(zip(own["id"].to_list(), own["key"].to_list(), strict=True))

    def keys(self, names: Iterable[str]) -> dict[str, int]:
        """The keys of some meters by id."""
        wanted = pl.Series("id", list(names), dtype=pl.String)
        return dict(zip(wanted.to_list(), self.keys_of(wanted).to_list(), strict=True))

    def hear(self, said: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
        """Lay what a source says over what is known: a user says more than a table, a table more than readings.

        What is not said changes nothing; a lower voice only fills in what nobody has said.

        Parameters
        ----------
        said : polars.DataFrame
            Schema `METERS`, null where nothing is said.

        Returns
        -------
        tuple of polars.DataFrame and list of Finding
            The rows of `said` in which there is something new; meters that are said to stand at another site.
        """
        if not said["id"].is_duplicated().any():
            return self._hear(said)
        time = said.select(pl.int_range(pl.len()).over("id")).to_series()
        heard = [self._hear(said.filter(time == number)) for number in time.unique().sort()]
        return pl.concat([fresh for fresh, _ in heard]), [finding for _, found in heard for finding in found]

    def _hear(self, said: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
        """What is said of each meter once."""
        if said.is_empty():
            return said, []
        numbered = said.with_columns(self.keys_of(said["id"]))
        self._named.append(numbered.select("key"))
        beside = numbered.join(self._everyone, on="key", how="left", maintain_order="left", suffix=_WAS)
        known = beside["declared" + _WAS].is_not_null()
        after, differs = _laid(beside)
        fresh = differs | ~known
        if fresh.any():
            rows = after.filter(fresh)
            others = self._everyone.join(rows, on="key", how="anti", maintain_order="left")
            self._everyone = pl.concat([others, rows.select(others.columns)]).sort("key")
        moved = beside.filter(known & beside["site_id"].ne_missing(beside["site_id" + _WAS]))
        names = moved.select("id", "site_id", "site_id" + _WAS)
        return said.filter(fresh), [_moved(*row) for row in names.iter_rows()]

    def problems(self) -> list[Finding]:
        """What does not fit in what the meters say of one another."""
        linked = self._everyone.select(pl.any_horizontal(pl.col(_LINKS).is_not_null()).any()).item()
        return check(self.models(self._everyone)) if linked else []

    @staticmethod
    def models(table: pl.DataFrame) -> tuple[Meter, ...]:
        """Models of the meters of a table."""
        return models_of(table)


def _laid(beside: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Meters as they stand after what is said, and which of them are not what they were."""
    new, old = (pl.col(name).replace_strict(_RANK, default=-1, return_dtype=pl.Int8) for name in _VOICES)
    beside = beside.with_columns((new >= old).alias("louder"))
    after: list[pl.Expr] = [pl.col("key"), pl.col("id")]
    differs: list[pl.Expr] = []
    for name in METERS:
        if name == "id":
            continue
        new, old, unknown = pl.col(name), pl.col(name + _WAS), pl.col("declared" + _WAS).is_null()
        if beside[name].null_count() == beside.height:
            # Of this nothing is said.
            after.append(pl.when(unknown).then(pl.lit(DEFAULTS.get(name), METERS[name])).otherwise(old).alias(name))
            continue
        said = pl.col("louder") if name == "declared" else new.is_not_null() & (pl.col("louder") | old.is_null())
        value = pl.when(unknown).then(new.fill_null(pl.lit(DEFAULTS.get(name), METERS[name])))
        after.append(value.when(said).then(new).otherwise(old).alias(name))
        differs.append(said & new.ne_missing(old))
    return beside.select(after), beside.select(pl.any_horizontal(differs)).to_series()


def _moved(meter: str, new: str, old: str) -> Finding:
    return Finding(
        code="records.meter_at_two_sites",
        place=f"meter '{meter}'",
        found="it is declared at site '{new}' and already stands at site '{old}'",
        expected="a meter id that is used once in the workspace",
        remedy="give the two meters different ids, as '{new}-{meter}'; if the meter was moved, say so yourself",
        params={"new": new, "old": old, "meter": meter},
    )
