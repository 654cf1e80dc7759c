"""Who a patient is and how that changed, duplicates merged, logs heard by phone, and requests to be called."""

from alembic import op

from migrations.writing import (
    changed,
    check,
    day,
    drop,
    ident,
    index,
    instant,
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

revision = "0004"
down_revision = "0003"

STATES = ("active", "surveillance", "discharged", "moved", "deceased")
KINDS = ("pain", "red-flags", "weight-bearing", "exercise")
FAULTS = ("recorded-in-future", "recorded-before-enrolment", "clock-far-off")
CALLS = "kind = 'call-request'"


def upgrade() -> None:
    _patient(
        [
            one_of("sex", "female", "male", "other", "not-recorded"),
            whole("version", 1),
            ident("merged_into", null=True),
        ],
        points_to("patient", "merged_into"),
        check("not_into_itself", "merged_into <> id"),
        filled={"sex": "'not-recorded'", "version": "1"},
    )
    index("ix_patient_merged_into", "patient", ["merged_into"])
    _person_change()
    _entry([ident("heard_by", null=True)], (*KINDS, "call-request"), points_to("staff", "heard_by"))
    index("ix_entry_calls", "entry", ["patient_id"], where=CALLS)
    _calls()


def _patient(more: list[object], *rules: object, filled: dict[str, str] | None = None) -> None:
    changed(
        "patient",
        [
            ident("id"),
            words("record_number", 64),
            words("name", 320),
            day("born", null=True),
            words("phone", 64, null=True),
            words("language", 64),
            words("time_zone", 64),
            day("enrolled_on"),
            one_of("state", *STATES),
            whole("change_number", 0, big=True),
            instant("created_at"),
            *more,
        ],
        of_clinic,
        unique("record_number"),
        *rules,
        filled=filled,
    )


def _person_change() -> None:
    table(
        "person_change",
        [
            ident("id"),
            ident("patient_id"),
            whole("version", 1),
            words("field", 64),
            words("before", null=True),
            words("after", null=True),
            ident("changed_by", null=True),
            instant("changed_at"),
            words("reason"),
        ],
        points_to("patient", "patient_id"),
        points_to("staff", "changed_by"),
        unique("patient_id", "version", "field"),
    )


def _entry(more: list[object], kinds: tuple[str, ...], *rules: object) -> None:
    changed(
        "entry",
        [
            ident("patient_id"),
            whole("change_number", 0, big=True),
            ident("client_id"),
            whole("rev", 1, 1_000_000),
            whole("variant", 0),
            one_of("kind", *kinds),
            instant("recorded_at"),
            whole("recorded_offset_minutes", -840, 840),
            words("time_zone", 64),
            day("for_date"),
            instant("received_at"),
            whole("skew_seconds"),
            yes_no("clock_suspect"),
            one_of("fault", *FAULTS, null=True),
            yes_no("withdrawn"),
            yes_no("no_other_pain", null=True),
            words("content_sha256", 64),
            ident("device_id", null=True),
            *more,
        ],
        points_to("patient", "patient_id"),
        points_to("device", "device_id"),
        unique("patient_id", "client_id", "rev", "variant"),
        check("pain_only", "kind = 'pain' OR no_other_pain IS NULL"),
        *rules,
        key=("patient_id", "change_number"),
    )


def _calls() -> None:
    table(
        "call_request",
        [
            ident("patient_id"),
            whole("change_number", 0, big=True),
            one_of("about", "pain", "exercises", "medicine", "appointment", "other"),
            one_of("best_time", "morning", "afternoon", "evening", "any"),
            words("note", 280, null=True),
        ],
        points_to("entry", "patient_id", "change_number", keys=("patient_id", "change_number")),
        key=("patient_id", "change_number"),
    )
    table(
        "call_answer",
        [
            ident("id"),
            ident("patient_id"),
            ident("entry_id"),
            one_of("outcome", "called", "no-answer", "visit-booked"),
            words("note", 280),
            ident("answered_by"),
            instant("answered_at"),
        ],
        points_to("patient", "patient_id"),
        points_to("staff", "answered_by"),
    )
    index("ix_call_answer_entry_id", "call_answer", ["patient_id", "entry_id"])


def downgrade() -> None:
    must_be_nothing("entry", f"{CALLS} OR heard_by IS NOT NULL", "entry")
    must_be_nothing("patient", "sex <> 'not-recorded' OR merged_into IS NOT NULL", "patient")
    drop("call_answer", "call_request", "person_change")
    op.execute(f"DELETE FROM entry WHERE {CALLS}")
    op.drop_index("ix_entry_calls", "entry")
    op.drop_index("ix_patient_merged_into", "patient")
    _entry([], KINDS)
    _patient([])
