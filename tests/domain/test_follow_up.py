from datetime import date

import pytest

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.follow_up import FollowUp, Origin, Status, Task, reminder
from rehab_tracker.domain.partial_date import PartialDate, Precision

IN_MAY = PartialDate(date(2026, 5, 1), Precision.MONTH)


@pytest.mark.parametrize(
    ("today", "stands"),
    [
        (date(2026, 4, 30), "later"),
        (date(2026, 5, 1), "due"),
        (date(2026, 5, 31), "due"),
        (date(2026, 6, 1), "overdue"),
    ],
)
def test_a_follow_up_is_due_as_long_as_its_date_can_mean_and_overdue_after(today, stands):
    assert FollowUp(Task.MRI, due=IN_MAY).stands(today) == stands


@pytest.mark.parametrize("status", ["done", "decided-not-to", "cancelled"])
def test_what_is_done_or_called_off_is_never_overdue(status):
    assert FollowUp(Task.DXA, Status(status), IN_MAY, reason="full recovery").stands(date(2030, 1, 1)) == "closed"


def test_ana_asks_to_be_called_on_monday():
    call = FollowUp(Task.CALL, due=PartialDate(date(2026, 1, 12)), origin=Origin.PATIENT)
    assert [call.stands(date(2026, 1, n)) for n in (11, 12, 13)] == ["later", "due", "overdue"]


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [
        ({"task": Task.MRI}, "date-needed", "/due"),
        ({"task": Task.MRI, "status": Status.DECIDED_NOT_TO}, "reason-needed", "/reason"),
        ({"task": Task.MRI, "status": Status.CANCELLED, "due": IN_MAY}, "reason-needed", "/reason"),
        ({"task": Task.MRI, "due": IN_MAY, "done_on": IN_MAY}, "wrong-status", "/done_on"),
    ],
)
def test_a_follow_up_says_when_or_why_not(said, code, pointer):
    with pytest.raises(InvalidValue) as refusal:
        FollowUp(**said)
    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)


def test_an_mri_is_thought_of_after_eight_weeks_and_a_scan_of_bone_density_after_six_months():
    assert reminder(Task.MRI, date(2026, 1, 5)) == (date(2026, 3, 2), date(2026, 3, 30))
    assert reminder(Task.DXA, date(2026, 1, 5)) == (date(2026, 7, 6), date(2027, 1, 5))
    assert reminder(Task.CALL, date(2026, 1, 5)) is None
