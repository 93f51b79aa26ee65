"""the whole procedure: parties, answers, findings, actions, notices, second factors."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("check_on", sa.Date(), nullable=True),
        sa.Column("checked", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    op.create_index(op.f("ix_action_due_on"), "action", ["due_on"])
    op.create_index(op.f("ix_action_state"), "action", ["state"])
    op.create_table(
        "breaker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breaker")),
    )
    op.create_index(op.f("ix_breaker_lifted_at"), "breaker", ["lifted_at"])
    op.create_table(
        "invitation",
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_email"), "invitation", ["email"])
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index(op.f("ix_notice_about"), "notice", ["about"])
    op.create_index(op.f("ix_notice_recipient"), "notice", ["recipient"])
    op.create_index(op.f("ix_notice_sent_at"), "notice", ["sent_at"])
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_index(op.f("ix_remark_about"), "remark", ["about"])
    op.create_table(
        "yearly_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("present", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("decisions", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_review")),
    )
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("points_met", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=True),
        sa.Column("gesture_cents", sa.Integer(), nullable=False),
        sa.Column("compensation_cents", sa.Integer(), nullable=False),
        sa.Column("recourse", sa.Boolean(), nullable=False),
        sa.Column("mediator", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signatory", sa.String(), nullable=False),
        sa.Column("second_signatory", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_answer_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
    )
    op.create_index(op.f("ix_answer_complaint_id"), "answer", ["complaint_id"])
    op.create_index(op.f("ix_answer_state"), "answer", ["state"])
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_document_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_complaint_id"), "document", ["complaint_id"])
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("gravity", sa.Integer(), nullable=False),
        sa.Column("recurrence", sa.String(), nullable=False),
        sa.Column("due_to", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_finding_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_complaint_id"), "finding", ["complaint_id"])
    op.create_table(
        "information",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("new_date", sa.Date(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_information_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information")),
    )
    op.create_index(op.f("ix_information_complaint_id"), "information", ["complaint_id"])
    op.create_table(
        "party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("aimed", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_party_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    op.create_index(op.f("ix_party_complaint_id"), "party", ["complaint_id"])
    op.create_table(
        "action_finding",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_action_finding_action_id")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_action_finding_finding_id")
        ),
        sa.PrimaryKeyConstraint("action_id", "finding_id", name=op.f("pk_action_finding")),
    )
    op.create_index(op.f("ix_action_finding_finding_id"), "action_finding", ["finding_id"])
    op.create_table(
        "look",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_look_message_id")),
        sa.PrimaryKeyConstraint("message_id", "by", name=op.f("pk_look")),
    )
    op.add_column("account", sa.Column("totp_secret", sa.String(), nullable=True))
    op.add_column(
        "account", sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column("account", sa.Column("subject", sa.String(), nullable=True))
    op.create_index(op.f("ix_account_subject"), "account", ["subject"], unique=True)
    op.add_column(
        "sign_in_attempt", sa.Column("client", sa.String(), nullable=False, server_default="")
    )
    op.create_index(op.f("ix_sign_in_attempt_client"), "sign_in_attempt", ["client"])
    op.drop_table("sign_in")  # whoever was signed in signs in again
    op.create_table(
        "sign_in",
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_sign_in")),
    )
    op.create_index(op.f("ix_sign_in_account_id"), "sign_in", ["account_id"])
    op.add_column("account", sa.Column("calendar", sa.String(), nullable=True))
    op.create_index(op.f("ix_account_calendar"), "account", ["calendar"], unique=True)
    op.add_column(
        "complaint", sa.Column("received_by", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "complaint", sa.Column("client_phone", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "complaint", sa.Column("client_address", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "complaint", sa.Column("client_kind", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "complaint", sa.Column("complainant", sa.String(), nullable=False, server_default="")
    )
    op.add_column("complaint", sa.Column("quality", sa.String(), nullable=False, server_default=""))
    op.add_column("complaint", sa.Column("written_on", sa.Date(), nullable=True))
    op.add_column("complaint", sa.Column("demand", sa.String(), nullable=False, server_default=""))
    op.add_column("complaint", sa.Column("claimed_cents", sa.BigInteger(), nullable=True))
    op.add_column("complaint", sa.Column("insurer", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "complaint", sa.Column("claim_ref", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "complaint",
        sa.Column("parties_said", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "complaint",
        sa.Column("aimed_said", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "complaint", sa.Column("second_motive", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "complaint", sa.Column("basis", sa.String(), nullable=False, server_default="LES_DEUX")
    )
    op.add_column(
        "complaint", sa.Column("competence", sa.String(), nullable=False, server_default="CABINET")
    )
    op.add_column(
        "complaint", sa.Column("gravity", sa.Integer(), nullable=False, server_default="2")
    )
    op.add_column(
        "complaint", sa.Column("sensitive", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("complaint", sa.Column("signals", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(
        "complaint", sa.Column("responsible", sa.String(), nullable=False, server_default="")
    )
    op.add_column("complaint", sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("complaint", sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("complaint", sa.Column("linked_id", sa.Integer(), nullable=True))
    op.add_column(
        "complaint", sa.Column("linked_how", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "complaint", sa.Column("ack_mode", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "complaint", sa.Column("redirected_to", sa.String(), nullable=False, server_default="")
    )
    op.add_column("complaint", sa.Column("redirected_on", sa.Date(), nullable=True))
    op.add_column("complaint", sa.Column("mediation_on", sa.Date(), nullable=True))
    op.add_column("complaint", sa.Column("mediation_opinion_on", sa.Date(), nullable=True))
    op.add_column(
        "complaint", sa.Column("mediation_opinion", sa.String(), nullable=False, server_default="")
    )
    op.add_column("complaint", sa.Column("litigation_on", sa.Date(), nullable=True))
    op.add_column("complaint", sa.Column("liability_told_on", sa.Date(), nullable=True))
    op.add_column(
        "complaint", sa.Column("held_because", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "complaint", sa.Column("no_findings_by", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "complaint", sa.Column("no_actions_because", sa.String(), nullable=False, server_default="")
    )
    op.add_column("complaint", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column(
        "complaint", sa.Column("closed_because", sa.String(), nullable=False, server_default="")
    )
    op.add_column("complaint", sa.Column("purged_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_complaint_closed_on"), "complaint", ["closed_on"])
    op.create_index(op.f("ix_complaint_linked_id"), "complaint", ["linked_id"])
    op.create_index(op.f("ix_complaint_received_on"), "complaint", ["received_on"])
    op.create_index(op.f("ix_complaint_responsible"), "complaint", ["responsible"])
    op.add_column("letter", sa.Column("turn", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("letter", sa.Column("answer_id", sa.Integer(), nullable=True))
    op.add_column("letter", sa.Column("words", sa.JSON(), nullable=True))
    op.add_column("letter", sa.Column("language", sa.String(), nullable=False, server_default="fr"))
    op.add_column("letter", sa.Column("template", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "letter", sa.Column("automatic", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column(
        "letter", sa.Column("by_guard", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("letter", sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("letter", sa.Column("bounce", sa.String(), nullable=False, server_default=""))
    op.add_column("letter", sa.Column("posted_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_letter_one_of_a_kind", "letter", ["complaint_id", "kind", "turn"], unique=True
    )
    op.add_column("message", sa.Column("passed_to", sa.String(), nullable=False, server_default=""))
    op.add_column("message", sa.Column("skipped_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("message", sa.Column("read_text", sa.String(), nullable=True))
    op.add_column("message", sa.Column("erased_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_message_passed_to"), "message", ["passed_to"])
    _carry_the_parties()
    op.drop_column("complaint", "third_parties")
    op.drop_column("complaint", "persons_concerned")
    # Until now an acknowledgement's date could only come from a letter, or from a person's hand.
    op.execute(
        sa.text(
            "UPDATE complaint SET ack_mode = CASE WHEN EXISTS (SELECT 1 FROM letter WHERE "
            "letter.complaint_id = complaint.id AND letter.kind = 'acknowledgement' AND "
            "letter.state = 'sent') THEN 'AUTO' ELSE 'MANUEL' END "
            "WHERE acknowledged_on IS NOT NULL"
        )
    )
    # Answers noted until now were mails found among those sent; what they said was not asked for.
    op.execute(
        sa.text(
            "INSERT INTO answer (complaint_id, state, version, outcome, summary, body, points, "
            "points_met, gesture_cents, compensation_cents, recourse, mediator, written_by, "
            "written_at, signatory, second_signatory, channel, sent_on, message_id) "
            "SELECT id, 'sent', 0, '', '', '', '[]', '[]', 0, 0, FALSE, '', '', registered_at, '', "
            "'', 'COURRIEL', answered_on, answer_id FROM complaint WHERE answered_on IS NOT NULL"
        )
    )


def _carry_the_parties() -> None:
    """Two lists of names in the entry become rows of their own; « none » stays « none »."""
    before = sa.table(
        "complaint",
        sa.column("id", sa.Integer),
        sa.column("third_parties", sa.JSON(none_as_null=True)),
        sa.column("persons_concerned", sa.JSON(none_as_null=True)),
        sa.column("parties_said", sa.Boolean),
        sa.column("aimed_said", sa.Boolean),
    )
    party = sa.table(
        "party",
        sa.column("complaint_id", sa.Integer),
        sa.column("aimed", sa.Boolean),
        *(sa.column(name, sa.String) for name in ("name", "role", "ref", "email")),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(before)).all():
        said = {False: row.third_parties, True: row.persons_concerned}
        connection.execute(
            sa.update(before)
            .where(before.c.id == row.id)
            .values(parties_said=said[False] is not None, aimed_said=said[True] is not None)
        )
        rows = [
            {
                "complaint_id": row.id,
                "aimed": aimed,
                "name": name,
                "role": "",
                "ref": "",
                "email": "",
            }
            for aimed, names in said.items()
            for name in names or ()
        ]
        if rows:
            connection.execute(sa.insert(party), rows)
