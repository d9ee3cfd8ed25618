"""What can be watched: each kind of rule declares its thresholds once, for the API, the forms and the evaluation."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from wattstone.base import Finding, InputRefused

__all__ = ["KINDS", "Above", "DataSilent", "FindingWorth", "JobFailed", "RuleKind", "params_of"]

RuleKind = Literal["finding.worth", "job.failed", "data.silent", "meter.limit"]
Id = Annotated[str, Field(min_length=1, max_length=200)]


class _Params(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    digest: Annotated[
        Literal["at once", "daily"], Field(description="Tell each alert at once, or all of a day in one message.")
    ] = "at once"


class FindingWorth(_Params):
    """A finding of the detection is worth more than a threshold."""

    at_least: Annotated[float, Field(gt=0, allow_inf_nan=False, description="A year, in the unit that `by` names.")]
    by: Annotated[
        Literal["kg", "money", "energy"], Field(description="kg CO2e, the organisation's currency, or kWh.")
    ] = "kg"
    confidence: Annotated[float, Field(ge=0, le=1, description="At least so sure.")] = 0.5
    site: Annotated[Id | None, Field(description="Only there.")] = None


class JobFailed(_Params):
    """A job failed."""

    kinds: Annotated[tuple[Id, ...], Field(max_length=30, description="Only of these kinds; of any if left out.")] = ()


class DataSilent(_Params):
    """Meters have told nothing for some hours."""

    hours: Annotated[float, Field(gt=0, le=24 * 366, description="Since the end of the newest interval. [h]")] = 24.0
    site: Annotated[Id | None, Field(description="Only there.")] = None
    meters: Annotated[tuple[Id, ...], Field(max_length=500, description="Only these; all if left out.")] = ()


class Above(_Params):
    """A meter passed a limit within the last day of its readings."""

    meter: Annotated[Id, Field(description="Its id.")]
    above: Annotated[
        float | None, Field(allow_inf_nan=False, description="Mean power of an interval [kW], or flow [m3/h].")
    ] = None
    below: Annotated[float | None, Field(allow_inf_nan=False, description="The same.")] = None

    @model_validator(mode="after")
    def _one_limit(self) -> "Above":
        if self.above is None and self.below is None:
            raise ValueError("name a limit: above, below or both")
        if self.above is not None and self.below is not None and self.below >= self.above:
            raise ValueError("`below` has to be less than `above`")
        return self


KINDS: Mapping[str, type[_Params]] = {
    "finding.worth": FindingWorth,
    "job.failed": JobFailed,
    "data.silent": DataSilent,
    "meter.limit": Above,
}


def params_of(kind: str, params: Mapping[str, Any]) -> Any:
    """Thresholds of a rule, checked.

    Raises
    ------
    InputRefused
        With every value that cannot be used.
    """
    if kind not in KINDS:
        raise InputRefused([_unknown(kind)])
    try:
        return KINDS[kind].model_validate(dict(params))
    except ValidationError as error:
        raise InputRefused([_invalid(kind, one) for one in error.errors()]) from error


def _invalid(kind: str, one: Any) -> Finding:
    path = ".".join(map(str, one["loc"])) or "params"
    return Finding(
        code="alert.rule.invalid",
        place=f"rule of kind '{kind}', {path}",
        found="nothing is said of it" if one["type"] == "missing" else "the value {value} cannot be used: {why}",
        params={
            "value": repr(one.get("input"))[:200],
            "why": one["msg"].removeprefix("Value error, "),
            "pointer": "#/params" + "".join(f"/{part}" for part in one["loc"]),
        },
        expected="a value as docs/reference/api.md lists it",
        remedy="add it" if one["type"] == "missing" else "correct it",
    )


def _unknown(kind: str) -> Finding:
    return Finding(
        code="alert.rule.kind",
        place="rule",
        found="nothing can be watched by the name '{kind}'",
        params={"kind": kind[:100], "known": ", ".join(KINDS), "pointer": "#/kind"},
        expected="one of {known}",
        remedy="name one of them",
    )
