"""Files for the registers of the climate report: layers of hazards read at every site, and paths of scenarios."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.languages import counter, translator
from wattstone.interfaces.web.climate import chosen
from wattstone.interfaces.web.entries import CLIMATE
from wattstone.interfaces.web.kit import action, go
from wattstone.interfaces.web.pages.disclosure_registers import hazards_page, scenarios_page
from wattstone.interfaces.web.refusals import status_of
from wattstone.interfaces.web.sent import sent_files
from wattstone.workflows.access.policy import EVERYWHERE, Act, require
from wattstone.workflows.disclosure.scenarios import take_paths
from wattstone.workflows.disclosure.screening import Layer, Screened, screen

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

_LAYER: Final = ("hazard", "scenario", "horizon", "unit", "threshold", "upward", "source", "licence", "reason", "over")
_PATHS: Final = ("provider", "model", "edition", "source", "licence", "reason", "over")
_LONG: Final = 1000


def _typed(form: Any, names: tuple[str, ...]) -> dict[str, str]:
    return {name: str(form.get(name) or "").strip()[:_LONG] for name in names}


@action(f"{CLIMATE}/hazards/screen", act=Act.DECLARE, page="climate hazards")
async def screened(here: "Here", request: Request) -> Response:
    """Read a layer at every site, and enter what it says."""
    require(here.principal, Act.DECLARE, EVERYWHERE)
    form = await request.form()
    typed, of = _typed(form, _LAYER), chosen(here, str(form.get("standard") or ""), str(form.get("year") or ""))
    try:
        async with sent_files(here, request) as files:
            layer = _layer(files[0], typed)
            done = await run_in_threadpool(
                screen, here.workspace, layer, who=here.principal.name, over=typed["over"] == "yes",
                reason=typed["reason"],
            )  # fmt: skip
    except InputRefused as refused:
        found, status = refused.findings, status_of(refused)
        return await run_in_threadpool(lambda: hazards_page(here, of, typed=typed, found=found, status=status))
    said = _said(here, done)
    if done.findings:
        return await run_in_threadpool(lambda: hazards_page(here, of, told=done.findings, done=said))
    return go(here, of.path("/hazards"), said=said)


def _layer(path: Path, typed: Mapping[str, str]) -> Layer:
    """A layer as the form says it.

    Raises
    ------
    InputRefused
        With everything that is missing, or no number.
    """
    found = [_needed(name) for name in ("hazard", "scenario", "unit", "source") if not typed[name]]
    year, threshold = _number(typed["horizon"], "horizon", found), _number(typed["threshold"], "threshold", found)
    if found:
        raise InputRefused(found)
    return Layer(
        path=path, hazard=typed["hazard"], scenario=typed["scenario"], year=int(year), unit=typed["unit"],
        threshold=threshold, upward=typed["upward"] != "no", source=typed["source"], licence=typed["licence"],
    )  # fmt: skip


def _number(text: str, name: str, found: list[Finding]) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value != value or abs(value) > 1e12 or (name == "horizon" and not 1900 <= value <= 2200):
        found.append(_no_number(text, name))
        return 0.0
    return value


def _no_number(text: str, name: str) -> Finding:
    return Finding(
        code="layer.number", place=f"field '{name}'", found="'{text}' is no number that it can have",
        expected="a number", remedy="write a number", params={"text": text[:50], "field": name},
    )  # fmt: skip


def _needed(name: str) -> Finding:
    return Finding(
        code="layer.needed", place=f"field '{name}'", found="it is not said", expected="what the layer says of itself",
        remedy="look into what came with the layer", params={"field": name},
    )  # fmt: skip


def _said(here: "Here", done: Screened) -> str:
    t, n = translator(here.lang), counter(here.lang)
    read = len(done.exposed) + len(done.safe) + len(done.without)
    sites = n("{count} site was read", "{count} sites were read", read)
    return t("{sites}: {exposed} reach the threshold, {safe} do not, {without} have no data there.", sites=sites,
             exposed=len(done.exposed), safe=len(done.safe), without=len(done.without))  # fmt: skip


@action(f"{CLIMATE}/scenarios/paths", act=Act.DECLARE, page="climate scenarios")
async def taken(here: "Here", request: Request) -> Response:
    """Take paths of scenarios in: all rows, or none."""
    require(here.principal, Act.DECLARE, EVERYWHERE)
    form = await request.form()
    typed, of = _typed(form, _PATHS), chosen(here, str(form.get("standard") or ""), str(form.get("year") or ""))
    try:
        async with sent_files(here, request) as files:
            said = {name: typed[name] for name in ("provider", "model", "edition", "source", "licence")}
            done = await run_in_threadpool(
                take_paths, here.workspace, files[0], who=here.principal.name, over=typed["over"] == "yes",
                reason=typed["reason"], **said,
            )  # fmt: skip
    except InputRefused as refused:
        found, status = refused.findings, status_of(refused)
        return await run_in_threadpool(lambda: scenarios_page(here, of, typed=typed, found=found, status=status))
    t, n = translator(here.lang), counter(here.lang)
    new = n("{count} entry is new", "{count} entries are new", len(done.new))
    words = t("{new}; {changed} changed, {same} as they were.", new=new, changed=len(done.changed), same=len(done.same))
    if done.findings:
        return await run_in_threadpool(lambda: scenarios_page(here, of, told=done.findings, done=words))
    return go(here, of.path("/scenarios"), said=words)
