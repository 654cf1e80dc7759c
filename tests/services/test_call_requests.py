"""Call requests: a patient asks to be called, staff see who waits how long, and answer until somebody was reached."""

from datetime import timedelta

import pytest

from rehab_tracker.domain.call_request import CallOutcome
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, ReasonNeeded, WrongState
from rehab_tracker.services import calls, entries, record, worklist
from rehab_tracker.services.need import Need
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.calls import CallAnswer
from tests.cast import another_patient, asks_for_a_call, at, logs, ticks, withdrawal
from tests.services.test_two_phones import at_once


def answers(cast, request, outcome="called", note="", on=2, by=None):
    who = by or cast.nuno
    with cast.session(cast.clinic_of(who)) as session:
        viewer = cast.viewer_of(who)
        return calls.answer_call(session, viewer, cast.ana.id, request.id, CallOutcome(outcome), note, at(on))


def row(cast, now):
    """Ana's row in Nuno's worklist."""
    with cast.session() as session:
        [found] = worklist.worklist(session, cast.viewer_of(cast.nuno), now).own
    return found


def asked(cast):
    """What Ana's record shows of her requests: what about, and which answers."""
    with cast.session() as session:
        found = record.open_record(session, cast.viewer_of(cast.nuno), cast.ana.id, at(9)).calls
    return [(str(call.request.about), [str(answer.outcome) for answer in call.answers]) for call in found]


def test_a_request_stands_in_the_worklist_until_somebody_was_reached(cast):
    request = asks_for_a_call(1, "medicine", "May I take it with food?")
    cast.sends(cast.ana, request)
    found = row(cast, at(2))
    assert (found.need, found.waiting_since) == (Need.CALL_REQUEST, at(1))
    assert [(call.request.about, call.request.note) for call in found.calls] == [
        ("medicine", "May I take it with food?")
    ]
    answers(cast, request, "no-answer", on=2)
    assert (row(cast, at(2)).need, row(cast, at(2)).waiting_since) == (Need.CALL_REQUEST, at(1))
    answers(cast, request, "called", "with food is fine", on=3)
    assert (row(cast, at(3)).need, row(cast, at(3)).calls) == (Need.NOTHING, ())
    assert asked(cast) == [("medicine", ["no-answer", "called"])]


def test_who_answered_when_and_how_is_kept_and_the_audit_holds_no_word_of_it(cast):
    request = asks_for_a_call(1)
    cast.sends(cast.ana, request)
    answers(cast, request, "visit-booked", " Tuesday at ten ", on=2, by=cast.boris)
    [kept] = cast.rows(CallAnswer)
    assert (kept.entry_id, kept.outcome, kept.note) == (request.id, "visit-booked", "Tuesday at ten")
    assert (kept.answered_by, kept.answered_at) == (cast.boris.id, at(2))
    [event] = [event for event in cast.rows(AuditEvent) if event.action == "call-answered"]
    assert (event.subject, event.detail) == (str(request.id), {})


def test_the_longest_waiting_request_tells_how_long_and_an_edit_does_not_start_anew(cast):
    first, second = asks_for_a_call(1, "pain"), asks_for_a_call(2, "appointment")
    cast.sends(cast.ana, first)
    cast.sends(cast.ana, second)
    cast.sends(cast.ana, asks_for_a_call(3, "exercises", id=first.id, rev=2))
    found = row(cast, at(3))
    assert found.waiting_since == at(1)
    assert [str(call.request.about) for call in found.calls] == ["exercises", "appointment"]
    assert asked(cast) == [("appointment", []), ("exercises", [])], "newest first"


def test_a_request_that_was_taken_back_waits_for_nobody(cast):
    request = asks_for_a_call(1)
    cast.sends(cast.ana, request)
    cast.sends(cast.ana, withdrawal(request, 2))
    assert (row(cast, at(2)).need, asked(cast)) == (Need.NOTHING, [])
    with pytest.raises(NotFound):
        answers(cast, request)


def test_a_phone_whose_clock_is_impossible_is_called_and_can_take_nothing_back(cast):
    early = asks_for_a_call(9)
    assert cast.ana_sends(early, now=at(1)) == ["quarantined"]
    assert [call.entry_id for call in row(cast, at(1)).calls] == [early.id]
    good = asks_for_a_call(2)
    cast.sends(cast.ana, good)
    assert cast.ana_sends(withdrawal(good, 9), now=at(3)) == ["quarantined"]
    assert {call.entry_id for call in row(cast, at(3)).calls} == {early.id, good.id}


def test_of_two_contents_of_one_revision_the_one_that_still_asks_counts(cast):
    request = asks_for_a_call(1)
    cast.sends(cast.ana, request)
    assert cast.ana_sends(withdrawal(request, 2, rev=1)) == ["conflict"]
    assert len(row(cast, at(2)).calls) == 1


def test_a_request_presses_more_than_silence_and_less_than_an_alert(cast):
    cast.sends(cast.ana, asks_for_a_call(1))
    assert row(cast, at(9)).need is Need.CALL_REQUEST
    cast.ana_ticks("fever", day=9)
    assert row(cast, at(9)).need is Need.URGENT
    ranks = [need.rank for need in (Need.ENTRIES, Need.CALL_REQUEST, Need.NOT_LOGGING)]
    assert ranks == sorted(ranks)


def test_a_request_raises_no_alert_and_answers_none(cast):
    cast.records("right-knee")
    request = asks_for_a_call(1)
    cast.sends(cast.ana, logs({"left-hip": 9}, 1), request, ticks("fever", day=1))
    stands = cast.standing()
    answers(cast, request)
    assert cast.standing() == stands and len(stands) == 2


def test_an_answered_request_is_not_answered_again_also_not_by_two_at_once(cast):
    request = asks_for_a_call(1)
    cast.sends(cast.ana, request)
    said = at_once(lambda: answers(cast, request, by=cast.nuno), lambda: answers(cast, request, by=cast.boris))
    assert sum(isinstance(each, WrongState) for each in said) == 1
    assert len(cast.rows(CallAnswer)) == 1


def test_another_patients_request_is_not_answered_here(cast):
    other, request = another_patient(cast, cast.porto, "Rita"), asks_for_a_call(1)
    cast.sends(other, request)
    with pytest.raises(NotFound):
        answers(cast, request)


def test_an_answer_to_one_patient_leaves_anothers_request_of_the_same_id_open(cast):
    other, request = cast.twice(cast.nuno), asks_for_a_call(1)
    for patient in (cast.ana, other):
        cast.sends(patient, request)
    answers(cast, request)
    with cast.session() as session:
        found = worklist.worklist(session, cast.viewer_of(cast.nuno), at(2))
    assert {row.patient.id: len(row.calls) for row in found.own} == {cast.ana.id: 0, other.id: 1}


def test_a_note_is_as_short_as_a_patients(sqlite_cast):
    request = asks_for_a_call(1)
    sqlite_cast.sends(sqlite_cast.ana, request)
    with pytest.raises(InvalidValue, match="280"):
        answers(sqlite_cast, request, note="x" * 281)


@pytest.mark.parametrize(("who", "refusal"), [("dora", ReasonNeeded), ("alda", NotAllowed), ("carla", NotFound)])
def test_who_does_not_care_for_her_answers_nothing(cast, who, refusal):
    request = asks_for_a_call(1)
    cast.sends(cast.ana, request)
    with pytest.raises(refusal):
        answers(cast, request, by=getattr(cast, who))
    assert cast.rows(CallAnswer) == []


def test_the_phone_reads_its_request_back_as_it_was_sent(cast):
    cast.sends(cast.ana, asks_for_a_call(1, "other", "☂"), now=at(1) + timedelta(minutes=1))
    with cast.session() as session:
        [item] = entries.own_entries(session, cast.viewer_of(cast.ana), 0, 500)
    assert {key: item[key] for key in ("kind", "about", "best_time", "note")} == {
        "kind": "call-request", "about": "other", "best_time": "any", "note": "☂",
    }  # fmt: skip
