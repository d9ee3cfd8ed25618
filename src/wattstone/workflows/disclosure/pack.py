"""Assurance packs: everything that stands behind an edition, for somebody who has no Wattstone, and who trusts nobody.

A pack is the same to the byte however often it is made, but for the time of its signature.
"""

import json
import secrets
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from wattstone.base import Finding, InputRefused
from wattstone.disclosure.manifest import canonical, digest
from wattstone.disclosure.statement import Statement
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.disclosure.chain import chain_of, id_of
from wattstone.workflows.disclosure.editions import KeptEdition, kept_edition, not_whole
from wattstone.workflows.disclosure.locking import edition_of
from wattstone.workflows.disclosure.packed_evidence import (
    days_of,
    evidence_nodes,
    figure_nodes,
    relations,
    sources_of,
    veiled_subjects,
)
from wattstone.workflows.disclosure.packed_lists import entries_list, figures_csv, overrides, quality, restatements
from wattstone.workflows.disclosure.packed_texts import checker, readme
from wattstone.workflows.disclosure.resting import shown_ids
from wattstone.workflows.disclosure.signing import Signature, signed
from wattstone.workflows.disclosure.statement import standard_named
from wattstone.workflows.ports import Keyring, Signing
from wattstone.workflows.programme.pinned import Pins, pinned
from wattstone.workflows.workspace import Workspace

__all__ = ["FORM", "Packed", "pack"]

FORM: Final = "wattstone.pack/1"
_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the first that a zip can tell; when it was made is no part of it
_RIGHTS: Final = 0o644 << 16


@dataclass(frozen=True, kw_only=True)
class Packed:
    """A pack that was made.

    Parameters
    ----------
    path : pathlib.Path
        A folder or a zip.
    files, size : int
        How many, and how large together. [bytes]
    sha256 : str
        Of `pack.json`, which tells the hash of every other file.
    key : str
        Id of the key that signed it; empty where none did.
    figures : int
        In the chains.
    recomputed : int
        Of these, that can be computed again from what is in the pack.
    """

    path: Path
    files: int
    size: int
    sha256: str
    key: str
    figures: int
    recomputed: int


def pack(
    workspace: Workspace,
    standard: str,
    year: int,
    number: int | None,
    to: Path,
    *,
    key: Signing | None = None,
    keys: Keyring | None = None,
    renderings: Mapping[str, bytes] | None = None,
    who: str = "user",
) -> Packed:
    """Pack an edition with all that it rests on.

    Parameters
    ----------
    workspace : Workspace
    standard, year, number : str, int, int or None
        Which edition; the newest where None.
    to : pathlib.Path
        A new folder, or a file that ends in `.zip`.
    key : Signing or None
        What signs the pack; the signatures of the edition are in it anyway.
    keys : Keyring or None
        Keys that are known here: names and revocations go with the pack.
    renderings : mapping of str to bytes or None
        Files of the report by name, as `ORG-tcfd-2025-1.en.pdf`.
    who : str
        For the audit log.

    Returns
    -------
    Packed

    Raises
    ------
    InputRefused
        If there is no such edition, it does not hold, or there is something at `to` already; nothing is written then.
    Forbidden
        If whoever asks may not take out what is the whole organisation's.
    """
    whole = acting(workspace, Act.EXPORT, EVERYWHERE)
    name = who if workspace.actor.kind == "local" else workspace.actor.name
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise InputRefused([_occupied(to)])
    kept = kept_edition(whole.lake, standard_named(standard, year).id, year, number)
    if not kept.whole:
        raise InputRefused([not_whole(kept)])
    files, counts = _files(whole, kept, edition_of(whole, standard, year, kept.number), keys)
    for path, content in (renderings or {}).items():
        files[f"renderings/{Path(path).name}"] = content
    index = _index(kept, files)
    files["pack.json"] = index
    if key is not None:
        signature = signed(digest(index), key, datetime.now(UTC))
        files["pack.signature.json"] = _json(signature.as_dict())
    _write(files, to)
    made = Packed(
        path=to, files=len(files), size=sum(map(len, files.values())), sha256=digest(index),
        key="" if key is None else key.key, **counts,
    )  # fmt: skip
    details = {
        "standard": kept.standard, "year": kept.year, "edition": kept.number, "sha256": made.sha256, "key": made.key,
    }  # fmt: skip
    with whole.lock():
        whole.records.note("pack report", who=name, details=details)
    return made


def _files(
    whole: Workspace, kept: KeptEdition, statement: Statement, keys: Keyring | None
) -> tuple[dict[str, bytes], dict[str, int]]:
    """Files of a pack by path, but for the list of them; how many figures, and how many can be computed again."""
    rests: dict[str, Any] = kept.manifest["rests"]
    then = pinned(whole, Pins.read(rests["pins"]))
    chain = chain_of(then.lake, shown_ids(statement))
    bent = [name for name, row in chain.figures.items() if id_of(row) != name]
    if bent:
        raise InputRefused([_bent(kept, bent)])
    days, veiled = days_of(then, chain), veiled_subjects(whole)
    related = relations(chain, days, veiled)
    files = {
        "manifest.json": kept.content,
        "signatures.json": _json({"signatures": [one.as_dict() for one in kept.signatures]}),
        "keys.json": _json({"keys": _keys(kept.signatures, keys)}),
        "chains/figures.json": _json(figure_nodes(chain, veiled)),
        "chains/evidence.json": _json(evidence_nodes(chain)),
        "chains/sources.json": _json({"sources": sources_of(whole, chain)}),
        "chains/relations.json": _json(related),
        "figures.csv": figures_csv(statement),
        "readings/days.csv": days.write_csv().encode(),
        "factors.json": _json(rests["factors"]),
        "entries.json": _json({"entries": entries_list(whole, rests["entries"])}),
        "documents.json": _json({"documents": rests["documents"]}),
        "data-quality.json": _json(quality(then, chain)),
        "overrides.json": _json(overrides(whole, kept, chain)),
        "restatements.json": _json(restatements(whole, chain)),
        "verify_pack.py": checker(),
        **{f"README.{lang}.md": readme(lang, statement, kept) for lang in ("en", "zh")},
    }  # fmt: skip
    recomputed = {*related["sums"], *related["products"], *related["days"]}
    return files, {"figures": len(chain.figures), "recomputed": len(recomputed)}


def _index(kept: KeptEdition, files: Mapping[str, bytes]) -> bytes:
    listed = {path: {"sha256": digest(content), "size": len(content)} for path, content in files.items()}
    return canonical({
        "form": FORM, "standard": kept.standard, "year": kept.year, "edition": kept.number, "manifest": kept.sha256,
        "files": listed,
    })  # fmt: skip


def _keys(signatures: tuple[Signature, ...], keys: Keyring | None) -> dict[str, dict[str, Any]]:
    """Public keys that signed the edition: whose they are, and whether they were revoked, as far as it is known."""
    found: dict[str, dict[str, Any]] = {}
    for one in signatures:
        known = None if keys is None else keys.known(one.key)
        found[one.key] = {
            "public": one.public, "name": "" if known is None else known.name,
            "revoked": None if known is None or known.revoked is None else known.revoked.isoformat(),
            "reason": "" if known is None else known.reason,
        }  # fmt: skip
    return found


def _json(values: Any) -> bytes:
    """JSON for people, the same each time."""
    return (json.dumps(values, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _write(files: Mapping[str, bytes], to: Path) -> None:
    """All of it or nothing: beside its place first, then in it."""
    to.parent.mkdir(parents=True, exist_ok=True)
    new = to.parent / f".{to.name}.{secrets.token_hex(4)}"
    try:
        if to.suffix == ".zip":
            with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as held:
                for path in sorted(files):
                    told = zipfile.ZipInfo(path, _TIME)
                    told.external_attr, told.compress_type = _RIGHTS, zipfile.ZIP_DEFLATED
                    held.writestr(told, files[path])
        else:
            for path in sorted(files):
                (new / path).parent.mkdir(parents=True, exist_ok=True)
                (new / path).write_bytes(files[path])
            if to.is_dir():
                to.rmdir()  # it is empty
        new.rename(to)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        new.unlink(missing_ok=True)


def _occupied(to: Path) -> Finding:
    return Finding(
        code="pack.occupied", place=str(to), found="there is something already",
        expected="a new folder, or a new file that ends in .zip", remedy="name another place",
    )  # fmt: skip


def _bent(kept: KeptEdition, names: list[str]) -> Finding:
    return Finding(
        code="pack.figures", place=kept.place, count=len(names), first=names[0],
        found="{count} {count:figure has|figures have} another content than was recorded",
        expected="an edition that holds", remedy="see `wattstone disclose verify`",
    )  # fmt: skip
