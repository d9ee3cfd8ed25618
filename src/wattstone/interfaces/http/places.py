"""The organisation, its sites, spaces and meters."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Annotated, Any, cast

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel

from wattstone.base import Finding
from wattstone.interfaces.http.answers import content_tag, fresh, json_answer, match, record, revision_of, version_tag
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
    one_of,
    order,
)
from wattstone.interfaces.http.models.estate import Meters, OneMeter, OneSite, OneSpace, Sites, Spaces
from wattstone.interfaces.http.once import once
from wattstone.interfaces.http.paging import link_header, page_of, place_of
from wattstone.interfaces.http.problems import Problem, findings_json
from wattstone.interfaces.serving.request import Here
from wattstone.portfolio import Meter, Organisation, Site, Space
from wattstone.workflows.declare import change_organisation, declare_meter, declare_site, declare_space

router = APIRouter(prefix=ORG)

Said = Annotated[dict[str, Any], Body(description="Fields with their values; what is left out stays as it is.")]
Declare = Callable[..., list[Finding]]


def said_of(model: type[BaseModel], example: dict[str, Any], *, partly: bool = True) -> dict[str, Any]:
    """The description of a body whose fields are a model's, all of them optional where it is a correction."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    definitions = schema.pop("$defs", {})
    for own in schema["properties"].values():
        own.pop("default", None)
    if partly:
        schema.pop("required", None)
        schema["properties"].pop("id", None)
    _inline(schema, definitions)
    schema["title"] = f"{model.__name__}{'Said' if partly else 'New'}"
    schema["examples"] = [example]
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _inline(schema: Any, definitions: dict[str, Any]) -> None:
    """Put definitions in the place of references to them."""
    if isinstance(schema, dict):
        held = cast("dict[str, Any]", schema)
        reference = held.pop("$ref", None)
        if reference is not None:
            held.update(definitions[str(reference).rsplit("/", 1)[-1]])
        for one in list(held.values()):
            _inline(one, definitions)
    elif isinstance(schema, list):
        for one in cast("list[Any]", schema):
            _inline(one, definitions)


@router.get(
    "", operation_id="getOrganisation", summary="The organisation", responses=described(Organisation, tagged=True)
)
def organisation(request: Request, here: Reader) -> Response:
    """Name, approach of consolidation, GWP set, base year, currency, languages, clock."""
    content = record(here.workspace.records.organisation())
    tag = content_tag(content)
    return fresh(request, tag) or json_answer(content, tag=tag)


@router.patch(
    "", operation_id="changeOrganisation", summary="Change what is said of the organisation",
    responses=described(Organisation, tagged=True),
    openapi_extra=said_of(Organisation, {"currency": "EUR", "base_year": 2019}),
)  # fmt: skip
def change(request: Request, here: Declarer, said: Said) -> Response:
    """Needs If-Match with the ETag that was read."""
    match(request, content_tag(record(here.workspace.records.organisation())))
    content = record(change_organisation(here.workspace, said, who=here.principal.name))
    return json_answer(content, tag=content_tag(content))


def listed(
    request: Request, here: Here, what: str, rows: Callable[[], Sequence[BaseModel]], filters: dict[str, Any],
    *, text: str | None, sort: str, known: Sequence[str], cursor: str | None, limit: int,
) -> Response:  # fmt: skip
    """A page of declared things: those whose fields are as asked, and that have a text in their id or name."""
    tag = version_tag(here, request)
    if (same := fresh(request, tag)) is not None:
        return same
    wanted = {name: value for name, value in filters.items() if value is not None}
    held: Sequence[Any] = kept(here, what, rows, sort) if sort.removeprefix("-") in known else ()
    if wanted or text:
        folded = (text or "").casefold()
        held = [
            one
            for one in held
            if all(getattr(one, name) == value for name, value in wanted.items())
            and folded in f"{one.id} {getattr(one, 'name', None) or ''}".casefold()
        ]
    about = {**wanted, "q": text}
    page = page_of(held, order=sort, known=known, cursor=cursor, limit=limit, about=about, ordered=True)
    shown = {what: [record(one) for one in page.rows]}
    return json_answer({**page.as_dict(what), **shown}, tag=tag, headers=link_header(request, page))


_MODELS: OrderedDict[tuple[Any, ...], tuple[Any, ...]] = OrderedDict()
_LOCK = Lock()
_LISTS = 16  # of models that a process keeps; an estate of 50,000 sites takes half a second to read


def kept(here: Here, what: str, rows: Callable[[], Sequence[Any]], sort: str = "id") -> tuple[Any, ...]:
    """The things of a list as somebody may see them, in an order, read once for a state of the records."""
    root = here.tenant.root.absolute()
    key = (root, what, sort, revision_of(here), here.principal.scope, here.principal.acts)
    with _LOCK:
        if key in _MODELS:
            _MODELS.move_to_end(key)
            return _MODELS[key]
    order = place_of(sort.removeprefix("-"))
    held = tuple(sorted(rows(), key=order, reverse=sort.startswith("-")))
    with _LOCK:
        _MODELS[key] = held
        while len(_MODELS) > _LISTS:
            _MODELS.popitem(last=False)
    return held


def one_thing(request: Request, thing: BaseModel) -> Response:
    """A declared thing with the ETag that a change has to name."""
    content = record(thing)
    tag = content_tag(content)
    return fresh(request, tag) or json_answer(content, tag=tag)


def declared(
    request: Request, here: Here, what: str, said: dict[str, Any], declare: Declare, things: Callable[[], Sequence[Any]]
) -> Response:
    """Declare something new, once."""

    def make() -> Response:
        name = said.get("id")
        if not isinstance(name, str) or not name:
            raise Problem(status=422, findings=[_nameless(what)])
        if any(one.id == name for one in things()):
            raise Problem(status=409, findings=[_taken(what, name)])
        rest = {key: value for key, value in said.items() if key != "id"}
        found = declare(here.workspace, name, rest, who=here.principal.name)
        return _shown(here, what, one_of(things(), name, what), found, status=201, at=location(request, name))

    return once(request, here, said, make)


def corrected(
    request: Request, here: Here, what: str, name: str, said: dict[str, Any], declare: Declare,
    things: Callable[[], Sequence[Any]],
) -> Response:  # fmt: skip
    """Correct what is said of something that is there."""
    before = one_of(things(), name, what)
    match(request, content_tag(record(before)))
    rest = {key: value for key, value in said.items() if key != "id"}
    found = declare(here.workspace, name, rest, who=here.principal.name) if rest else []
    return _shown(here, what, one_of(things(), name, what), found)


def _shown(
    here: Here,
    what: str,
    thing: BaseModel,
    found: Sequence[Finding],
    status: int = 200,
    at: dict[str, str] | None = None,
) -> Response:
    content = record(thing)
    told = {what: content, "findings": findings_json(found, here.lang)}
    return json_answer(told, status=status, tag=content_tag(content), headers=at)


def _nameless(what: str) -> Finding:
    return Finding(
        code="declare.nameless",
        place=what,
        found="it has no id",
        params={"pointer": "#/id"},
        expected="an id that is used once in the workspace",
        remedy="give it one",
    )


def _taken(what: str, name: str) -> Finding:
    return Finding(
        code="declare.taken",
        place=f"{what} '{name}'",
        found="there is one of that id",
        params={"pointer": "#/id"},
        expected="an id that is not in use",
        remedy="correct the one that is there with PATCH, or take another id",
    )


Text = Annotated[str | None, Query(max_length=200, description="In the id or the name; capitals do not matter.")]
_NEW = {"site": {"id": "HQ", "name": "Head office", "country": "CN", "zone": "Asia/Shanghai", "floor_area": 12000}}


@router.get("/sites", operation_id="listSites", summary="Sites", responses=described(Sites, tagged=True))
def sites(
    request: Request, here: Reader, country: Annotated[str | None, Query(max_length=2)] = None,
    type: Annotated[str | None, Query(max_length=200)] = None,  # noqa: A002
    grid_region: Annotated[str | None, Query(max_length=50)] = None, q: Text = None,
    sort: Annotated[str, order("id", "name", "country", "type", "floor_area")] = "id",
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """The sites that one may see."""
    filters = {"country": country, "type": type, "grid_region": grid_region}
    return listed(
        request, here, "sites", here.workspace.records.sites, filters, text=q, sort=sort,
        known=("id", "name", "country", "type", "floor_area"), cursor=cursor, limit=limit,
    )  # fmt: skip


@router.post(
    "/sites", operation_id="declareSite", summary="Declare a site", status_code=201,
    responses=described(OneSite, status=201, tagged=True), openapi_extra=said_of(Site, _NEW["site"], partly=False),
)  # fmt: skip
def new_site(request: Request, here: Declarer, said: Said) -> Response:
    """Answers 409 where there is one of that id."""
    return declared(request, here, "site", said, declare_site, here.workspace.records.sites)


@router.get("/sites/{site}", operation_id="getSite", summary="A site", responses=described(Site, tagged=True))
def site(request: Request, here: Reader, site: Name) -> Response:
    """What is said of it."""
    return one_thing(request, one_of(kept(here, "sites", here.workspace.records.sites), site, "site"))


@router.patch(
    "/sites/{site}", operation_id="correctSite", summary="Correct what is said of a site",
    responses=described(OneSite, tagged=True), openapi_extra=said_of(Site, {"floor_area": 12500}),
)  # fmt: skip
def correct_site(request: Request, here: Declarer, site: Name, said: Said) -> Response:
    """Needs If-Match with the ETag that was read."""
    return corrected(request, here, "site", site, said, declare_site, here.workspace.records.sites)


@router.get("/spaces", operation_id="listSpaces", summary="Spaces", responses=described(Spaces, tagged=True))
def spaces(
    request: Request, here: Reader, site: Annotated[str | None, Query(max_length=200)] = None, q: Text = None,
    sort: Annotated[str, order("id", "name", "site_id")] = "id",
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """Parts of sites: buildings, storeys, garages."""
    return listed(
        request, here, "spaces", here.workspace.records.spaces, {"site_id": site}, text=q, sort=sort,
        known=("id", "name", "site_id"), cursor=cursor, limit=limit,
    )  # fmt: skip


@router.post(
    "/spaces", operation_id="declareSpace", summary="Declare a space", status_code=201,
    responses=described(OneSpace, status=201, tagged=True),
    openapi_extra=said_of(Space, {"id": "HQ-3", "site_id": "HQ", "name": "Storey 3"}, partly=False),
)  # fmt: skip
def new_space(request: Request, here: Declarer, said: Said) -> Response:
    """Answers 409 where there is one of that id."""
    return declared(request, here, "space", said, declare_space, here.workspace.records.spaces)


@router.get("/spaces/{space}", operation_id="getSpace", summary="A space", responses=described(Space, tagged=True))
def space(request: Request, here: Reader, space: Name) -> Response:
    """What is said of it."""
    return one_thing(request, one_of(kept(here, "spaces", here.workspace.records.spaces), space, "space"))


@router.patch(
    "/spaces/{space}", operation_id="correctSpace", summary="Correct what is said of a space",
    responses=described(OneSpace, tagged=True), openapi_extra=said_of(Space, {"floor_area": 800}),
)  # fmt: skip
def correct_space(request: Request, here: Declarer, space: Name, said: Said) -> Response:
    """Needs If-Match with the ETag that was read."""
    return corrected(request, here, "space", space, said, declare_space, here.workspace.records.spaces)


@router.get("/meters", operation_id="listMeters", summary="Meters", responses=described(Meters, tagged=True))
def meters(
    request: Request, here: Reader, site: Annotated[str | None, Query(max_length=200)] = None,
    kind: Annotated[str | None, Query(max_length=200)] = None,
    space: Annotated[str | None, Query(max_length=200)] = None,
    personal: Annotated[bool | None, Query()] = None, q: Text = None,
    sort: Annotated[str, order("id", "site_id", "kind")] = "id",
    cursor: Cursor = None, limit: Limit = DEFAULT,
) -> Response:  # fmt: skip
    """Meters, virtual ones too."""
    filters = {"site_id": site, "kind": kind, "space_id": space, "personal": personal}
    return listed(
        request, here, "meters", here.workspace.records.meters, filters, text=q, sort=sort,
        known=("id", "site_id", "kind"), cursor=cursor, limit=limit,
    )  # fmt: skip


@router.post(
    "/meters", operation_id="declareMeter", summary="Declare a meter", status_code=201,
    responses=described(OneMeter, status=201, tagged=True),
    openapi_extra=said_of(
        Meter, {"id": "HQ-main", "site_id": "HQ", "kind": "electricity", "unit": "kWh"}, partly=False
    ),
)  # fmt: skip
def new_meter(request: Request, here: Declarer, said: Said) -> Response:
    """Answers 409 where there is one of that id; 422 where it does not fit with the other meters."""
    return declared(request, here, "meter", said, declare_meter, here.workspace.records.meters)


@router.get("/meters/{meter}", operation_id="getMeter", summary="A meter", responses=described(Meter, tagged=True))
def meter(request: Request, here: Reader, meter: Name) -> Response:
    """What is said of it."""
    return one_thing(request, _meter(here, meter))


@router.patch(
    "/meters/{meter}", operation_id="correctMeter", summary="Correct what is said of a meter",
    responses=described(OneMeter, tagged=True), openapi_extra=said_of(Meter, {"personal": True}),
)  # fmt: skip
def correct_meter(request: Request, here: Declarer, meter: Name, said: Said) -> Response:
    """Needs If-Match with the ETag that was read."""
    return corrected(request, here, "meter", meter, said, declare_meter, here.workspace.records.meters)


def _meter(here: Here, name: str) -> Meter:
    if here.workspace.records.meter_key(name) is None:
        raise absent("meter", name)
    return one_of(kept(here, "meters", here.workspace.records.meters), name, "meter")
