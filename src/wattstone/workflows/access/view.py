"""What of a workspace lies within a scope: sites, spaces, meters, measures, and what is personal among them."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from wattstone.inventory.instruments import HeldInstrument
from wattstone.inventory.released import Release
from wattstone.portfolio import Meter, Site, Space
from wattstone.portfolio.measures import Measure
from wattstone.workflows.access.policy import Act, Principal
from wattstone.workflows.stores import Records

if TYPE_CHECKING:
    import polars as pl

__all__ = ["View"]

HOUSEHOLDS = 15
"""As many dwellings together tell of none of them."""


class View:
    """What of the records a principal may see; looked up once, when it is first asked for.

    Parameters
    ----------
    records : Records
        Without a guard.
    principal : Principal
        Whoever looks.
    """

    def __init__(self, records: Records, principal: Principal) -> None:
        self._records, self.principal = records, principal
        self.scope = principal.scope

    @cached_property
    def spaces(self) -> dict[str, str]:
        """Spaces within and their sites: those of the sites, the named ones, and all beneath these at the same site."""
        every = self._records.spaces()
        held = {one.id: one.site_id for one in every if self.scope.holds(one.site_id) or one.id in self.scope.spaces}
        grows = True
        while grows:
            inside = (one for one in every if one.parent_id is not None and held.get(one.parent_id) == one.site_id)
            beneath = {one.id: one.site_id for one in inside if one.id not in held}
            held |= beneath
            grows = bool(beneath)
        return held

    @cached_property
    def passed(self) -> frozenset[str]:
        """Ids of the sites that are shown: those of the scope, and those of which some spaces are."""
        return (self.scope.sites or frozenset()) | set(self.spaces.values())

    @cached_property
    def meter_table(self) -> "pl.DataFrame":
        """Meters within, as `Records.meter_table` has them."""
        import polars as pl

        held = self._records.meter_table()
        if self.scope.whole:
            return held
        # A meter may name a space of another site: that opens nothing.
        around = pl.col("space_id").replace_strict(self.spaces, default=None, return_dtype=pl.String)
        inside = pl.col("site_id").is_in(sorted(self.scope.sites or ())) | (around == pl.col("site_id"))
        return held.filter(inside.fill_null(False))

    @cached_property
    def keys(self) -> dict[str, int]:
        """Keys of the meters within, by id."""
        held = self.meter_table
        return dict(zip(held["id"].to_list(), held["key"].to_list(), strict=True))

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Measures within: at a site of the scope, or of meters that are all within."""
        held = self._records.measures()
        return held if self.scope.whole else tuple(one for one in held if self._measure(one))

    @cached_property
    def subjects(self) -> frozenset[str]:
        """Of figures that may be shown: of whole sites, of spaces, meters and measures."""
        return frozenset(
            [
                *(f"site:{one}" for one in self.scope.sites or ()),
                *(f"space:{one}" for one in self.spaces),
                *(f"meter:{one}" for one in self.keys),
                *(f"measure:{one.id}" for one in self.measures),
            ]
        )

    @property
    def veiled(self) -> bool:
        """Whether readings of dwellings and drivers by less than the day are hidden."""
        return not self.principal.may(Act.READ_PERSONAL)

    @cached_property
    def personal(self) -> dict[str, int]:
        """Keys of meters of dwellings and drivers, by id, wherever they are."""
        held = self._records.meter_table().filter("personal")
        return dict(zip(held["id"].to_list(), held["key"].to_list(), strict=True))

    @cached_property
    def homes(self) -> frozenset[str]:
        """Sites whose hours tell of single dwellings: some of their meters are personal, and fewer than 15."""
        counts = self._records.meter_table().filter("personal")["site_id"].value_counts()
        return frozenset(counts.filter(counts["count"] < HOUSEHOLDS)["site_id"].to_list())

    def renew(self) -> None:
        """Forget what was read, because something was written."""
        for name, held in type(self).__dict__.items():
            if isinstance(held, cached_property):
                self.__dict__.pop(name, None)

    def of_sites(self, sites: Iterable[Site]) -> tuple[Site, ...]:
        """Those within."""
        return tuple(one for one in sites if self.scope.whole or one.id in self.passed)

    def of_spaces(self, spaces: Iterable[Space]) -> tuple[Space, ...]:
        """Those within."""
        return tuple(one for one in spaces if self.scope.whole or one.id in self.spaces)

    def of_meters(self, meters: Iterable[Meter]) -> tuple[Meter, ...]:
        """Those within."""
        return tuple(one for one in meters if self.scope.whole or one.id in self.keys)

    def of_instruments(self, held: Iterable[HeldInstrument]) -> tuple[HeldInstrument, ...]:
        """Those that name sites within, and no other site of them; one for all sites is the organisation's."""
        if self.scope.whole:
            return tuple(held)
        within = ((one, tuple(site for site in one.instrument.sites if self.scope.holds(site))) for one in held)
        return tuple(
            replace(one, instrument=one.instrument.model_copy(update={"sites": sites}))
            for one, sites in within
            if sites
        )

    def of_entries(self, versions: "pl.DataFrame") -> "pl.DataFrame":
        """Versions of entries at sites within; what names no site is the organisation's."""
        if self.scope.whole:
            return versions
        return versions.filter(versions["site"].is_in(sorted(self.scope.sites or ())).fill_null(value=False))

    def of_release(self, release: Release) -> Release:
        """A release with the figures of sites within."""
        if self.scope.whole:
            return release
        shown = {name for name in release.totals if name.partition("@")[2] in self.subjects}
        totals, units = (
            {name: held[name] for name in shown if name in held} for held in (release.totals, release.units)
        )
        return replace(release, totals=totals, units=units)

    def _measure(self, measure: Measure) -> bool:
        if self.scope.holds(measure.site_id):
            return True
        return bool(measure.meters) and all(one in self.keys for one in measure.meters)
