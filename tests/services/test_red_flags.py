"""Red flags go round everything: each is judged on receipt, in whatever it came, and nothing takes its alert back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.services import keeping
from rehab_tracker.services.entries import Unreadable
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.letters import Letter
from tests.cast import at, logs, ticks, withdrawal
from tests.domain.diary import evening

FEVER = ("red-flag", "urgent", "fever")


def unreadable(*flags, raw="{"):
    return Unreadable(raw, InvalidValue("?", code="unknown-key"), flags=tuple(RedFlag(flag) for flag in flags))


def steps(cast, flag="fever"):
    return cast.steps(cast.alert("red-flag", flag))


def test_a_tick_is_an_urgent_alert_with_a_letter_that_is_due_at_once(cast):
    cast.ana_ticks("fever", day=3)
    assert cast.standing() == {(*FEVER, 3)}
    [letter] = cast.rows(Letter)
    assert (letter.staff_id, letter.due_at) == (cast.nuno.id, at(3))


def test_each_flag_is_an_alert_of_its_own(cast):
    cast.ana_ticks("fever", "calf-swelling", day=3)
    assert cast.standing() == {(*FEVER, 3), ("red-flag", "urgent", "calf-swelling", 3)}
    assert len({alert.reference for alert in cast.rows(Alert)}) == 2


def test_a_further_tick_adds_evidence_to_the_one_alert_and_makes_no_letter(cast):
    cast.ana_ticks("fever", day=3)
    cast.ana_ticks("fever", day=5)
    cast.ana_ticks("fever", day=1, received_on=6)
    assert cast.standing() == {(*FEVER, 1)}
    alert = cast.alert("red-flag", "fever")
    assert [piece["for_date"] for piece in alert.evidence] == ["2026-01-06", "2026-01-08", "2026-01-10"]
    assert alert.last_for_date.isoformat() == "2026-01-10"
    assert len(cast.letters()) == 1


def test_a_repeated_item_raises_nothing_new(cast):
    item = cast.ana_ticks("fever", day=3)
    before = cast.rows(Alert)[0].evidence
    assert cast.ana_sends(item, now=at(4)) == ["duplicate"]
    assert [alert.evidence for alert in cast.rows(Alert)] == [before]
    assert steps(cast) == ["raised"]


# In whatever it came


def test_a_quarantined_tick_counts_for_the_day_it_came(cast):
    item = ticks("fever", day=3, recorded_at=evening(900))
    assert cast.ana_sends(item, now=at(3)) == ["quarantined"]
    assert cast.standing() == {(*FEVER, 3)}
    assert steps(cast) == ["raised"]


def test_a_stale_tick_raises(cast):
    item = ticks("fever", day=3)
    edited = replace(item, rev=2, content=RedFlagReport((RedFlag.WEIGHT_LOSS,)))
    assert cast.ana_sends(edited) + cast.ana_sends(item) == ["created", "stale"]
    assert cast.standing() == {(*FEVER, 3), ("red-flag", "urgent", "weight-loss", 3)}
    assert steps(cast) == ["raised", "withdrawn-by-patient"]


def test_both_sides_of_a_conflict_raise(cast):
    item = ticks("fever", day=3)
    other = ticks("weight-loss", day=3, id=item.id)
    assert cast.ana_sends(item) + cast.ana_sends(other) == ["created", "conflict"]
    assert cast.standing() == {(*FEVER, 3), ("red-flag", "urgent", "weight-loss", 3)}
    assert steps(cast) == steps(cast, "weight-loss") == ["raised"]


def test_what_could_be_read_of_an_unreadable_item_raises_and_counts_for_today(cast):
    assert cast.ana_sends(unreadable("fever"), now=at(3)) == ["rejected"]
    assert cast.standing() == {(*FEVER, 3)}
    [letter] = cast.rows(Letter)
    assert letter.due_at == at(3)


@pytest.mark.parametrize("about", [9, -30])
def test_a_tick_about_a_day_out_of_reach_is_refused_and_raises(cast, about):
    assert cast.ana_sends(ticks("fever", day=3, about=about)) == ["rejected"]
    assert cast.standing() == {(*FEVER, 3)}


def test_a_tick_that_is_refused_as_another_kind_raises(cast):
    item = logs({"left-knee": 1}, 3)
    assert cast.ana_sends(item, ticks("fever", day=3, id=item.id, rev=2)) == ["created", "rejected"]
    assert (*FEVER, 3) in cast.standing()


def test_a_tick_beyond_the_daily_limit_raises(cast, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_A_DAY", 0)
    assert cast.ana_sends(ticks("fever", day=3)) == ["rejected"]
    assert cast.standing() == {(*FEVER, 3)}


def test_what_a_refused_item_said_is_not_forgotten_when_the_next_tick_comes(cast):
    cast.ana_sends(unreadable("fever"), now=at(3))
    cast.ana_ticks("fever", day=5)
    assert cast.standing() == {(*FEVER, 3)}
    alert = cast.alert("red-flag", "fever")
    assert [piece["for_date"] for piece in alert.evidence] == ["2026-01-08", "2026-01-10"]
    cast.ana_sends(unreadable("fever", raw="["), now=at(6))
    assert cast.alert("red-flag", "fever").last_for_date.isoformat() == "2026-01-11"


def test_a_good_tick_is_not_blamed_for_a_bad_one_beside_it(cast):
    assert cast.ana_sends(unreadable("fever"), ticks("fever", day=3), logs({"left-knee": 0}, 3)) == [
        "rejected",
        "created",
        "created",
    ]
    assert len(cast.rows(Alert)) == len(cast.rows(Letter)) == 1


def test_a_late_tick_is_marked_late(cast):
    cast.ana_ticks("fever", day=3, received_on=8)
    assert cast.alert("red-flag", "fever").late_days == 5


# Withdrawn


def test_a_withdrawal_marks_the_alert_and_never_removes_it(cast):
    item = cast.ana_ticks("fever", day=3)
    assert cast.ana_sends(withdrawal(item, 3), now=at(3, 1)) == ["updated"]
    assert cast.standing() == {(*FEVER, 3)}
    assert steps(cast) == ["raised", "withdrawn-by-patient"]
    assert cast.letters() == [("Nuno", "queued")]


def test_a_withdrawal_that_is_sent_again_marks_nothing_again(cast):
    item = cast.ana_ticks("fever", day=3)
    undone = withdrawal(item, 3)
    cast.ana_sends(undone, now=at(3, minutes=1))
    assert cast.ana_sends(undone, item) == ["duplicate", "duplicate"]
    assert steps(cast) == ["raised", "withdrawn-by-patient"]


def test_a_tick_and_its_withdrawal_in_one_batch_raise_and_mark(cast):
    item = ticks("fever", day=3)
    assert cast.ana_sends(item, withdrawal(item, 3)) == ["created", "updated"]
    assert cast.standing() == {(*FEVER, 3)}
    assert set(steps(cast)) == {"raised", "withdrawn-by-patient"}
    assert cast.letters() == [("Nuno", "queued")]


def test_a_withdrawal_that_came_before_its_tick_marks_it_all_the_same(cast):
    item = ticks("fever", day=3)
    assert cast.ana_sends(withdrawal(item, 3)) == ["created"]
    assert cast.standing() == set()
    assert cast.ana_sends(item, now=at(4)) == ["stale"]
    assert cast.standing() == {(*FEVER, 3)}
    assert set(steps(cast)) == {"raised", "withdrawn-by-patient"}


def test_a_flag_that_another_entry_still_ticks_is_not_withdrawn(cast):
    first, second = cast.ana_ticks("fever", day=3), cast.ana_ticks("fever", day=4)
    cast.ana_sends(withdrawal(first, 5))
    assert steps(cast) == ["raised"]
    cast.ana_sends(withdrawal(second, 5))
    assert steps(cast) == ["raised", "withdrawn-by-patient"]


def test_an_edit_that_unticks_one_of_two_flags_marks_that_one(cast):
    item = cast.ana_ticks("fever", "weight-loss", day=3)
    cast.ana_sends(replace(item, rev=2, content=RedFlagReport((RedFlag.WEIGHT_LOSS,))), now=at(3, 1))
    assert (steps(cast), steps(cast, "weight-loss")) == (["raised", "withdrawn-by-patient"], ["raised"])


def test_a_quarantined_tick_is_marked_when_the_same_phone_withdraws_it(cast):
    item = ticks("fever", day=3, recorded_at=evening(900))
    assert cast.ana_sends(item, now=at(3)) == ["quarantined"]
    undone = replace(withdrawal(item, 3), recorded_at=evening(900))
    assert cast.ana_sends(undone, now=at(3, 2)) == ["quarantined"]
    assert steps(cast) == ["raised", "withdrawn-by-patient"]


def test_a_withdrawal_with_an_impossible_clock_does_not_untick_a_good_entry(cast):
    item = cast.ana_ticks("fever", day=3)
    undone = replace(withdrawal(item, 3), recorded_at=evening(3) + timedelta(days=800))
    assert cast.ana_sends(undone, now=at(3, 2)) == ["quarantined"]
    assert steps(cast) == ["raised"]


def test_an_acknowledged_flag_stays_acknowledged_when_it_is_withdrawn(cast):
    from rehab_tracker.services.alerts import acknowledge

    item = cast.ana_ticks("fever", day=3)
    with cast.session() as session:
        acknowledge(session, cast.viewer_of(cast.nuno), cast.rows(Alert)[0].id, at(3, 5))
    cast.ana_sends(withdrawal(item, 3), now=at(3, 9))
    assert cast.alert("red-flag", "fever").state == "acknowledged"
    assert steps(cast) == ["raised", "acknowledged", "withdrawn-by-patient"]
