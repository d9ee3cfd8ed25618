"""Reports of modules made by hand, with a chart of each mark."""

from datetime import date

import polars as pl

from wattstone.base import Finding
from wattstone.programme.report import Chart, Column, Line, ModuleReport, Said, Table

__all__ = ["FIGURES", "charted", "nature_report", "report", "tables"]


def tables() -> dict[str, Table]:
    """By id."""
    years = pl.DataFrame(
        {
            "year": [2020, 2021, 2022, 2023, 2020, 2021, 2022, 2023],
            "what": ["inventory"] * 4 + ["pathway"] * 4,
            "emissions": [9.0e6, 8.5e6, None, 7.9e6, 9.0e6, 8.6e6, 8.2e6, 7.8e6],
            "emissions_lower": [8.0e6, 7.9e6, None, 7.0e6, None, None, None, None],
            "emissions_upper": [9.9e6, 9.2e6, None, 8.8e6, None, None, None, None],
            "basis": ["measured", "measured", "measured", "estimated"] + ["stated"] * 4,
        }
    )
    emissions = Column("emissions", "Emissions", "kg CO2e")
    what = Column("what", "Series", labels={"inventory": "Inventory", "pathway": "Pathway"})
    measures = pl.DataFrame(
        {
            "measure": ["LED lamps", "Heat recovery", "Heat pump", "Solar roof", "Hydrogen burner"],
            "saved": [120e3, 300e3, 450e3, 900e3, 80e3],
            "cost": [-310.0, -120.0, 40.0, 95.0, 780.0],
            "basis": ["measured", "computed", "computed", "estimated", "unconfirmed"],
        }
    )
    spans = pl.DataFrame(
        {
            "measure": ["LED lamps", "Heat recovery", "Heat pump"],
            "start": [date(2024, 1, 1), date(2024, 7, 1), date(2025, 3, 1)],
            "end": [date(2024, 6, 30), None, date(2027, 2, 28)],
            "site": ["A", "B", "A"],
        }
    )
    flows = pl.DataFrame(
        {
            "stream": ["Paper", "Paper", "Steel", "Steel", "Sludge"],
            "route": ["recycled", "burnt", "recycled", "tipped", "tipped"],
            "mass": [120.0, 40.5, 310.0, 12.0, 80.0],
        }
    )
    return {
        "years": Table("years", "Emissions by year", (Column("year", "Year"), what, emissions), years),
        "measures": Table(
            "measures", "Measures",
            (Column("measure", "Measure"), Column("saved", "Abatement", "kg CO2e"),
             Column("cost", "Cost", "CNY/t CO2e")),
            measures,
        ),
        "spans": Table(
            "spans", "When",
            (Column("measure", "Measure"), Column("start", "Start"), Column("end", "End"), Column("site", "Site")),
            spans,
        ),
        "flows": Table(
            "flows", "Waste by stream",
            (Column("stream", "Stream"), Column("route", "Route"), Column("mass", "Mass", "t")),
            flows,
        ),
        "areas": Table(
            "areas", "Areas",
            (Column("name", "Area"), Column("area", "Area", "ha"),
             Column("status", "Status", labels={"agreement": "Under agreement", "action": "In action"})),
            pl.DataFrame(
                {
                    "name": ["Mangrove west", "Seagrass bay", "Hill forest", "Point plot"],
                    "status": ["action", "agreement", "action", "action"],
                    "area": [5120.5, 900.0, 12000.0, 3.1],
                    "shape": [
                        "POLYGON((113.2 22.1, 113.5 22.1, 113.5 22.35, 113.35 22.4, 113.2 22.3, 113.2 22.1))",
                        "POLYGON((113.45 22.2, 113.7 22.2, 113.7 22.5, 113.45 22.2))",
                        "MULTIPOLYGON(((112.2 23.1,112.6 23.1,112.6 23.5,112.2 23.5,112.2 23.1),"
                        "(112.3 23.2,112.3 23.3,112.4 23.3,112.4 23.2,112.3 23.2)))",
                        "POLYGON((114.1 22.9, 114.105 22.9, 114.105 22.905, 114.1 22.905, 114.1 22.9))",
                    ],
                }
            ),
        ),
        "areas-layers": Table(
            "areas-layers", "Layers", (Column("name", "Layer"),),
            pl.DataFrame(
                {"name": ["River", "Coast"],
                 "shape": ["LINESTRING(112 23.8, 112.8 23.2, 113.3 22.6, 113.4 22.0)",
                           "LINESTRING(112 21.9, 113 22.05, 113.9 22.3, 114.4 22.6)"]},
            ),
        ),
    }  # fmt: skip


def charted() -> dict[str, Chart]:
    """A chart of each mark."""
    charts = [
        Chart(id="path", title="Emissions fell slower than promised", mark="line", table="years", x="year",
              y="emissions", series="what", note=Said("In {year} they were {more} above the pathway",
                                                      {"year": 2023, "more": Said("measured")})),
        Chart(id="steps", title="Emissions in steps", mark="step", table="years", x="year", y="emissions",
              series="what"),
        Chart(id="columns", title="Emissions as columns", mark="grouped", table="years", x="year", y="emissions",
              series="what"),
        Chart(id="cost", title="Lamps and heat recovery pay for themselves", mark="blocks", table="measures", x="saved",
              y="cost", series="measure"),
        Chart(id="costs", title="Hydrogen costs most", mark="bar", table="measures", x="measure", y="cost"),
        Chart(id="when", title="Heat recovery has no end yet", mark="spans", table="spans", x="measure", y="start",
              to="end", series="site"),
        Chart(id="routes", title="Most steel is recycled", mark="stacked", table="flows", x="stream", y="mass",
              series="route"),
        Chart(id="side", title="Routes side by side", mark="grouped", table="flows", x="stream", y="mass",
              series="route"),
        Chart(id="map", title="Three areas on the coast, one inland", mark="areas", table="areas", x="shape", y="name",
              series="status"),
    ]  # fmt: skip
    return {one.id: one for one in charts}


NET = Line(
    name="target.emissions", label="Emissions", value=7.9e6, unit="kg CO2e", period="2023", method="target.track/1",
    inputs=("entry:aa", "figure:bb"), interval=(7.0e6, 8.8e6), basis="estimated",
    notes=(Said("GWP of {edition}", {"edition": "AR6"}),),
)  # fmt: skip
GAP = Line(name="target.gap", label="Distance from the pathway", value=1e5, unit="kg CO2e", period="2023",
           method="target.track/1", inputs=("line:target.emissions",))  # fmt: skip
ABSENT = Line(name="target.renewable", label="Renewable share", value=None, unit="1", period="2023",
              method="target.share/1", reason=Said("no contract is entered for {year}", {"year": 2023}))  # fmt: skip
FIGURES = {("target.emissions", "organisation", "2023"): "f1", ("target.gap", "organisation", "2023"): "f2",
           ("target.renewable", "organisation", "2023"): "f3"}  # fmt: skip


def report() -> ModuleReport:
    """Of targets, with everything that a report may have."""
    finding = Finding(
        code="target.base", place="target 'T1'", found="the base year {year} has no inventory", params={"year": 2015},
        expected="an inventory of the base year", remedy="take the inventory of {year}", severity="warning",
    )  # fmt: skip
    held = tables()
    return ModuleReport(
        module="target", title="Targets and measures", period="2023",
        says=(Said("Emissions were {amount} t above the pathway.", {"amount": 100.0}),),
        lines=(NET, GAP, ABSENT), tables=tuple(held.values()), charts=tuple(charted().values()), findings=(finding,),
        limits=(Said("A pathway says nothing of other years."),),
    )  # fmt: skip


def nature_report(areas: pl.DataFrame) -> ModuleReport:
    """Of nature, with a map of any areas."""
    columns = (Column("name", "Area"), Column("status", "Status"))
    chart = Chart(id="map", title="Areas", mark="areas", table="areas", x="shape", y="name", series="status")
    table = Table("areas", "Areas", columns, areas)
    return ModuleReport(
        module="nature", title="Nature", period="2024", says=(), lines=(), tables=(table,), charts=(chart,)
    )
