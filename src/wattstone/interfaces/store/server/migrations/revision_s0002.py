"""Attempts to come in, counted for all processes together."""

import sqlalchemy as sa
from alembic import op

revision = "s0002"
down_revision: str | None = "s0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "attempts",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last", sa.DateTime, nullable=False),
        sa.Column("before", sa.DateTime, nullable=False),
    )
    op.create_index("ix_attempts_last", "attempts", ["last"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("attempts")
