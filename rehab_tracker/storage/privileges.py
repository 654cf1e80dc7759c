"""Who may do what to which table: the roles' grants on PostgreSQL, and what SQLite's triggers refuse to everybody.

The owner makes tables and clinics. The app serves people, jobs does what falls due and delivers letters, watch looks at
whether it does. What is not granted is refused; what a patient wrote and what the audit holds is nobody's to change.
"""

ADD = "SELECT, INSERT"
KEEP = "SELECT, INSERT, UPDATE"
CACHE = "SELECT, INSERT, UPDATE, DELETE"

APP = {
    "absence": KEEP,
    "alembic_version": "SELECT",
    "alert": KEEP,
    "alert_call": ADD,
    "alert_step": ADD,
    "audit_event": ADD,
    "beat": "SELECT",
    "breaker": "SELECT",
    "call_answer": ADD,
    "call_request": ADD,
    "care_team": "SELECT, INSERT, DELETE",
    "clinic": "SELECT",
    "clinic_settings": ADD,
    "clinic_text": ADD,
    "device": KEEP,
    "due_job": KEEP,
    "duty_shift": KEEP,
    "enrolment_code": KEEP,
    "entry": ADD,
    "exercise_report": ADD,
    "failed_attempt": KEEP,
    "hold": ADD,
    "involvement": ADD,
    "job_run": ADD,
    "letter": KEEP,
    "limb_order": ADD,
    "mail_preference": KEEP,
    "pain_score": ADD,
    "patient": KEEP,
    "person_change": ADD,
    "plan": KEEP,
    "plan_act": ADD,
    "prescription": ADD,
    "protocol_template": ADD,
    "record_item": ADD,
    "record_opening": ADD,
    "red_flag_report": ADD,
    "refused_item": ADD,
    "site_bout": CACHE,
    "site_ledger": CACHE,
    "staff": KEEP,
    "staff_session": KEEP,
    "usual_pain": ADD,
    "weight_bearing_report": ADD,
}

SENDS = (
    "SELECT, INSERT, UPDATE (state, due_at, lease_id, leased_until, attempts, sent_at, last_answer, joined_to,"
    " may_have_left, bounced_at, climbed_at)"
)
READ_BY_THE_CLOCK = (
    "absence", "alembic_version", "alert_call", "call_answer", "call_request", "care_team", "clinic", "clinic_settings",
    "clinic_text", "duty_shift", "entry", "exercise_report", "hold", "involvement", "limb_order", "mail_preference",
    "pain_score", "plan_act", "prescription", "protocol_template", "record_item", "red_flag_report", "refused_item",
    "usual_pain", "weight_bearing_report",
)  # fmt: skip
"""What the rules read when a day turns, and what letters are written from."""

JOBS = dict.fromkeys(READ_BY_THE_CLOCK, "SELECT") | {
    "alert": KEEP,
    "alert_step": ADD,
    "audit_event": ADD,
    "beat": KEEP,
    "breaker": KEEP,
    "due_job": KEEP,
    # Of what may be forgotten the clock sees only how old it is.
    "enrolment_code": "SELECT (clinic_id, id, used_at, expires_at), DELETE",
    "failed_attempt": "SELECT (clinic_id, subject, last_failed_at), DELETE",
    "job_run": "SELECT, INSERT, DELETE",
    "letter": SENDS,
    # Reviews happen under the patient's lock, which a role that may change nothing can't take.
    "patient": "SELECT, UPDATE (change_number)",
    "plan": "SELECT, UPDATE (standing)",
    "site_bout": CACHE,
    "site_ledger": CACHE,
    "staff_session": "SELECT (clinic_id, id, ended_at, last_seen_at), DELETE",
    "staff": "SELECT (clinic_id, id, email, name, role, language, created_at, disabled_at, address_failed_at),"
    " UPDATE (address_failed_at)",
}

WATCH = {
    "alembic_version": "SELECT",
    "beat": "SELECT",
    "breaker": "SELECT",
    "clinic": "SELECT (id, slug)",
    "due_job": "SELECT (clinic_id, job, due_at, leased_until)",
    "job_run": "SELECT (clinic_id, job, slot, due_at, started_at, ended_at, result, late_seconds)",
    "letter": (
        "SELECT (clinic_id, kind, urgency, state, due_at, leased_until, attempts, created_at, sent_at, bounced_at)"
    ),
}

ACROSS_CLINICS = frozenset(("due_job", "letter"))
"""Tables that jobs reads over all clinics, to list those with something due; it changes them one clinic at a time."""

NEVER_CHANGED = frozenset(("audit_event",))
"""Tables that PostgreSQL refuses to change even to their owner."""


def refused(table: str) -> list[str]:
    """Return which of UPDATE and DELETE nobody is granted on a clinic's table."""
    granted = f"{APP[table]} {JOBS.get(table, '')}"
    return [verb for verb in ("UPDATE", "DELETE") if verb not in granted]
