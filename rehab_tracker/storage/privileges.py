"""Who may do what to which table: the roles' grants on PostgreSQL, and what SQLite's triggers refuse to everybody.

The owner makes tables and clinics. The app serves people, jobs delivers letters, watch looks at the outbox. What is not
granted is refused; what a patient wrote and what the audit holds is nobody's to change.
"""

ADD = "SELECT, INSERT"
KEEP = "SELECT, INSERT, UPDATE"
CACHE = "SELECT, INSERT, UPDATE, DELETE"

APP = {
    "alembic_version": "SELECT",
    "alert": KEEP,
    "alert_step": ADD,
    "audit_event": ADD,
    "call_answer": ADD,
    "call_request": ADD,
    "care_team": "SELECT, INSERT, DELETE",
    "clinic": "SELECT",
    "clinic_settings": ADD,
    "clinic_text": ADD,
    "device": KEEP,
    "enrolment_code": KEEP,
    "entry": ADD,
    "exercise_report": ADD,
    "failed_attempt": KEEP,
    "hold": ADD,
    "involvement": ADD,
    "letter": KEEP,
    "limb_order": ADD,
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

SENDS = "SELECT, INSERT, UPDATE (state, due_at, lease_id, leased_until, attempts, sent_at, last_answer)"

JOBS = {
    "alembic_version": "SELECT",
    "audit_event": "INSERT",
    "clinic": "SELECT",
    "clinic_settings": "SELECT",
    "clinic_text": "SELECT",
    "letter": SENDS,
    "staff": "SELECT (clinic_id, id, email, name, role, language, disabled_at)",
}

WATCH = {
    "alembic_version": "SELECT",
    "clinic": "SELECT (id, slug)",
    "letter": "SELECT (clinic_id, state, due_at, leased_until, attempts, created_at, sent_at)",
}

ACROSS_CLINICS = frozenset(("letter",))
"""Tables that jobs reads over all clinics, to list those with something due; it changes them one clinic at a time."""

NEVER_CHANGED = frozenset(("audit_event",))
"""Tables that PostgreSQL refuses to change even to their owner."""


def refused(table: str) -> list[str]:
    """Return which of UPDATE and DELETE nobody is granted on a clinic's table."""
    return [verb for verb in ("UPDATE", "DELETE") if verb not in APP[table]]
