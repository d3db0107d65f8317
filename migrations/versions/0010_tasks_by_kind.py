"""A ticket may leave a task of each kind: a complaint's recovery, and what its agent promised."""

from __future__ import annotations

from alembic import op

revision = "0010_tasks_by_kind"
down_revision = "0009_callbacks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tasks") as tasks:
        tasks.drop_constraint("uq_tasks_number", type_="unique")
        tasks.create_unique_constraint("uq_tasks_number", ["number", "kind"])


def downgrade() -> None:
    op.execute("DELETE FROM tasks WHERE id NOT IN (SELECT MIN(id) FROM tasks GROUP BY number)")
    with op.batch_alter_table("tasks") as tasks:
        tasks.drop_constraint("uq_tasks_number", type_="unique")
        tasks.create_unique_constraint("uq_tasks_number", ["number"])
