"""Measures."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "measures",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("site_id", sa.String, sa.ForeignKey("sites.id"), nullable=False, index=True),
        sa.Column("meters", sa.JSON, nullable=False),
        sa.Column("name", sa.String),
        sa.Column("description", sa.Text),
        sa.Column("boundary", sa.Text),
        sa.Column("inside", sa.JSON, nullable=False),
        sa.Column("option", sa.String, nullable=False),
        sa.Column("key_parameter", sa.Text),
        sa.Column("stipulated", sa.JSON, nullable=False),
        sa.Column("simulation", sa.Text),
        sa.Column("baseline", sa.JSON),
        sa.Column("reporting", sa.JSON),
        sa.Column("blackout", sa.JSON),
        sa.Column("expected_saving", sa.Float),
        sa.Column("expected_unit", sa.String),
        sa.Column("cost", sa.Float),
        sa.Column("currency", sa.String),
        sa.Column("owner", sa.String),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("interacts_with", sa.JSON, nullable=False),
        sa.Column("overrides", sa.JSON, nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("variables", sa.JSON, nullable=False),
        sa.Column("comparison_sites", sa.JSON, nullable=False),
        sa.Column("comparison_meters", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Drop the table, and the measures in it."""
    op.drop_table("measures")
