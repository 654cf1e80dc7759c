"""Merging: two records of Ana are read, judged and drawn as one, and come apart again without losing a row."""

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.access import system
from rehab_tracker.domain.call_request import CallOutcome
from rehab_tracker.domain.errors import InvalidValue, NotFound, NotReady, ReasonNeeded, WrongState
from rehab_tracker.domain.person import Detail, PatientState
from rehab_tracker.services import alerts, calls, enrolment, entries, importing, merging, own, people, record, worklist
from rehab_tracker.services.enrolment import PatientDetails
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.enrolment import EnrolmentCode
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.involvements import InvolvementRow
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.person import PersonChange
from tests.cast import another_patient, asks_for_a_call, at, logs, ticks, withdrawal
from tests.domain.diary import day
from tests.services.test_entries import unreadable
from tests.services.test_two_phones import at_once


def held(cast):
    """Whose rows there are, and how many entries each record holds."""
    rows = cast.rows(EntryRow)
    return {
        patient_id: sum(row.patient_id == patient_id for row in rows) for patient_id in {r.patient_id for r in rows}
    }


def opened(cast, patient, by=None):
    with cast.session() as session:
        return record.open_record(session, cast.viewer_of(by or cast.nuno), patient.id, at(20))


def pages(cast, patient, limit=500):
    """Every page that a patient's phone reads of the diary, from the start."""
    after, found = 0, []
    while True:
        with cast.session() as session:
            page = entries.own_entries(session, cast.viewer_of(patient), after, limit)
        if not page:
            return found
        found.append(page)
        after = page[-1]["change_number"]


@pytest.fixture
def twice(cast):
    """A second record of Ana that nobody noticed, in Nuno's care, with a phone of its own."""
    return cast.twice(cast.nuno)


def test_days_of_two_records_count_together(cast, twice):
    cast.records("right-knee")
    cast.ana_logs({"left-knee": 1}, 0)
    for n in (1, 3):
        cast.ana_logs({"left-knee": 4}, n)
        cast.sends(twice, logs({"left-knee": 4}, n + 1))
    assert (cast.standing(), cast.standing(twice)) == (set(), {("no-site-recorded", "soon", "whole-body", 2)})
    cast.merges(twice, on=5)
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 4)}
    assert cast.standing(twice) == set()
    [ended] = [alert for alert in cast.rows(Alert) if alert.patient_id == twice.id]
    assert cast.steps(ended) == ["raised", "merged"]
    assert "records-merged" in cast.audit()


def test_the_phone_of_the_duplicate_goes_on_and_is_judged_as_part_of_the_whole(cast, twice):
    cast.records("right-knee")
    cast.merges(twice, on=1)
    cast.ana_logs({"left-knee": 1}, 0)
    for n in (1, 3):
        cast.ana_logs({"left-knee": 4}, n)
        cast.sends(twice, logs({"left-knee": 4}, n + 1))
    cast.sends(twice, ticks("fever", day=4))
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 4), ("red-flag", "urgent", "fever", 4)}
    assert held(cast) == {cast.ana.id: 3, twice.id: 3}
    assert all(alert.patient_id == cast.ana.id for alert in cast.rows(Alert))


def test_the_record_that_is_kept_opens_in_place_of_the_duplicate(cast, twice):
    cast.ana_logs({"left-knee": 4}, 1)
    cast.sends(twice, logs({"left-hip": 5}, 2), logs({"left-knee": 2}, 3))
    cast.merges(twice, on=3)
    found = opened(cast, twice)
    assert found.patient.id == cast.ana.id
    hurts = {str(c.joint): {day.day: day.x for day in c.days if day.x} for c in found.courses}
    assert hurts == {"left-knee": {day(1): 4, day(3): 2}, "left-hip": {day(2): 5}}
    assert found.last_log == opened(cast, cast.ana).last_log
    assert {row.patient_id for row in cast.rows(AuditEvent) if row.action == "record-read"} == {cast.ana.id}


def test_the_worklist_shows_one_patient_with_all_that_waits(cast, twice):
    cast.sends(twice, unreadable(), logs({"left-hip": 5}, 2))
    cast.merges(twice, on=3)
    with cast.session() as session:
        found = worklist.worklist(session, cast.viewer_of(cast.nuno), at(4))
    [row] = found.own
    assert (row.patient.id, found.nobodys, row.silent_days) == (cast.ana.id, [], 2)
    assert len(row.doubts) == 1
    assert [str(course.joint) for course in row.courses if course.latest and course.latest.x] == ["left-hip"]


def test_everybody_who_cares_for_either_record_cares_for_the_person(cast):
    twice = cast.twice(cast.dora)
    with cast.session() as session, pytest.raises(ReasonNeeded):
        record.open_record(session, cast.viewer_of(cast.dora), cast.ana.id, at(1))
    with pytest.raises(ReasonNeeded):
        cast.merges(twice, on=1)
    with cast.session() as session:
        people.join_care_team(session, cast.viewer_of(cast.dora), twice.id, cast.nuno.id, at(1))
    cast.merges(twice, on=1)
    assert opened(cast, cast.ana, cast.dora).patient.id == cast.ana.id
    cast.sends(twice, ticks("fever", day=2))
    assert cast.letters() == [("Nuno", "queued")]
    with cast.session() as session:
        people.leave_care_team(session, cast.viewer_of(cast.nuno), cast.ana.id, cast.dora.id, at(2))
    with pytest.raises(ReasonNeeded):
        opened(cast, twice, cast.dora)


def test_an_edit_from_the_other_phone_takes_the_place_of_the_first_version(cast, twice):
    cast.records("right-knee")
    item = cast.ana_logs({"left-hip": 9}, 1)
    cast.merges(twice, on=1)
    assert [r.status for r in cast.sends(twice, item)] == ["duplicate"]
    edit = logs({"left-hip": 1}, 2, about=1, id=item.id, rev=2)
    assert [r.status for r in cast.sends(twice, edit)] == ["updated"]
    assert cast.standing() == set()
    assert [r.status for r in cast.sends(cast.ana, logs({"left-hip": 2}, 3, about=1, id=item.id, rev=2))] == [
        "conflict"
    ]
    cast.sends(twice, withdrawal(edit, 4))
    assert opened(cast, cast.ana).last_log is None


def test_what_one_phone_sent_to_both_records_counts_once(cast, twice):
    item = cast.ana_logs({"left-knee": 4}, 1)
    cast.sends(twice, item)
    cast.merges(twice, on=2)
    assert held(cast) == {cast.ana.id: 1, twice.id: 1}
    [course] = [c for c in opened(cast, cast.ana).courses if str(c.joint) == "left-knee"]
    assert [len(day.said) for day in course.days] == [1]


@pytest.mark.parametrize("limit", [1, 2, 3, 500])
def test_each_phone_reads_the_whole_diary_and_no_page_leaves_anything_out(cast, twice, limit):
    for n in range(1, 4):
        cast.ana_logs({"left-knee": n}, n)
        cast.sends(twice, logs({"left-hip": n}, n))
    cast.merges(twice, on=4)
    cast.ana_logs({"left-knee": 4}, 5)
    cast.sends(twice, logs({"left-hip": 4}, 5))
    for patient in (cast.ana, twice):
        read = [item["id"] for page in pages(cast, patient, limit) for item in page]
        assert len(read) == len(set(read)) == 8


def test_after_a_merge_what_is_new_comes_after_all_that_a_phone_has_read(cast, twice):
    for n in range(1, 6):
        cast.sends(twice, logs({"left-hip": n}, n))
    cast.ana_logs({"left-knee": 1}, 1)
    cast.merges(twice, on=5)
    cursor = max(row.change_number for row in cast.rows(EntryRow))
    cast.ana_logs({"left-knee": 2}, 6)
    cast.sends(twice, logs({"left-hip": 2}, 7))
    cast.ana_logs({"left-knee": 2}, 8)
    numbers = [row.change_number for row in sorted(cast.rows(EntryRow), key=lambda row: row.received_at)][-3:]
    assert numbers == [cursor + 1, cursor + 2, cursor + 3]


def test_the_duplicates_phone_is_told_the_language_and_zone_of_the_record_that_is_kept(cast):
    twice = another_patient(cast, cast.porto, "Ana", zone="Atlantic/Azores", language="en-GB")
    with cast.session() as session:
        people.join_care_team(session, cast.viewer_of(cast.nuno), cast.ana.id, cast.dora.id, at(0))
        enrolment.join(session, cast.porto.id, twice.id, cast.nuno.id, at(0))
        session.commit()
    cast.merges(twice, on=1)
    with cast.session() as session:
        viewer = enrolment.device_viewer(session, cast.porto.id, cast.tokens[twice.id], at(1))
        found = own.own(session, viewer)
    assert (viewer.person, viewer.language) == (twice.id, "pt-PT")
    assert (found.language, found.time_zone) == ("pt-PT", "Europe/Lisbon")


def test_what_is_done_to_the_duplicate_is_done_to_the_record_that_is_kept(cast, twice):
    cast.merges(twice, on=1)
    ana = cast.ana
    cast.ana = twice
    cast.records("right-knee", on=2)
    with cast.session() as session:
        viewer = cast.viewer_of(cast.nuno)
        enrolment.new_enrolment_code(session, viewer, cast.porto, twice.id, at(2))
        people.change_details(session, viewer, twice.id, {Detail.SEX: "female"}, 3, at(2))
        people.set_state(session, viewer, twice.id, PatientState.DISCHARGED, "healed", at(2))
    rows = [*cast.rows(InvolvementRow), *cast.rows(EnrolmentCode), *cast.rows(PersonChange)]
    assert {row.patient_id for row in rows if getattr(row, "field", "") != "merged_into"} == {ana.id}


def test_the_state_of_the_person_is_that_of_the_record_that_is_kept(cast, twice):
    with cast.session() as session:
        people.set_state(session, cast.viewer_of(cast.nuno), twice.id, PatientState.MOVED, "wrong address", at(1))
    cast.merges(twice, on=1)
    assert [r.status for r in cast.sends(twice, logs({"left-knee": 1}, 2))] == ["created"]


def test_a_request_to_the_duplicate_is_answered_about_the_person(cast, twice):
    request = asks_for_a_call(1)
    cast.sends(twice, request)
    cast.merges(twice, on=1)
    with cast.session() as session:
        calls.answer_call(session, cast.viewer_of(cast.nuno), cast.ana.id, request.id, CallOutcome.CALLED, "", at(2))
    assert [call.is_open for call in opened(cast, cast.ana).calls] == [False]
    cast.separates(twice, on=3)
    assert opened(cast, cast.ana).calls == ()
    assert [call.is_open for call in opened(cast, twice).calls] == [False]


# Red flags


def test_a_red_flag_of_the_duplicate_stands_about_the_person(cast, twice):
    cast.sends(twice, ticks("fever", day=1))
    cast.sends(twice, unreadable(flags=("calf-swelling",)), now=at(1))
    cast.merges(twice, on=2)
    assert {(subject, number) for _, _, subject, number in cast.standing()} == {("fever", 1), ("calf-swelling", 2)}
    assert all(cast.alert("red-flag", flag).state == "open" for flag in ("fever", "calf-swelling"))


def test_an_alert_of_the_duplicate_that_ended_with_the_merge_is_not_taken_any_more(cast, twice):
    cast.sends(twice, ticks("fever", day=1))
    before = cast.alert("red-flag", "fever")
    cast.merges(twice, on=2)
    with cast.session() as session, pytest.raises(WrongState):
        alerts.acknowledge(session, cast.viewer_of(cast.nuno), before.id, at(3))
    with cast.session() as session:
        alerts.acknowledge(session, cast.viewer_of(cast.nuno), cast.alert("red-flag", "fever").id, at(3))


# Undoing it


def test_a_mistaken_merge_comes_apart_with_all_its_alerts(cast, twice):
    cast.records("right-knee")
    cast.ana_logs({"left-knee": 1}, 0)
    for n in (1, 3):
        cast.ana_logs({"left-knee": 4}, n)
        cast.sends(twice, logs({"left-knee": 4}, n + 1))
    before = cast.standing(), cast.standing(twice)
    cast.merges(twice, on=5)
    assert cast.standing() != before[0]
    cast.separates(twice, on=6)
    assert (cast.standing(), cast.standing(twice)) == before
    assert opened(cast, twice).patient.id == twice.id
    rows = sorted(cast.rows(PersonChange), key=lambda row: row.version)
    kept = str(cast.ana.id)
    assert [(r.field, r.before, r.after) for r in rows] == [("merged_into", None, kept), ("merged_into", kept, None)]
    assert cast.audit().count("merge-undone") == 1


def test_red_flags_are_raised_again_where_they_came_from_and_stay_where_they_were_seen(cast, twice):
    cast.sends(twice, ticks("fever", day=1), unreadable(flags=("weight-loss",)), now=at(1))
    cast.merges(twice, on=2)
    cast.sends(twice, ticks("calf-swelling", day=3))
    cast.ana_ticks("chest-pain-or-breathless", day=3)
    cast.separates(twice, on=4)
    flags = {"fever", "weight-loss", "calf-swelling"}
    assert {subject for _, _, subject, _ in cast.standing(twice)} == flags
    assert {subject for _, _, subject, _ in cast.standing()} == flags | {"chest-pain-or-breathless"}


def test_a_red_flag_from_before_an_earlier_merge_is_not_raised_a_second_time(cast, twice):
    cast.sends(twice, ticks("fever", day=1))
    cast.merges(twice, on=2)
    cast.separates(twice, on=3)
    first = [a.id for a in cast.rows(Alert) if a.patient_id == twice.id and a.state == "open"]
    cast.merges(twice, on=4)
    cast.separates(twice, on=5)
    last = [a.id for a in cast.rows(Alert) if a.patient_id == twice.id and a.state == "open"]
    assert len(first) == len(last) == 1


def test_a_merge_and_its_undoing_say_why(sqlite_cast):
    twice = sqlite_cast.twice(sqlite_cast.nuno)
    viewer = sqlite_cast.viewer_of(sqlite_cast.nuno)
    with sqlite_cast.session() as session, pytest.raises(InvalidValue, match="why"):
        merging.merge(session, viewer, twice.id, sqlite_cast.ana.id, " ", at(1))
    sqlite_cast.merges(twice, on=1)
    with sqlite_cast.session() as session, pytest.raises(InvalidValue, match="why"):
        merging.undo_merge(session, viewer, twice.id, "", at(1))
    assert len(sqlite_cast.rows(PersonChange)) == 1


# What is refused


def refused(cast, duplicate, kept, code):
    before = {row.id: row.merged_into for row in cast.rows(Patient)}
    with pytest.raises(InvalidValue) as found:
        cast.merges(duplicate, kept, on=2)
    assert found.value.code == code
    assert {row.id: row.merged_into for row in cast.rows(Patient)} == before


def test_no_record_is_merged_into_itself_twice_or_in_a_chain(cast, twice):
    third = cast.twice(cast.nuno)
    refused(cast, cast.ana, cast.ana, "same-record")
    cast.merges(twice, on=1)
    refused(cast, twice, cast.ana, "merged")
    refused(cast, third, twice, "merged")
    refused(cast, cast.ana, third, "has-duplicates")
    cast.merges(third, on=1)
    cast.separates(twice, on=2)
    with pytest.raises(InvalidValue, match="not joined"):
        cast.separates(twice, on=2)
    with pytest.raises(InvalidValue, match="not joined"):
        cast.separates(cast.ana, on=2)


def test_no_record_is_merged_with_another_clinics(cast, twice):
    for duplicate, kept in ((cast.bento, cast.ana), (cast.ana, cast.bento)):
        with pytest.raises(NotFound):
            cast.merges(duplicate, kept, on=1)


def test_an_event_file_of_a_duplicate_is_sent_to_the_record_that_is_kept(cast, twice):
    cast.merges(twice, on=1)
    details = PatientDetails("Ana", twice.record_number, "pt-PT", "Europe/Lisbon")
    with cast.session() as session, pytest.raises(InvalidValue, match="record number"):
        importing.import_story(session, system(cast.porto.id), importing.Story(details), at(2))


# Several things at once


def test_both_phones_of_one_person_come_one_after_the_other(cast, twice):
    cast.records("right-knee")
    cast.merges(twice, on=0)

    def phone(patient, days):
        return lambda: [cast.sends(patient, logs({"left-knee": 4}, n), now=at(9))[0].status for n in days]

    answers = at_once(phone(cast.ana, (1, 3, 5)), phone(twice, (2, 4, 6)))
    assert answers == [["created"] * 3] * 2
    assert sorted(row.change_number for row in cast.rows(EntryRow)) == [1, 2, 3, 4, 5, 6]
    assert cast.standing() == {("new-site-pain", "urgent", "left-knee", 4)}


def test_what_arrives_while_two_records_are_joined_is_judged_once_and_where_it_belongs(cast, twice):
    cast.records("right-knee")
    for n, worst in enumerate((1, 4, 4, 4)):
        cast.ana_logs({"left-knee": worst}, n)

    def sends():
        return cast.sends(twice, logs({"left-knee": 4}, 4), ticks("fever", day=4), now=at(4))

    said = at_once(sends, lambda: cast.merges(twice, on=5))
    if isinstance(said[0], NotReady):  # it came between the merge's two locks: the phone tries again
        sends()
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 4), ("red-flag", "urgent", "fever", 4)}
    assert cast.standing(twice) == set()


# Whatever was sent by whichever phone

LOGS = st.lists(
    st.tuples(st.integers(1, 9), st.sampled_from(("left-knee", "left-hip")), st.integers(0, 9), st.booleans()),
    max_size=10,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LOGS)
def test_two_records_say_after_their_merge_what_one_would_have_said(sqlite_cast, diary):
    cast = sqlite_cast
    one, kept, double = (cast.twice(cast.nuno) for _ in range(3))
    items = [(logs({place: worst}, number), by_double) for number, place, worst, by_double in diary]
    for item, by_double in items:
        cast.sends(one, replace(item, id=uuid4()), now=at(10))
        cast.sends(double if by_double else kept, item, now=at(10))
    before = cast.standing(kept), cast.standing(double)
    cast.merges(double, kept, on=11)
    assert (cast.standing(kept), cast.standing(double)) == (cast.standing(one), set())
    cast.separates(double, on=12)
    assert (cast.standing(kept), cast.standing(double)) == before
