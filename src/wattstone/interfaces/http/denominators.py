"""What emissions are divided by: stated, listed and withdrawn."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response

from wattstone.base import Finding
from wattstone.interfaces.http.answers import fresh, json_answer, version_tag
from wattstone.interfaces.http.common import ORG, Declarer, Reader, described
from wattstone.interfaces.http.models.denominators import (
    Denominators,
    DenominatorShape,
    StateDenominator,
    WithdrawDenominator,
)
from wattstone.interfaces.http.once import once
from wattstone.interfaces.http.problems import pointed
from wattstone.workflows.denominators import denominators_of, state_denominator, withdraw_denominator

router = APIRouter(prefix=ORG)
_FIELDS = ("name", "value", "unit", "site", "approach", "source")


@router.get(
    "/denominators", operation_id="listDenominators", summary="What emissions of a year are divided by",
    responses=described(Denominators, tagged=True),
)  # fmt: skip
def listed(request: Request, here: Reader, year: Annotated[int, Query(ge=1900, le=2199)]) -> Response:
    """What holds of a year; floor areas stand with the sites."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    rows = [one.as_dict() for one in denominators_of(here.workspace, year)]
    return json_answer({"year": year, "denominators": rows}, tag=tag)


@router.post(
    "/denominators", operation_id="stateDenominator", summary="State what emissions are divided by",
    responses=described(DenominatorShape),
)  # fmt: skip
def stated(
    request: Request, here: Declarer,
    said: Annotated[StateDenominator, Body(examples=[{
        "name": "revenue", "year": 2022, "value": 1.2e9, "unit": "CNY", "approach": "operational control",
        "source": "annual report 2022, page 41",
    }])],
) -> Response:  # fmt: skip
    """What was stated of the same before stays in the records; the next inventory of the year divides by it."""

    def make() -> Response:
        made = pointed(lambda: state_denominator(here.workspace, **said.model_dump(), who=here.principal.name), _field)
        return json_answer(made.as_dict())

    return once(request, here, said.model_dump(), make)


@router.post(
    "/denominators/withdraw", operation_id="withdrawDenominator", summary="Withdraw what was stated",
    responses=described(DenominatorShape),
)  # fmt: skip
def withdrawn(
    request: Request, here: Declarer,
    said: Annotated[WithdrawDenominator, Body(examples=[{"name": "revenue", "year": 2022}])],
) -> Response:  # fmt: skip
    """It stays in the records, and later inventories do not divide by it."""

    def make() -> Response:
        made = pointed(
            lambda: withdraw_denominator(here.workspace, **said.model_dump(), who=here.principal.name), _field
        )
        return json_answer(made.as_dict())

    return once(request, here, said.model_dump(), make)


def _field(one: Finding) -> list[str | int]:
    name = one.code.removeprefix("denominator.")
    return [name] if name in _FIELDS else ["name"] if name == "none" else []
