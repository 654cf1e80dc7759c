"""The ledger of each joint: its bouts of pain, kept so that a question to them reads no diary. A cache of entries."""

from alembic import op

from migrations.writing import check, day, ident, points_to, table, whole, words

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    table(
        "site_ledger",
        [
            ident("patient_id"),
            whole("made_by", 1),
            whole("pain_counts_from", 1, 10),
            whole("above_usual_by", 0, 10),
            whole("declared", 0),
        ],
        points_to("patient", "patient_id"),
        key=("patient_id",),
    )
    table(
        "site_bout",
        [
            ident("patient_id"),
            words("site", 64),
            whole("number", 1),
            day("first_day"),
            day("last_day"),
            day("below_day", null=True),
        ],
        points_to("site_ledger", "patient_id", keys=("patient_id",)),
        check("days_in_order", "first_day <= last_day AND (below_day IS NULL OR below_day > last_day)"),
        key=("patient_id", "site", "number"),
    )


def downgrade() -> None:
    # Nothing is lost: all of it follows from what is kept elsewhere.
    op.drop_table("site_bout")
    op.drop_table("site_ledger")
