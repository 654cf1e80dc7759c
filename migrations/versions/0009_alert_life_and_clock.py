"""An alert's whole life, who is on duty, letters of further kinds, and what the clock has to do and has done."""

from alembic import op

from migrations.writing import (
    changed,
    check,
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
    shared_table,
    table,
    unique,
    whole,
    words,
    yes_no,
)

revision = "0009"
down_revision = "0008"

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
STATES = ("open", "acknowledged", "superseded", "closed")
LETTER_STATES = ("queued", "leased", "sent", "deferred", "bounced", "dead", "cancelled")
WAITING = "state IN ('queued', 'leased', 'deferred')"
UNDELIVERED = (
    "alert_id IS NOT NULL AND climbed_at IS NULL"
    " AND state IN ('queued', 'leased', 'deferred', 'bounced', 'dead', 'joined')"
)
JOBS = ("day", "digest-morning", "digest-evening", "reminder", "alert-deadline", "retention")


def upgrade() -> None:
    _alert(
        [*STATES, "snoozed"],
        [
            ident("assigned_to", null=True),
            day("snoozed_until", null=True),
            whole("snoozed_at_score", 0, 10, null=True),
            instant("deadline_at", null=True),
            whole("rung", 0, 3),
            instant("quiet_until", null=True),
            day("silent_since", null=True),
            ident("reopens", null=True),
        ],
        points_to("staff", "assigned_to"),
        points_to("alert", "reopens"),
        check("snoozed_whole", "(state = 'snoozed') = (snoozed_until IS NOT NULL)"),
        filled={"rung": "0"},
    )
    _alert_step([json("before"), ident("undoes", null=True)], points_to("alert_step", "undoes"), filled="'{}'")
    _alert_call()
    _staff([instant("address_failed_at", null=True)])
    _patient([words("email", 320, null=True), yes_no("mails"), words("reminder_at", 5, null=True)], filled="false")
    _letters_to_patients_too()
    _who_is_there()
    _what_is_due()


def _alert(states: list[str], more: list[object], *rules: object, filled: dict[str, str] | None = None) -> None:
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
            one_of("outcome", *OUTCOMES, null=True),
            whole("usual_pain", 0, 10, null=True),
            day("closed_on", null=True),
            ident("closed_by", null=True),
            instant("closed_at", null=True),
            *more,
            whole("version", 1),
        ],
        points_to("patient", "patient_id"),
        points_to("staff", "acknowledged_by"),
        points_to("clinic_settings", "settings_version", keys=("version",)),
        points_to("staff", "closed_by"),
        check(
            "closed_whole",
            "(state = 'closed') = (outcome IS NOT NULL) AND (outcome IS NULL) = (closed_on IS NULL)"
            " AND (outcome IS NULL) = (closed_at IS NULL)",
        ),
        check("usual_pain_said", "(usual_pain IS NOT NULL) = (coalesce(outcome, '') = 'long-standing')"),
        *rules,
        filled=filled,
    )


def _alert_step(more: list[object], *rules: object, filled: str | None = None) -> None:
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
            one_of("outcome", *OUTCOMES, null=True),
            *more,
        ],
        points_to("alert", "alert_id"),
        *rules,
        filled={"before": filled} if filled else None,
    )


def _alert_call() -> None:
    table(
        "alert_call",
        [
            ident("id"),
            ident("alert_id"),
            instant("at"),
            ident("called_by"),
            one_of("result", "spoken", "no-answer", "visit-booked", "imaging-requested"),
            day("due_on", null=True),
            words("note"),
        ],
        points_to("alert", "alert_id"),
        points_to("staff", "called_by"),
        check("when_again", "result <> 'no-answer' OR due_on IS NOT NULL"),
    )
    index("ix_alert_call_alert_id", "alert_call", ["alert_id"])


def _staff(more: list[object]) -> None:
    changed(
        "staff",
        [
            ident("id"),
            words("email", 320),
            words("name", 320),
            one_of("role", *ROLES),
            words("language", 64),
            words("password_hash", null=True),
            words("invitation_sha256", 64, null=True),
            instant("invitation_expires_at", null=True),
            instant("created_at"),
            instant("disabled_at", null=True),
            *more,
        ],
        of_clinic,
        unique("email"),
        check("email_casefolded", "email = lower(email)"),
        check("role_of_staff", "role NOT IN ('patient', 'system')"),
    )


def _patient(more: list[object], filled: str | None = None) -> None:
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
            one_of("state", "active", "surveillance", "discharged", "moved", "deceased"),
            whole("change_number", 0, big=True),
            instant("created_at"),
            one_of("sex", "female", "male", "other", "not-recorded"),
            whole("version", 1),
            ident("merged_into", null=True),
            *more,
        ],
        of_clinic,
        unique("record_number"),
        points_to("patient", "merged_into"),
        check("not_into_itself", "merged_into <> id"),
        filled={"mails": filled} if filled else None,
    )


def _letters_to_patients_too() -> None:
    op.drop_index("ix_letter_due_at", "letter")
    _letter(
        [*LETTER_STATES, "joined", "expired"],
        True,
        [
            ident("patient_id", null=True),
            whole("urgency", 0, 3),
            ident("joined_to", null=True),
            words("in_reply_to", 320, null=True),
            whole("may_have_left", 0),
            instant("expires_at", null=True),
            instant("bounced_at", null=True),
            instant("climbed_at", null=True),
        ],
        points_to("patient", "patient_id"),
        points_to("letter", "joined_to"),
        check("one_recipient", "(staff_id IS NULL) <> (patient_id IS NULL)"),
        check("joined_whole", "state <> 'joined' OR joined_to IS NOT NULL"),
        filled={"urgency": "1", "may_have_left": "0"},
    )
    index("ix_letter_due_at", "letter", ["urgency", "due_at"], where=WAITING)
    index("ix_letter_undelivered", "letter", ["alert_id"], where=UNDELIVERED)
    index("uq_letter_of_patient", "letter", ["patient_id", "kind", "dedup_key"], unique=True,
          where="patient_id IS NOT NULL")  # fmt: skip


def _letter(
    states: list[str], to_patients: bool, more: list[object], *rules: object, filled: dict[str, str] | None = None
) -> None:
    changed(
        "letter",
        [
            ident("id"),
            ident("alert_id", null=True),
            ident("staff_id", null=to_patients),
            words("kind", 64),
            words("dedup_key", 320),
            words("address", 320),
            words("language", 64),
            words("reference", 5, null=True),
            json("values"),
            words("message_id", 320),
            one_of("state", *states),
            instant("due_at"),
            ident("lease_id", null=True),
            instant("leased_until", null=True),
            whole("attempts", 0),
            instant("created_at"),
            instant("sent_at", null=True),
            words("last_answer", null=True),
            *more,
        ],
        points_to("staff", "staff_id"),
        points_to("alert", "alert_id"),
        unique("staff_id", "kind", "dedup_key"),
        unique("message_id"),
        *rules,
        filled=filled,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("letter", "staff_id", nullable=to_patients)


def _who_is_there() -> None:
    table(
        "duty_shift",
        [
            ident("id"),
            ident("staff_id"),
            one_of("duty", "nurse", "second", "lead"),
            json("weekdays"),
            day("first_day"),
            day("last_day", null=True),
            instant("created_at"),
            ident("created_by", null=True),
            instant("ended_at", null=True),
        ],
        points_to("staff", "staff_id"),
        points_to("staff", "created_by"),
    )
    table(
        "absence",
        [
            ident("id"),
            ident("staff_id"),
            ident("deputy_id", null=True),
            day("first_day"),
            day("last_day"),
            instant("created_at"),
            ident("created_by", null=True),
            instant("accepted_at", null=True),
            instant("ended_at", null=True),
        ],
        points_to("staff", "staff_id"),
        points_to("staff", "deputy_id"),
        points_to("staff", "created_by"),
        check("whole_days", "last_day >= first_day"),
        check("not_by_oneself", "deputy_id <> staff_id"),
    )
    table(
        "mail_preference",
        [
            ident("staff_id"),
            words("morning_at", 5, null=True),
            words("evening_at", 5, null=True),
            words("time_zone", 64, null=True),
            json("unwanted"),
            instant("changed_at"),
        ],
        points_to("staff", "staff_id"),
        key=("staff_id",),
    )


def _what_is_due() -> None:
    table(
        "due_job",
        [
            one_of("job", *JOBS),
            words("subject", 64),
            words("local_time", 5, null=True),
            words("time_zone", 64, null=True),
            words("tzdata", 64, null=True),
            day("for_date", null=True),
            instant("due_at", null=True),
            ident("lease_id", null=True),
            instant("leased_until", null=True),
        ],
        of_clinic,
        key=("job", "subject"),
    )
    index("ix_due_job_due_at", "due_job", ["due_at"], where="due_at IS NOT NULL")
    table(
        "job_run",
        [
            one_of("job", *JOBS),
            words("subject", 64),
            words("slot", 64),
            instant("due_at"),
            instant("started_at"),
            instant("ended_at"),
            one_of("result", "done", "late", "missed", "failed"),
            whole("late_seconds", 0),
            whole("done", 0),
        ],
        of_clinic,
        key=("job", "subject", "slot"),
    )
    index("ix_job_run_started_at", "job_run", ["started_at"])
    shared_table("beat", [words("name", 64), instant("tried_at"), instant("went_well_at", null=True)], key=("name",))
    shared_table(
        "breaker",
        [
            words("name", 64),
            instant("opened_at", null=True),
            instant("next_try_at", null=True),
            whole("failures", 0),
            words("reason", null=True),
        ],
        key=("name",),
    )


def downgrade() -> None:
    must_be_nothing("letter", "patient_id IS NOT NULL", "letter")
    drop("job_run", "mail_preference", "absence", "duty_shift", "alert_call")
    # The clock finds out anew what is due.
    for name in ("breaker", "beat", "due_job"):
        op.drop_table(name)
    _letters_to_staff_only()
    _patient([])
    _staff([])
    _alert_step([])
    # Nobody would wake it: whoever let it rest looks after it.
    op.execute("UPDATE alert SET state = 'acknowledged', snoozed_until = NULL, version = version + 1"
               " WHERE state = 'snoozed'")  # fmt: skip
    _alert([*STATES], [])


def _letters_to_staff_only() -> None:
    op.execute("DELETE FROM letter WHERE patient_id IS NOT NULL")
    op.execute("UPDATE letter SET state = 'cancelled' WHERE state IN ('joined', 'expired')")
    op.drop_index("uq_letter_of_patient", "letter")
    op.drop_index("ix_letter_undelivered", "letter")
    op.drop_index("ix_letter_due_at", "letter")
    _letter(list(LETTER_STATES), False, [])
    index("ix_letter_due_at", "letter", ["due_at"], where=WAITING)
