"""Commands on sites, spaces and meters: list them, declare them, correct what is said of them."""

from typing import Annotated, Any, Literal, cast

import typer

from wattstone.interfaces.cli import options


def site(
    workspace: options.Workspace,
    site_id: Annotated[str | None, typer.Argument(metavar="[SITE]", help="Its id; all are listed if left out.")] = None,
    name: Annotated[str | None, typer.Option(help="Name.")] = None,
    type_: Annotated[str | None, typer.Option("--type", help="Type, as office or residential compound.")] = None,
    floor_area: Annotated[float | None, typer.Option(help="Floor area. [m2]")] = None,
    address: Annotated[str | None, typer.Option(help="Address.")] = None,
    position: Annotated[
        str | None, typer.Option(metavar="LAT,LON", help="Where it is, in decimal degrees, as 51.5072,-0.1276.")
    ] = None,
    country: Annotated[str | None, typer.Option(metavar="ISO", help="Country, as CN.")] = None,
    grid_region: Annotated[str | None, typer.Option(help="Grid region, as CN-GD or US-CAMX.")] = None,
    zone: options.Zone = None,
    weather_station: Annotated[str | None, typer.Option(help="Station whose weather serves it.")] = None,
    share: Annotated[
        list[str] | None,
        typer.Option(metavar="SHARE[,FROM[,UNTIL]]", help="Share that is owned, as 0.5,2020-01-01; repeatable."),
    ] = None,
    control: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOLDING[,NAME=VALUE]...",
            help="How it is held, as leased_out,lease=operating,from=2020-01-01; repeatable.",
        ),
    ] = None,
    json: options.Json = False,
) -> None:
    """List sites, or declare one."""
    from wattstone.workflows.declare import declare_site

    given = {
        "name": name,
        "type": type_,
        "floor_area": floor_area,
        "address": address,
        "position": position,
        "country": country,
        "grid_region": grid_region,
        "zone": zone,
        "weather_station": weather_station,
        "ownership": share,
        "control": control,
    }
    _list_or_declare(workspace, "sites", site_id, given, declare_site, json=json)


def space(
    workspace: options.Workspace,
    space_id: Annotated[
        str | None, typer.Argument(metavar="[SPACE]", help="Its id; all are listed if left out.")
    ] = None,
    site_id: Annotated[str | None, typer.Option("--site", help="Site it is part of.")] = None,
    name: Annotated[str | None, typer.Option(help="Name.")] = None,
    parent: Annotated[str | None, typer.Option(help="Space that it is part of.")] = None,
    floor_area: Annotated[float | None, typer.Option(help="Floor area. [m2]")] = None,
    json: options.Json = False,
) -> None:
    """List spaces (buildings, storeys, garages), or declare one."""
    from wattstone.workflows.declare import declare_space

    given = {"site_id": site_id, "name": name, "parent_id": parent, "floor_area": floor_area}
    _list_or_declare(workspace, "spaces", space_id, given, declare_space, json=json)


def meter(
    workspace: options.Workspace,
    meter_id: Annotated[
        str | None, typer.Argument(metavar="[METER]", help="Its id; all are listed if left out.")
    ] = None,
    site_id: Annotated[str | None, typer.Option("--site", help="Site it stands at.")] = None,
    kind: Annotated[str | None, typer.Option(help="What it measures, as electricity or natural_gas.")] = None,
    unit: Annotated[str | None, typer.Option(help="Unit of its readings, as kWh.")] = None,
    reading: Annotated[Literal["interval", "register", "power"] | None, typer.Option(help="What a reading is.")] = None,
    direction: Annotated[Literal["import", "export"] | None, typer.Option(help="Seen from the site.")] = None,
    multiplier: Annotated[float | None, typer.Option(help="Every reading is multiplied by it.")] = None,
    sign: Annotated[int | None, typer.Option(help="1, or -1 where the sign is reversed.")] = None,
    space_id: Annotated[str | None, typer.Option("--space", help="Space it serves.")] = None,
    parent: Annotated[str | None, typer.Option(help="Meter that already counts what this one counts.")] = None,
    basis: Annotated[Literal["gross", "net"] | None, typer.Option(help="Calorific value of fuel energy.")] = None,
    personal: Annotated[bool | None, typer.Option(help="Readings of a dwelling or a driver.")] = None,
    expression: Annotated[str | None, typer.Option(help="A virtual meter, as 'main - tenant_1'.")] = None,
    counted: Annotated[bool | None, typer.Option(help="A virtual meter that stands in the totals.")] = None,
    json: options.Json = False,
) -> None:
    """List meters, or declare one, virtual ones too."""
    from wattstone.workflows.declare import declare_meter

    given = {
        "site_id": site_id,
        "kind": kind,
        "unit": unit,
        "reading": reading,
        "direction": direction,
        "multiplier": multiplier,
        "sign": sign,
        "space_id": space_id,
        "parent_id": parent,
        "basis": basis,
        "personal": personal,
        "expression": expression,
        "counted": counted,
    }
    _list_or_declare(workspace, "meters", meter_id, given, declare_meter, json=json)


def _list_or_declare(
    root: Any, what: str, name: str | None, given: dict[str, Any], declare: Any, *, json: bool
) -> None:
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output

    output = Output(json=json)
    said = {key: value for key, value in given.items() if value is not None}
    with opened(root) as held:
        if name is not None and said:
            output.warn(declare(held, name, said, who=account()))
        rows = [one.model_dump(mode="json", exclude_none=True) for one in getattr(held.records, what)()]
    if name is not None:
        rows = [row for row in rows if row["id"] == name]
    output.show(_listed(what, rows, one=name is not None) if rows else _none(what, name))
    output.machine({what: rows})


_SHOWN = {
    "sites": ("id", "name", "type", "country", "grid_region", "zone", "floor_area"),
    "spaces": ("id", "site_id", "name", "parent_id", "floor_area"),
    "meters": ("id", "site_id", "kind", "unit", "reading", "parent_id"),
}
_PLAIN = {"direction": "import", "multiplier": 1.0, "sign": 1, "declared": "readings"}  # not worth a word in a list
_HEADS = {"site_id": "site", "parent_id": "part of", "grid_region": "grid", "floor_area": "m²"}
_WORDS = {"interval_seconds": "every {} s", "expression": "= {}", "declared": "by {}", "multiplier": "times {}"}
_ROWS = 500


def _listed(what: str, rows: list[dict[str, Any]], *, one: bool) -> Any:
    """Places or meters as a table that fits, what is out of the ordinary in its last column; one alone in full."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    if one:
        full = Table.grid(padding=(0, 2))
        for key, value in rows[0].items():
            full.add_row(Text(key, "dim"), Text(_said(value)))
        return full
    columns = [key for key in _SHOWN[what] if any(row.get(key) is not None for row in rows)]
    table = Table(*(_HEADS.get(key, key) for key in columns), "", box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for row in rows[:_ROWS]:
        also = [_also(key, value) for key, value in row.items() if key not in columns and _worth(key, value)]
        table.add_row(*(Text(_said(row.get(key))) for key in columns), Text("; ".join(also)))
    more = len(rows) - _ROWS
    return Group(table, Text(f"and {more} more: --json lists them all", "dim")) if more > 0 else table


def _worth(key: str, value: Any) -> bool:
    return value not in (False, [], {}, None) and _PLAIN.get(key) != value


def _also(key: str, value: Any) -> str:
    return key if value is True else _WORDS.get(key, f"{key} {{}}").format(_said(value))


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return " ".join(f"{key} {_said(one)}" for key, one in cast("dict[str, Any]", value).items())
    if isinstance(value, list):
        return ", ".join(map(_said, cast("list[Any]", value)))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _none(what: str, name: str | None) -> str:
    return f"No {what} yet." if name is None else f"There is no {what.removesuffix('s')} {name!r}."


COMMANDS = (site, space, meter)
