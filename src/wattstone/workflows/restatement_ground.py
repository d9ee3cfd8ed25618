"""Whether a proposal says what the record says: the year's own figure, from the value that stands."""

from collections.abc import Iterator, Sequence

from wattstone.base import Finding
from wattstone.inventory.ledger import Entry
from wattstone.inventory.sums import ORGANISATION
from wattstone.workflows.restatement_findings import not_the_figure, other_start
from wattstone.workflows.restatement_record import first_released, own_figures, same
from wattstone.workflows.workspace import Workspace

__all__ = ["unfounded"]


def unfounded(workspace: Workspace, chosen: Sequence[Entry], held: Sequence[Entry]) -> list[Finding]:
    """Why proposals cannot be accepted, in their order: none where each says what the record says.

    Parameters
    ----------
    workspace : Workspace
        Whole: the one that `acting` returns.
    chosen : sequence of Entry
        To be accepted together.
    held : sequence of Entry
        Every restatement as it stands.

    Returns
    -------
    list of Finding
        Of what a run found alone: what a site adds that came or left is no figure of the year, and is not judged here.
    """
    return list(_found(workspace, chosen, held))


def _found(workspace: Workspace, chosen: Sequence[Entry], held: Sequence[Entry]) -> Iterator[Finding]:
    reported = first_released(workspace).select("year", "name", "value")
    stands: dict[tuple[int, str, str], float | None] = {
        (year, name, ORGANISATION): value for year, name, value in reported.iter_rows()
    }
    accepted = sorted((one for one in held if one.state == "accepted"), key=lambda one: one.decided_line)
    stands.update({one.restated.key: one.restated.after for one in accepted})
    own = {year: own_figures(workspace, year) for year in {one.restated.year for one in chosen}}
    for one in sorted(chosen, key=lambda one: one.line):
        told = one.restated
        if told.after_id is not None or told.before_id is not None:
            name, subject, value = own[told.year].get(told.after_id or "", ("", "", None))
            if told.after_id is not None and ((name, subject) != told.key[1:] or not same(value, told.after)):
                yield not_the_figure(one)
                continue
            if not same(stands.get(told.key), told.before):
                yield other_start(one, stands.get(told.key))
                continue
        stands[told.key] = told.after
