"""The audit log: who did what, and whether its chain is whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Protocol, cast

from starlette.responses import Response

from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.deeds import deed_name
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.web.kit import csv_file, page, part, render
from wattstone.interfaces.web.reading import zone_here
from wattstone.workflows.access.policy import Act

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here
    from wattstone.interfaces.store.chain import Break, ChainedEntry

_SIZE, _BACK, _TAKEN = 50, 5000, 100_000
_AT_ONCE = 20_000  # lines whose chain is checked whenever somebody looks; longer ones when it is asked for
Log = Literal["workspace", "server"]


class Chained(Protocol):
    """A log whose lines are chained, as the records of a workspace keep it."""

    def entries(self, *, since: int = 0, last: int | None = None) -> "tuple[ChainedEntry, ...]":
        """Lines in their order."""
        ...

    def head(self) -> "ChainedEntry | None":
        """The newest line."""
        ...

    def check_chain(self, *, since: "ChainedEntry | None" = None) -> "Break | None":
        """The first line at which the chain does not hold."""
        ...


@dataclass(frozen=True)
class Line:
    """A line of either log: of the organisation's data, or of the server's accounts."""

    log: Log
    entry: "ChainedEntry"

    @property
    def details(self) -> str:
        """What it was about, in one line."""
        return ", ".join(f"{name}: {value}" for name, value in self.entry.details.items() if value not in (None, ""))


@dataclass(frozen=True)
class Chain:
    """Whether a chain holds.

    Parameters
    ----------
    name : str
        Of the log.
    lines : int
        How many it has.
    head : str
        The newest hash; whoever noted it down can tell later whether lines were cut off.
    broken : int or None
        Number of the first line at which it does not hold.
    checked : bool
        Whether it was looked at.
    """

    name: str
    lines: int
    head: str
    broken: int | None
    checked: bool


@page("/settings/audit", name="audit", place="settings", title=mark("Audit log"), tab=mark("Audit log"),
      act=Act.READ_AUDIT, order=60)  # fmt: skip
def audit(here: "Here", who: str = "", what: str = "", page: int = 1, check: bool = False) -> Response:
    """The newest lines first, and the state of both chains."""
    every = _lines(here, _BACK)
    found = _filtered(every, who, what)
    number = max(page, 1)
    deeds = [(deed, deed_name(deed, here.lang)) for deed in sorted({line.entry.what for line in every})]
    return render(
        here, "pages/audit.html.j2", chains=list(_chains(here, check)), count=len(found), number=number, size=_SIZE,
        lines=found[(number - 1) * _SIZE : number * _SIZE], who_asked=who, what_asked=what, zone=zone_here(here),
        people=sorted({line.entry.who for line in every}), deeds=deeds,
        back=_BACK if len(every) >= _BACK else None,
    )  # fmt: skip


@part("/settings/audit.csv", act=Act.READ_AUDIT)
def download(here: "Here", who: str = "", what: str = "") -> Response:
    """The log with its hashes, so that anybody can compute the chain again."""
    t = translator(here.lang)
    heads = ("log", "number", "when", "who", "what", "details", "previous", "hash")
    rows = tuple(
        tuple(
            Cell(text)
            for text in (
                line.log, str(line.entry.number), f"{line.entry.when.isoformat()}Z", line.entry.who, line.entry.what,
                line.details, line.entry.previous, line.entry.hash,
            )
        )
        for line in _filtered(_lines(here, _TAKEN), who, what)
    )  # fmt: skip
    return csv_file(Table(tuple(Head(t(head)) for head in heads), rows), f"audit-{datetime.now(UTC):%Y-%m-%d}")


def _lines(here: "Here", last: int) -> list[Line]:
    own = [Line("workspace", entry) for entry in _own(here).entries(last=last)]
    server = [Line("server", entry) for entry in here.service.server.audit.entries(tenant=here.tenant.id, last=last)]
    return sorted([*own, *server], key=lambda line: (line.entry.when, line.entry.number), reverse=True)


def _own(here: "Here") -> Chained:
    return cast("Chained", here.workspace.records)


def _filtered(lines: list[Line], who: str, what: str) -> list[Line]:
    return [line for line in lines if who in ("", line.entry.who) and what in ("", line.entry.what)]


def _chains(here: "Here", check: bool) -> Iterator[Chain]:
    t = translator(here.lang)
    for name, log in (
        (t("The organisation's data"), _own(here)),
        (t("Accounts"), here.service.server.audit),
    ):
        head = log.head()
        lines = head.number if head is not None else 0
        look = check or lines <= _AT_ONCE
        broken = log.check_chain() if look else None
        yield Chain(name, lines, head.hash if head is not None else "", broken.number if broken else None, look)
