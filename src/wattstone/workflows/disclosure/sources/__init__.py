"""What the workspace fills into the metrics of a report: figures that were recorded, and nothing that was not."""

from wattstone.disclosure.material import Material, joined
from wattstone.programme.report import Said
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.disclosure.figures import Figures
from wattstone.workflows.disclosure.sources.asking import Asking
from wattstone.workflows.disclosure.sources.basis import basis
from wattstone.workflows.disclosure.sources.emissions import emissions
from wattstone.workflows.disclosure.sources.energy import energy
from wattstone.workflows.disclosure.sources.green import green
from wattstone.workflows.disclosure.sources.lines import metric_lines
from wattstone.workflows.disclosure.sources.programme import programme
from wattstone.workflows.disclosure.sources.targets import targets
from wattstone.workflows.workspace import Workspace

__all__ = ["metric_lines", "metrics_material"]


def metrics_material(workspace: Workspace, year: int, figures: Figures) -> Material:
    """Numbers and tables of metrics, targets and measures.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    year : int
        Reporting year.
    figures : Figures
        Of the workspace and the year; it is told of all that is shown.

    Returns
    -------
    Material
        Where nothing is recorded, `lacks` says what is missing and what fills it.

    Raises
    ------
    Forbidden
        If the whole organisation is not open to whoever asks.
    """
    whole = acting(workspace, Act.READ, EVERYWHERE)
    asking = Asking(workspace=whole, year=year, figures=figures)
    told = joined(one for source in (emissions, basis, energy, targets, programme, green) for one in source(asking))
    limits: list[Said] = []
    if figures.release() is None and asking.taken:
        limits.append(Said("The inventory of {year} was not released.", {"year": year}))
    simulated = any(one.simulated for one in whole.records.sites())
    return joined((told, Material(every=dict(figures.every), limits=tuple(limits), simulated=simulated)))
