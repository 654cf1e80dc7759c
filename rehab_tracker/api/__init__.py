"""How a phone asks, and staff: schema and routes of one concept per file, all described by one OpenAPI document."""

from flask import Flask

from rehab_tracker.api import (
    adherence,
    alerts,
    calls,
    care_team,
    enrolment,
    entries,
    exercise_order,
    heard,
    involvement,
    limb,
    me,
    merging,
    meta,
    own_plan,
    person,
    plan,
    reason,
    record_item,
    site_ledger,
    template,
)
from rehab_tracker.api.door import open_door
from rehab_tracker.api.record_content import described

OF_PHONES = [meta, enrolment, me, entries, own_plan]
OF_STAFF = [person, care_team, record_item, involvement, site_ledger, heard, calls, alerts, merging, reason]
OF_PLANS = [plan, limb, exercise_order, adherence, template]


def set_up(app: Flask) -> None:
    """Give the app its API."""
    open_door(app, [room.blueprint for room in (*OF_PHONES, *OF_STAFF, *OF_PLANS)], described())
