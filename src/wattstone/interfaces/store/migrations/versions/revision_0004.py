"""Changes are counted by table."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"

TABLES = (
    "organisation", "sites", "spaces", "meters", "measures", "tariffs", "mappings", "exceptions", "settings", "audit",
    "documents", "board",
)  # fmt: skip


def upgrade() -> None:
    """Give each table a count; what was counted so far is that of the audit log, which every change writes to."""
    so_far = _counted()
    op.drop_table("changes")
    made = op.create_table(
        "changes",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(made, [{"name": name, "number": so_far if name == "audit" else 0} for name in TABLES])


def downgrade() -> None:
    """One count for all."""
    so_far = _counted()
    op.drop_table("changes")
    made = op.create_table(
        "changes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.CheckConstraint("id = 1", name="one"),
    )
    op.bulk_insert(made, [{"id": 1, "number": so_far}])


def _counted() -> int:
    return op.get_bind().execute(sa.text("SELECT sum(number) FROM changes")).scalar_one()
