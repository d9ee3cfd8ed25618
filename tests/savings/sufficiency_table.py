"""The table of rules as `docs/methods/sufficiency.md` shows it; run as a script, it prints what the page must hold."""

import sys

from wattstone.savings.rules import Rule, sufficiency_rules

HEAD = "| rule | asks for | limit | disqualifies | clause | source | certainty | remedy |\n" + "|---" * 8 + "|"
SORTS = {"hour": "hourly", "segmented": "hourly by month", "day": "daily", "bill": "billing"}


def row(rule: Rule) -> str:
    sorts = [name for sort, name in SORTS.items() if sort in rule.disqualifies]
    said = "all" if len(sorts) == len(SORTS) else ", ".join(sorts) or "no: a warning"
    cells = (
        f"`{rule.code}`", rule.title, f"{rule.limit:g} {rule.unit}".strip(), said, rule.clause, rule.source,
        rule.certainty, rule.remedy.replace("{code}", "it"),
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def table(period: str) -> str:
    rules = [rule for code, rule in sufficiency_rules().items() if code.startswith(f"{period}.")]
    return "\n".join([HEAD, *map(row, rules)])


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(table(period) for period in ("baseline", "reporting", "periods")) + "\n")
