"""Tables of a server's records, in a schema of their own on PostgreSQL.

The migrations in `migrations/versions` make these tables; a test compares the two. Times are naive UTC. Of tokens only
the SHA-256 is kept, in columns named `digest`.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
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

REVISION = "s0002"
"""The migration these tables belong to: the newest in `migrations/versions`."""

metadata = MetaData(naming_convention=NAMES)

NULL = JSON(none_as_null=True)

people = Table(
    "people",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False, unique=True),
    Column("language", String),
    Column("password", String),
    Column("issuer", String),
    Column("subject", String),
    Column("disabled", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", DateTime),
    Column("created", DateTime, nullable=False),
    Column("seen", DateTime),
    UniqueConstraint("issuer", "subject"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("person", String, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("tenant", String, primary_key=True, index=True),
    Column("role", String, nullable=False),
    Column("sites", NULL),
    Column("spaces", JSON, nullable=False),
    Column("created", DateTime, nullable=False),
    Column("created_by", String, nullable=False),
)

codes = Table(
    "codes",
    metadata,
    Column("id", String, primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("purpose", String, nullable=False),
    Column("email", String),
    Column("tenant", String),
    Column("role", String),
    Column("sites", NULL),
    Column("spaces", JSON, nullable=False),
    Column("created", DateTime, nullable=False),
    Column("created_by", String, nullable=False),
    Column("expires", DateTime, nullable=False),
    Column("used", DateTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String, primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("person", String, ForeignKey("people.id", ondelete="CASCADE"), index=True),
    Column("created", DateTime, nullable=False),
    Column("seen", DateTime, nullable=False),
    Column("expires", DateTime, nullable=False, index=True),
    Column("rotated", DateTime, nullable=False),
    Column("address", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("data", JSON, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("name", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last", DateTime, nullable=False, index=True),
    Column("before", DateTime, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("tenant", String, nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("start", String, nullable=False),
    Column("role", String, nullable=False),
    Column("acts", NULL),
    Column("sites", NULL),
    Column("spaces", JSON, nullable=False),
    Column("created", DateTime, nullable=False),
    Column("created_by", String, nullable=False),
    Column("expires", DateTime),
    Column("used", DateTime),
    Column("revoked", DateTime),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("params", JSON, nullable=False),
    Column("writes", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("done", Float, nullable=False),
    Column("total", Float),
    Column("what", Text, nullable=False),
    Column("result", NULL),
    Column("error", Text),
    Column("findings", JSON, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("role", String, nullable=False),
    Column("acts", NULL),
    Column("sites", NULL),
    Column("spaces", JSON, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created", DateTime, nullable=False),
    Column("due", DateTime, nullable=False),
    Column("started", DateTime),
    Column("ended", DateTime),
    Column("heartbeat", DateTime),
    Column("lease_until", DateTime),
    Column("worker", String),
    Column("cancel_asked", Boolean, nullable=False),
    Index("ix_jobs_state_due", "state", "due"),
    Index("ix_jobs_tenant_created", "tenant", "created"),
)

# When an organisation's last job was begun: who waited longest comes first.
turns = Table(
    "turns",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("at", DateTime, nullable=False),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created", DateTime, nullable=False),
    Column("created_by", String, nullable=False),
)

rules = Table(
    "rules",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("params", JSON, nullable=False),
    Column("mail", JSON, nullable=False),
    Column("webhooks", JSON, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created", DateTime, nullable=False),
    Column("created_by", String, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("rule", String),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("site", String),
    Column("severity", String, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("raised", DateTime, nullable=False),
    Column("acknowledged", DateTime),
    Column("acknowledged_by", String),
    Column("note", Text, nullable=False),
    Column("closed", DateTime),
    Index("ix_alerts_tenant_raised", "tenant", "raised"),
    Index("ix_alerts_tenant_key", "tenant", "key"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("alert", String, ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", String, nullable=False),
    Column("address", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", DateTime, nullable=False),
    Column("answer", Text),
    Column("created", DateTime, nullable=False),
    Column("sent", DateTime),
    Index("ix_deliveries_state_due", "state", "due"),
)

answers = Table(
    "answers",
    metadata,
    Column("actor", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("status", Integer),
    Column("headers", JSON, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created", DateTime, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, Identity(), primary_key=True),
    Column("at", DateTime, nullable=False, index=True),
    Column("who", String, nullable=False),
    Column("what", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Column("tenant", String, index=True),
    Column("previous", String, nullable=False, unique=True),
    Column("hash", String, nullable=False),
    sqlite_autoincrement=True,
)
