"""Alerts on their way: each delivery is claimed by one sender at a time, and tried again when it fails."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.store.server.records import Alert, Delivery
from wattstone.interfaces.store.server.rows import from_row, new_id, now_utc, table

if TYPE_CHECKING:
    from wattstone.interfaces.store.database import Database

__all__ = ["Deliveries", "delivery_row"]


def delivery_row(alert: Alert, channel: str, address: str) -> dict[str, Any]:
    """The row of a delivery that is due at once; the address of a webhook is its id."""
    return {
        "id": new_id(), "tenant": alert.tenant, "alert": alert.id, "channel": channel, "address": address,
        "state": "queued", "attempts": 0, "due": alert.raised, "answer": None, "created": alert.raised, "sent": None,
    }  # fmt: skip


class Deliveries:
    """Deliveries of all organisations."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def claim(self, *, lease: timedelta, now: datetime | None = None) -> Delivery | None:
        """Take a delivery that is due; one whose sender was killed comes up again when the lease runs out."""
        from sqlalchemy import select

        moment, ways = now_utc(now), table("deliveries")
        due = select(ways.c.id).where(ways.c.state.in_(("queued", "sending")), ways.c.due <= moment)
        with self._database.reading() as connection:
            if connection.execute(due.limit(1)).first() is None:
                return None
        with self._database.writing() as connection:
            first = due.order_by(ways.c.due, ways.c.id).limit(1).with_for_update(skip_locked=True)
            own = connection.execute(first).scalar()
            changes = {"state": "sending", "due": moment + lease, "attempts": ways.c.attempts + 1}
            taken = ways.update().where(ways.c.id == own).values(changes).returning(*ways.c)
            row = connection.execute(taken).mappings().first()
        return None if row is None else from_row(Delivery, row)

    def sent(self, delivery_id: str, answer: str = "", *, now: datetime | None = None) -> None:
        """Say that it arrived, and what was answered."""
        self._end(delivery_id, state="sent", sent=now_utc(now), answer=answer)

    def failed(
        self, delivery_id: str, answer: str, *, again_in: timedelta | None = None, now: datetime | None = None
    ) -> None:
        """Say that it did not arrive, and when to try again; never where None."""
        if again_in is None:
            self._end(delivery_id, state="failed", answer=answer)
        else:
            self._end(delivery_id, state="queued", due=now_utc(now) + again_in, answer=answer)

    def of(self, tenant: str, alert_id: str | None = None, *, last: int = 100) -> tuple[Delivery, ...]:
        """An organisation's deliveries, or those of one alert, newest first."""
        ways = table("deliveries")
        query = ways.select().where(ways.c.tenant == tenant).order_by(ways.c.created.desc(), ways.c.id).limit(last)
        if alert_id is not None:
            query = query.where(ways.c.alert == alert_id)
        with self._database.reading() as connection:
            return tuple(from_row(Delivery, row) for row in connection.execute(query).mappings().all())

    def again(self, tenant: str, delivery_id: str, *, now: datetime | None = None) -> bool:
        """Try a delivery that failed again; False where there is none such."""
        ways = table("deliveries")
        mine = ways.c.id == delivery_id, ways.c.tenant == tenant, ways.c.state == "failed"
        change = ways.update().where(*mine).values(state="queued", due=now_utc(now), attempts=0)
        with self._database.writing() as connection:
            return connection.execute(change).rowcount == 1

    def sweep(self, *, before: datetime) -> int:
        """Remove deliveries of before a time that arrived or were given up; return how many."""
        ways = table("deliveries")
        ended = ways.c.state.in_(("sent", "failed")), ways.c.created < now_utc(before)
        with self._database.writing() as connection:
            return connection.execute(ways.delete().where(*ended)).rowcount

    def _end(self, delivery_id: str, **changes: Any) -> None:
        ways = table("deliveries")
        with self._database.writing() as connection:
            connection.execute(ways.update().where(ways.c.id == delivery_id).values(changes))
