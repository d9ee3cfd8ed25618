"""The restatement ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"


def upgrade() -> None:
    """Make the table, chained as the audit log is."""
    op.create_table(
        "restatements",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("previous", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.UniqueConstraint("previous", name="uq_restatements_previous"),
        sqlite_autoincrement=True,
    )
    changes = sa.table("changes", sa.column("name", sa.String), sa.column("number", sa.BigInteger))
    op.bulk_insert(changes, [{"name": "restatements", "number": 0}])


def downgrade() -> None:
    """Drop it."""
    op.execute(sa.text("DELETE FROM changes WHERE name = 'restatements'"))
    op.drop_table("restatements")
