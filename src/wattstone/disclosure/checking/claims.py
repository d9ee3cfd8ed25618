"""Claims of neutrality in texts, held against what `programme` permits.

A text may name a scenario, a policy of a state, or say that nothing is claimed. A goal needs a target; a claim needs an
entry of `neutrality_claim` on the reporting year that nothing stands against, by the rules of `programme.waste`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl

from wattstone.base import Finding
from wattstone.disclosure.checking.looking import Looked, say, texts_of
from wattstone.disclosure.checking.sentences import DENIED, SENTENCE
from wattstone.disclosure.narratives.placeholders import without_placeholders
from wattstone.programme.held import held
from wattstone.programme.waste.neutrality import refusals

__all__ = ["Claim", "claims_in", "of_claims"]

_CLAIM: Final = re.compile(
    r"""\b(?:carbon|climate|co2e?|ghg|greenhouse[\s-]gas|emissions?)[\s-]neutral(?:ity)?\b
    | \bnet[\s-]?zero\b | \b(?:carbon|climate)[\s-](?:positive|negative)\b
    | \b(?:zero|free\sof)[\s-](?:carbon|emissions?)\b | \b(?:carbon|emissions?)[\s-]free\b
    | 碳中和 | 气候中和 | 温室气体中和 | 净零 | 零碳 | 零排放 | 负碳 | 碳中性""",
    re.VERBOSE | re.IGNORECASE,
)
_NAMES: Final = re.compile(
    r"""\bnet[\s-]zero(?:\s+(?:emissions?\s+)?(?:by\s+)?20\d\d)?(?:\s+\(?NZE\)?)?\s+(?:scenarios?|pathways?|paths?)\b
    | (?-i:\bNet\sZero\s20\d\d\b) | \bscience[\s-]based\s+net[\s-]zero\s+standard\b | (?-i:\bNet-Zero\sStandard\b)
    | (?-i:\bDivergent\sNet\sZero\b)
    | (?:20\d\d\s*年?)?净零(?:排放)?(?:20\d\d)?(?:年)?(?:排放)?(?:情景|路径) | 净零标准 | 分化净零
    | 碳达峰[、，与和及]?\s*碳中和 | 双碳
    | (?:国家|中国|政府)[^，。；]{0,12}碳中和
    | (?:china|national|government|country)[\w'’\s]{0,30}carbon[\s-]neutrality""",
    re.VERBOSE | re.IGNORECASE,
)
"""Names of scenarios and standards, and what states aim at."""
_GOAL: Final = re.compile(
    r"""\b(?:aims?|aiming|targets?|goals?|ambitions?|intends?|plans?|planned|will|shall|towards?|commit\w*|pledg\w*
        |by\s+(?:20|21)\d\d|until\s+(?:20|21)\d\d|before\s+(?:20|21)\d\d|on\s+(?:the|its|our)\s+way)\b
    | 目标 | 计划 | 规划 | 力争 | 争取 | 致力 | 承诺 | 愿景 | 迈向 | 推进 | 助力 | 将(?!近) | 拟
    | (?:20|21)\d\d\s*年(?:前|底前|之前|实现|达到|达成)""",
    re.VERBOSE | re.IGNORECASE,
)
Kind = Literal["claim", "goal"]


@dataclass(frozen=True)
class Claim:
    """What a text claims.

    Parameters
    ----------
    kind : {'claim', 'goal'}
        That it is so, or is to be.
    words : str
        As they stand.
    sentence : str
    """

    kind: Kind
    words: str
    sentence: str


def claims_in(markdown: str) -> tuple[Claim, ...]:
    """Claims of neutrality in a text, in English or Chinese; what is denied or named alone is none.

    Parameters
    ----------
    markdown : str
        With placeholders.

    Examples
    --------
    >>> [(one.kind, one.words) for one in claims_in("Our office is carbon neutral. We aim to be net zero by 2050.")]
    [('claim', 'carbon neutral'), ('goal', 'net zero')]
    >>> claims_in("The report makes no claim of carbon neutrality; under the Net Zero 2050 scenario costs rise.")
    ()
    """
    bare = _NAMES.sub(" ", re.sub(r"[*_`]", "", without_placeholders(markdown)))
    found: list[Claim] = []
    for sentence in SENTENCE.findall(bare):
        for one in _CLAIM.finditer(sentence):
            if DENIED.search(sentence[: one.start()]):
                continue
            kind: Kind = "goal" if _GOAL.search(sentence) else "claim"
            found.append(Claim(kind, one[0], " ".join(sentence.split())))
    return tuple(found)


def of_claims(looked: Looked) -> Iterator[Finding]:
    """Claims that `programme` refuses or does not know, and goals without a target."""
    if looked.beside is None and not looked.programme:
        return  # an edition does not hold the programme's entries: it was held against them when it was locked
    claims, year = held(looked.programme, "neutrality_claim"), looked.statement.year
    permitted, against = _judged(claims, held(looked.programme, "carbon_credit"), year)
    aimed = _aimed(held(looked.programme, "target"), year)
    told = False
    for answer, text in texts_of(looked.statement):
        place, topic = f"narrative '{text.entry}'", answer.topic.id
        named = " ".join(one.markdown for one in answer.written.values()).casefold()
        may = any(subject is None or subject in named for subject in permitted)
        for one in claims_in(text.markdown):
            if one.kind == "goal" and not aimed:
                yield say(
                    place, "goal_without_target", "'{words}' is named as a goal, and there is no target: {sentence}",
                    "a target with its year, scopes and base year behind every goal",
                    "enter the target with `wattstone target add`, or word it otherwise", "warning", words=one.words,
                    sentence=one.sentence[:200], topic=topic,
                )  # fmt: skip
            if one.kind == "claim" and not may:
                told = True
                yield say(
                    place, "neutrality", "'{words}' is claimed, and nothing permits it: {sentence}",
                    "a neutrality statement on the year that no rule stands against, entered as such",
                    "enter it with `wattstone waste add`, where every reason against it is told; or take the claim out",
                    words=one.words, sentence=one.sentence[:200], topic=topic,
                )  # fmt: skip
    if told:
        yield from against


def _judged(
    claims: pl.DataFrame, held_credits: pl.DataFrame, year: int
) -> tuple[list[str | None], list[Finding]]:  # fmt: skip
    """What entries on the year permit claims of, and why others do not.

    None is the organisation itself; a product, building or event has to be named where it is claimed of.
    """
    rows: list[dict[str, Any]] = claims.to_dicts()
    permitted: list[str | None] = []
    against: list[Finding] = []
    for row in rows:
        if not row["start"].year <= year <= row["end"].year or row["standard"] == "gpc_target":
            continue
        found = refusals(row, held_credits, [other for other in rows if other is not row])
        errors = [one for one in found if one.severity == "error"]
        against += errors
        whole = row["subject_type"] == "organisation"
        permitted += [] if errors else [None if whole else row["subject"].strip().casefold()]
    return permitted, against


def _aimed(targets: pl.DataFrame, year: int) -> bool:
    """Whether there is a target on emissions that is still ahead."""
    return not targets.filter((pl.col("form") != "renewable") & (pl.col("target_year") >= year)).is_empty()
