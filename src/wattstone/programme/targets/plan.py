r"""Which measures by when: the cheapest that keep every target within every budget, as a mixed-integer program.

Columns, for measure k and year t: :math:`x_{kt}` starts (0 or 1), :math:`y_{kt}` in force, :math:`e_{kt}` reduces;
:math:`z_{abt}` both of an overlap in force; :math:`c_t` money left. Products of a binary and a bounded quantity are
written by their convex envelope, which is exact at whole numbers [1]_.

References
----------
.. [1] G. P. McCormick, "Computability of global solutions to factorable nonconvex programs: part I," Mathematical
   Programming 10, 1976, pp. 147-175.
"""

from dataclasses import replace
from typing import Final

from wattstone.dispatch.highs import PersistentModel
from wattstone.dispatch.program import Status
from wattstone.programme.targets.plan_layout import Layout
from wattstone.programme.targets.plan_types import Need, Planned, Question, Shadow

__all__ = ["Need", "Planned", "Question", "Shadow", "optimise", "shadow_prices"]

SECONDS: Final = 60.0
_GAP: Final = 1e-7
_NEAR: Final = 1e-6


def optimise(question: Question, *, seconds: float = SECONDS, nearest: bool = False) -> Planned:
    r"""Choose measures and their first years.

    Parameters
    ----------
    question : Question
    nearest : bool
        Whatever it costs, miss as little of the wishes as can be.
    seconds : float
        Limit of the search. [s]

    Returns
    -------
    Planned

    Notes
    -----
    .. math:: \min \sum_t \delta_t \sum_k \left[(a_k I_k + o_k)\, y_{kt} - (u_k + p)\, e_{kt}\right]

    with the annuity :math:`a_k I_k` charged in the years in force, so that a measure which outlives the plan is not
    charged for what it does afterwards; the budget of a year pays the whole investment of what starts in it.
    Reductions :math:`e` count beside those of measures that are in the inventory already, and what these lose to new
    ones is taken off. With `nearest` the objective is what the wishes miss in sum.
    """
    layout = Layout(question)
    # Presolve of HiGHS 1.15 cuts off the optimum of rare programs with budgets that are carried; the tests hold one.
    program = layout.program(whole=True, nearest=nearest)
    return layout.read(PersistentModel(program, seconds=seconds, gap=_GAP, presolve=False).solve(duals=False))


def shadow_prices(
    question: Question, planned: Planned, *, share: float = 0.01, seconds: float = SECONDS
) -> list[Shadow]:
    """Price of carbon of each need, by the relaxation and by solving again.

    Parameters
    ----------
    question : Question
    planned : Planned
        Its optimum.
    share : float
        Of the need: the step by which it is raised.
    seconds : float
        Limit of each search. [s]

    Returns
    -------
    list of Shadow
        One a need, in their order, with what is reached of the wishes held; none where there is no plan.
    """
    if not planned.found:
        return []
    last = {one.target: one.year for one in sorted(question.needs, key=lambda one: one.year)}
    held = tuple(_kept(one, planned.of(one, question.years)) for one in question.wishes)
    whole = replace(question, needs=(*question.needs, *held), wishes=(), short=None)
    layout = Layout(whole)
    relaxed = PersistentModel(layout.program(whole=False)).solve()
    found: list[Shadow] = []
    for n, need in enumerate(question.needs):
        back = question.discount[question.years.index(need.year)]
        step, price = max(share * need.tonnes, 1e-6), float(relaxed.duals[layout.need_rows[n]]) / back
        if need.year != last[need.target] or planned.status is not Status.OPTIMAL:
            found.append(Shadow(need, price, None, step, tried=False))
            continue
        more = [replace(one, tonnes=one.tonnes + step * (k == n)) for k, one in enumerate(whole.needs)]
        other = optimise(replace(whole, needs=tuple(more)), seconds=seconds)
        again = (other.cost - planned.cost) / step / back if other.status is Status.OPTIMAL else None
        found.append(Shadow(need, price, again, step, tried=other.status is not Status.LIMIT))
    return found


def _kept(wish: Need, reached: float) -> Need:
    """What is reached of a wish, as a need; less by the tolerance of the search."""
    return replace(wish, tonnes=max(reached - _NEAR * max(1.0, wish.tonnes), 0.0))
