"""What patients send, and what staff record about their sites."""

from alembic import op

from migrations.writing import (
    check,
    day,
    drop,
    ident,
    index,
    instant,
    one_of,
    points_to,
    table,
    unique,
    whole,
    words,
    yes_no,
)

revision = "0002"
down_revision = "0001"

AREAS = (
    "inner", "outer", "front", "back", "groin", "outer-side", "buttock", "heel", "middle", "ball", "toes", "all-over",
    "not-sure",
)  # fmt: skip
FLAGS = (
    "fever", "hot-swollen-joint", "cannot-bear-weight", "fall-or-injury", "calf-swelling", "chest-pain-or-breathless",
    "numbness-or-weakness", "bladder-or-bowel", "hip-pain-on-standing", "colour-or-temperature-change",
    "night-pain-most-nights", "weight-loss", "pregnant-or-post-partum",
)  # fmt: skip


def upgrade() -> None:
    _sites()
    _entry()
    _pain()
    _other_kinds()
    _refused()


def _sites() -> None:
    table(
        "involvement",
        [
            ident("id"),
            ident("patient_id"),
            words("site", 64),
            one_of("status", "suspected", "confirmed", "resolving", "resolved", "recurrent", "entered-in-error"),
            day("onset", null=True),
            instant("recorded_at"),
            day("recorded_on"),
            ident("recorded_by", null=True),
            ident("source_id", null=True),
        ],
        points_to("patient", "patient_id"),
        points_to("staff", "recorded_by"),
        unique("patient_id", "source_id"),
    )
    table(
        "usual_pain",
        [
            ident("id"),
            ident("patient_id"),
            words("site", 64),
            whole("usual_pain", 0, 10),
            instant("declared_at"),
            day("declared_on"),
            ident("declared_by", null=True),
            ident("source_id", null=True),
        ],
        points_to("patient", "patient_id"),
        points_to("staff", "declared_by"),
        unique("patient_id", "source_id"),
    )


def _entry() -> None:
    table(
        "entry",
        [
            ident("patient_id"),
            whole("change_number", 0, big=True),
            ident("client_id"),
            whole("rev", 1, 1_000_000),
            whole("variant", 0),
            one_of("kind", "pain", "red-flags", "weight-bearing", "exercise"),
            instant("recorded_at"),
            whole("recorded_offset_minutes", -840, 840),
            words("time_zone", 64),
            day("for_date"),
            instant("received_at"),
            whole("skew_seconds"),
            yes_no("clock_suspect"),
            one_of("fault", "recorded-in-future", "recorded-before-enrolment", "clock-far-off", null=True),
            yes_no("withdrawn"),
            yes_no("no_other_pain", null=True),
            words("content_sha256", 64),
            ident("device_id", null=True),
        ],
        points_to("patient", "patient_id"),
        points_to("device", "device_id"),
        unique("patient_id", "client_id", "rev", "variant"),
        check("pain_only", "kind = 'pain' OR no_other_pain IS NULL"),
        key=("patient_id", "change_number"),
    )
    index("ix_entry_for_date", "entry", ["patient_id", "for_date"])


def _pain() -> None:
    _of_entry(
        "pain_score",
        [
            whole("position", 0),
            words("site", 64),
            one_of("area", *AREAS, null=True),
            whole("on_loading", 0, 10, null=True),
            whole("at_rest", 0, 10, null=True),
            yes_no("woke_at_night", null=True),
            whole("next_morning", 0, 10, null=True),
            one_of("cause", "injury", "exercise", null=True),
            one_of("feel", "joint", "muscle", null=True),
            yes_no("swollen", null=True),
        ],
        check("one_score", "on_loading IS NOT NULL OR at_rest IS NOT NULL"),
        key=("position",),
    )


def _other_kinds() -> None:
    _of_entry("red_flag_report", [one_of("flag", *FLAGS)], key=("flag",))
    _of_entry(
        "weight_bearing_report",
        [
            one_of("limb", "left-leg", "right-leg", "left-arm", "right-arm"),
            one_of("aids", "none", "one-crutch", "two-crutches", "frame", "wheelchair", "stayed-in-bed"),
            one_of("over_limit", "no", "few-steps", "often"),
        ],
    )
    _of_entry(
        "exercise_report",
        [
            words("exercise", 64),
            whole("done_sets", 0, 1000, null=True),
            whole("done_reps", 0, 1000, null=True),
            whole("done_minutes", 0, 1000, null=True),
            whole("pain_during", 0, 10, null=True),
            one_of("not_done", "pain", "no-time", "unsure-how", null=True),
        ],
    )


def _of_entry(name: str, columns: list[object], *rules: object, key: tuple[str, ...] = ()) -> None:
    table(
        name,
        [ident("patient_id"), whole("change_number", 0, big=True), *columns],
        points_to("entry", "patient_id", "change_number", keys=("patient_id", "change_number")),
        *rules,
        key=("patient_id", "change_number", *key),
    )


def _refused() -> None:
    size = "length(CAST(raw AS BLOB))" if op.get_bind().dialect.name == "sqlite" else "octet_length(raw)"
    table(
        "refused_item",
        [
            ident("id"),
            ident("patient_id"),
            ident("device_id", null=True),
            instant("received_at"),
            words("raw"),
            words("code", 64),
            words("pointer", 320),
        ],
        points_to("patient", "patient_id"),
        points_to("device", "device_id"),
        check("raw_fits", f"{size} <= 8192"),
    )
    index("ix_refused_item_patient_id", "refused_item", ["patient_id", "received_at"])


def downgrade() -> None:
    drop(
        "refused_item",
        "exercise_report",
        "weight_bearing_report",
        "red_flag_report",
        "pain_score",
        "entry",
        "usual_pain",
        "involvement",
    )
