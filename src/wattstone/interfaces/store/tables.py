"""Tables of the records: one column for each field of the portfolio's models.

The migrations in `migrations/versions` make these tables; a test compares the two. Times are naive UTC.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from wattstone.interfaces.store.naming import NAMES

__all__ = ["REVISION", "metadata"]

REVISION = "0008"
"""The migration these tables belong to: the newest in `migrations/versions`."""

metadata = MetaData(naming_convention=NAMES)

organisation = Table(
    "organisation",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one"), primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
    Column("approach", String, nullable=False),
    Column("gwp_set", String, nullable=False),
    Column("base_year", Integer),
    Column("currency", String, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("zone", String, nullable=False),
)

sites = Table(
    "sites",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String),
    Column("type", String),
    Column("floor_area", Float),
    Column("address", String),
    Column("city", String),
    Column("country", String),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("zone", String, nullable=False),
    Column("grid_region", String),
    Column("weather_station", String),
    Column("ownership", JSON, nullable=False),
    Column("control", JSON, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("declared", String, nullable=False),
)

spaces = Table(
    "spaces",
    metadata,
    Column("id", String, primary_key=True),
    Column("site_id", String, ForeignKey("sites.id"), nullable=False, index=True),
    Column("name", String),
    Column("parent_id", String),
    Column("floor_area", Float),
    Column("declared", String, nullable=False),
)

# AUTOINCREMENT on SQLite, a sequence on PostgreSQL: the lake refers to meters by key, so a key is never given twice.
meters = Table(
    "meters",
    metadata,
    Column("key", Integer, Identity(), primary_key=True),
    Column("meter_id", String, nullable=False, unique=True),
    Column("site_id", String, ForeignKey("sites.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("reading", String, nullable=False),
    Column("direction", String, nullable=False),
    Column("multiplier", Float, nullable=False),
    Column("sign", Integer, nullable=False),
    Column("parent_id", String),
    Column("space_id", String),
    Column("basis", String),
    Column("interval_seconds", Integer),
    Column("rollover", Float),
    Column("personal", Boolean, nullable=False),
    Column("derived_from", String),
    Column("expression", Text),
    Column("counted", Boolean, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("declared", String, nullable=False),
    sqlite_autoincrement=True,
)

# What is a record in a record (periods, events, lists) is JSON, as the model writes it.
measures = Table(
    "measures",
    metadata,
    Column("id", String, primary_key=True),
    Column("site_id", String, ForeignKey("sites.id"), nullable=False, index=True),
    Column("meters", JSON, nullable=False),
    Column("name", String),
    Column("description", Text),
    Column("boundary", Text),
    Column("inside", JSON, nullable=False),
    Column("option", String, nullable=False),
    Column("key_parameter", Text),
    Column("stipulated", JSON, nullable=False),
    Column("simulation", Text),
    Column("baseline", JSON(none_as_null=True)),
    Column("reporting", JSON(none_as_null=True)),
    Column("blackout", JSON(none_as_null=True)),
    Column("expected_saving", Float),
    Column("expected_unit", String),
    Column("cost", Float),
    Column("currency", String),
    Column("owner", String),
    Column("status", String, nullable=False),
    Column("interacts_with", JSON, nullable=False),
    Column("overrides", JSON, nullable=False),
    Column("events", JSON, nullable=False),
    Column("model", String, nullable=False),
    Column("variables", JSON, nullable=False),
    Column("comparison_sites", JSON, nullable=False),
    Column("comparison_meters", JSON, nullable=False),
)

tariffs = Table(
    "tariffs",
    metadata,
    Column("id", String, primary_key=True),
    Column("toml", Text, nullable=False),
)

mappings = Table(
    "mappings",
    metadata,
    Column("name", String, primary_key=True),
    Column("toml", Text, nullable=False),
    Column("source", String, nullable=False),
)

exceptions = Table(
    "exceptions",
    metadata,
    Column("factor_id", String, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("who", String, nullable=False),
    Column("accepted_at", DateTime, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", JSON, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, Identity(), primary_key=True),
    Column("at", DateTime, nullable=False, index=True),
    Column("who", String, nullable=False),
    Column("what", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Column("previous", String, nullable=False, unique=True),  # a chain does not fork
    Column("hash", String, nullable=False),
    sqlite_autoincrement=True,
)

documents = Table(
    "documents",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("language", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("site", String),
    Column("made", DateTime, nullable=False),
    Column("run", String),
    Column("figures", JSON, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("ix_documents_kind_subject", "kind", "subject"),
)

board = Table(
    "board",
    metadata,
    Column("key", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("who", String, nullable=False),
    Column("changed", DateTime, nullable=False),
    Column("note", Text, nullable=False),
    Column("owner", String),
    Column("due", Date),
)

instruments = Table(
    "instruments",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("carrier", String, nullable=False),
    Column("market", String, nullable=False),
    Column("vintage_start", Date, nullable=False),
    Column("vintage_end", Date, nullable=False),
    Column("volume", Float),
    Column("factor", Float, nullable=False),
    Column("factor_source", Text, nullable=False),
    Column("scheme", String),
    Column("technology", String),
    Column("supplier", String),
    Column("tracking_system", String),
    Column("serials", JSON, nullable=False),
    Column("retired_on", Date),
    Column("retired_for", String),
    Column("sites", JSON, nullable=False),
    Column("holder", String),
    Column("bundled", Boolean, nullable=False),
    Column("exclusive", Boolean, nullable=False),
    Column("delivered", Boolean, nullable=False),
    Column("generation_meter", String),
    Column("document", String),
    Column("note", Text),
    Column("entered_by", String, nullable=False),
    Column("entered_at", DateTime, nullable=False),
    Column("withdrawn", Text, nullable=False),
)

# What the newest inventory of a year claims of an instrument; the runs in the lake hold what earlier ones did.
claims = Table(
    "claims",
    metadata,
    Column("instrument", String, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("energy", Float, nullable=False),
    Column("claimed_by", String, nullable=False),
    Column("claimed_at", DateTime, nullable=False),
)

# What is said of an inventory is added to and never changed: the history stays.
scope3_decisions = Table(
    "scope3_decisions",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("year", Integer, nullable=False),
    Column("category", Integer, nullable=False),
    Column("decision", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("at", DateTime, nullable=False),
    sqlite_autoincrement=True,
)

releases = Table(
    "releases",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("year", Integer, nullable=False),
    Column("run", Integer, nullable=False),
    Column("figures", Integer, nullable=False),
    Column("sha256", String, nullable=False),
    Column("totals", JSON, nullable=False),
    Column("units", JSON, nullable=False),
    Column("released_by", String, nullable=False),
    Column("at", DateTime, nullable=False),
    sqlite_autoincrement=True,
)

waivers = Table(
    "waivers",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("year", Integer, nullable=False),
    Column("key", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("waived_by", String, nullable=False),
    Column("at", DateTime, nullable=False),
    sqlite_autoincrement=True,
)

# A chain as the audit log is: what was restated, why, and by whom, and the policies that it was judged by.
restatements = Table(
    "restatements",
    metadata,
    Column("number", Integer, Identity(), primary_key=True),
    Column("at", DateTime, nullable=False),
    Column("who", String, nullable=False),
    Column("what", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Column("previous", String, nullable=False, unique=True),  # a chain does not fork
    Column("hash", String, nullable=False),
    sqlite_autoincrement=True,
)

# Every version of every entry of the programme: added to, never changed. Of the versions of an entry the last holds,
# unless it says that the entry is withdrawn. A version has one successor.
programme_entries = Table(
    "programme_entries",
    metadata,
    Column("seq", Integer, Identity(), primary_key=True),
    Column("kind", String, nullable=False),
    Column("entry", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("hash", String, nullable=False),
    Column("site", String),
    Column("body", Text, nullable=False),
    Column("document", String),
    Column("entered_by", String, nullable=False),
    Column("entered_at", DateTime, nullable=False),
    Column("replaces", String),
    Column("withdrawn", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    UniqueConstraint("kind", "entry", "version", name="uq_programme_entries_version"),
    Index("ix_programme_entries_hash", "hash"),
    sqlite_autoincrement=True,
)

# How often each table was written to, so that what is kept of one is not made anew for a change of another.
changes = Table(
    "changes",
    metadata,
    Column("name", String, primary_key=True),
    Column("number", BigInteger, nullable=False),
)
