"""Which entry a row is of: by the fields of its key, by its id, or by what it says where it has neither."""

import polars as pl

from wattstone.base import Finding
from wattstone.programme.cells import PLACE
from wattstone.programme.entries import body_of, hash_of
from wattstone.programme.kinds import RecordKind
from wattstone.readings.problems import listed
from wattstone.readings.tabular.csv import ROW

__all__ = ["named", "twice"]

_FEW, _DIGITS = 5, 10


def named(kind: RecordKind, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the id of the entry that each is of.

    Parameters
    ----------
    kind : RecordKind
        Whose.
    rows : polars.DataFrame
        Fields as `read_cells` gives them.

    Returns
    -------
    polars.DataFrame
        With `entry`, null where fields of the key lack; of a kind without a key also `id`, which is made from what
        the row says where it is empty, so that the same row is the same entry again.
    """
    if kind.key:
        return rows.with_columns(_joined(kind, rows).alias("entry"))
    id_field = kind.fields[0].name
    if id_field not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.String).alias(id_field))
    bare = rows.filter(pl.col(id_field).is_null()).select(one.name for one in kind.fields if one.name in rows.columns)
    made = [f"{kind.id}-{hash_of(kind.id, '', body_of(row))[:_DIGITS]}" for row in bare.iter_rows(named=True)]
    ids = rows[id_field]
    if made:
        ids = ids.scatter(ids.is_null().arg_true(), pl.Series(made, dtype=pl.String))
    return rows.with_columns(ids.alias(id_field), ids.alias("entry"))


def _joined(kind: RecordKind, rows: pl.DataFrame) -> pl.Series:
    """Values of the key with `~` between them; what a value has of it is escaped, so that no two keys are alike.

    A key of one field is its value as it stands, so that other entries can name it so.
    """
    empty = pl.lit("")
    if len(kind.key) == 1 and kind.key[0] in rows.columns:
        return rows[kind.key[0]].cast(pl.String).alias("entry")
    texts: list[pl.Expr] = []
    for name in kind.key:
        field = kind.field(name)
        if name not in rows.columns:
            texts.append(pl.lit(None, pl.String) if field.required else empty)
            continue
        text = pl.col(name).cast(pl.String)
        for sign, instead in (("%", "%25"), ("~", "%7E"), ("/", "%2F")):
            text = text.str.replace_all(sign, instead, literal=True)
        texts.append(text if field.required else text.fill_null(empty))
    return rows.select(pl.concat_str(texts, separator="~").alias("entry"))["entry"]


def twice(kind: RecordKind, rows: pl.DataFrame) -> list[Finding]:
    """A finding on rows that are of the same entry; nothing where there are none.

    Parameters
    ----------
    kind : RecordKind
        Whose.
    rows : polars.DataFrame
        With `entry`, `_row` and `_place`.
    """
    same = rows.filter(pl.col("entry").is_not_null() & pl.col("entry").is_duplicated())
    if same.is_empty():
        return []
    groups = same.group_by("entry", maintain_order=True).agg(pl.col(ROW), pl.col(PLACE).first())
    shown = groups.head(_FEW)[ROW].to_list()
    return [
        Finding(
            code="entry.twice",
            place=str(groups[PLACE][0]),
            found="{count} {count:entry stands|entries stand} there more than once: rows {rows}",
            expected="each entry once; it is the same one where {key} is the same",
            remedy="take the repeated rows out; where they are different entries, tell them apart by {key}",
            params={
                "rows": listed((" = ".join(map(str, one)) for one in shown), groups.height),
                "key": ", ".join(kind.key or (kind.fields[0].name,)),
                "row": shown[0][0],
            },
            count=groups.height,
            first=f"row {shown[0][0]}",
        )
    ]
