"""An organisation of two sites with data of every kind, and whoever looks at it with more or less of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.workflows.overview.made import found
from wattstone.interfaces.app.build import build_app
from wattstone.interfaces.jobs.asking import ask
from wattstone.interfaces.jobs.perform import Task, perform
from wattstone.interfaces.serving.request import all_routes
from wattstone.interfaces.serving.service import open_service
from wattstone.interfaces.serving.settings import Limits, Settings
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Meter, Site, Space
from wattstone.portfolio.measures import Measure
from wattstone.readings.sources import How
from wattstone.workflows.access import POLICY, Act, Principal, Role, Scope
from wattstone.workflows.detect.table import keep_findings
from wattstone.workflows.ingest import ingest_all

API, PAGES = "/api/v1/organisations/acme", "/o/acme"
YEAR, HOURS = 2019, 48
SITES = ("ours", "theirs")
_KW = {"ours": 10.0, "theirs": 777.0}


@dataclass(frozen=True)
class Asker:
    """Somebody with a key who asks the application for addresses, one after the other."""

    app: Any
    key: str
    loop: asyncio.AbstractEventLoop

    def get(self, path: str) -> httpx.Response:
        """An answer."""
        return self.send("GET", path)

    def send(self, method: str, path: str, **how: Any) -> httpx.Response:
        """The answer to a request of any kind."""
        return self.loop.run_until_complete(self._send(method, path, **how))

    async def _send(self, method: str, path: str, **how: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 1), raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {self.key}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
            return await client.request(method, path, **how)


class House:
    """Sites `ours` and `theirs` with readings, figures, findings, documents, jobs, alerts and files."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.loop = asyncio.new_event_loop()
        self._declare(folder)
        self.service = open_service(self.root, Settings(limits=Limits(requests=1_000_000, burst=1_000_000)))
        self._people()
        for kind, params in (("inventory", {}), ("quality", {}), ("report", {}), ("export", {"what": "readings"})):
            self._done(self.people["whole"], kind, {**params, "year": YEAR})
            self._done(self.people["demoted"], kind, {**params, "year": YEAR})
        self._found()
        self._demote()
        self.app = build_app(self.service)

    def asker(self, who: str) -> Asker:
        """Somebody, by name."""
        return Asker(self.app, self.keys[who], self.loop)

    def starts(self) -> list[str]:
        """Every address by its rule that can be filled in, for either site."""
        made: dict[str, None] = {}
        for route in all_routes(self.app):
            if "GET" not in route.methods or "{tenant}" not in route.path:
                continue
            for site in SITES:
                said = {"tenant": "acme", "site": f"{site}-hall", "meter": f"{site}-main", "space": f"{site}-wing",
                        "year": str(YEAR), "form": "csv", "kind": "site", "name": f"{site}-hall",
                        "measure": f"{site}-led"}  # fmt: skip
                path = route.path.replace("{figure:path}", "{figure}")
                for name, value in said.items():
                    path = path.replace(f"{{{name}}}", value)
                if "{" not in path:
                    made[path] = None
                    if path.endswith("/figures"):
                        made[f"{path}?year={YEAR}"] = made[f"{path}?year={YEAR}&subject=site:{site}-hall"] = None
        runs = [
            f"{PAGES}/evidence/{one}"
            for one in ("run:1", "run:2", "waste:3", f"energy.electricity@organisation@{YEAR}")
        ]
        return [
            *made,
            *runs,
            f"{PAGES}/search?q=theirs",
            f"{PAGES}/portfolio?query=theirs",
            f"{PAGES}/portfolio?q=theirs",
        ]

    def foreign(self) -> list[str]:
        """Words that stand for what is of `theirs` or of all: names, and ids of figures and documents."""
        figures = self.service.whole("acme").lake.scan("figures")
        assert figures is not None
        rows = figures.select("id", "subject").collect()
        ids = [one for one, subject in rows.iter_rows() if "theirs" in subject or subject == "organisation"]
        return ["Theirhouse", "Theirwing", "Theirlamps", *ids, *(job.id for job in self.jobs), "37,296", "37,776"]

    def close(self) -> None:
        """Give back what was opened."""
        self.service.close()
        self.loop.close()

    def _declare(self, folder: Path) -> None:
        create_workspace(self.root / "acme")
        held = open_workspace(self.root / "acme")
        begin = datetime(YEAR, 5, 1)
        tables: list[Path] = []
        for site in SITES:
            called = "Ourhouse" if site == "ours" else "Theirhouse"
            hall, wing = f"{site}-hall", f"{site}-wing"
            held.records.declare(
                [Site(id=hall, name=called, type="office", country="GB", latitude=51.5, longitude=0.1)],
                [
                    Meter(id=f"{site}-main", site_id=hall, kind="electricity", unit="kWh"),
                    Meter(id=f"{site}-flat", site_id=hall, space_id=wing, kind="electricity", unit="kWh", personal=True,
                          parent_id=f"{site}-main"),
                ],
                [Space(id=wing, site_id=hall, name=called.replace("house", "wing"))],
                sites_by="user",
            )  # fmt: skip
            lamps = Measure(
                id=f"{site}-led", site_id=hall, meters=(f"{site}-main",), name=called.replace("house", "lamps")
            )
            held.records.declare_measures([lamps])
            rows = ["site,meter,time,kWh"]
            for meter, share in (("main", 1.0), ("flat", 0.1)):
                rows += [
                    f"{hall},{site}-{meter},{begin + timedelta(hours=hour):%Y-%m-%dT%H:%M}Z,{_KW[site] * share:g}"
                    for hour in range(HOURS)
                ]
            tables.append(folder / f"{site}.csv")
            tables[-1].write_text("\n".join(rows) + "\n", encoding="utf-8")
        ingest_all(held, tables, How(unit="kWh", kind="electricity", confirm=lambda _path, _found: True))
        sites = held.root / "sites"
        sites.mkdir()
        for site in SITES:
            (sites / f"{site}-hall.toml").write_text(f'[tariff]\nfiles = ["{site}-log.csv"]\n', encoding="utf-8")
            (sites / f"{site}-log.csv").write_text("time,kW\n", encoding="utf-8")
        held.close()

    def _people(self) -> None:
        ours, wing = frozenset({"ours-hall"}), frozenset({"ours-wing"})
        self.people: dict[str, Principal] = {}
        self.keys: dict[str, str] = {}
        for name, role, sites, spaces in (
            ("whole", Role.ANALYST, None, frozenset[str]()), ("analyst", Role.ANALYST, ours, frozenset[str]()),
            ("viewer", Role.VIEWER, ours, frozenset[str]()), ("administrator", Role.ADMIN, ours, frozenset[str]()),
            ("reviewer", Role.REVIEWER, ours, frozenset[str]()), ("lodger", Role.ANALYST, frozenset[str](), wing),
            ("demoted", Role.ANALYST, None, frozenset[str]()),
        ):  # fmt: skip
            server = self.service.server
            person = server.people.add(name=name, email=f"{name}@example.org")
            server.people.join(person.id, "acme", role=str(role), sites=sites, spaces=spaces, by="test")
            token, key = server.keys.issue(
                "acme", name=name, role=str(role), by=person.id, sites=sites, spaces=spaces, expires=None
            )
            self.keys[name] = token
            self.people[name] = Principal(
                id=key.id,
                name=name,
                kind="key",
                tenant="acme",
                role=role,
                scope=Scope(sites, spaces),
                acts=POLICY[role],
            )

    def _demote(self) -> None:
        """Of what somebody had of all the organisation one site is left: at once, and for what was made before."""
        owner = self.service.server.people.by_email("demoted@example.org")
        assert owner is not None
        self.service.server.people.join(
            owner.id, "acme", role="analyst", sites=frozenset({"ours-hall"}), spaces=frozenset(), by="test"
        )

    def _done(self, who: Principal, kind: str, params: Mapping[str, Any]) -> None:
        """Have a job done in this process."""
        job = ask(self.service.server, who, kind, params)
        task = Task(
            id=job.id, tenant="acme", kind=kind, root=str(self.root / "acme"), params=job.params, asked_by=job.asked_by,
            name=who.name, role=job.role, acts=tuple(map(str, who.acts)), sites=None, spaces=(),
        )  # fmt: skip
        claimed = self.service.queue.claim("test", lease=timedelta(minutes=5))
        assert claimed is not None
        done = perform(task, lambda *_: None)
        self.service.queue.finish(job.id, "test", done.as_dict(), findings=list(done.findings))

    def _found(self) -> None:
        """Findings at both sites, a failed job, alerts."""
        whole = self.service.whole("acme")
        rows = [
            {"site_id": f"{site}-hall", "meter_id": f"{site}-main", "since": date(YEAR, 5, 1 + at), "energy": energy}
            for at, (site, energy) in enumerate((("ours", 100.0), ("theirs", 77123.0)))
        ]
        keep_findings(whole, found(*rows), run=3, year=YEAR)
        for site in (*(f"{one}-hall" for one in SITES), None):
            self.service.server.alerts.raise_alert(
                "acme", kind="data.silent", key=f"k-{site}", site=site,
                facts={"count": 1, "since": "2019-05-01T14:00:00Z", "meters": [f"{(site or 'theirs-hall')[:-5]}-main"]},
            )  # fmt: skip
        queue = self.service.queue
        failed = queue.put(
            kind="detection", params={}, tenant="acme", asked_by="schedule", role="admin", acts=[Act.RUN]
        )
        queue.claim("test", lease=timedelta(minutes=5))
        queue.fail(failed.id, "test", error="the meter theirs-main of Theirhouse is broken")
        self.jobs = queue.jobs("acme")[0]
