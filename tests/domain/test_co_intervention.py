from datetime import date

import pytest

from rehab_tracker.domain.co_intervention import CoIntervention, Programme, Taken, Treatment
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.partial_date import PartialDate, Precision
from rehab_tracker.domain.weight_bearing import Grade

MONDAY, SUNDAY = PartialDate(date(2026, 1, 5)), PartialDate(date(2026, 1, 4))
JANUARY = PartialDate(date(2026, 1, 1), Precision.MONTH)


def test_analgesia_without_a_name_and_weight_without_a_percentage_are_kept_as_reported():
    assert CoIntervention(Treatment.ANALGESIC, Taken.GIVEN).drug is None
    assert Programme(weight_bearing=Grade.PWB).percent is None


@pytest.mark.parametrize("status", [Taken.DECLINED, Taken.NOT_USED])
@pytest.mark.parametrize("field", ["started", "stopped"])
def test_a_drug_that_was_not_given_has_no_dates(status, field):
    with pytest.raises(InvalidValue) as refusal:
        CoIntervention(Treatment.BISPHOSPHONATE, status, **{field: MONDAY})
    assert (refusal.value.code, refusal.value.pointer) == ("not-given", f"/{field}")


def test_nothing_ends_before_it_begins():
    for end in (MONDAY, JANUARY):
        assert CoIntervention(Treatment.NSAID, Taken.GIVEN, started=MONDAY, stopped=end).stopped == end
    for treatment in (
        lambda: CoIntervention(Treatment.NSAID, Taken.GIVEN, started=MONDAY, stopped=SUNDAY),
        lambda: Programme(started=MONDAY, stopped=SUNDAY),
    ):
        with pytest.raises(InvalidValue) as refusal:
            treatment()
        assert (refusal.value.code, refusal.value.pointer) == ("wrong-order", "/stopped")
