"""The clinical record in versions, protocols and the plans that run by them, exercises and the days they rest."""

from alembic import op

from migrations.writing import (
    changed,
    day,
    drop,
    ident,
    index,
    instant,
    json,
    must_be_nothing,
    of_clinic,
    one_of,
    points_to,
    table,
    unique,
    whole,
    words,
    yes_no,
)

revision = "0005"
down_revision = "0004"

AREAS = (
    "inner", "outer", "front", "back", "groin", "outer-side", "buttock", "heel", "middle", "ball", "toes", "all-over",
    "not-sure",
)  # fmt: skip
STATUSES = ("suspected", "confirmed", "resolving", "resolved", "recurrent", "entered-in-error")
RULES = ("red-flag", "sudden-severe-pain", "new-site-pain", "new-compartment-pain", "no-site-recorded")
PRECISIONS = ("day", "week", "month", "year", "about")
ITEMS = (
    "radiograph", "mri", "dxa", "laboratory", "examination", "complaint", "background", "occupation", "pregnancy",
    "diagnosis", "co-intervention", "programme", "outcome", "questionnaire", "follow-up", "exclusion", "consent",
)  # fmt: skip
PHASES = ("protect", "partial-weight-bearing", "gait-training", "strengthening", "return-and-surveillance")
GRADES = ("NWB", "TTWB", "PWB", "WBAT", "FWB")
AIDS = ("none", "one-crutch", "two-crutches", "frame", "wheelchair", "stayed-in-bed")
SAID_MORE = (
    "area IS NOT NULL OR words <> '' OR merged_into IS NOT NULL OR reason <> '' OR onset_text IS NOT NULL"
    " OR onset_precision <> 'day'"
)


def upgrade() -> None:
    _involvement(
        [
            one_of("onset_precision", *PRECISIONS, null=True),
            words("onset_text", 320, null=True),
            one_of("area", *AREAS, null=True),
            words("words"),
            words("merged_into", 64, null=True),
            words("reason"),
        ],
        filled={"words": "''", "reason": "''"},
    )
    _alert("phase-review")
    _record_item()
    _plans()
    _limb_order()
    _prescription()
    _hold()


def _involvement(more: list[object], filled: dict[str, str] | None = None) -> None:
    changed(
        "involvement",
        [
            ident("id"),
            ident("patient_id"),
            words("site", 64),
            one_of("status", *STATUSES),
            day("onset", null=True),
            instant("recorded_at"),
            day("recorded_on"),
            ident("recorded_by", null=True),
            ident("source_id", null=True),
            *more,
        ],
        points_to("patient", "patient_id"),
        points_to("staff", "recorded_by"),
        unique("patient_id", "source_id"),
        filled=filled,
    )


def _alert(*rules: str) -> None:
    changed(
        "alert",
        [
            ident("id"),
            ident("patient_id"),
            one_of("rule", *RULES, *rules),
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


def _record_item() -> None:
    table(
        "record_item",
        [
            ident("id"),
            whole("version", 1),
            ident("patient_id"),
            one_of("kind", *ITEMS),
            words("site", 64, null=True),
            day("on_day", null=True),
            one_of("on_precision", *PRECISIONS, null=True),
            words("on_text", 320, null=True),
            json("content"),
            yes_no("in_error"),
            words("reason"),
            instant("written_at"),
            ident("written_by", null=True),
        ],
        points_to("patient", "patient_id"),
        points_to("staff", "written_by"),
        key=("id", "version"),
    )
    index("ix_record_item_patient_id", "record_item", ["patient_id"])


def _plans() -> None:
    table(
        "protocol_template",
        [
            words("code", 64),
            whole("version", 1),
            json("content"),
            ident("author", null=True),
            words("reason"),
            instant("created_at"),
        ],
        of_clinic,
        points_to("staff", "author"),
        key=("code", "version"),
    )
    table(
        "plan",
        [
            ident("id"),
            ident("patient_id"),
            words("site", 64),
            words("template_code", 64),
            whole("template_version", 1),
            day("ended_on", null=True),
            json("standing"),
            whole("version", 1),
        ],
        points_to("patient", "patient_id"),
        points_to("protocol_template", "template_code", "template_version", keys=("code", "version")),
    )
    index("uq_plan_running", "plan", ["patient_id", "site"], unique=True, where="ended_on IS NULL")
    index("ix_plan_patient_id", "plan", ["patient_id"])
    _plan_act()


def _plan_act() -> None:
    table(
        "plan_act",
        [
            ident("id"),
            ident("plan_id"),
            one_of("act", "start", "move", "check", "hold", "resume", "end"),
            day("on_day"),
            instant("at"),
            one_of("phase", *PHASES, null=True),
            whole("step", 0),
            one_of("grade", *GRADES, null=True),
            whole("percent", 0, 100, null=True),
            one_of("aids", *AIDS, null=True),
            words("item", 64, null=True),
            words("value", 64, null=True),
            words("reason"),
            yes_no("is_override"),
            json("seen"),
            ident("written_by", null=True),
        ],
        points_to("plan", "plan_id"),
        points_to("staff", "written_by"),
    )
    index("ix_plan_act_plan_id", "plan_act", ["plan_id"])


def _limb_order() -> None:
    table(
        "limb_order",
        [
            ident("id"),
            ident("patient_id"),
            one_of("limb", "left-leg", "right-leg", "left-arm", "right-arm"),
            one_of("grade", *GRADES),
            whole("percent", 0, 100, null=True),
            one_of("aids", *AIDS, null=True),
            day("on_day"),
            instant("at"),
            words("reason"),
            ident("written_by", null=True),
        ],
        points_to("patient", "patient_id"),
        points_to("staff", "written_by"),
    )
    index("ix_limb_order_patient_id", "limb_order", ["patient_id"])


def _prescription() -> None:
    table(
        "prescription",
        [
            ident("id"),
            whole("version", 1),
            ident("patient_id"),
            words("exercise", 64),
            json("sites"),
            json("dose"),
            json("weekdays"),
            day("from_on"),
            day("until_on", null=True),
            yes_no("strengthens"),
            one_of("needs", *GRADES, null=True),
            words("reason"),
            instant("at"),
            ident("written_by", null=True),
        ],
        points_to("patient", "patient_id"),
        points_to("staff", "written_by"),
        key=("id", "version"),
    )
    index("ix_prescription_patient_id", "prescription", ["patient_id"])


def _hold() -> None:
    table(
        "hold",
        [
            ident("id"),
            whole("version", 1),
            ident("patient_id"),
            words("scope", 64),
            day("from_on"),
            day("until_on", null=True),
            one_of("reason", "pain", "new-site", "illness", "surgery", "travel", "clinician", "other"),
            words("note"),
            yes_no("only_strengthening"),
            yes_no("is_lifted"),
            instant("at"),
            ident("written_by", null=True),
        ],
        points_to("patient", "patient_id"),
        points_to("staff", "written_by"),
        key=("id", "version"),
    )
    index("ix_hold_patient_id", "hold", ["patient_id"])


def downgrade() -> None:
    must_be_nothing("involvement", SAID_MORE, "involvement")
    must_be_nothing("alert", "rule = 'phase-review'", "alert")
    drop("hold", "prescription", "limb_order", "plan_act", "plan", "protocol_template", "record_item")
    op.execute("DELETE FROM alert_step WHERE alert_id IN (SELECT id FROM alert WHERE rule = 'phase-review')")
    op.execute("DELETE FROM letter WHERE alert_id IN (SELECT id FROM alert WHERE rule = 'phase-review')")
    op.execute("DELETE FROM alert WHERE rule = 'phase-review'")
    _alert()
    _involvement([])
