"""Data: files are dropped, looked at, corrected and taken in; what was taken in before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.jobs.asking import ask, sees_job
from wattstone.interfaces.jobs.inbox import UPLOAD, forget, new_upload, tidy, uploaded, waiting
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.countries import countries
from wattstone.interfaces.present.languages import Language, day, mark, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.names import kind_name
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.web.holding import Held, held_by
from wattstone.interfaces.web.jobforms import at_field
from wattstone.interfaces.web.kit import Form, action, go, link, page, render
from wattstone.interfaces.web.reading import zone_here
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.results import failed, missing, running
from wattstone.interfaces.web.sent import sent_files
from wattstone.workflows.access.policy import EVERYWHERE, Act
from wattstone.workflows.ingest.preview import Preview, preview, preview_how
from wattstone.workflows.overview.years import reading_years
from wattstone.workflows.sources import TakenIn, taken_in

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here
    from wattstone.interfaces.store.server import Job

SIZE = 25
_SAID = ("zone", "site", "meter", "unit", "kind")
_NEW = ("country", "clock")  # of sites that are new
_DIVIDED = re.compile(r"[;,；，、\n]")
_FORMS = {
    "csv": mark("a table (CSV)"),
    "xlsx": mark("a table (XLSX)"),
    "greenbutton": mark("Green Button"),
    "dataset": mark("a dataset"),
    "epw": mark("weather of a typical year"),
    "weather": mark("weather"),
    "sessions": mark("charging sessions"),
    "tariff": mark("a tariff"),
    "unknown": mark("nothing that can be read"),
}
_COLUMNS = {
    "meter_id": mark("Meter"),
    "site_id": mark("Site"),
    "start": mark("From (UTC)"),
    "end": mark("To (UTC)"),
    "seconds": mark("Length [s]"),
    "value": mark("Value"),
    "unit": mark("Unit"),
    "kind": mark("What it measures"),
    "station": mark("Weather station"),
}
_KINDS = ("electricity", "natural_gas", "heat", "water", "steam", "chilled_water", "pv")


@dataclass(frozen=True)
class Looked:
    """A file of an upload as the page shows it.

    Parameters
    ----------
    name, form : str
        Its name, and what it seems to be, in words.
    one : Preview
        What was made out.
    sure : float or None
        Of the mapping, in percent.
    table : Table or None
        The first rows as they would be taken in.
    held : Held or None
        What each of its meters holds.
    """

    name: str
    form: str
    one: Preview
    sure: float | None
    table: Table | None
    held: Held | None


@page("/data", name="data", place="data", title=mark("Data"), tab=mark("Take in"), act=Act.READ, order=10)
def data(here: "Here", page: int = 1) -> Response:
    """Where files are dropped, and what was taken in before."""
    return _data(here, page)


def _data(here: "Here", page: int = 1, *, found: Sequence[Finding] = (), status: int = 200) -> Response:
    t = translator(here.lang)
    sources = taken_in(here.workspace)
    number = max(1, min(page, (len(sources) - 1) // SIZE + 1)) if sources else 1
    heads = (
        Head(t("Source")), Head(t("Taken in")), Head(t("By")), Head(t("Readings"), True), Head(t("New"), True),
        Head(t("Corrections"), True), Head(t("Beside them")),
    )  # fmt: skip
    open_here = here.principal.may(Act.INGEST, EVERYWHERE)  # of which sites the files are, nobody knows yet
    rows = tuple(_row(one, here.lang) for one in sources[(number - 1) * SIZE : number * SIZE])
    return render(
        here, "pages/data.html.j2", sources=sources, table=Table(heads, rows), number=number, size=SIZE,
        running=running(here, ["ingest"]), failed=failed(here, ["ingest"]), found=found,
        largest=here.service.settings.limits.upload_mb, everywhere=open_here, whole=here.principal.scope.whole,
        waits=waiting(here.tenant.root)[:10] if open_here else (), zone=zone_here(here), status=status,
        read=() if sources else reading_years(here.workspace),
    )  # fmt: skip


_BESIDE = {
    "weather": mark("weather"),
    "intensity": mark("intensities of the grid"),
    "sessions": mark("charging sessions"),
}


def _row(one: TakenIn, lang: Language) -> tuple[Cell, ...]:
    t = translator(lang)
    return (
        Cell(one.source),
        Cell(day(one.when, lang)),
        Cell(one.who),
        Cell(every(one.rows), numeric=True),
        Cell(every(one.new), numeric=True),
        Cell(every(one.changed), numeric=True),
        Cell(listed((t(_BESIDE.get(name, name)) for name in one.beside), lang)),
    )


@action("/data/upload", act=Act.INGEST, page="data")
async def upload(here: "Here", request: Request) -> Response:
    """Receive files, judge them by what is in them, and go on to the look at them."""
    from wattstone.interfaces.serving.uploads import UploadRefused

    root = here.tenant.root
    await run_in_threadpool(tidy, root)
    try:
        async with sent_files(here, request) as files:
            name = await run_in_threadpool(_kept, root, files)
    except UploadRefused as refused:
        status, found = refused.status, refused.findings
        return await run_in_threadpool(lambda: _data(here, found=found, status=status))
    return go(here, f"/data/uploads/{name}")


def _kept(root: Path, files: Sequence[Path]) -> str:
    """Files in the inbox, or none of them."""
    from wattstone.interfaces.serving.uploads import sort_out

    name, folder = new_upload(root)
    try:
        for one in files:
            target = folder / one.name
            one.replace(target)
            sort_out(target)
    except BaseException:
        forget(root, name)
        raise
    return name


@page("/data/uploads/{upload}", name="upload", place="data", title=mark("A look before it is taken in"), act=Act.INGEST)
def look(here: "Here", upload: str) -> Response:
    """How the files of an upload would be read; nothing is changed."""
    return _looked(here, upload, _before(here, upload))


@action("/data/uploads/{upload}", act=Act.INGEST, page="upload")
def decide(here: "Here", form: Form, upload: str) -> Response:
    """Look again with what a person says, rehearse it, take it in, or throw it away."""
    t = translator(here.lang)
    said = {name: str(form.get(name, "")).strip() for name in (*_SAID, *_NEW, "mapping")}
    said["mapping"] = said["mapping"].replace("\r\n", "\n")
    was = str(form.get("mapping:proposed", "")).replace("\r\n", "\n")
    if not form.get("mapping:changed") and said["mapping"].strip() == was.strip():
        said["mapping"] = ""  # as it looks: each file by its own, and by what the fields say
    said["nulls"] = str(form.get("nulls", "")).strip()
    if form.get("gaps"):
        said["nulls"] = "; ".join(_texts(f"{said['nulls']};{form['gaps']}"))  # each of them once
    if re.fullmatch(UPLOAD, upload) is None:
        return missing(here)
    if "forget" in form:
        forget(here.tenant.root, upload)
        return go(here, "/data", said=t("The files were thrown away; nothing was taken in."))
    if "look" in form or "gaps" in form:
        return _looked(here, upload, said)
    asked: dict[str, Any] = {"upload": upload, "confirmed": True, "dry_run": "rehearse" in form}
    kept: dict[str, Any] = {name: value for name, value in said.items() if value}
    if "nulls" in kept:
        kept["nulls"] = _texts(said["nulls"])
    try:
        job = ask(here.service.server, here.principal, "ingest", asked | kept)
    except InputRefused as refused:
        at = [at_field(one) for one in refused.findings]
        return _looked(here, upload, said, found=at, status=status_of(refused))
    if asked["dry_run"]:
        return go(
            here,
            f"/data/uploads/{upload}",
            said=t("It is tried without changing anything; the job says what would change."),
        )
    return go(here, f"/jobs/{quote(str(job.id), safe='')}", said=t("The files are being taken in."))


def _looked(
    here: "Here", upload: str, said: dict[str, str], *, found: Sequence[Finding] = (), status: int = 200
) -> Response:
    t = translator(here.lang)
    try:
        files = uploaded(here.tenant.root, upload)
        given = {name: said.get(name) or None for name in (*_SAID, "mapping")}
        how = preview_how(here.workspace, nulls=_texts(said.get("nulls", "")), **given)
        looked = [_file(here, path, preview(here.workspace, path, how)) for path in files]
    except InputRefused as refused:
        if re.fullmatch(UPLOAD, upload) is None or not refused.findings[0].code.startswith("mapping"):
            return missing(here)
        looked, found = [], refused.findings
    mappings = [one.one.mapping for one in looked if one.one.mapping]
    mapping = said.get("mapping") or (mappings[0] if len(mappings) == 1 else "")
    options = [("", t("as it looks")), *((one, kind_name(one, here.lang)) for one in _KINDS)]
    jobs, known = running(here, ["ingest"], upload=upload), {one.id for one in here.workspace.records.sites()}
    return render(
        here, "pages/upload.html.j2", trail=[(t("Data"), link(here, "/data"))], upload=quote(upload), files=looked,
        said=said, mapping=mapping, proposed=mapping, changed=bool(said.get("mapping")), kinds=options, found=found,
        refused=any(one.one.refused for one in looked) or not looked, running=jobs, told=_rehearsed(here, upload),
        sites=sorted(known)[:200], zone=zone_here(here), new=not looked or any(_new(one.one) for one in looked),
        countries=[("", t("not said")), *countries(here.lang)], fields=(*_SAID, *_NEW, "nulls"), findings=found,
        gaps=_gaps(looked), status=status,
    )  # fmt: skip


def _texts(typed: str) -> tuple[str, ...]:
    """Texts that mean that there is no reading, as somebody typed them."""
    return tuple(dict.fromkeys(one.strip()[:120] for one in _DIVIDED.split(typed) if one.strip()))[:50]


def _gaps(looked: Sequence[Looked]) -> tuple[str, ...]:
    """Texts among the numbers that may mean that there is no reading; those with a digit may be numbers."""
    cells = [cell for file in looked for one in file.one.findings if one.code == "readings.value.invalid"
             for cell in one.params.get("cells", ())]  # fmt: skip
    bare = (cell.strip() for cell in cells)
    return tuple(dict.fromkeys(one for one in bare if one and not re.search(r"[\d;,；，、\n]", one)))[:20]


def _new(one: Preview) -> bool:
    """Whether readings may be of a site that nobody has declared: they are of a meter that is not known."""
    return any(not meter.known for meter in one.meters) or (one.refused and one.form in ("csv", "xlsx"))


def _file(here: "Here", path: Path, one: Preview) -> Looked:
    t = translator(here.lang)
    table = None
    if one.rows:
        numeric = [isinstance(cell, int | float) for cell in one.rows[0]]
        heads = tuple(
            Head(t(_COLUMNS.get(name, name)), right) for name, right in zip(one.columns, numeric, strict=True)
        )
        rows = tuple(tuple(_cell(cell) for cell in row) for row in one.rows[:10])
        table = Table(heads, rows)
    name = path.name.removesuffix(".dataset")
    sure = None if one.confidence is None else 100 * one.confidence
    seen = replace(one, findings=tuple(_here(finding) for finding in one.findings))
    return Looked(name, t(_FORMS.get(one.form, one.form)), seen, sure, table, held_by(here, seen))


def _here(finding: Finding) -> Finding:
    """A finding before anything is made: what would have to be moved afterwards is said in the form now."""
    if finding.code == "readings.value.invalid":
        return replace(
            finding,
            remedy="correct the cells; if such a text means that there is no reading, name it under --null, and it is "
            "a gap; if it is a number of another style, set decimal and thousands under --mapping",
        )
    if finding.code != "readings.site.assumed":
        return finding
    return replace(
        finding,
        found="nothing names the site of its meters: a site called '{site}', after the file, would be made",
        remedy="name the site under --site, and look again",
    )


def _cell(value: Any) -> Cell:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Cell(every(value), numeric=True)
    return Cell("" if value is None else str(value))


def _asked(here: "Here", upload: str) -> "Job | None":
    """The newest job that was asked for with an upload."""
    jobs = here.service.queue.jobs(here.tenant.id, kind="ingest", size=20)[0]
    return next((one for one in jobs if one.params.get("upload") == upload and sees_job(here.principal, one)), None)


def _before(here: "Here", upload: str) -> dict[str, str]:
    """What was said when it was tried or taken in last, so that nothing that was typed is lost."""
    job = _asked(here, upload)
    if job is None:
        return {}
    said = {name: str(job.params.get(name) or "") for name in (*_SAID, *_NEW, "mapping")}
    nulls: Sequence[str] = job.params.get("nulls") or ()
    return {**said, "nulls": "; ".join(nulls)}


def _rehearsed(here: "Here", upload: str) -> "dict[str, Any] | None":
    """What the newest trial of the upload said, where there was one."""
    job = _asked(here, upload)
    if job is None or not job.params.get("dry_run") or job.state not in ("done", "failed"):
        return None
    from wattstone.interfaces.web.results import outcome_words

    return {"words": outcome_words(here, job), "findings": job.findings, "error": job.error}
