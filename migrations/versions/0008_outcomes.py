"""Alerts that a person closed: with which outcome, when and by whom."""

from alembic import op

from migrations.writing import (
    changed,
    check,
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

revision = "0008"
down_revision = "0007"

AREAS = (
    "inner", "outer", "front", "back", "groin", "outer-side", "buttock", "heel", "middle", "ball", "toes", "all-over",
    "not-sure",
)  # fmt: skip
RULES = (
    "red-flag", "sudden-severe-pain", "new-site-pain", "new-compartment-pain", "no-site-recorded", "phase-review",
    "recurrence", "over-limit", "not-improving", "exercise-pain", "known-site-flare", "not-logging",
)  # fmt: skip
LEVELS = ("info", "soon", "urgent")
ROLES = ("patient", "nurse", "physiatrist", "clinic-admin", "system")
OUTCOMES = ("new-site", "other-disease", "overload", "injury", "long-standing", "wrong-entry", "unclear")
STATES = ("open", "acknowledged", "superseded")


def upgrade() -> None:
    _alert(
        [*STATES, "closed"],
        [
            one_of("outcome", *OUTCOMES, null=True),
            whole("usual_pain", 0, 10, null=True),
            day("closed_on", null=True),
            ident("closed_by", null=True),
            instant("closed_at", null=True),
        ],
        points_to("staff", "closed_by"),
        check(
            "closed_whole",
            "(state = 'closed') = (outcome IS NOT NULL) AND (outcome IS NULL) = (closed_on IS NULL)"
            " AND (outcome IS NULL) = (closed_at IS NULL)",
        ),
        check("usual_pain_said", "(usual_pain IS NOT NULL) = (coalesce(outcome, '') = 'long-standing')"),
    )
    _alert_step([one_of("outcome", *OUTCOMES, null=True)])


def _alert(states: list[str], more: list[object], *rules: object) -> None:
    changed(
        "alert",
        [
            ident("id"),
            ident("patient_id"),
            one_of("rule", *RULES),
            whole("rule_version", 1),
            words("subject", 64),
            one_of("level", *LEVELS),
            one_of("state", *states),
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
            *more,
            whole("version", 1),
        ],
        points_to("patient", "patient_id"),
        points_to("staff", "acknowledged_by"),
        points_to("clinic_settings", "settings_version", keys=("version",)),
        *rules,
    )


def _alert_step(more: list[object]) -> None:
    changed(
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
            *more,
        ],
        points_to("alert", "alert_id"),
    )


def downgrade() -> None:
    must_be_nothing("alert", "state = 'closed'", "alert")
    must_be_nothing("alert_step", "outcome IS NOT NULL", "alert_step")
    # Whoever closed it wanted it out of the way: it stays so, only the outcome is lost.
    op.execute("UPDATE alert SET state = 'superseded', outcome = NULL, usual_pain = NULL, closed_on = NULL,"
               " closed_at = NULL, version = version + 1 WHERE state = 'closed'")  # fmt: skip
    _alert_step([])
    _alert([*STATES], [])
