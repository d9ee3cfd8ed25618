"""Site, plant and station files: written as text with everything found at its line, begun from a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.languages import mark, translator
from wattstone.interfaces.web.kit import Form, action, go, link, page, render
from wattstone.interfaces.web.refusals import refusal, status_of
from wattstone.interfaces.web.results import missing
from wattstone.interfaces.web.sent import sent_files
from wattstone.workflows.access.policy import Act
from wattstone.workflows.machine_files.begun import begun
from wattstone.workflows.machine_files.beside import add_beside, beside, remove_beside
from wattstone.workflows.machine_files.checked import checked
from wattstone.workflows.machine_files.kept import FILES, FileKind, kept_file, kept_path
from wattstone.workflows.machine_files.saved import save
from wattstone.workflows.toml_lines import line_of, with_values

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_NAMES = {
    "site": mark("Site file"),
    "sizes": mark("Sizes and costs"),
    "plant": mark("Plant file"),
    "station": mark("Station file"),
}
_ROOMS = {
    "site": ("/action/microgrid?site=", mark("Microgrid")),
    "sizes": ("/action/microgrid?show=size&site=", mark("Microgrid")),
    "plant": ("/action/plant?plant=", mark("Cold and heat")),
    "station": ("/action/air?station=", mark("Compressed air")),
}
_FEW = {
    "site": (),
    "sizes": (("money.years", mark("Years that count")), ("money.discount_rate", mark("Discount rate"))),
    "plant": (
        ("horizon_hours", mark("How far plans look ahead")),
        ("energy.price", mark("Price of electricity")),
        ("energy.demand_charge", mark("Demand charge")),
        ("energy.carbon_kg_per_kwh", mark("Carbon of electricity")),
        ("energy.fuel.price", mark("Price of fuel")),
    ),
    "station": (
        ("network.pressure_bar", mark("Pressure of the network")),
        ("network.band_bar", mark("Band of the pressure")),
        ("network.storage_m3", mark("Storage")),
        ("energy.price", mark("Price of electricity")),
        ("energy.carbon_kg_per_kwh", mark("Carbon of electricity")),
    ),
}
"""Numbers that people change, as a form beside the text."""


@dataclass(frozen=True)
class Few:
    """A number of the text that a form offers."""

    name: str
    label: str
    value: str


@page("/files/{kind}/{name}", name="file", place="action", title=mark("File"), act=Act.READ)
def edit(here: "Here", kind: str, name: str) -> Response:
    """The text of a file; one to begin with where there is none."""
    if kind not in FILES:
        return missing(here)
    try:
        path = kept_path(here.workspace, kind, name)
        if path.is_file():
            kept = kept_file(here.workspace, kind, name)
            return _shown(
                here, kind, name, kept.text, was=kept.mark, found=checked(here.workspace, kind, name, kept.text)
            )
        if not here.principal.may(Act.DECLARE):
            return missing(here)
        return _shown(here, kind, name, begun(here.workspace, kind, name), was="")
    except InputRefused:
        return missing(here)


@action("/files/{kind}/{name}", act=Act.DECLARE, page="file")
def keep(here: "Here", form: Form, kind: str, name: str) -> Response:
    """Keep a text, or look at it without keeping it."""
    t = translator(here.lang)
    if kind not in FILES:
        return missing(here)
    text, was = str(form.get("text", "")), str(form.get("was", ""))
    few = {key.removeprefix("few:"): str(one).strip() for key, one in form.items() if key.startswith("few:")}
    text = with_values(text, {key: one for key, one in few.items() if _is_number(one)}) if few else text
    try:
        if "check" in form:
            found = checked(here.workspace, kind, name, text)
            return _shown(here, kind, name, text, was=was, found=found, looked=True)
        save(here.workspace, kind, name, text, was=was or None, who=here.principal.name)
    except InputRefused as refused:
        return _shown(here, kind, name, text, was=was, found=refused.findings, status=status_of(refused))
    return go(here, f"{_ROOMS[kind][0]}{quote(name)}", said=t("Kept: {name}.", name=name))


@action("/files/{kind}/begin", act=Act.DECLARE)
def begin(here: "Here", form: Form, kind: str) -> Response:
    """To the text that a new file begins with."""
    name = str(form.get("name", "")).strip()
    try:
        kept_path(here.workspace, kind if kind in FILES else "site", name)
    except InputRefused as refused:
        room = _ROOMS.get(kind, ("/action",))[0].split("?")[0]
        return go(here, room, said=refusal(refused, here.lang), tone="act")
    return go(here, f"/files/{kind}/{quote(name)}")


@action("/files/{kind}/{name}/data", act=Act.DECLARE, page="file")
async def put_beside(here: "Here", request: Request, kind: str, name: str) -> Response:
    """Take in a log or a tariff that files of the kind name."""
    t = translator(here.lang)
    if kind not in FILES:
        return missing(here)
    try:
        async with sent_files(here, request) as files:
            for one in files:
                await run_in_threadpool(add_beside, here.workspace, kind, one.name, one, who=here.principal.name)
    except InputRefused as refused:
        return await run_in_threadpool(_again, here, kind, name, refused)
    return go(here, f"/files/{kind}/{quote(name)}", said=t("The file lies beside the others now."))


@action("/files/{kind}/{name}/data/remove", act=Act.DECLARE, page="file")
def take_away(here: "Here", form: Form, kind: str, name: str) -> Response:
    """Remove a log or a tariff that lies beside the files of the kind."""
    t = translator(here.lang)
    if kind not in FILES:
        return missing(here)
    try:
        gone = str(form.get("file", ""))
        remove_beside(here.workspace, kind, gone, who=here.principal.name)
    except InputRefused as refused:
        return _again(here, kind, name, refused)
    return go(here, f"/files/{kind}/{quote(name)}", said=t("Removed: {name}.", name=gone))


def _size(size: int) -> str:
    """A size as people read it.

    Examples
    --------
    >>> _size(812), _size(20480), _size(3_200_000)
    ('812 B', '20 kB', '3.2 MB')
    """
    return f"{size} B" if size < 1000 else f"{size / 1e3:.0f} kB" if size < 1e6 else f"{size / 1e6:.1f} MB"


def _again(here: "Here", kind: str, name: str, refused: InputRefused) -> Response:
    try:
        kept = kept_file(here.workspace, cast("FileKind", kind), name)
        text, was = kept.text, kept.mark
    except InputRefused:
        text, was = begun(here.workspace, cast("FileKind", kind), name), ""
    return _shown(here, kind, name, text, was=was, found=refused.findings, status=status_of(refused))


def _shown(
    here: "Here", kind: str, name: str, text: str, *, was: str, found: Sequence[Finding] = (), looked: bool = False,
    status: int = 200,
) -> Response:  # fmt: skip
    t = translator(here.lang)
    path, words = _ROOMS[kind]
    lines = text.splitlines()
    cited = [
        (int(one.params["line"]), lines[int(one.params["line"]) - 1] if int(one.params["line"]) <= len(lines) else "")
        if "line" in one.params
        else None
        for one in found
    ]
    few = [Few(key, t(label), value) for key, label in _FEW[kind] if (value := _value(text, key)) is not None]
    return render(
        here, "pages/file.html.j2", title=f"{t(_NAMES[kind])}: {name}",
        trail=[(t(words), link(here, path.split("?")[0]))], kind=kind, name=name, text=text, was=was,
        found=list(zip(found, cited, strict=True)), looked=looked, few=few,
        lie_beside=[(one, _size(size)) for one, size in beside(here.workspace, cast("FileKind", kind))],
        findings=found, status=status, editable=here.principal.may(Act.DECLARE),
        removable=here.principal.may(Act.DECLARE) and here.principal.scope.whole,
    )  # fmt: skip


def _value(text: str, key: str) -> str | None:
    """The number that stands at a key; None where there is none."""
    line = line_of(text, key)
    if line is None:
        return None
    said = text.splitlines()[line - 1]
    name, mark_, rest = said.partition("=")
    if not mark_ or name.strip() != key.rsplit(".", 1)[-1]:
        return None
    value = rest.split("#")[0].strip()
    return value if _is_number(value) else None


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False
