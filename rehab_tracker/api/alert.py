"""An alert as it is told to staff, and what they say of one: whom they ask, how long it rests, what came of a call."""

from datetime import date
from typing import Any

from marshmallow import Schema, fields

from rehab_tracker.api.strict import Read, Strict, code, text, uuid, whole
from rehab_tracker.domain.alert import AlertState, Level, Rule
from rehab_tracker.domain.alert_call import CallResult
from rehab_tracker.domain.closing import LONGEST_NOTE, AlertOutcome
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.services.inbox import Tab


class ClosingSchema(Strict):
    """What an alert turned out to be."""

    outcome = code(AlertOutcome, required=True)
    note = text(LONGEST_NOTE, required=False, description="What was found; needed for a red flag.")
    usual_pain = whole(description="0 to 10, how much it usually hurts; needed for `long-standing` alone.")


def _day(value: Any) -> date:
    if not isinstance(value, str):
        raise InvalidValue("This value is of another type than it should be.", code="wrong-type")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidValue("Give the date like 2026-03-05.", code="wrong-type") from None


def day_field(description: str, *, required: bool = False) -> Read:
    """Return a field for a whole day."""
    return Read(_day, required=required, type="string", format="date", description=description)


class NothingSchema(Strict):
    """A step that needs no words."""


class AssigningSchema(Strict):
    """Who is asked to take an alert; until that person accepts, nothing else changes."""

    to = uuid(description="A clinician who can open the patient's record.")
    note = text(LONGEST_NOTE, required=False)


class NotedSchema(Strict):
    """A note, which may stay out."""

    note = text(LONGEST_NOTE, required=False)


class NoteSchema(Strict):
    """A note, which stays in the alert's history."""

    note = text(LONGEST_NOTE)


class HandingOverSchema(Strict):
    """Who is asked to take all alerts that one looks after, as before an absence."""

    to = uuid(description="Another clinician of the clinic.")
    note = text(LONGEST_NOTE, required=False)


class HandedOverSchema(Schema):
    """How many alerts the colleague was asked to take, and how many not, whose patients are not within reach."""

    asked = fields.Integer(required=True)
    left = fields.Integer(required=True)


class RestSchema(Strict):
    """Until when an acknowledged alert rests, and why; more pain there, or another alert, wakes it before."""

    until = day_field("One of the next 14 days.", required=True)
    reason = text(LONGEST_NOTE, description="Why it can wait.")


class CalledSchema(Strict):
    """What came of a call."""

    result = code(CallResult, required=True)
    due_on = day_field("The day to call again, of the visit or the imaging; needed for the first two.")
    note = text(LONGEST_NOTE, required=False)


class TabQuery(Strict):
    """Which list of alerts."""

    tab = code(Tab, description="`new` unless another is named.")


class AlertSchema(Schema):
    """An alert as it stands."""

    id = fields.UUID(required=True)
    patient_id = fields.UUID(required=True)
    rule = fields.String(required=True, metadata={"enum": [str(rule) for rule in Rule]})
    subject = fields.String(required=True)
    level = fields.String(required=True, metadata={"enum": [str(level) for level in Level]})
    state = fields.String(required=True, metadata={"enum": [str(state) for state in AlertState]})
    raised_at = fields.DateTime(required=True)
    first_for_date = fields.Date(required=True)
    last_for_date = fields.Date(required=True)
    deadline_at = fields.DateTime(metadata={"description": "By when somebody must look at it."})
    acknowledged_by = fields.UUID(metadata={"description": "Who looks after it."})
    acknowledged_at = fields.DateTime()
    assigned_to = fields.UUID(metadata={"description": "Who was asked to take it and has not accepted yet."})
    snoozed_until = fields.Date()
    quiet_until = fields.DateTime(metadata={"description": "Until then, unless urgent, it is not told in letters."})
    reopens = fields.UUID(metadata={"description": "The closed alert that it goes on from."})
    outcome = fields.String(metadata={"enum": [str(outcome) for outcome in AlertOutcome]})
    closed_at = fields.DateTime()
    closed_by = fields.UUID()


class AlertsSchema(Schema):
    """One list of alerts, patient by patient, the most pressing patient first."""

    data = fields.List(fields.Nested(AlertSchema()), required=True)


class ClosedAlertSchema(Schema):
    """A closed alert; the closing answers what the patient says of days up to ``closed_on``."""

    id = fields.UUID(required=True)
    patient_id = fields.UUID(required=True)
    rule = fields.String(required=True, metadata={"enum": [str(rule) for rule in Rule]})
    subject = fields.String(required=True)
    level = fields.String(required=True, metadata={"enum": [str(level) for level in Level]})
    state = fields.String(required=True, metadata={"enum": [str(state) for state in AlertState]})
    outcome = fields.String(required=True, metadata={"enum": [str(outcome) for outcome in AlertOutcome]})
    usual_pain = fields.Integer()
    closed_on = fields.Date(required=True)
    closed_at = fields.DateTime(required=True)
    closed_by = fields.UUID(required=True)
