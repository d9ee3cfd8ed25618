"""How a site is held, as a form has it: a row for each holding with its days, and an empty one for the next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import percent
from wattstone.portfolio import Site
from wattstone.portfolio.control import boundary
from wattstone.portfolio.model import Approach, Control

__all__ = ["HeldRow", "held_choices", "held_rows", "held_said", "held_today", "typed_of"]

_MOST = 20  # rows of a form
_FIELDS = ("held", "equity", "operational", "financial", "from", "until")
_HOLDINGS = {
    "owned": mark("owned"),
    "joint_venture": mark("joint venture"),
    "associate": mark("associate, without control"),
    "leased_in finance": mark("rented, finance lease"),
    "leased_in operating": mark("rented, operating lease"),
    "leased_out finance": mark("let, finance lease"),
    "leased_out operating": mark("let, operating lease"),
    "franchise": mark("franchise"),
}
_RIGHTS = {"yes": mark("yes"), "no": mark("no"), "joint": mark("jointly")}
_FLAGS = {True: "yes", False: "no", None: ""}


@dataclass(frozen=True)
class HeldRow:
    """A row of the form: texts as they were typed."""

    number: int
    held: str = ""
    equity: str = ""
    operational: str = ""
    financial: str = ""
    start: str = ""
    end: str = ""


def typed_of(controls: Iterable[Control]) -> dict[str, str]:
    """What is said now, as the form has it."""
    typed: dict[str, str] = {}
    for at, one in enumerate(controls):
        financial = one.financial if isinstance(one.financial, str) else _FLAGS[one.financial]
        said = {
            "held": f"{one.holding} {one.lease or ''}".strip(),
            "equity": "" if one.equity is None else f"{100 * one.equity:.12g}",
            "operational": _FLAGS[one.operational],
            "financial": financial,
            "from": "" if one.start is None else one.start.isoformat(),
            "until": "" if one.end is None else one.end.isoformat(),
        }
        typed |= {f"{name}_{at}": text for name, text in said.items()}
    return typed


def held_rows(typed: Mapping[str, str]) -> tuple[HeldRow, ...]:
    """The rows that were typed, and an empty one."""
    filled = [at for at in range(_MOST) if any(typed.get(f"{name}_{at}", "").strip() for name in _FIELDS)]
    rows = [HeldRow(at, *(typed.get(f"{name}_{at}", "") for name in _FIELDS)) for at in filled]
    return (*rows, HeldRow(max(filled, default=-1) + 1))


def held_said(typed: Mapping[str, str]) -> list[str]:
    """What the rows say, as `declare_site` takes it: `leased_out,lease=operating,from=2025-04-01`."""
    lines: list[str] = []
    for row in held_rows(typed)[:-1]:
        holding, _, lease = row.held.partition(" ")
        named = {
            "lease": lease, "equity": _share(row.equity), "operational": row.operational, "financial": row.financial,
            "from": row.start, "until": row.end,
        }  # fmt: skip
        lines.append(",".join([holding or "?", *(f"{name}={_plain(text)}" for name, text in named.items() if text)]))
    return lines


def _share(percentage: str) -> str:
    """A percentage as a share; what is no number is left for the site's rules to refuse."""
    try:
        return f"{float(percentage) / 100:.12g}" if percentage.strip() else ""
    except ValueError:
        return percentage


def _plain(text: str) -> str:
    """Signs that would part it are taken for others."""
    return text.strip().translate({ord(sign): "." for sign in ",，;；\n"})


def held_choices(lang: Language) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Words of the choices."""
    t = translator(lang)
    rights = [("", t("follows from the holding")), *((key, t(words)) for key, words in _RIGHTS.items())]
    return {
        "held": [("", t("not said")), *((key, opened(t(words))) for key, words in _HOLDINGS.items())],
        "operational": [one for one in rights if one[0] != "joint"],
        "financial": rights,
    }


def held_today(site: Site, approach: Approach, day: date, lang: Language) -> str:
    """What of a site counts on a day, in words; all of it where nobody said how it is held."""
    t, placed = translator(lang), boundary(site, approach, day)
    share = percent(placed.share, lang)
    if placed.share == 0:
        return t("not held")
    if placed.category:
        return t("{share} in scope 3, category {number}", share=share, number=placed.category)
    return t("all of it") if placed.share == 1 else t("{share} of it", share=share)
