"""Contracts and certificates of scope 2: listed with what is claimed of them, entered, imported, withdrawn."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Body, Query, Request, Response

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.http.answers import fresh, json_answer, kept_headers, version_tag
from wattstone.interfaces.http.common import (
    DEFAULT,
    ORG,
    Cursor,
    Declarer,
    Limit,
    Name,
    Reader,
    absent,
    described,
    location,
    order,
)
from wattstone.interfaces.http.common import Year as OfYear
from wattstone.interfaces.http.files import LARGE, TEMPLATE, XLSX, FileName, file_body, with_file
from wattstone.interfaces.http.models.contracts import (
    EXAMPLE,
    AddContract,
    Contracts,
    ContractUse,
    CorrectContract,
    ImportedContracts,
    OneContract,
)
from wattstone.interfaces.http.models.ledgers import Reasoned
from wattstone.interfaces.http.once import once
from wattstone.interfaces.http.paging import link_header, page_of
from wattstone.interfaces.http.problems import findings_json, pointed
from wattstone.interfaces.present.contract_table import template_book
from wattstone.interfaces.present.contract_words import contract_json
from wattstone.interfaces.present.languages import say_reason
from wattstone.interfaces.serving.request import Here
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.policy import require
from wattstone.workflows.instruments.allocation import allocation_of
from wattstone.workflows.instruments.declare import add_instrument, withdraw_instrument
from wattstone.workflows.instruments.importing import import_instruments, instrument_template
from wattstone.workflows.instruments.listing import Listed, instruments_of
from wattstone.workflows.inventory.record import FIGURES

router = APIRouter(prefix=ORG)

Year = Annotated[int | None, Query(ge=1990, le=2100, description="What its inventory may claim, judged for it.")]


@router.get(
    "/contracts", operation_id="listContracts", summary="Contracts and certificates of energy",
    responses=described(Contracts, tagged=True),
)  # fmt: skip
def contracts(
    request: Request, here: Reader, year: Year = None,
    state: Annotated[Literal["in force", "refused", "withdrawn"] | None, Query()] = None,
    kind: Annotated[str | None, Query(max_length=100)] = None,
    site: Annotated[str | None, Query(max_length=200, description="That it names.")] = None,
    sort: Annotated[str, order("id", "kind", "market", "vintage_start", "volume")] = "id",
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """What each is, what years claim of it, what is left, and which quality criteria are met."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    rows = [
        contract_json(one, here.lang)
        for one in instruments_of(here.workspace, year)
        if state in (None, one.state)
        and kind in (None, one.held.instrument.kind)
        and (site is None or site in one.held.instrument.sites)
    ]
    known = ("id", "kind", "market", "vintage_start", "volume")
    about = {"year": year, "state": state, "kind": kind, "site": site}
    held = [{"volume": None, **one} for one in rows]
    page = page_of(held, order=sort, known=known, cursor=cursor, limit=limit, about=about)
    return json_answer(page.as_dict("contracts"), tag=tag, headers=link_header(request, page))


@router.post(
    "/contracts", operation_id="addContract", summary="Say what a contract or certificate is", status_code=201,
    responses=described(OneContract, status=201),
)  # fmt: skip
def add(
    request: Request, here: Declarer,
    said: Annotated[AddContract, Body(examples=[{"id": "GO-2025-01", "said": EXAMPLE}])],
) -> Response:  # fmt: skip
    """Fields are named as the columns of the template; warnings name the quality criteria that are not met so far."""

    def make() -> Response:
        require(here.principal, Act.DECLARE, EVERYWHERE)
        if any(one.held.instrument.id == said.id for one in instruments_of(here.workspace)):
            raise InputRefused([_there(said.id)])
        found = _said(here, said.id, said.said)
        return json_answer(_one(here, said.id, found), status=201, headers=location(request, said.id))

    return once(request, here, said.model_dump(), make)


@router.post(
    "/contracts/import", operation_id="importContracts", summary="Take a table of contracts and certificates in",
    openapi_extra=file_body(), responses=described(ImportedContracts, others=LARGE),
)  # fmt: skip
async def take_in(request: Request, here: Declarer, name: FileName) -> Response:
    """CSV or XLSX, one a row, headers as in the template: all rows or none, every problem told with its cell."""
    require(here.principal, Act.DECLARE, EVERYWHERE)

    def make(path: Path) -> Response:
        def done() -> Response:
            imported = import_instruments(here.workspace, path, who=here.principal.name)
            content = {
                "source": imported.source,
                "new": imported.new,
                "changed": imported.changed,
                "same": imported.same,
                "findings": findings_json(imported.findings, here.lang),
            }
            return json_answer(content)

        sent = {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        return once(request, here, sent, done)

    return await with_file(request, here, name, make)


@router.get(
    "/contracts/template.{form}", operation_id="getContractTemplate", summary="A table to fill in",
    responses=described(None, others=TEMPLATE),
)  # fmt: skip
def template(here: Reader, form: Literal["csv", "xlsx"]) -> Response:
    """With one row as an example; the workbook has lists to choose from, in the language of the request."""
    headers = kept_headers(None, {"Content-Disposition": f'attachment; filename="contracts.{form}"'})
    if form == "csv":
        return Response(f"\ufeff{instrument_template()}", media_type="text/csv; charset=utf-8", headers=headers)
    return Response(template_book(here.lang), media_type=XLSX, headers=headers)


@router.get(
    "/contracts/use/{year}", operation_id="getContractUse", summary="How contracts are used in a year",
    responses=described(ContractUse, tagged=True),
)  # fmt: skip
def use(request: Request, here: Reader, year: OfYear) -> Response:
    """As its inventory recorded it: by grid what serves the energy, and which contract serves which site."""
    tag = version_tag(here, request, FIGURES)
    if (same := fresh(request, tag)) is not None:
        return same
    held = allocation_of(here.workspace, year)
    if held is None:
        raise absent("allocation", str(year))
    refused = [{"contract": name, "why": say_reason(why, here.lang)} for name, why in sorted(held.refused.items())]
    uses = held.uses.rename({"instrument": "contract"}).to_dicts()
    content = {"year": year, "evidence": held.id, "grids": held.grids.to_dicts(), "uses": uses, "refused": refused}
    return json_answer(content, tag=tag)


@router.get(
    "/contracts/{contract}", operation_id="getContract", summary="A contract or certificate",
    responses=described(OneContract, tagged=True),
)  # fmt: skip
def contract(request: Request, here: Reader, contract: Name) -> Response:
    """Judged for the year in which its generation ends; the list judges for any year."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    return json_answer(_one(here, contract), tag=tag)


@router.post(
    "/contracts/{contract}/correct", operation_id="correctContract", summary="Correct what is said of a contract",
    responses=described(OneContract),
)  # fmt: skip
def correct(
    request: Request, here: Declarer, contract: Name,
    said: Annotated[CorrectContract, Body(examples=[{"said": {"volume": "450 MWh"}}])],
) -> Response:  # fmt: skip
    """Fields that are left out stay; one that was withdrawn is in force again."""
    _held(here, contract)

    def make() -> Response:
        return json_answer(_one(here, contract, _said(here, contract, said.said)))

    return once(request, here, said.model_dump(), make)


@router.post(
    "/contracts/{contract}/document", operation_id="attachContract", summary="Attach the document of a contract",
    openapi_extra=file_body(), responses=described(OneContract, others=LARGE),
)  # fmt: skip
async def attach(request: Request, here: Declarer, contract: Name, name: FileName) -> Response:
    """The contract, or the statement of retirement: at most 20 MiB, kept by its content."""
    await to_thread.run_sync(_held, here, contract)
    require(here.principal, Act.DECLARE, EVERYWHERE)

    def make(path: Path) -> Response:
        found = add_instrument(here.workspace, contract, {}, document=path, who=here.principal.name)
        return json_answer(_one(here, contract, found))

    return await with_file(request, here, name, make)


@router.post(
    "/contracts/{contract}/withdraw", operation_id="withdrawContract", summary="Take a contract out of force",
    responses=described(OneContract),
)  # fmt: skip
def withdraw(
    request: Request, here: Declarer, contract: Name,
    said: Annotated[Reasoned, Body(examples=[{"reason": "sold before it was retired"}])],
) -> Response:  # fmt: skip
    """It serves no year any more; what was said of it stays, and what years claim until they are taken anew."""
    _held(here, contract)

    def make() -> Response:
        pointed(
            lambda: withdraw_instrument(here.workspace, contract, reason=said.reason, who=here.principal.name),
            lambda one: ["reason"] if one.code == "contract.no_reason" else [],
        )
        return json_answer(_one(here, contract))

    return once(request, here, said.model_dump(), make)


def _said(here: Here, name: str, said: Mapping[str, Any]) -> list[Finding]:
    """Keep what was said; a refusal points at the fields."""
    texts = {field: "" if value is None else value for field, value in said.items()}
    return pointed(lambda: add_instrument(here.workspace, name, texts, who=here.principal.name), _at)


def _at(one: Finding) -> list[str | int]:
    field = one.params.get("field")
    if field == "id":
        return ["id"]
    return ["said", field] if isinstance(field, str) and field and field != "value" else []


def _held(here: Here, name: str) -> Listed:
    """A contract that one may see."""
    for one in instruments_of(here.workspace):
        if one.held.instrument.id == name:
            return one
    raise absent("contract", name)


def _one(here: Here, name: str, findings: list[Finding] | None = None) -> dict[str, Any]:
    shown = contract_json(_held(here, name), here.lang)
    return {"contract": shown, "findings": findings_json(findings or (), here.lang)}


def _there(name: str) -> Finding:
    return Finding(
        code="contract.there",
        place=f"contract '{name}'",
        found="there is a contract or certificate of that id already",
        expected="an id of its own for each contract",
        remedy="correct that one, or choose another id",
        params={"pointer": "#/id"},
    )
