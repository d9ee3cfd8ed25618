"""The first tables of a server."""

import sqlalchemy as sa
from alembic import op

revision = "s0001"
down_revision: str | None = None


def upgrade() -> None:
    """Make the tables."""
    _people()
    _sessions()
    _jobs()
    _alerts()
    _audit()


def downgrade() -> None:
    """Drop the tables, and everything in them."""
    for table in (
        "audit",
        "answers",
        "deliveries",
        "alerts",
        "rules",
        "webhooks",
        "turns",
        "jobs",
        "keys",
        "sessions",
        "codes",
        "memberships",
        "people",
    ):
        op.drop_table(table)


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("email", sa.String, nullable=False, unique=True),
        sa.Column("language", sa.String),
        sa.Column("password", sa.String),
        sa.Column("issuer", sa.String),
        sa.Column("subject", sa.String),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.DateTime),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("seen", sa.DateTime),
        sa.UniqueConstraint("issuer", "subject"),
    )
    op.create_table(
        "memberships",
        sa.Column("person", sa.String, sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("tenant", sa.String, primary_key=True, index=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("sites", sa.JSON),
        sa.Column("spaces", sa.JSON, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
    )
    op.create_table(
        "codes",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("digest", sa.String, nullable=False, unique=True),
        sa.Column("purpose", sa.String, nullable=False),
        sa.Column("email", sa.String),
        sa.Column("tenant", sa.String),
        sa.Column("role", sa.String),
        sa.Column("sites", sa.JSON),
        sa.Column("spaces", sa.JSON, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
        sa.Column("expires", sa.DateTime, nullable=False),
        sa.Column("used", sa.DateTime),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("digest", sa.String, nullable=False, unique=True),
        sa.Column("person", sa.String, sa.ForeignKey("people.id", ondelete="CASCADE"), index=True),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("seen", sa.DateTime, nullable=False),
        sa.Column("expires", sa.DateTime, nullable=False, index=True),
        sa.Column("rotated", sa.DateTime, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("agent", sa.String, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
    )
    op.create_table(
        "keys",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("digest", sa.String, nullable=False, unique=True),
        sa.Column("tenant", sa.String, nullable=False, index=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("start", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("acts", sa.JSON),
        sa.Column("sites", sa.JSON),
        sa.Column("spaces", sa.JSON, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
        sa.Column("expires", sa.DateTime),
        sa.Column("used", sa.DateTime),
        sa.Column("revoked", sa.DateTime),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("tenant", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("params", sa.JSON, nullable=False),
        sa.Column("writes", sa.Boolean, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("done", sa.Float, nullable=False),
        sa.Column("total", sa.Float),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("result", sa.JSON),
        sa.Column("error", sa.Text),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("acts", sa.JSON),
        sa.Column("sites", sa.JSON),
        sa.Column("spaces", sa.JSON, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("due", sa.DateTime, nullable=False),
        sa.Column("started", sa.DateTime),
        sa.Column("ended", sa.DateTime),
        sa.Column("heartbeat", sa.DateTime),
        sa.Column("lease_until", sa.DateTime),
        sa.Column("worker", sa.String),
        sa.Column("cancel_asked", sa.Boolean, nullable=False),
    )
    op.create_index("ix_jobs_state_due", "jobs", ["state", "due"])
    op.create_index("ix_jobs_tenant_created", "jobs", ["tenant", "created"])
    op.create_table(
        "turns",
        sa.Column("tenant", sa.String, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
    )


def _alerts() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("tenant", sa.String, nullable=False, index=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("secret", sa.String, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
    )
    op.create_table(
        "rules",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("tenant", sa.String, nullable=False, index=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("params", sa.JSON, nullable=False),
        sa.Column("mail", sa.JSON, nullable=False),
        sa.Column("webhooks", sa.JSON, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("tenant", sa.String, nullable=False),
        sa.Column("rule", sa.String),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("site", sa.String),
        sa.Column("severity", sa.String, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("raised", sa.DateTime, nullable=False),
        sa.Column("acknowledged", sa.DateTime),
        sa.Column("acknowledged_by", sa.String),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("closed", sa.DateTime),
    )
    op.create_index("ix_alerts_tenant_raised", "alerts", ["tenant", "raised"])
    op.create_index("ix_alerts_tenant_key", "alerts", ["tenant", "key"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("tenant", sa.String, nullable=False),
        sa.Column("alert", sa.String, sa.ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", sa.DateTime, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("sent", sa.DateTime),
    )
    op.create_index("ix_deliveries_state_due", "deliveries", ["state", "due"])


def _audit() -> None:
    op.create_table(
        "answers",
        sa.Column("actor", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("headers", sa.JSON, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False, index=True),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False, index=True),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("tenant", sa.String, index=True),
        sa.Column("previous", sa.String, nullable=False, unique=True),
        sa.Column("hash", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
