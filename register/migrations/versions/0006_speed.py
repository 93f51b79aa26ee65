"""what was decided when is counted from an index: a year's figures no longer read every mail."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With the columns that are counted, so that no row, heavy with words, is read.
    columns = ["decided_at", "label", "probability", "band"]
    op.create_index(op.f("ix_message_decided_at"), "message", columns)
