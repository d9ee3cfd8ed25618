"""The texts of a pack: how to read it, in both languages, and the program that checks it."""

from importlib import resources
from string import Template

from wattstone.disclosure.statement import Lang, Statement
from wattstone.workflows.disclosure.editions import KeptEdition

__all__ = ["checker", "readme"]

_IMPORT = "from wattstone.disclosure.ed25519 import is_signed\n"


def checker() -> bytes:
    """`verify_pack.py`: with the check of signatures written into it, it needs nothing but Python."""
    room = resources.files("wattstone.disclosure")
    text = (room / "verify_pack.py").read_text(encoding="utf-8")
    signatures = (room / "ed25519.py").read_text(encoding="utf-8")
    own = signatures.partition("__all__ = ")[2].partition("\n")[2]
    assert _IMPORT in text
    return text.replace(_IMPORT, own.strip() + "\n").encode()


def readme(lang: Lang, statement: Statement, kept: KeptEdition) -> bytes:
    """How to read a pack and how to check it."""
    text = (resources.files("wattstone.disclosure") / "data" / "pack" / f"README.{lang}.md").read_text(encoding="utf-8")
    keys = ", ".join(one.key for one in kept.signatures)
    told = {
        "organisation": statement.organisation, "standard": statement.standard.key, "year": kept.year,
        "number": kept.number, "sha256": kept.sha256, "by": kept.locked_by, "at": kept.locked_at,
        "keys": keys or ("nobody" if lang == "en" else "无"),
    }  # fmt: skip
    return Template(text).substitute(told).encode()
