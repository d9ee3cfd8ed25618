"""Records that show and take only what a principal may see and do."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from wattstone.inventory.instruments import Claim, HeldInstrument
from wattstone.inventory.ledger import ACCEPT, POLICY, PROPOSE, REJECT, LedgerBreak, LedgerLine
from wattstone.inventory.released import Release, Waiver
from wattstone.inventory.scope3 import Decided
from wattstone.portfolio import Meter, Organisation, Site, Space
from wattstone.portfolio.measures import Measure
from wattstone.workflows.access.policy import EVERYWHERE, WRITING, Act, Forbidden, Principal, require
from wattstone.workflows.access.view import View
from wattstone.workflows.stores import Accepted, BoardEntry, Decision, Document, Noted, Records, Remembered

if TYPE_CHECKING:
    import polars as pl

__all__ = ["GuardedRecords"]

_AUDIT = frozenset({"entries", "head", "check_chain"})
_OF_LEDGER = {POLICY: Act.DECLARE, PROPOSE: Act.RUN, ACCEPT: Act.REVIEW, REJECT: Act.REVIEW}
_OPEN = frozenset({"settings", "mappings"})


class GuardedRecords:
    """The records as one principal sees them.

    Parameters
    ----------
    records : Records
        Without a guard.
    view : View
        What lies within.
    """

    def __init__(self, records: Records, view: View) -> None:
        self._records, self._view = records, view

    @property
    def _who(self) -> Principal:
        return self._view.principal

    def organisation(self) -> Organisation:
        """The organisation: its name, rules and clock are no secret to anybody in it."""
        return self._records.organisation()

    def set_organisation(self, organisation: Organisation) -> None:
        """Keep the organisation."""
        require(self._who, Act.DECLARE, EVERYWHERE)
        self._records.set_organisation(organisation)

    def sites(self) -> tuple[Site, ...]:
        """Sites within, by id."""
        return self._view.of_sites(self._records.sites())

    def spaces(self) -> tuple[Space, ...]:
        """Spaces within, by id."""
        return self._view.of_spaces(self._records.spaces())

    def meters(self) -> tuple[Meter, ...]:
        """Meters within, in the order of their keys."""
        return self._view.of_meters(self._records.meters())

    def meter_table(self) -> "pl.DataFrame":
        """Meters within, as a table."""
        return self._view.meter_table

    def meter_keys(self) -> dict[str, int]:
        """Keys of the meters within."""
        return self._records.meter_keys() if self._view.scope.whole else dict(self._view.keys)

    def meter_key(self, meter_id: str) -> int | None:
        """The key of one meter; None where it is not within, as where nobody declared it."""
        return self._records.meter_key(meter_id) if self._view.scope.whole else self._view.keys.get(meter_id)

    def declare(
        self,
        sites: Sequence[Site],
        meters: Sequence[Meter],
        spaces: Sequence[Space] = (),
        *,
        sites_by: Literal["user", "table", "readings"] = "table",
        keys: Mapping[str, int] | None = None,
        cleared: Collection[str] = (),
    ) -> dict[str, int]:
        """Declare what stands at sites of the scope; a new site only for whom the whole organisation is open."""
        require(self._who, Act.DECLARE)
        for site in sorted({one.id for one in sites} | {one.site_id for one in (*meters, *spaces)}):
            require(self._who, Act.DECLARE, site)
        self._check_stands_within(meters, spaces)
        try:
            return self._records.declare(sites, meters, spaces, sites_by=sites_by, keys=keys, cleared=cleared)
        finally:
            self._view.renew()

    def measures(self) -> tuple[Measure, ...]:
        """Measures within, by id."""
        return self._view.measures

    def declare_measures(self, measures: Sequence[Measure], *, removed: Iterable[str] = ()) -> None:
        """Keep and remove measures, for who declares or decides at their sites."""
        gone = set(removed)
        before = {one.id: one.site_id for one in self._records.measures()}
        sites = {one.site_id for one in measures} | {before[one] for one in gone if one in before}
        sites |= {before[one.id] for one in measures if one.id in before}
        for site in sorted(sites):
            if not self._who.may(Act.DECIDE, site):
                require(self._who, Act.DECLARE, site)
        self._records.declare_measures(measures, removed=gone)
        self._view.renew()

    def exceptions(self) -> Sequence[Accepted]:
        """Factors that were accepted."""
        return self._records.exceptions()

    def accept_exception(self, factor_id: str, *, reason: str, who: str) -> None:
        """Accept a factor, for the whole organisation."""
        require(self._who, Act.DECLARE, EVERYWHERE)
        self._records.accept_exception(factor_id, reason=reason, who=who)

    def tariffs(self) -> dict[str, str]:
        """The tariffs."""
        return self._records.tariffs()

    def put_tariff(self, tariff_id: str, toml: str) -> None:
        """Keep a tariff, for the whole organisation."""
        require(self._who, Act.DECLARE, EVERYWHERE)
        self._records.put_tariff(tariff_id, toml)

    def put_mapping(self, name: str, toml: str, *, source: str) -> None:
        """Keep a mapping file."""
        require(self._who, Act.INGEST)
        self._records.put_mapping(name, toml, source=source)

    def mapping(self, name: str) -> "Remembered | None":
        """The mapping file of that name."""
        return self._records.mapping(name)

    def put_document(self, document: Document, content: bytes) -> None:
        """Keep a document, of a site of the scope, or of the organisation for whom all of it is open."""
        act = self._keeps(document)
        require(self._who, act, document.site or EVERYWHERE)
        known = self._records.document(document.id)
        if known is not None:
            require(self._who, act, known.site or EVERYWHERE)
        self._records.put_document(document, content)

    def documents(self, kind: str | None = None, subject: str | None = None) -> tuple[Document, ...]:
        """Documents within, newest first."""
        return tuple(one for one in self._records.documents(kind, subject) if self._shown(one))

    def document(self, document_id: str) -> Document | None:
        """One of them; None where it is not within, as where there is none."""
        found = self._records.document(document_id)
        return found if found is not None and self._shown(found) else None

    def document_content(self, document_id: str) -> bytes | None:
        """What stands in it."""
        return None if self.document(document_id) is None else self._records.document_content(document_id)

    def remove_document(self, document_id: str) -> None:
        """Remove a document."""
        found = self._records.document(document_id)
        if found is not None:
            require(self._who, self._keeps(found), found.site or EVERYWHERE)
            self._records.remove_document(document_id)

    def _keeps(self, document: Document) -> Act:
        """What it takes to keep a document: who computes, and of what is reviewed who reviews it."""
        reviews = document.kind in ("check", "climate_rendering") and not self._who.may(Act.RUN)
        return Act.REVIEW if reviews else Act.RUN

    def board(self) -> dict[str, BoardEntry]:
        """What was decided, by the key of the finding; it says nothing of a finding that one does not see."""
        return self._records.board()

    def decide(self, decision: Decision) -> bool:
        """Move a card; of a finding, the use case knows at which site it is, and asks for the act there."""
        require(self._who, Act.DECIDE)
        measure = decision.measure
        if measure is not None:
            before = {one.site_id for one in self._records.measures() if one.id == measure.id}
            for site in sorted({measure.site_id} | before):
                require(self._who, Act.DECIDE, site)
        lines = tuple((what, self._signed(details, decision.entry.who)) for what, details in decision.lines)
        try:
            return self._records.decide(replace(decision, lines=lines))
        finally:
            self._view.renew()

    def setting(self, key: str, default: Any = None) -> Any:
        """A setting of the organisation: no secret to anybody in it."""
        return self._records.setting(key, default)

    def put_setting(self, key: str, value: Any) -> None:
        """Keep a setting, for the whole organisation."""
        require(self._who, Act.DECLARE, EVERYWHERE)
        self._records.put_setting(key, value)

    def instruments(self) -> tuple[HeldInstrument, ...]:
        """Instruments that name a site within, with those sites alone; all for whom the whole organisation is open."""
        return self._view.of_instruments(self._records.instruments())

    def put_instruments(self, held: Sequence[HeldInstrument]) -> None:
        """Keep instruments, for the whole organisation: a certificate is used once in all of it."""
        require(self._who, Act.DECLARE, EVERYWHERE)
        self._records.put_instruments(held)

    def claims(self) -> tuple[Claim, ...]:
        """What years claim, of instruments within."""
        shown = {one.instrument.id for one in self.instruments()}
        return tuple(one for one in self._records.claims() if one.instrument in shown)

    def put_claims(self, year: int, claims: Sequence[Claim]) -> None:
        """Claim, for the whole organisation."""
        require(self._who, Act.RUN, EVERYWHERE)
        self._records.put_claims(year, claims)

    def scope3_decisions(self) -> tuple[Decided, ...]:
        """What was decided about categories of scope 3: no secret to anybody in the organisation."""
        return self._records.scope3_decisions()

    def add_scope3_decisions(self, decided: Sequence[Decided]) -> None:
        """Decide about categories, for the whole organisation."""
        require(self._who, Act.DECLARE, EVERYWHERE)
        self._records.add_scope3_decisions(decided)

    def releases(self) -> tuple[Release, ...]:
        """Releases; the figures of sites outside are not in them."""
        return tuple(map(self._view.of_release, self._records.releases()))

    def add_release(self, release: Release) -> None:
        """Release an inventory, of the whole organisation."""
        require(self._who, Act.REVIEW, EVERYWHERE)
        self._records.add_release(release)

    def waivers(self) -> tuple[Waiver, ...]:
        """What was let pass, for whom the whole organisation is open: it names sites."""
        require(self._who, Act.READ, EVERYWHERE)
        return self._records.waivers()

    def add_waivers(self, waivers: Sequence[Waiver]) -> None:
        """Let findings pass, for the whole organisation."""
        require(self._who, Act.REVIEW, EVERYWHERE)
        self._records.add_waivers(waivers)

    def restatement_lines(self) -> tuple[LedgerLine, ...]:
        """The restatement ledger, for whom the whole organisation is open: its lines make one chain."""
        require(self._who, Act.READ, EVERYWHERE)
        return self._records.restatement_lines()

    def add_restatements(self, deeds: Sequence[tuple[str, Mapping[str, Any]]], *, who: str) -> tuple[LedgerLine, ...]:
        """Set a policy, propose, or decide about a proposal; under the name of whoever acts, whatever name is given."""
        for act in {_OF_LEDGER[what] for what, _ in deeds}:
            require(self._who, act, EVERYWHERE)
        return self._records.add_restatements(deeds, who=self._who.name)

    def check_restatements(self) -> LedgerBreak | None:
        """The first line at which the chain of the ledger does not hold."""
        require(self._who, Act.READ, EVERYWHERE)
        return self._records.check_restatements()

    def programme_entries(
        self, kind: str, *, entries: Sequence[str] | None = None, at: datetime | None = None, seq: int | None = None
    ) -> "pl.DataFrame":
        """Entries at sites within; those of the organisation for whom all of it is open."""
        return self._view.of_entries(self._records.programme_entries(kind, entries=entries, at=at, seq=seq))

    def programme_count(self, kind: str, *, sites: Collection[str] | None = None) -> int:
        """How many entries at sites within are in force."""
        return self._records.programme_count(kind, sites=self._within(sites))

    def programme_ids(
        self, kind: str, *, sites: Collection[str] | None = None, among: Collection[str] | None = None
    ) -> frozenset[str]:
        """Ids of the entries at sites within that are in force."""
        return self._records.programme_ids(kind, sites=self._within(sites), among=among)

    def programme_page(
        self, kind: str, *, sites: Collection[str] | None = None, after: str = "", skip: int = 0, most: int = 100
    ) -> "pl.DataFrame":
        """Some of the entries at sites within that are in force."""
        return self._records.programme_page(kind, sites=self._within(sites), after=after, skip=skip, most=most)

    def programme_span(self, first: int, last: int) -> "pl.DataFrame":
        """The versions of these numbers, at sites within."""
        return self._view.of_entries(self._records.programme_span(first, last))

    def programme_history(self, kind: str, entry: str) -> "pl.DataFrame":
        """Versions of an entry that say it is at a site within."""
        return self._view.of_entries(self._records.programme_history(kind, entry))

    def programme_versions(self, hashes: Sequence[str]) -> "pl.DataFrame":
        """The versions of these hashes, at sites within."""
        return self._view.of_entries(self._records.programme_versions(hashes))

    def programme_seq(self) -> int:
        """Number of the newest version of any entry."""
        return self._records.programme_seq()

    def add_programme_entries(
        self,
        rows: "pl.DataFrame",
        *,
        what: str,
        who: str,
        details: Mapping[str, Any] | None = None,
        documents: "Sequence[tuple[Document, bytes]]" = (),
    ) -> None:
        """Add versions: of a site, for who takes in there; of the organisation, for who declares in all of it.

        An entry that stands elsewhere is not taken from there by who may not change it there.
        """
        for kind in sorted(rows["kind"].unique()):
            named = rows.filter(kind=kind)
            before = self._records.programme_entries(kind, entries=named["entry"].to_list())
            for site in sorted({one or EVERYWHERE for one in (*named["site"], *before["site"])}):
                require(self._who, Act.DECLARE if site == EVERYWHERE else Act.INGEST, site)
        self._records.add_programme_entries(
            rows, what=what, who=who, details=self._signed(details, who), documents=documents
        )

    def revision(self, *tables: str) -> int:
        """How often these tables of the records, or any, were written to."""
        return self._records.revision(*tables)

    def note(self, what: str, *, who: str, details: Mapping[str, Any] | None = None) -> None:
        """Write a line of the audit log; the name of whoever acts goes with it, whatever name is given."""
        self._records.note(what, who=who, details=self._signed(details, who))

    def audit(self, *, last: int | None = None) -> "Iterator[Noted]":
        """The audit log, for who may read it."""
        require(self._who, Act.READ_AUDIT, EVERYWHERE)
        return self._records.audit(last=last)

    def close(self) -> None:
        """Nothing: whoever opened the workspace closes it."""

    def __getattr__(self, name: str) -> Any:
        """The rest of what a store offers, by name; what is not known here is refused."""
        if name in _AUDIT:
            require(self._who, Act.READ_AUDIT, EVERYWHERE)
        elif name.startswith("__") or name not in _OPEN:
            raise AttributeError(name)
        return getattr(self._records, name)

    def _within(self, sites: Collection[str] | None) -> Collection[str] | None:
        """These sites, as far as they lie within; all within where none are named, None for all there are."""
        own = self._view.scope.sites
        return sites if own is None else own if sites is None else own & frozenset(sites)

    def _signed(self, details: Mapping[str, Any] | None, who: str) -> dict[str, Any]:
        """Details of a line of the audit log with the name of whoever acts, where another is given."""
        said = dict(details or {})
        if who != self._who.name:
            said.setdefault("by", self._who.name)
        return said

    def _check_stands_within(self, meters: Sequence[Meter], spaces: Sequence[Space]) -> None:
        """Refuse to fetch a meter or a space into the scope from a site outside; where that is, nobody is told."""
        if self._view.scope.whole:
            return
        held = {
            "meter": (meters, self._records.meter_table().select("id", "site_id").iter_rows() if meters else ()),
            "space": (spaces, ((one.id, one.site_id) for one in self._records.spaces()) if spaces else ()),
        }
        for what, (said, rows) in held.items():
            stands = dict(rows)
            for one in said:
                if one.id in stands and not self._who.may(Act.DECLARE, stands[one.id]):
                    raise Forbidden(Act.DECLARE, f"{what} '{one.id}'", self._who.name)

    def _shown(self, document: Document) -> bool:
        """One of a site within; one that shows hours of single dwellings for those who may read them."""
        within = self._view.scope.holds(document.site or EVERYWHERE)
        return within and (not document.facts.get("personal") or self._who.may(Act.READ_PERSONAL))


def require_writing(principal: Principal) -> None:
    """Refuse somebody who may only look."""
    if not principal.acts & WRITING:
        raise Forbidden(Act.RUN, "the workspace", principal.name)
