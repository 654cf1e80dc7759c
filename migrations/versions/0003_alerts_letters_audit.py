"""Alerts, the letters about them, and the audit."""

from migrations.writing import (
    day,
    drop,
    ident,
    index,
    instant,
    json,
    of_clinic,
    one_of,
    points_to,
    table,
    unique,
    whole,
    words,
)

revision = "0003"
down_revision = "0002"

AREAS = (
    "inner", "outer", "front", "back", "groin", "outer-side", "buttock", "heel", "middle", "ball", "toes", "all-over",
    "not-sure",
)  # fmt: skip
RULES = ("red-flag", "sudden-severe-pain", "new-site-pain", "new-compartment-pain", "no-site-recorded")
LEVELS = ("info", "soon", "urgent")
ROLES = ("patient", "nurse", "physiatrist", "clinic-admin", "system")


def upgrade() -> None:
    _alert()
    _alert_step()
    _letter()
    _audit()


def _alert() -> None:
    table(
        "alert",
        [
            ident("id"),
            ident("patient_id"),
            one_of("rule", *RULES),
            whole("rule_version", 1),
            words("subject", 64),
            one_of("level", *LEVELS),
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
    standing = "state NOT IN ('superseded', 'closed')"
    index("uq_alert_standing", "alert", ["patient_id", "rule", "subject"], unique=True, where=standing)
    index("ix_alert_patient_id", "alert", ["patient_id"])


def _alert_step() -> None:
    table(
        "alert_step",
        [
            ident("id"),
            ident("alert_id"),
            instant("at"),
            one_of("actor_role", *ROLES),
            ident("actor_id", null=True),
            words("step", 64),
            one_of("level", *LEVELS),
            words("note"),
        ],
        points_to("alert", "alert_id"),
    )
    index("ix_alert_step_alert_id", "alert_step", ["alert_id"])


def _letter() -> None:
    table(
        "letter",
        [
            ident("id"),
            ident("alert_id", null=True),
            ident("staff_id"),
            words("kind", 64),
            words("dedup_key", 320),
            words("address", 320),
            words("language", 64),
            words("reference", 5, null=True),
            json("values"),
            words("message_id", 320),
            one_of("state", "queued", "leased", "sent", "deferred", "bounced", "dead", "cancelled"),
            instant("due_at"),
            ident("lease_id", null=True),
            instant("leased_until", null=True),
            whole("attempts", 0),
            instant("created_at"),
            instant("sent_at", null=True),
            words("last_answer", null=True),
        ],
        points_to("staff", "staff_id"),
        points_to("alert", "alert_id"),
        unique("staff_id", "kind", "dedup_key"),
        unique("message_id"),
    )
    index("ix_letter_due_at", "letter", ["due_at"], where="state IN ('queued', 'leased', 'deferred')")


def _audit() -> None:
    table(
        "audit_event",
        [
            ident("id"),
            instant("at"),
            one_of("actor_role", *ROLES),
            ident("actor_id", null=True),
            ident("via", null=True),
            words("action", 64),
            ident("patient_id", null=True),
            words("subject", 320, null=True),
            json("detail"),
            words("request_id", 64),
        ],
        of_clinic,
    )
    index("ix_audit_event_at", "audit_event", ["at"])
    index("ix_audit_event_patient_id", "audit_event", ["patient_id", "at"])


def downgrade() -> None:
    drop("audit_event", "letter", "alert_step", "alert")
