"""how each mailbox is, where a message was found, where a folder starts, and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailbox",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailbox")),
    )
    op.add_column("folder", sa.Column("starts_on", sa.Date(), nullable=True))
    # Folders known so far were met before anybody asked: all their mail counts as new, as it did.
    op.add_column(
        "folder",
        sa.Column(
            "met_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default="1970-01-01 00:00:00+00:00",
        ),
    )
    op.add_column("message", sa.Column("role", sa.String(), nullable=False, server_default="inbox"))
    op.add_column("complaint", sa.Column("answered_on", sa.Date(), nullable=True))
    op.add_column("complaint", sa.Column("answer_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_complaint_client_email"), "complaint", ["client_email"])
