"""The codes of six more rules whose alerts are kept."""

from alembic import op

from migrations.writing import (
    changed,
    day,
    ident,
    instant,
    json,
    must_be_nothing,
    one_of,
    points_to,
    whole,
    words,
)

revision = "0006"
down_revision = "0005"

AREAS = (
    "inner", "outer", "front", "back", "groin", "outer-side", "buttock", "heel", "middle", "ball", "toes", "all-over",
    "not-sure",
)  # fmt: skip
BEFORE = (
    "red-flag", "sudden-severe-pain", "new-site-pain", "new-compartment-pain", "no-site-recorded", "phase-review",
)  # fmt: skip
MORE = ("recurrence", "over-limit", "not-improving", "exercise-pain", "known-site-flare", "not-logging")


def upgrade() -> None:
    _alert(*BEFORE, *MORE)


def _alert(*rules: str) -> None:
    changed(
        "alert",
        [
            ident("id"),
            ident("patient_id"),
            one_of("rule", *rules),
            whole("rule_version", 1),
            words("subject", 64),
            one_of("level", "info", "soon", "urgent"),
            one_of("state", "open", "acknowledged", "superseded"),
            words("site", 64, null=True),
            one_of("area", *AREAS, null=True),
            day("first_for_date"),
            day("last_for_date"),
            instant("raised_at"),
            day("raised_on"),
            whole("late_days", 0),
            words("reason_key", 64),
            json("reason_values"),
            json("evidence"),
            whole("unknown_days", 0),
            whole("settings_version", null=True),
            words("reference", 5),
            ident("acknowledged_by", null=True),
            instant("acknowledged_at", null=True),
            whole("version", 1),
        ],
        points_to("patient", "patient_id"),
        points_to("staff", "acknowledged_by"),
        points_to("clinic_settings", "settings_version", keys=("version",)),
    )


def downgrade() -> None:
    listed = ", ".join(f"'{rule}'" for rule in MORE)
    must_be_nothing("alert", f"rule IN ({listed})", "alert")
    for table in ("alert_step", "letter"):
        op.execute(f"DELETE FROM {table} WHERE alert_id IN (SELECT id FROM alert WHERE rule IN ({listed}))")
    op.execute(f"DELETE FROM alert WHERE rule IN ({listed})")
    _alert(*BEFORE)
