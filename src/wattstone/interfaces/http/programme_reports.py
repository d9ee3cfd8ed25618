"""Reports of the programme, areas as GeoJSON, and documents that prove entries."""

import json
from datetime import date
from typing import Annotated, Any

import numpy as np
import polars as pl
from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response

from wattstone.interfaces.http.answers import fresh, json_answer, version_tag
from wattstone.interfaces.http.common import ORG, Exporter, Reader, described
from wattstone.interfaces.http.models.programme import Areas, ProgrammeReport, TakeReport
from wattstone.interfaces.http.once import once
from wattstone.interfaces.http.programme import kind_called
from wattstone.interfaces.http.proof import PROOF, Sha, proof_answer
from wattstone.interfaces.present.programme.as_json import module_json
from wattstone.interfaces.serving.request import Here, actor
from wattstone.programme.kinds import Module
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.policy import require
from wattstone.workflows.programme.asked import Asked
from wattstone.workflows.programme.entries import entries_of
from wattstone.workflows.programme.proofs import evidence_document
from wattstone.workflows.programme.recording import take_report, view_report

router = APIRouter(prefix=ORG)

Computer = Annotated[Here, Depends(actor(Act.RUN))]
ModuleName = Annotated[Module, Path(description="Part of the programme.")]


@router.get(
    "/programme/reports/{module}", operation_id="getProgrammeReport", summary="What a part of the programme says",
    responses=described(ProgrammeReport),
)  # fmt: skip
def report(
    here: Reader, module: ModuleName, year: Annotated[int, Query(ge=1990, le=2100)],
    at: Annotated[date | None, Query(description="By the entries as they stood at the end of that day.")] = None,
) -> Response:  # fmt: skip
    """Computed from what there is; `run` names the run that recorded the same, where there is one."""
    require(here.principal, Act.READ, EVERYWHERE)
    held = view_report(here.workspace, module, Asked(year=year, at=at))
    return json_answer(module_json(held.report, held.figures, held.run))


@router.post(
    "/programme/reports/{module}", operation_id="takeProgrammeReport", summary="Record what a part of it says",
    responses=described(ProgrammeReport),
)  # fmt: skip
def taken(
    request: Request, here: Computer, module: ModuleName,
    said: Annotated[TakeReport, Body(examples=[{"year": 2025, "options": {}}])],
) -> Response:  # fmt: skip
    """Every line becomes a figure that can be traced; the same question with the same answer is recorded once."""
    require(here.principal, Act.RUN, EVERYWHERE)

    def make() -> Response:
        asked = Asked(year=said.year, at=said.at, options=said.options)
        done = take_report(here.workspace, module, asked)
        return json_answer(module_json(done.report, done.figures, done.run))

    return once(request, here, said.model_dump(mode="json"), make)


@router.get(
    "/programme/areas", operation_id="listAreas", summary="Areas of the nature ledger as GeoJSON",
    responses=described(Areas, tagged=True),
)  # fmt: skip
def areas(request: Request, here: Reader) -> Response:
    """Those in force, with all that is said of each; what the ledger repairs or refuses stands in its report."""
    kind, tag = kind_called(here, "area"), version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    frame = entries_of(here.workspace, kind)
    shapes = _geometries(frame["geometry"])
    names = [one.name for one in kind.fields if one.name != "geometry"]
    features = [
        {
            "type": "Feature", "id": row["entry"], "geometry": shape,
            "properties": {**{name: row[name] for name in names}, "hash": row["hash"]},
        }
        for row, shape in zip(frame.iter_rows(named=True), shapes, strict=True)
    ]  # fmt: skip
    return json_answer({"type": "FeatureCollection", "features": features}, tag=tag)


def _geometries(texts: pl.Series) -> list[dict[str, Any] | None]:
    """WKT or GeoJSON as GeoJSON; None where it is neither."""
    import shapely

    read: list[Any] = [
        (shapely.from_geojson if text.lstrip().startswith("{") else shapely.from_wkt)(text, on_invalid="ignore")
        if text
        else None
        for text in texts
    ]
    told: Any = shapely.to_geojson(np.array(read, dtype=object))
    return [None if one is None else json.loads(one) for one in told]


@router.get(
    "/programme/documents/{sha}", operation_id="getEntryDocument", summary="A document that proves entries",
    responses=described(None, others=PROOF),
)  # fmt: skip
def document(request: Request, here: Exporter, sha: Sha) -> Response:
    """As it was sent; no browser runs it."""
    return proof_answer(request, sha, evidence_document(here.workspace, sha))
