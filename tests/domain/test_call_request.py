import pytest

from rehab_tracker.domain.call_request import LONGEST_NOTE, BestTime, CallAbout, CallOutcome, CallRequest
from rehab_tracker.domain.errors import InvalidValue


@pytest.mark.parametrize("note", [None, "", "about my crutches ☂", "x" * LONGEST_NOTE])
def test_a_note_may_be_left_out_and_is_kept_as_said(note):
    assert CallRequest(CallAbout.PAIN, BestTime.ANY, note).note == note


@pytest.mark.parametrize("note", ["x" * (LONGEST_NOTE + 1), "a\x00b", "\ud800"])
def test_a_note_that_cannot_be_kept_is_refused(note):
    with pytest.raises(InvalidValue):
        CallRequest(CallAbout.PAIN, BestTime.ANY, note)


def test_who_was_not_reached_still_waits():
    assert [outcome for outcome in CallOutcome if not outcome.is_final] == [CallOutcome.NO_ANSWER]
