"""Numbers of the report on areas, with what they rest on."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import polars as pl

from wattstone.programme.held import rests_on
from wattstone.programme.nature.account import HA, Account
from wattstone.programme.nature.checks import PROVED
from wattstone.programme.nature.ledger import DELIVERED
from wattstone.programme.report import Line, Said

__all__ = ["PARTNERS", "goal_lines", "lines", "of_partners", "partner_line", "status_line"]

_EQUAL_AREA: Final = "nature.area.equal/1"
_GEODESIC: Final = "nature.area.geodesic/1"
_ATTRIBUTED: Final = {False: "nature.area.first/1", True: "nature.area.shared/1"}

_NOTE: Final = Said(
    "area on the WGS 84 ellipsoid, edges straight in longitude and latitude (RFC 7946; Snyder 1987, eq. 3-12)"
)
_LABELS: Final = {
    "agreement": ("Under agreement, net beyond what is delivered", "Under agreement, gross"),
    "planned": ("Planned, net beyond all else", "Planned, gross"),
    "verified": ("Verified, net", "Verified, gross"),
    "action": ("In action, net beyond what is verified", "In action, gross"),
}
_OWN: Final = {
    "agreement": "Under agreement, own part of the net", "planned": "Planned, own part of the net",
    "verified": "Verified, own part of the net", "action": "In action, own part of the net",
}  # fmt: skip
PARTNERS: Final = 200
"""Rows of partners and statuses, the largest first, that are figures of their own."""


def lines(told: Account) -> Iterator[Line]:
    """Lines on areas.

    Parameters
    ----------
    told : Account

    Yields
    ------
    Line
    """
    delivered = told.rows.filter(pl.col("status").is_in(DELIVERED))
    done: dict[str, Any] = {
        "unit": "ha", "period": str(told.year), "inputs": rests_on("area", delivered["hash"]),
        "basis": "estimated" if delivered["approximate"].any() else "computed",
    }  # fmt: skip
    yield Line(
        name="nature.area.net", label="Delivered, each place counted once, net", value=told.hectares["delivered"],
        method=_EQUAL_AREA, notes=(_NOTE, _rule(told)), **done,
    )  # fmt: skip
    yield Line(
        name="nature.area.gross", label="Delivered as claimed, gross", value=told.hectares["gross"],
        method=_EQUAL_AREA, notes=(_NOTE,), **done,
    )  # fmt: skip
    yield from _by_status(told)
    yield Line(
        name="nature.area.net.geodesic", label="The same with geodesic edges, as a cross-check", value=told.geodesic,
        method=_GEODESIC, notes=(Said("Karney, Algorithms for geodesics, 2013; never added up"),), **done,
    )  # fmt: skip
    yield from _by_realm(told)
    yield from _approximate(told, done)
    if told.guarded is not None:
        yield Line(
            name="nature.area.protected_before", label="Delivered within protected areas of the map layers",
            value=told.guarded, method=_EQUAL_AREA,
            notes=(Said("it may not be additional to the protection that was there"),), **done,
        )  # fmt: skip
    yield from _by_partner(told)
    yield from _years(told)


def status_line(status: str, *, gross: bool = False) -> str:
    """Name of the line of a status."""
    return f"nature.area.{'gross' if gross else 'net'}.{status}"


def partner_line(status: str, *, gross: bool = False) -> str:
    """Name of the lines of partners in a status; each has the subject `partner:NAME`."""
    return f"nature.partner.{'gross' if gross else 'net'}.{status}"


def of_partners(rows: pl.DataFrame) -> pl.DataFrame:
    """Partners and statuses that have lines of their own.

    Parameters
    ----------
    rows : DataFrame
        `Account.rows`.

    Returns
    -------
    DataFrame
        `partner`, `status`, `gross`, `net` [ha], `hashes`; at most `PARTNERS`, the largest first.
    """
    by = rows.group_by("partner", "status").agg(pl.col("gross", "net").sum(), pl.col("hash").alias("hashes"))
    return by.sort("gross", "partner", "status", descending=[True, False, False]).head(PARTNERS)


def _rule(told: Account) -> Said:
    if told.equal:
        return Said("where areas of one status overlap, the land is divided equally; a surer status comes first")
    return Said(
        "where areas overlap, a surer status comes first, then the lower precedence, the earlier start, the lower id"
    )


def _by_status(told: Account) -> Iterator[Line]:
    """What each adds to the net, the surer first counted, and then what each has as claimed."""
    there = {one: rows for one in _LABELS if (rows := told.rows.filter(pl.col("status") == one)).height}
    common: dict[str, Any] = {"unit": "ha", "period": str(told.year), "basis": "computed"}
    for status in there:
        yield Line(
            name=status_line(status), label=_LABELS[status][0], value=told.hectares[status],
            method=_ATTRIBUTED[told.equal], inputs=rests_on("area", told.rows["hash"]), notes=(_rule(told),), **common,
        )  # fmt: skip
    for status, rows in there.items():
        yield Line(
            name=status_line(status, gross=True), label=_LABELS[status][1], value=float(rows["gross"].sum()),
            method=_EQUAL_AREA, inputs=rests_on("area", rows["hash"]), notes=(_NOTE,), **common,
        )  # fmt: skip


def _by_partner(told: Account) -> Iterator[Line]:
    every = rests_on("area", told.rows["hash"])
    for one in of_partners(told.rows).sort("partner", "status").iter_rows(named=True):
        common: dict[str, Any] = {
            "unit": "ha", "period": str(told.year), "basis": "computed", "subject": f"partner:{one['partner']}",
        }  # fmt: skip
        yield Line(
            name=partner_line(one["status"]), label=_OWN[one["status"]],
            value=one["net"], method=_ATTRIBUTED[told.equal], inputs=every, notes=(_rule(told),), **common,
        )  # fmt: skip
        yield Line(
            name=partner_line(one["status"], gross=True), label=_LABELS[one["status"]][1],
            value=one["gross"], method=_EQUAL_AREA,
            inputs=rests_on("area", pl.Series(one["hashes"], dtype=pl.String)), notes=(_NOTE,), **common,
        )  # fmt: skip


def _by_realm(told: Account) -> Iterator[Line]:
    """Land and sea are told apart: they are different things, though the net adds both."""
    labels = {"land": "Delivered on land", "coast": "Delivered on coasts and shores", "sea": "Delivered at sea"}
    done = told.rows.filter(pl.col("status").is_in(DELIVERED))
    for name, label in labels.items():
        rows = done.filter(pl.col("realm") == name)
        if rows.height:
            yield Line(
                name=f"nature.area.net.{name}", label=label, value=float(rows["net"].sum()), unit="ha",
                period=str(told.year), method=_ATTRIBUTED[told.equal], inputs=rests_on("area", done["hash"]),
                basis="computed", notes=(_rule(told),),
            )  # fmt: skip


def _approximate(told: Account, done: dict[str, Any]) -> Iterator[Line]:
    rows = told.rows.filter(pl.col("status").is_in(DELIVERED) & pl.col("approximate"))
    if rows.height:
        yield Line(
            name="nature.area.net.approximate", label="Of the delivered net, points with a radius",
            value=float(rows["net"].sum()), method=_ATTRIBUTED[told.equal],
            notes=(Said("{count} areas without a surveyed boundary", {"count": rows.height}),), **done,
        )  # fmt: skip


def _years(told: Account) -> Iterator[Line]:
    """Earlier years as the entries of today tell them."""
    delivered = told.books.frame.filter(pl.col("status").is_in(DELIVERED))["hash"]
    for one in told.years.filter(pl.col("year") < told.year).iter_rows(named=True):
        yield Line(
            name="nature.area.net", label="Delivered, each place counted once, net", value=one["net"], unit="ha",
            period=str(one["year"]), method=_EQUAL_AREA, inputs=rests_on("area", delivered), basis="computed",
            notes=(Said("with the status that the entries have now"),),
        )  # fmt: skip


def goal_lines(told: Account, goals: pl.DataFrame) -> Iterator[Line]:
    """Progress to each goal: net land that counts towards it, its share, and what is planned beside it.

    Parameters
    ----------
    told : Account
    goals : DataFrame
        Entries of kind `goal`.

    Yields
    ------
    Line
    """
    for goal in goals.sort("entry").iter_rows(named=True):
        fits = np.ones(told.books.count, dtype=bool)
        rows = told.books.frame.with_columns(realm=_realms(told))
        for name in ("intervention", "country", "realm"):
            if goal[name]:
                fits &= (rows[name] == goal[name]).fill_null(value=False).to_numpy()
        live = told.books.live(told.year) & fits
        done, bare = live & told.books.of(*DELIVERED), 0
        if goal["counts"] == "verified":
            proved = told.books.frame.select(PROVED).to_series().to_numpy()
            verified = live & told.books.of("verified")
            done, bare = verified & proved, int((verified & ~proved).sum())
        every = told.books.net(live)
        net = told.books.net(done)
        used = rests_on("area", pl.Series(rows["hash"]).filter(pl.Series(done)))
        common: dict[str, Any] = {"period": str(told.year), "subject": f"entry:{goal['entry']}", "basis": "computed"}
        yield Line(
            name="nature.goal.net", label="Counts towards the goal", value=net * HA, unit="ha", method=_EQUAL_AREA,
            inputs=(*used, f"entry:{goal['hash']}"), notes=tuple(_named(goal["name"], bare)), **common,
        )  # fmt: skip
        yield Line(
            name="nature.goal.share", label="Share of the goal", value=net * HA / goal["hectares"], unit="1",
            method="nature.goal/1", inputs=(f"line:nature.goal.net@entry:{goal['entry']}", f"entry:{goal['hash']}"),
            notes=(Said("of {hectares} ha by {by}", {"hectares": f"{goal['hectares']:,.0f}", "by": goal["by"]}),),
            **common,
        )  # fmt: skip
        yield Line(
            name="nature.goal.pending", label="Beside it: what does not count yet, net beyond what does",
            value=(every - net) * HA, unit="ha", method=_EQUAL_AREA,
            inputs=(*rests_on("area", pl.Series(rows["hash"]).filter(pl.Series(live))), f"entry:{goal['hash']}"),
            notes=(Said("not delivered, and in no sum with what is"),), **common,
        )  # fmt: skip


def _named(name: str, bare: int) -> Iterator[Said]:
    yield Said("goal: {name}", {"name": name})
    if bare:
        yield Said("areas that are verified without evidence, and not counted: {count}", {"count": bare})


def _realms(told: Account) -> pl.Series:
    from wattstone.programme.nature.ledger import realm

    return told.books.frame.select(realm("ecosystem"))["ecosystem"]
