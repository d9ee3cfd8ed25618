"""A served estate of 50,000 sites under readers: lists by 20, charts by 20, 200 at once, and beside an ingest.

`wattstone serve` is started as people start it, on a simulated workspace (`portfolio_pages`). Readers are signed in by
sessions of their own, as browsers are; each keeps a connection. The generator runs on the same two cores, and its CPU
is reported beside the server's.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import portfolio_pages
from benchmarks.measuring import side
from benchmarks.tables import Row, Setting
from benchmarks.web_readers import Heard, Pick, read_together

TENANT = "made"
SECONDS = 60.0
_WORDS = ("", "office+1", "ulm", "leeds", "store+12", "akron", "shanghai")
_SORTS = ("-location", "name", "-findings_kg", "peer_percentile", "-energy")


@contextmanager
def served(root: Path, log: Path, processes: int) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """`wattstone serve` on a free port."""
    command = [sys.executable, "-m", "wattstone", "serve", str(root), "--port", "0", "--log", "json"]
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*command, "--processes", str(processes)], stdout=subprocess.PIPE, stderr=errors, text=True
        )
    assert process.stdout is not None
    try:
        said = ""
        while (found := re.search(r"http://127\.0\.0\.1:\d+", said)) is None:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"the server did not start: {said}{log.read_text()}")
            said += line
        yield found[0], process
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


def people(root: Path, count: int) -> list[dict[str, str]]:
    """Headers of so many analysts, each with a session."""
    from wattstone.interfaces.store.server import ServerRecords

    headers: list[dict[str, str]] = []
    with_records: Any = ServerRecords.at(root, create=True)
    for at in range(count):
        person = with_records.people.add(name=f"Reader {at}", email=f"reader{at}@example.org")
        with_records.people.join(person.id, TENANT, role="analyst", sites=None, by="benchmark")
        token, _ = with_records.sessions.open(person.id, lasts=timedelta(days=1))
        headers.append({"Cookie": f"wattstone={token}", "Accept": "text/html"})
    with_records.close()
    return headers


def lists(sites: int) -> Pick:
    """Portfolio by text, order, filter and page."""
    del sites

    def pick(draw: Random) -> tuple[str, str]:
        words, sort = draw.choice(_WORDS), draw.choice(_SORTS)
        kept = draw.choice(("", "&findings=true", "&type=office", "&country=DE"))
        return "list", f"/o/{TENANT}/portfolio?q={words}&sort={sort}&page={draw.randint(1, 3)}{kept}"

    return pick


def weeks(sites: int) -> Pick:
    """The chart of a week of any meter."""

    def pick(draw: Random) -> tuple[str, str]:
        name = f"site-{draw.randrange(sites):05d}"
        first = draw.choice(("2025-12-18", "2025-12-19", "2025-12-20"))
        return "chart", f"/o/{TENANT}/sites/{name}/charts/week.json?meter={name}-main&start={first}&days=7"

    return pick


def mixed(sites: int) -> Pick:
    """80 % lists and Today, 20 % charts."""
    listed, charted = lists(sites), weeks(sites)

    def pick(draw: Random) -> tuple[str, str]:
        share = draw.random()
        if share < 0.2:
            return charted(draw)
        return ("today", f"/o/{TENANT}/") if share < 0.5 else listed(draw)

    return pick


def _cpu_of(process: "subprocess.Popen[str]") -> float:
    """CPU of a process and of its children that live. [s]"""
    ticks = os.sysconf("SC_CLK_TCK")
    used, wanted = 0.0, {process.pid}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(folder.name) in wanted or int(fields[1]) in wanted:
            used += (int(fields[11]) + int(fields[12])) / ticks
    return used


def _said(heard: Heard, served_cpu: float) -> str:
    kinds = ", ".join(f"{kind} {heard.quantile(0.95, kind):.2f}" for kind in sorted(heard.seconds))
    return (
        f"{heard.count} answers, {len(heard.errors)} errors, p50 {heard.quantile(0.5):.2f} s, p95 by kind {kinds} s, "
        f"p99 {heard.quantile(0.99):.2f} s; largest {max(heard.bytes.values(), default=0) / 1000:.0f} kB; "
        f"CPU server {served_cpu:.0f} s, generator {heard.cpu:.1f} s"
    )


def estate(setting: Setting, called: str) -> tuple[Path, int]:
    """A folder to be served with a copy of the simulated workspace, which is made once; how many sites it has."""
    sites, days = (400, 3) if setting.small else (portfolio_pages.SITES, portfolio_pages.DAYS)
    made = setting.scratch / f"portfolio-{sites}x{days}"
    if not (made / "made").is_file():
        setting.say(f"making {sites} simulated sites, {sites * days * 96 / 1e6:.1f} M readings")
        side("benchmarks.portfolio_pages:make", made, sites, days)
    root = setting.scratch / f"{called}-{sites}"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(made, root / TENANT)
    return root, sites


def run(setting: Setting) -> Iterator[Row]:
    """Rows of the table."""
    root, sites = estate(setting, "served")
    seconds = 3.0 if setting.small else SECONDS
    many = people(root, 20 if setting.small else 200)
    with served(root, setting.scratch / "served.log", 1 if setting.small else 2) as (base, process):
        read_together(
            base, many[:4], mixed(sites), seconds=min(seconds, 10), pause=0.2
        )  # estates and templates are read
        cases = (
            ("20 readers list and filter, 1 s between requests", many[:20], lists(sites), 1.0, 0.95, 1.0),
            ("20 readers look at weeks of meters, 1 s between requests", many[:20], weeks(sites), 1.0, 0.95, 0.5),
            (f"{len(many)} readers, 3 s between requests", many, mixed(sites), 3.0, 0.99, 2.0),
        )
        for what, who, pick, pause, share, goal in cases:
            before = _cpu_of(process)
            heard = read_together(base, who, pick, seconds=seconds, pause=pause, seed=len(what))
            kept = not heard.errors and heard.quantile(share) <= goal
            limit = f"{goal:g} s at p{100 * share:.0f}, no error"
            yield Row(what, _said(heard, _cpu_of(process) - before), "", "", limit, None if setting.small else kept)
            for error in heard.errors[:5]:
                setting.say(f"    {error}")
        yield _beside_an_ingest(setting, root, base, process, many, sites, seconds)


def _beside_an_ingest(
    setting: Setting, root: Path, base: str, process: Any, many: list[dict[str, str]], sites: int, seconds: float
) -> Row:
    """The same readers while somebody sends a week of a thousand meters, and a job takes it in."""
    meters = min(sites, 20 if setting.small else 1000)
    table = late_readings(setting.scratch / "late.csv", meters)
    key, before = issue_key(root), _cpu_of(process)
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(_send, base, key, table)
        heard = read_together(base, many, mixed(sites), seconds=seconds, pause=3.0, seed=7)
        took = sent.result(timeout=600)
    for error in heard.errors[:5]:
        setting.say(f"    {error}")
    kept = not heard.errors and heard.quantile(0.99) <= 2.0
    what = f"{len(many)} readers while {meters * 168} readings are sent and taken in"
    said = f"{_said(heard, _cpu_of(process) - before)}; taken in {took:.0f} s after it was sent"
    return Row(what, said, "", "", "2 s at p99, no error", None if setting.small else kept)


def late_readings(table: Path, meters: int) -> Path:
    """A file of a week by the hour of some meters, after all that is there."""
    with table.open("w") as file:
        file.write("site,meter,time,kWh\n")
        for at in range(meters):
            name = f"site-{at:05d}"
            file.writelines(
                f"{name},{name}-main,2026-01-0{day + 1}T{hour:02d}:00Z,4\n" for day in range(7) for hour in range(24)
            )
    return table


def issue_key(root: Path) -> str:
    """The key of a program that sends readings."""
    from wattstone.interfaces.store.server import ServerRecords

    server: Any = ServerRecords.at(root)
    token, _ = server.keys.issue(TENANT, name="benchmark", role="analyst", by="local")
    server.close()
    return token


def _send(base: str, key: str, table: Path) -> float:
    """Send a file and wait until its job is done. [s]"""
    from wattstone.interfaces.client import Client

    with Client(base, key=key, organisation=TENANT, timeout=120) as client:
        sent = client.upload(table)
        began = time.perf_counter()
        client.wait(client.take_in(sent, confirmed=True), longest=500)
    return time.perf_counter() - began
