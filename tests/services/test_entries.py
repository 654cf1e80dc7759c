"""Ana's phone pushes entries: what becomes of each item, and what is kept of it."""

import json
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.person import PatientState
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport
from rehab_tracker.services import entries, keeping
from rehab_tracker.services.entries import Unreadable
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.refused import RefusedItem
from tests.cast import at, logs, sent, ticks, withdrawal
from tests.domain.diary import day, evening


def kept(cast):
    """What is kept: revision, variant, withdrawn, in the order of the change numbers."""
    rows = sorted(cast.rows(EntryRow), key=lambda row: row.change_number)
    return [(row.rev, row.variant, row.withdrawn) for row in rows]


def numbers(cast, patient=None):
    wanted = (patient or cast.ana).id
    return sorted(row.change_number for row in cast.rows(EntryRow) if row.patient_id == wanted)


def refused(cast):
    return [(row.code, row.raw) for row in cast.rows(RefusedItem)]


def unreadable(raw="{", code="out-of-range", **more):
    return Unreadable(raw, InvalidValue("Select a number from 0 to 10.", code=code, pointer="/scores/0"), **more)


# What becomes of an item


def test_a_new_entry_is_created_and_the_same_again_is_a_duplicate(cast):
    item = logs({"left-knee": 4}, 1)
    assert cast.ana_sends(item) == ["created"]
    assert cast.ana_sends(item, now=at(1, 60)) == ["duplicate"]
    assert kept(cast) == [(1, 0, False)]


def test_an_edit_is_updated_and_the_version_before_it_is_kept(cast):
    item = logs({"left-knee": 4}, 1)
    edited = logs({"left-knee": 6}, 1, id=item.id, rev=2)
    assert cast.ana_sends(item) + cast.ana_sends(edited) == ["created", "updated"]
    assert kept(cast) == [(1, 0, False), (2, 0, False)]


def test_an_older_version_that_comes_late_is_stale_and_kept(cast):
    item = logs({"left-knee": 4}, 1)
    edited = logs({"left-knee": 6}, 1, id=item.id, rev=2)
    assert cast.ana_sends(edited) + cast.ana_sends(item) + cast.ana_sends(item) == ["created", "stale", "duplicate"]
    assert kept(cast) == [(2, 0, False), (1, 0, False)]


def test_the_same_revision_with_other_content_is_a_conflict_and_both_are_kept(cast):
    item = logs({"left-knee": 4}, 1)
    other = logs({"left-knee": 9}, 1, id=item.id)
    third = logs({"left-knee": 1}, 1, id=item.id)
    assert cast.ana_sends(item, other) == ["created", "conflict"]
    assert cast.ana_sends(other, third, item) == ["duplicate", "conflict", "duplicate"]
    assert kept(cast) == [(1, 0, False), (1, 1, False), (1, 2, False)]


def test_a_withdrawal_is_an_update_and_may_come_before_what_it_withdraws(cast):
    item = logs({"left-hip": 9}, 1)
    assert cast.ana_sends(withdrawal(item, 1)) == ["created"]
    assert cast.ana_sends(item) == ["stale"]
    assert kept(cast) == [(2, 0, True), (1, 0, False)]
    assert cast.standing() == set()


def test_an_entry_cannot_change_its_kind(cast):
    item = logs({"left-knee": 4}, 1)
    assert cast.ana_sends(item, ticks("fever", day=1, id=item.id, rev=2)) == ["created", "rejected"]
    assert kept(cast) == [(1, 0, False)]
    assert [code for code, _ in refused(cast)] == ["kind-changed"]


@pytest.mark.parametrize(
    ("recorded_at", "fault"),
    [
        (evening(73_000), "recorded-in-future"),
        (evening(-20_000), "recorded-before-enrolment"),
        (evening(-2), "recorded-before-enrolment"),
        (evening(3) + timedelta(minutes=11), "recorded-in-future"),
    ],
)
def test_an_impossible_clock_is_quarantined_and_no_rule_uses_it(sqlite_cast, recorded_at, fault):
    cast = sqlite_cast
    cast.records("right-knee", on=-30)
    item = logs({"left-hip": 10}, 3, recorded_at=recorded_at)
    assert cast.ana_sends(item, now=at(3)) == ["quarantined"]
    assert cast.rows(EntryRow)[0].fault == fault
    assert cast.standing() == set()
    assert cast.ana_sends(item, now=at(3)) == ["duplicate"]


def test_a_quarantined_edit_leaves_what_it_edits_in_force(cast):
    item = logs({"left-hip": 8}, 3)
    assert cast.ana_sends(item) == ["created"]
    before = cast.standing()
    assert before
    edited = logs({"left-hip": 1}, 3, id=item.id, rev=2, recorded_at=evening(900))
    assert cast.ana_sends(edited, now=at(3)) == ["quarantined"]
    assert cast.standing() == before


def test_a_clock_that_is_off_is_corrected_and_marked(cast):
    slow = logs({"left-knee": 4}, 1, recorded_at=evening(1) - timedelta(hours=3))
    assert cast.ana_sends(slow, now=at(1), sent_at=at(1) - timedelta(hours=3)) == ["created"]
    right = logs({"left-knee": 4}, 1)
    assert cast.ana_sends(right, now=at(1), sent_at=at(1) - timedelta(minutes=4)) == ["created"]
    marks = {row.client_id: (row.skew_seconds, row.clock_suspect) for row in cast.rows(EntryRow)}
    assert marks == {slow.id: (3 * 3600, True), right.id: (240, False)}


def test_a_clock_more_than_a_day_off_cannot_tell_the_day(cast):
    item = logs({"left-hip": 9}, 1)
    assert cast.ana_sends(item, now=at(1), sent_at=at(-1)) == ["quarantined"]
    assert cast.rows(EntryRow)[0].fault == "clock-far-off"


def test_an_offset_that_is_not_the_zones_is_marked(cast):
    item = replace(logs({"left-knee": 4}, 1), time_zone="Atlantic/Azores")
    cast.ana_sends(item)
    assert cast.rows(EntryRow)[0].clock_suspect


def test_skews_of_centuries_are_kept_without_harm(cast):
    item = logs({"left-knee": 4}, 1)
    assert cast.ana_sends(item, now=at(1), sent_at=at(1).replace(year=1)) == ["quarantined"]
    assert cast.rows(EntryRow)[0].skew_seconds == keeping.MOST_SECONDS


@pytest.mark.parametrize(("about", "code"), [(2, "date-in-future"), (-14, "too-long-ago")])
def test_a_day_out_of_reach_is_refused_and_kept_as_text(cast, about, code):
    item = logs({"left-knee": 4}, 1, about=about)
    [result] = cast.sends(cast.ana, item)
    assert (result.status, result.fault.code, result.id) == ("rejected", code, str(item.id))
    [(kept_code, raw)] = refused(cast)
    assert kept_code == code
    said = json.loads(raw)
    assert said["content"]["scores"] == [{"site": "left-knee", "on_loading": 4}]
    assert said["for_date"] == day(about).isoformat()


# Batches


def test_bad_items_never_hold_back_the_good_ones(cast):
    good = [logs({"left-knee": n}, n) for n in range(1, 4)]
    batch = [unreadable("[1"), good[0], logs({"left-knee": 3}, 3, about=9), good[1], unreadable("[2"), good[2]]
    results = cast.sends(cast.ana, *batch)
    assert [str(r.status) for r in results] == ["rejected", "created"] * 3
    assert {row.client_id for row in cast.rows(EntryRow)} == {item.id for item in good}
    assert len(refused(cast)) == 3
    assert numbers(cast) == [1, 2, 3]


def test_one_batch_may_hold_an_entry_its_edit_and_its_withdrawal(cast):
    item = logs({"left-hip": 9}, 1)
    edited = logs({"left-hip": 8}, 1, id=item.id, rev=2)
    assert cast.ana_sends(item, item, edited, withdrawal(edited, 1)) == ["created", "duplicate", "updated", "updated"]
    assert cast.standing() == set()


def test_every_kind_of_entry_comes_back_as_it_was_sent(cast):
    items = [
        logs({"left-knee": 4, "left-foot": 2}, 1, area=None, no_other_pain=False),
        ticks("fever", "weight-loss", day=1),
        sent(WeightBearingReport(Limb.RIGHT_LEG, Aids.TWO_CRUTCHES, OverLimit.FEW_STEPS), 1),
        sent(ExerciseReport("straight-leg-raise", done_sets=3, pain_during=0), 1),
        sent(PainReading((), True), 1),
    ]
    assert cast.ana_sends(*items) == ["created"] * 5
    with cast.session() as session:
        page = entries.own_entries(session, cast.viewer_of(cast.ana), 0, 500)
    assert [item["id"] for item in page] == [str(item.id) for item in items]
    assert page[0]["scores"] == [{"site": "left-knee", "on_loading": 4}, {"site": "left-foot", "on_loading": 2}]
    assert page[0]["no_other_pain"] is False
    assert page[1]["flags"] == ["fever", "weight-loss"]
    assert (page[2]["limb"], page[2]["aids"], page[2]["over_limit"]) == ("right-leg", "two-crutches", "few-steps")
    assert (page[3]["exercise"], page[3]["done_sets"], page[3]["pain_during"]) == ("straight-leg-raise", 3, 0)
    assert page[0]["recorded_at"] == evening(1).isoformat()


def test_the_phone_pages_through_its_own_entries(cast):
    cast.ana_sends(*(logs({"left-knee": 1}, n) for n in range(1, 6)))
    with cast.session() as session:
        viewer = cast.viewer_of(cast.ana)
        first = entries.own_entries(session, viewer, 0, 2)
        rest = entries.own_entries(session, viewer, first[-1]["change_number"], 10_000)
    assert [item["change_number"] for item in first] == [1, 2]
    assert [item["change_number"] for item in rest] == [3, 4, 5]


def test_an_empty_batch_is_no_fault(cast):
    assert cast.ana_sends() == []


def test_the_same_id_of_two_patients_is_two_entries(cast):
    item = logs({"left-knee": 4}, 1)
    other = logs({"left-hip": 9}, 1, id=item.id)
    assert cast.ana_sends(item) == ["created"]
    [result] = cast.sends(cast.bento, other)
    assert str(result.status) == "created"
    assert [row.patient_id for row in cast.rows(EntryRow)] == [cast.ana.id]


def test_change_numbers_have_no_gaps_whatever_is_refused_or_repeated(cast):
    item = logs({"left-knee": 4}, 1)
    cast.ana_sends(item, unreadable())
    cast.ana_sends(item, logs({"left-knee": 3}, 1, about=3), logs({"left-knee": 2}, 1))
    cast.ana_sends(logs({"left-knee": 5}, 1, id=item.id, rev=2), item, ticks("fever", day=1))
    assert numbers(cast) == [1, 2, 3, 4]
    with cast.session() as session:
        assert session.get(Patient, (cast.porto.id, cast.ana.id)).change_number == 4


# Refused items


def test_refused_items_are_kept_raw_as_far_as_8_kib(cast):
    for n, letter in enumerate(("a", "\x00", "é", "\ud800", "☂")):
        raw = f"{n}{letter * 9000}"
        assert cast.ana_sends(unreadable(raw)) == ["rejected"]
    found = sorted(raw for _, raw in refused(cast))
    assert len(found) == 5
    assert all(8000 < len(raw.encode()) <= 8192 for raw in found)
    assert found[1].startswith("1\ufffd\ufffd")


def test_a_refused_item_that_is_sent_again_is_not_kept_twice(cast):
    assert cast.ana_sends(unreadable("[1"), unreadable("[1"), unreadable("[2")) == ["rejected"] * 3
    assert cast.ana_sends(unreadable("[1"), now=at(9)) == ["rejected"]
    assert sorted(raw for _, raw in refused(cast)) == ["[1", "[2"]


def test_the_result_of_an_unreadable_item_bears_the_id_that_could_be_read(cast):
    [result] = cast.sends(cast.ana, unreadable(id="not-a-uuid"))
    assert (result.id, result.fault.code, result.fault.pointer) == ("not-a-uuid", "out-of-range", "/scores/0")


# Who may not


def test_beyond_the_daily_limit_entries_are_refused_kept_raw_and_welcome_again_tomorrow(cast, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_A_DAY", 3)
    assert cast.ana_sends(logs({"left-knee": 1}, 1), logs({"left-knee": 2}, 1)) == ["created", "created"]
    item = logs({"left-knee": 4}, 1)
    results = cast.sends(cast.ana, logs({"left-knee": 3}, 1), item, now=at(1, 10))
    assert [str(r.status) for r in results] == ["created", "rejected"]
    assert results[1].fault.code == "daily-limit"
    assert [code for code, _ in refused(cast)] == ["daily-limit"]
    assert cast.ana_sends(item, now=at(2, 11)) == ["created"]


def test_who_has_sent_much_over_the_years_is_not_refused_today(cast, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_A_DAY", 4)
    cast.ana_sends(*(logs({"left-knee": n}, 1) for n in range(3)))
    assert cast.ana_sends(*(logs({"left-knee": n}, 5) for n in range(4))) == ["created"] * 4


@pytest.mark.parametrize("state", PatientState)
def test_only_the_diary_of_who_moved_or_died_is_closed(sqlite_cast, state):
    cast = sqlite_cast
    with cast.session() as session:
        session.get(Patient, (cast.porto.id, cast.ana.id)).state = state
        session.commit()
    before = cast.counts()
    if state in (PatientState.MOVED, PatientState.DECEASED):
        with pytest.raises(NotAllowed) as refusal:
            cast.ana_sends(ticks("fever", day=1))
        assert refusal.value.code == "record-closed"
        assert cast.counts() == before
    else:
        assert cast.ana_sends(ticks("fever", day=1)) == ["created"]


def test_a_patient_who_is_not_there_is_not_found(cast):
    with cast.session() as session, pytest.raises(NotFound):
        entries.push(session, replace(cast.viewer_of(cast.ana), person=uuid4()), [], None, at(1))


def test_nobody_pushes_for_a_patient(cast):
    for person in (cast.nuno, cast.boris, cast.alda):
        with cast.session() as session, pytest.raises(NotAllowed):
            entries.push(session, cast.viewer_of(person), [logs({"left-knee": 4}, 1)], None, at(1))
    assert cast.rows(EntryRow) == []


# Days


def test_an_edit_moves_an_entry_to_another_day(cast):
    cast.records("right-knee", on=0)
    diary = [logs({"left-knee": 4}, n) for n in range(1, 5)]
    cast.ana_sends(logs({"left-knee": 1}, 0), *diary)
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 4)}
    moved = logs({"left-knee": 4}, 5, id=diary[0].id, rev=2, about=5)
    assert cast.ana_sends(moved) == ["updated"]
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 5)}
    back = logs({"left-knee": 4}, 5, id=diary[0].id, rev=3, about=1)
    assert cast.ana_sends(back) == ["updated"]
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 4)}
    assert [alert.state for alert in cast.rows(Alert)] == ["open"]


def test_a_day_is_the_patients_local_one(cast):
    late = logs({"left-knee": 4}, 0, recorded_at=evening(0).replace(hour=23, minute=59))
    cast.ana_sends(replace(late, time_zone="Pacific/Kiritimati", recorded_at=late.recorded_at))
    assert cast.rows(EntryRow)[0].for_date == date(2026, 1, 6)
    assert cast.rows(EntryRow)[0].kind is Kind.PAIN
