"""How it is kept: tables and their few queries, one file per concept.

Importing this room knows every table, so that ``Base.metadata`` is whole. Every row but a clinic's own carries its
``clinic_id``, in its key and in every key that points to it. Queries take the clinic and name it in their WHERE; only
services commit.
"""

from rehab_tracker.storage import (
    alert_calls,
    alerts,
    audit,
    calls,
    clinics,
    clock,
    duty,
    enrolment,
    entries,
    involvements,
    letters,
    people,
    person,
    plans,
    record_items,
    refused,
    schedule,
    site_ledger,
)

__all__ = [
    "alert_calls",
    "alerts",
    "audit",
    "calls",
    "clinics",
    "clock",
    "duty",
    "enrolment",
    "entries",
    "involvements",
    "letters",
    "people",
    "person",
    "plans",
    "record_items",
    "refused",
    "schedule",
    "site_ledger",
]
