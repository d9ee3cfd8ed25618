"""The client: what the API offers, as methods."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from wattstone.interfaces.client.connection import Connection, place
from wattstone.interfaces.client.errors import JobFailed, NotFound
from wattstone.interfaces.client.records import Job, Upload

if TYPE_CHECKING:
    import httpx
    import polars as pl

    from wattstone.portfolio import Meter, Organisation, Site, Space
    from wattstone.portfolio.measures import Measure

__all__ = ["Client"]

PIECE = 1024 * 1024
Row = dict[str, Any]


class Client:
    """An organisation on a server.

    Parameters
    ----------
    address : str
        Of the server: `https://energy.example.org`.
    key : str
        Of a program.
    organisation : str
        Its id, as addresses have it.
    lang : {'en', 'zh'}
        Of what the server says.
    timeout : float
        For each of connecting, sending and the answer. [s]
    retries : int
        How often a request is sent again that was not answered, or came too early.
    transport : httpx.BaseTransport or None
        In place of the network, for tests.
    """

    def __init__(
        self,
        address: str,
        *,
        key: str,
        organisation: str,
        lang: Literal["en", "zh"] = "en",
        timeout: float = 30.0,
        retries: int = 4,
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:
        self._at = ("organisations", organisation)
        self._connection = Connection(address, key, lang=lang, timeout=timeout, retries=retries, transport=transport)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._connection.close()

    def me(self) -> Row:
        """Who the key is: role, acts, scope."""
        return self._get("me")

    def organisation(self) -> "Organisation":
        """Whose emissions are counted, and by which rules."""
        from wattstone.portfolio import Organisation

        return Organisation.model_validate(self._get())

    def sites(self, **filters: Any) -> "Iterator[Site]":
        """Sites; filters as `country`, `type`, `grid_region`, `q`, `sort`."""
        from wattstone.portfolio import Site

        return (Site.model_validate(one) for one in self._list("sites", filters))

    def site(self, name: str) -> "Site":
        """A site by its id."""
        from wattstone.portfolio import Site

        return Site.model_validate(self._get("sites", name))

    def declare_site(self, name: str, **said: Any) -> "Site":
        """Declare a site, or correct what is said of one."""
        from wattstone.portfolio import Site

        return Site.model_validate(self._declare("sites", "site", name, said))

    def spaces(self, **filters: Any) -> "Iterator[Space]":
        """Spaces; filters as `site`, `q`, `sort`."""
        from wattstone.portfolio import Space

        return (Space.model_validate(one) for one in self._list("spaces", filters))

    def declare_space(self, name: str, **said: Any) -> "Space":
        """Declare a space, or correct what is said of one."""
        from wattstone.portfolio import Space

        return Space.model_validate(self._declare("spaces", "space", name, said))

    def meters(self, **filters: Any) -> "Iterator[Meter]":
        """Meters; filters as `site`, `kind`, `space`, `personal`, `q`, `sort`."""
        from wattstone.portfolio import Meter

        return (Meter.model_validate(one) for one in self._list("meters", filters))

    def meter(self, name: str) -> "Meter":
        """A meter by its id."""
        from wattstone.portfolio import Meter

        return Meter.model_validate(self._get("meters", name))

    def declare_meter(self, name: str, **said: Any) -> "Meter":
        """Declare a meter, or correct what is said of one."""
        from wattstone.portfolio import Meter

        return Meter.model_validate(self._declare("meters", "meter", name, said))

    def measures(self, **filters: Any) -> "Iterator[Measure]":
        """Measures; filters as `site`, `status`, `q`, `sort`."""
        from wattstone.portfolio.measures import Measure

        return (Measure.model_validate(one) for one in self._list("measures", filters))

    def declare_measure(self, name: str, **said: Any) -> "Measure":
        """Declare a measure, or correct what is said of one."""
        from wattstone.portfolio.measures import Measure

        return Measure.model_validate(self._declare("measures", "measure", name, said))

    def readings(
        self,
        meter: str,
        start: datetime,
        end: datetime,
        *,
        every: Literal["raw", "hour", "day", "month"] = "raw",
    ) -> "pl.DataFrame":
        """Readings of a meter whose intervals begin between two times.

        Parameters
        ----------
        meter : str
            Its id.
        start, end : datetime
            With a zone, or UTC; `start` is included, `end` is not.
        every : {'raw', 'hour', 'day', 'month'}
            As they are, or added up.

        Returns
        -------
        polars.DataFrame
            Columns start (naive UTC), seconds, value (kWh, m3 or kg; null for a gap), flags and covered (share of a
            longer interval that was measured, 0 to 1).
        """
        import polars as pl

        rows: list[Row] = []
        since: str | None = start.isoformat()
        while since is not None:
            params = {"start": since, "end": end.isoformat(), "every": every}
            content = self._get("meters", meter, "readings", params=params)
            rows += content["readings"]
            since = content["next"]
        schema = {
            "start": pl.String, "seconds": pl.Int64, "value": pl.Float64, "flags": pl.Int64, "covered": pl.Float64,
        }  # fmt: skip
        table = pl.DataFrame(rows, schema=schema)
        return table.with_columns(pl.col("start").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us"))

    def inventory(self, year: int, *, subjects: Literal["organisation", "sites", "all"] = "organisation") -> Row:
        """The inventory of a year: `year`, `simulated`, `figures`."""
        return self._get("inventory", str(year), params={"subjects": subjects})

    def figures(self, year: int, **filters: Any) -> Iterator[Row]:
        """Figures of a year; filters as `name`, `subject`, `period`, `sort`."""
        return self._list("figures", {"year": year, **filters})

    def figure(self, name: str) -> Row:
        """A figure by its id, or as NAME@SUBJECT@PERIOD."""
        return self._get("figures", name)

    def evidence(self, figure: str, *, limit: int = 12) -> Row:
        """What a figure was made from."""
        return self._get("figures", figure, "evidence", params={"limit": limit})

    def findings(self, **filters: Any) -> Iterator[Row]:
        """Findings of waste and faults; filters as `site`, `code`, `state`, `sort`."""
        return self._list("findings", filters)

    def move(self, card: str, state: str, **said: Any) -> Row:
        """Move a card of the board; said are `note`, `owner`, `due`."""
        held = self._connection.ask("GET", self._path("board", card))
        headers = {"If-Match": held.headers["etag"]}
        return self._connection.ask(
            "PATCH", self._path("board", card), content={"state": state, **said}, headers=headers
        ).json()

    def savings(self, **filters: Any) -> Iterator[Row]:
        """Verified savings; filters as `subject`, `name`, `sort`."""
        return self._list("savings", filters)

    def documents(self, **filters: Any) -> Iterator[Row]:
        """Documents; filters as `kind`, `subject`, `language`, `sort`."""
        return self._list("documents", filters)

    def download(self, document: str, to: Path | str, *, form: Literal["pdf", "html", "json"] = "pdf") -> Path:
        """Write a document to a file."""
        answer = self._connection.ask("GET", self._path("documents", document, "content"), params={"format": form})
        path = Path(to)
        path.write_bytes(answer.content)
        return path

    def alerts(self, **filters: Any) -> Iterator[Row]:
        """Alerts, the newest first; filters as `state`, `site`, `kind`."""
        return self._list("alerts", filters)

    def acknowledge(self, alert: str, note: str = "") -> Row:
        """Say that one looks after an alert."""
        return self._post("alerts", alert, "acknowledge", content={"note": note})

    def jobs(self, **filters: Any) -> Iterator[Job]:
        """Jobs, the newest first; filters as `state`, `kind`."""
        return (Job.of(one) for one in self._list("jobs", filters))

    def start(self, kind: str, **params: Any) -> Job:
        """Start a job: `client.start("inventory", year=2019)`."""
        return Job.of(self._post("jobs", content={"kind": kind, "params": params}))

    def job(self, name: str) -> Job:
        """A job by its id."""
        return Job.of(self._get("jobs", name))

    def cancel(self, job: Job | str) -> Job:
        """Stop a job."""
        return Job.of(self._post("jobs", _id(job), "cancel"))

    def retry(self, job: Job | str) -> Job:
        """Try a job again that failed or was cancelled."""
        return Job.of(self._post("jobs", _id(job), "retry"))

    def wait(
        self,
        job: Job | str,
        *,
        every: float = 1.0,
        longest: float | None = None,
        progress: Callable[[Job], None] | None = None,
    ) -> Job:
        """Wait until a job is done.

        Parameters
        ----------
        job : Job or str
            Or its id.
        every : float
            How often it is looked at. [s]
        longest : float or None
            How long to wait; until it ends where None. [s]
        progress : callable or None
            Given the job each time.

        Raises
        ------
        JobFailed
            If it failed, or was cancelled.
        TimeoutError
            If it takes longer.
        """
        began, name = time.monotonic(), _id(job)
        while True:
            held = self.job(name)
            if progress is not None:
                progress(held)
            if held.state == "done":
                return held
            if held.over:
                raise JobFailed(held)
            if longest is not None and time.monotonic() - began > longest:
                raise TimeoutError(f"job {name} is {held.state} after {longest:g} s")
            time.sleep(every)

    def upload(self, path: Path | str, *, progress: Callable[[int, int], None] | None = None) -> Upload:
        """Send a file; it is streamed, whatever its size.

        Parameters
        ----------
        path : pathlib.Path
            CSV, XLSX, Parquet, Green Button, EPW, or a ZIP archive of a dataset.
        progress : callable or None
            Given how many bytes are sent, and of how many.

        Returns
        -------
        Upload
            How it would be read; `take_in` takes it in.
        """
        file = Path(path)
        size = file.stat().st_size

        def pieces() -> Iterator[bytes]:
            sent = 0
            with file.open("rb") as source:
                while piece := source.read(PIECE):
                    yield piece
                    sent += len(piece)
                    if progress is not None:
                        progress(sent, size)

        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        answer = self._connection.ask(
            "POST", self._path("uploads"), params={"name": file.name}, headers=headers, body=pieces
        )
        return Upload.of(answer.json())

    def take_in(self, upload: Upload | str, **said: Any) -> Job:
        """Take an upload in: starts a job.

        Parameters
        ----------
        upload : Upload or str
            Or its id.
        **said
            `mapping` (TOML), `zone`, `site`, `meter`, `unit`, `kind`; `confirmed=True` where somebody looked at it,
            `dry_run=True` to say what would change.
        """
        name = upload.id if isinstance(upload, Upload) else upload
        return Job.of(self._post("uploads", name, "ingest", content=said))

    def _path(self, *parts: str) -> str:
        return place(*self._at, *parts)

    def _get(self, *parts: str, params: Mapping[str, Any] | None = None) -> Row:
        return self._connection.ask("GET", self._path(*parts), params=params).json()

    def _post(self, *parts: str, content: Any = None) -> Row:
        return self._connection.ask("POST", self._path(*parts), content=content).json()

    def _list(self, name: str, filters: Mapping[str, Any]) -> Iterator[Row]:
        return self._connection.pages(self._path(name), name, {"limit": 1000, **filters})

    def _declare(self, what: str, one: str, name: str, said: Mapping[str, Any]) -> Row:
        """Correct what is there as it was read just now, else declare it anew."""
        try:
            held = self._connection.ask("GET", self._path(what, name))
        except NotFound:
            return self._post(what, content={"id": name, **said})[one]
        headers = {"If-Match": held.headers["etag"]}
        return self._connection.ask("PATCH", self._path(what, name), content=dict(said), headers=headers).json()[one]


def _id(job: Job | str) -> str:
    return job.id if isinstance(job, Job) else job
