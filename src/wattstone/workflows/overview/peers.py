"""Peer groups: sites of a type in a country and climate, and where each stands among them by its intensity.

Groups are tried from the narrowest to the widest: type, country and climate; type and country; type and climate;
type. A site belongs to the first in which there are `FEW_PEERS` sites with an intensity; where there is none, to the
narrowest, and no percentile is told. Climates are bands of 1,000 K d of heating degree days.

The percentile is the share of the peers that use less, those that use as much counted by half: a rank, which no
outlier moves.
"""

import polars as pl

__all__ = ["FEW_PEERS", "peers_below", "with_peers"]

FEW_PEERS = 5
"""Sites of a peer group below which no percentile is told."""

_BAND = 1000  # K d
_BY = {
    "type, country, climate": ("type", "country", "climate"),
    "type, country": ("type", "country"),
    "type, climate": ("type", "climate"),
    "type": ("type",),
}
_MANY = 20  # sites, from which on a percentage means something
_INTENSITY = "intensity.energy"


def peers_below(percentile: float, count: int) -> int | None:
    """How many of a small group use less than a site of it; None of a large one, of which a percentage says more.

    Parameters
    ----------
    percentile : float
        The middle of the site's rank, as `with_peers` gives it. [%]
    count : int
        Sites of the group, itself among them.

    Examples
    --------
    >>> peers_below(95.0, 10), peers_below(50.0, 30)
    (9, None)
    """
    return None if count >= _MANY else int(percentile / 100 * count - 0.5 + 1e-9)


def with_peers(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `peer_group`, `peer_by`, `peers`, `peer_middle` and `peer_percentile`.

    Parameters
    ----------
    frame : polars.DataFrame
        A row a site, with type, country and, as far as they are known, `degree_days.heating` and `intensity.energy`.
    """
    none = pl.lit(None, pl.Float64)
    degrees = pl.col("degree_days.heating") if "degree_days.heating" in frame.columns else none
    value = pl.col(_INTENSITY) if _INTENSITY in frame.columns else none
    band = (degrees / _BAND).floor().cast(pl.Int64) * _BAND
    climate = pl.when(degrees.is_not_null()).then(pl.format("{}-{} K d", band, band + _BAND))
    work = frame.select("id", "type", "country", climate.alias("climate"), value.alias("value"))
    for number, keys in enumerate(_BY.values()):
        whole = pl.all_horizontal(pl.col(name).is_not_null() for name in keys)
        text = pl.concat_str([pl.col(name) for name in keys], separator=", ")
        work = work.with_columns(pl.when(whole).then(text).alias(f"group{number}"))
        count = pl.col("value").count().over(f"group{number}")
        work = work.with_columns(pl.when(whole).then(count).otherwise(0).alias(f"count{number}"))
    chosen = [pl.col(f"count{number}") >= FEW_PEERS for number in range(len(_BY))]
    names = [pl.lit(name) for name in _BY]
    groups = [pl.col(f"group{number}") for number in range(len(_BY))]
    by = pl.coalesce(*(pl.when(one).then(name) for one, name in zip(chosen, names, strict=True)))
    group = pl.coalesce(*(pl.when(one).then(name) for one, name in zip(chosen, groups, strict=True)))
    narrowest = pl.coalesce(*(pl.when(one.is_not_null()).then(name) for one, name in zip(groups, names, strict=True)))
    work = work.with_columns(
        pl.coalesce(group, *groups).alias("peer_group"), pl.coalesce(by, narrowest).alias("peer_by")
    )
    return frame.join(_ranked(work), on="id", how="left", maintain_order="left")


def _ranked(work: pl.DataFrame) -> pl.DataFrame:
    together = ["peer_by", "peer_group"]
    inside = pl.col("peer_group").is_not_null()
    count = pl.col("value").count().over(together)
    rank = pl.col("value").rank("average").over(together)
    return work.select(
        "id",
        "peer_group",
        "peer_by",
        pl.when(inside).then(count).cast(pl.Int64).alias("peers"),
        pl.when(inside).then(pl.col("value").median().over(together)).alias("peer_middle"),
        pl.when(inside & (count >= FEW_PEERS)).then((rank - 0.5) / count * 100).alias("peer_percentile"),
    )
