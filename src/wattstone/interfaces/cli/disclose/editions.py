"""`wattstone disclose lock`, `sign`, `diff`, `verify` and `pack`: editions, which nobody changes any more."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from wattstone.interfaces.cli import options
from wattstone.interfaces.cli.disclose import asking

if TYPE_CHECKING:
    from wattstone.disclosure.statement import Edition
    from wattstone.interfaces.present.disclosure.renderings import Form
    from wattstone.workflows.disclosure.standing import LockCheck
    from wattstone.workflows.ports import Signing

__all__ = ["BARE", "COMMANDS", "edition_json"]

Signed = Annotated[
    str | None,
    typer.Option("--key", metavar="KEY", help="Which key signs, by its first digits; the newest of yours otherwise."),
]
Unsigned = Annotated[bool, typer.Option("--no-signature", help="Sign nothing now; `sign` does later.")]


def lock(
    workspace: options.Workspace,
    year: options.Year,
    standard: asking.Standard = "tcfd",
    why: Annotated[str, typer.Option("--why", help="What is new since the edition before; the first needs none.")] = "",
    key: Signed = None,
    no_signature: Unsigned = False,
    check: Annotated[bool, typer.Option("--check", help="Lock nothing; say what stands in the way. Exit code 1.")]
    = False,
    passing: Annotated[
        list[str] | None,
        typer.Option("--let-pass", metavar="FINDING", help="Let what asks pass, with --reason; locks nothing."),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why it may pass; an assurer reads it.")] = "",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> int:  # fmt: skip
    """Lock the draft as the next edition, hashed and signed, when nothing stands against it."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.disclosure.editions import edition_words
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.disclosure.locking import editions
    from wattstone.workflows.disclosure.locking import lock as lock_report
    from wattstone.workflows.disclosure.standing import check_lock, let_pass

    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        if passing:
            return _told(let_pass(held, standard, year, passing, reason=reason, who=account()), output)
        if check:
            return _told(check_lock(held, standard, year), output)
        signing = None if no_signature else _signer(key)
        before = {one.number for one in editions(held, standard, year)}
        made = lock_report(held, standard, year, why=why, key=signing, who=account())
    if made.number in before:
        t = translator(lang)
        output.say(t("The draft says what edition {number} says: nothing was locked anew.", number=made.number))
    output.say(*edition_words(made, lang))
    output.machine(edition_json(made))
    return 0


def sign(
    workspace: options.Workspace,
    year: options.Year,
    standard: asking.Standard = "tcfd",
    edition: asking.Edition = None,
    key: Signed = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Sign an edition that was locked, beside whoever signed it before."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.disclosure.editions import edition_words
    from wattstone.workflows.disclosure.locking import sign as sign_edition

    output, signing = Output(json=json, lang=lang), _signer(key, needed=True)
    assert signing is not None
    with opened(workspace) as held:
        made = sign_edition(held, standard, year, edition, signing, who=account())
    output.say(*edition_words(made, lang))
    output.machine(edition_json(made))


def diff(
    workspace: options.Workspace,
    year: options.Year,
    standard: asking.Standard = "tcfd",
    since: Annotated[
        int | None, typer.Option("--from", min=1, help="Earlier edition; the newest if left out.", show_default=False)
    ] = None,
    until: Annotated[
        int | None, typer.Option("--to", min=1, help="Later edition; the draft if left out.", show_default=False)
    ] = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """List what changed between two editions, or since the newest one."""
    from dataclasses import asdict

    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.disclosure.changes import changes_table
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.disclosure.locking import compared

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held:
        both = compared(held, standard, year, since, until)
    if both.changes:
        output.show(changes_table(both.changes, both.old, both.new, lang))
    else:
        output.say(t("Nothing changed."))
    output.machine({"standard": standard, "year": year, "changes": [asdict(one) for one in both.changes]})


def verify(
    workspace: options.Workspace,
    year: options.Year,
    standard: asking.Standard = "tcfd",
    edition: asking.Edition = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> int:
    """Check that an edition still follows from the workspace: hash, signature, every number, text and factor."""
    from dataclasses import asdict

    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.store.keys import Keys, keys_folder
    from wattstone.workflows.disclosure.verifying import extent_of, verify_edition

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held:
        found = verify_edition(held, standard, year, edition, keys=Keys(keys_folder()))
        extent = extent_of(held, standard, year, edition)
    wrong = [one for one in found if one.severity == "error"]
    output.warn(found)
    if extent is not None:
        output.say(t(
            "Edition {number} was gone through: {figures} figures and what stands behind each, {factors} factors, "
            "{entries} entries with the texts and reviews, {documents} documents.",
            **asdict(extent),
        ))  # fmt: skip
    output.say(t("It does not hold.") if wrong else t("It holds: what was locked follows from the workspace."))
    output.machine({
        "standard": standard, "year": year, "holds": not wrong, "findings": [one.as_dict() for one in found],
        "extent": None if extent is None else asdict(extent),
    })  # fmt: skip
    return 1 if wrong else 0


def pack(
    workspace: options.Workspace,
    to: Annotated[
        Path, typer.Argument(metavar="FILE", help="A name that ends in .zip, or a new folder.", show_default=False)
    ],
    year: options.Year,
    standard: asking.Standard = "tcfd",
    edition: asking.Edition = None,
    form: Annotated[
        list[str] | None,
        typer.Option("--format", help="Form of the report to put in, in both languages; repeatable; html."),
    ] = None,
    key: Signed = None,
    no_signature: Unsigned = False,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Pack an edition with all its evidence for an assurer: a script in it verifies it on another machine."""
    from dataclasses import asdict

    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.disclosure.editions import pack_words
    from wattstone.interfaces.present.disclosure.renderings import rendered
    from wattstone.interfaces.store.keys import Keys, keys_folder
    from wattstone.workflows.disclosure.locking import edition_statement
    from wattstone.workflows.disclosure.pack import pack as pack_edition

    signing, keys = None if no_signature else _signer(key), Keys(keys_folder())
    with opened(workspace) as held:
        said = edition_statement(held, standard, year, edition)
        assert said.edition is not None
        langs: tuple[Literal["en", "zh"], ...] = ("en", "zh")
        files = dict(rendered(said, one, each) for each in _forms(form) for one in langs)
        done = pack_edition(
            held, standard, year, said.edition.number, to, key=signing, keys=keys, renderings=files, who=account()
        )
    output = Output(json=json, lang=lang)
    output.say(*pack_words(done, lang))
    output.machine({**asdict(done), "path": str(done.path)})


def _forms(asked: list[str] | None) -> "tuple[Form, ...]":
    """Forms that are wanted in a pack."""
    from wattstone.interfaces.present.disclosure.renderings import FORMS

    unknown = [one for one in asked or () if one not in FORMS]
    if unknown:
        raise typer.BadParameter(f"'{unknown[0]}' is none of {', '.join(FORMS)}", param_hint="--format")
    return tuple(one for one in FORMS if one in (asked or ("html",)))


def _signer(key: str | None, *, needed: bool = False) -> "Signing | None":
    """The key that signs; None where there is none of one's own and none was named."""
    from wattstone.interfaces.cli.disclose.keys import asked
    from wattstone.interfaces.store.keys import Keys, keys_folder

    keys = Keys(keys_folder())
    mine = any(one.own and one.retired is None and one.revoked is None for one in keys.every())
    return keys.signer(key, passphrase=asked) if key or mine or needed else None


def _told(found: "LockCheck", output: Any) -> int:
    """Say what stands in the way of a lock."""
    from wattstone.interfaces.present.check_table import check_table
    from wattstone.interfaces.present.languages import counter, translator

    t, n = translator(output.lang), counter(output.lang)
    if found.found:
        output.show(check_table(found.found, output.lang))
    blocking = len(found.blocking)
    output.say(
        n("{count} thing stands in the way of a lock.", "{count} things stand in the way of a lock.", blocking)
        if blocking else t("Nothing stands in the way of a lock.")
    )  # fmt: skip
    output.machine({
        "standard": found.standard, "year": found.year, "blocking": blocking,
        "findings": [
            {**one.finding.as_dict(), "key": one.key, "check": one.check, "blocks": one.blocks,
             "let_pass": None if one.waived is None else one.waived.reason}
            for one in found.found
        ],
    })  # fmt: skip
    return 1 if blocking else 0


def edition_json(one: "Edition") -> dict[str, Any]:
    """An edition for machines."""
    return {
        "edition": one.number, "sha256": one.sha256, "locked_by": one.locked_by, "locked_at": one.locked_at,
        "key": one.key, "why": one.why,
    }  # fmt: skip


COMMANDS = (lock, sign, diff, verify, pack)
BARE: tuple[Any, ...] = ()
