"""What a module of the programme says: lines that become figures, tables, charts and findings, as data.

Every module returns this, so that the command line, the pages, the API, XLSX and PDF show all seven in one way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from wattstone.base import Finding
from wattstone.programme.kinds import Module

__all__ = ["Basis", "Chart", "Column", "Line", "Mark", "ModuleReport", "Said", "Table"]

Basis = Literal["measured", "stated", "computed", "estimated", "simulated", "unconfirmed"]
"""What a number rests on; `unconfirmed` where a constant in it has no confirmed source, whatever else it is."""

Mark = Literal["line", "step", "bar", "stacked", "grouped", "blocks", "spans", "areas", "heat"]
"""`blocks`: width and height, as a marginal abatement cost curve; `spans`: from one day to another; `areas`: a map on a
graticule; `heat`: a field a pair of ranks, shaded by how high they are, with names in it."""


@dataclass(frozen=True)
class Said:
    """A sentence: an English template (`str.format`) and its values, so that it can be said in another language."""

    text: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class Line:
    """A number that a report says; it is recorded as a figure.

    Parameters
    ----------
    name : str
        `nature.area.net`: stable, below the module's name.
    label : str
        English.
    value : float or None
        None where it cannot be computed; then `reason` says why.
    unit : str
        `ha`, `kg CO2e`, `CNY`, `1` for a ratio.
    period : str
        `2024`, `2020/2030`, or a day.
    method : str
        Name and version, as `nature.area.equal/1`; described in docs/methods.
    inputs : tuple of str
        `entry:HASH`, `factor:ID`, `figure:ID`, `line:NAME` (another line of the report), `given:NAME=VALUE` for what
        the asker gave.
    subject : str
        `organisation`, `site:ID`, `entry:ID`, or `partner:NAME`.
    interval : (float, float) or None
        90 %.
    basis : str
        See `Basis`.
    reason : Said or None
    notes : tuple of Said
        What a reader must know; sources of constants.
    """

    name: str
    label: str
    value: float | None
    unit: str
    period: str
    method: str
    inputs: tuple[str, ...] = ()
    subject: str = "organisation"
    interval: tuple[float, float] | None = None
    basis: Basis = "computed"
    reason: Said | None = None
    notes: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in the frame, its English label, its unit; `labels` of the texts in it."""

    name: str
    label: str
    unit: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Table:
    """A table; the frame has the columns named, and may have more that charts use."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart of a table's columns.

    Parameters
    ----------
    id, title : str
    mark : str
        See `Mark`.
    table : str
        Id of the table.
    x, y : str
        Columns; of `blocks` the width and the height, of `spans` the row's name and the first of two days.
    to : str or None
        Of `spans`: the column of the second day.
    series : str or None
        Column that colours; of `heat` what stands in the fields.
    note : Said or None
        What the reader must know of it; a sentence for who does not see it.
    most : float or None
        What the axis of values reaches at least: 1 of what goes from 0 to 1; of `heat` the highest rank.
    """

    id: str
    title: str
    mark: Mark
    table: str
    x: str
    y: str
    to: str | None = None
    series: str | None = None
    note: Said | None = None
    most: float | None = None


@dataclass(frozen=True, kw_only=True)
class ModuleReport:
    """What a module says.

    Parameters
    ----------
    module, title, period : str
    says : tuple of Said
        The answer in a few sentences, first of all.
    lines, tables, charts : tuple
    findings : tuple of Finding
        What has to be looked at.
    limits : tuple of Said
        What the report does not prove.
    called : mapping of str to str
        What people call subjects of lines, as `entry:goal-448d`.
    first : tuple of (str, str)
        Name and subject of the lines that are shown first; the organisation's own in their order where none is named.
    """

    module: Module
    title: str
    period: str
    says: tuple[Said, ...]
    lines: tuple[Line, ...]
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    findings: tuple[Finding, ...] = ()
    limits: tuple[Said, ...] = ()
    first: tuple[tuple[str, str], ...] = ()
    called: Mapping[str, str] = field(default_factory=dict[str, str])

    def line(self, name: str, subject: str = "organisation") -> Line:
        """A line by its name; KeyError where there is none."""
        for one in self.lines:
            if (one.name, one.subject) == (name, subject):
                return one
        raise KeyError(name)
