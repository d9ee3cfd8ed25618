"""Contractual instruments and the claims of years on them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from wattstone.base import InputRefused
from wattstone.interfaces.store.rows import Rows, known, table
from wattstone.inventory.claims import over_claimed

if TYPE_CHECKING:
    from wattstone.inventory.instruments import Claim, HeldInstrument

__all__ = ["Contracts"]

_OWN = ("entered_by", "entered_at", "withdrawn")


class Contracts(Rows):
    """The part of the records that says which energy was bought with which attributes."""

    def instruments(self) -> "tuple[HeldInstrument, ...]":
        """All instruments, by id, those that were withdrawn among them."""
        from wattstone.inventory.instruments import HeldInstrument, Instrument

        return tuple(
            HeldInstrument(
                instrument=Instrument.model_validate({name: row[name] for name in row if name not in _OWN}),
                **{name: row[name] for name in _OWN},
            )
            for row in self._select("instruments", order="id")
        )

    def put_instruments(self, held: "Sequence[HeldInstrument]") -> None:
        """Keep instruments in place of those of the same id, all or none."""
        stored = table("instruments")
        with self._database.writing(alone=True) as connection:
            there = known(connection, "instruments", [one.instrument.id for one in held])
            for one in held:
                said = one.instrument.model_dump()
                row = {**said, "serials": list(said["serials"]), "sites": list(said["sites"])}
                row |= {name: getattr(one, name) for name in _OWN}
                if one.instrument.id in there:
                    connection.execute(stored.update().where(stored.c.id == one.instrument.id), row)
                else:
                    connection.execute(stored.insert(), row)

    def claims(self) -> "tuple[Claim, ...]":
        """What the inventories of years claim, by instrument and year."""
        from wattstone.inventory.instruments import Claim

        rows = (Claim(**row) for row in self._select("claims"))
        return tuple(sorted(rows, key=lambda one: (one.instrument, one.year)))

    def put_claims(self, year: int, claims: "Sequence[Claim]") -> None:
        """Keep what a year claims, in place of what it claimed before, all or none.

        Parameters
        ----------
        year : int
            Of all of them.
        claims : sequence of Claim
            What is left out is claimed no more.

        Raises
        ------
        InputRefused
            If the years together claim more of an instrument than there is of it; nothing is changed then.
        """
        stored = table("claims")
        with self._database.writing(alone=True) as connection:
            others = connection.execute(stored.select().where(stored.c.year != year)).mappings().all()
            volumes = {
                name: row["volume"]
                for name, row in known(connection, "instruments", [one.instrument for one in claims]).items()
            }
            before: dict[str, float] = {}
            for row in others:
                before[row["instrument"]] = before.get(row["instrument"], 0.0) + row["energy"]
            if findings := over_claimed(claims, volumes, before):
                raise InputRefused(findings)
            connection.execute(stored.delete().where(stored.c.year == year))
            if claims:
                connection.execute(stored.insert(), [asdict(one) for one in claims])
