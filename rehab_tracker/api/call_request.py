"""Requests to be called as a phone sends them."""

from typing import Any

from rehab_tracker.api.entry import EntrySchema, kind_field
from rehab_tracker.api.strict import code, text
from rehab_tracker.domain.call_request import LONGEST_NOTE, BestTime, CallAbout, CallRequest
from rehab_tracker.domain.entry import Kind


class CallRequestSchema(EntrySchema):
    """The patient asks the clinic to call; not for an emergency."""

    kind = kind_field(Kind.CALL_REQUEST)
    about = code(CallAbout, required=True)
    best_time = code(BestTime, required=True)
    note = text(LONGEST_NOTE, required=False, description="In the patient's own words.")


def call_request(said: dict[str, Any]) -> CallRequest:
    """Return what was said as a request; raise InvalidValue where it is out of the domain's bounds."""
    return CallRequest(**said)
