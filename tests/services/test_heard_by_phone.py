"""Heard by phone: what a nurse writes down for a patient is kept, judged and told as if the patient had sent it."""

from dataclasses import replace

import pytest

from rehab_tracker.domain.errors import NotAllowed, NotFound, ReasonNeeded
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.services import entries, pulse
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.refused import RefusedItem
from tests.cast import asks_for_a_call, at, digest_of, logs, sent, signed_in, ticks, withdrawal
from tests.services.test_entries import unreadable


def hears(cast, *items, now, by=None, via=None):
    """Let Nuno, or another, write down what Ana says."""
    with cast.session(cast.clinic_of(by or cast.nuno)) as session:
        viewer = replace(cast.viewer_of(by or cast.nuno), via=via)
        return entries.log_heard(session, viewer, cast.ana.id, items, now)


def test_what_was_heard_is_kept_with_who_heard_it(cast):
    signed_in(cast, cast.nuno)
    results = hears(cast, logs({"left-knee": 4}, 1), sent(ExerciseReport("bridge"), 1), now=at(1), via=cast.nuno.id)
    assert [result.status for result in results] == ["created", "created"]
    assert {(row.heard_by, row.device_id, row.patient_id) for row in cast.rows(EntryRow)} == {
        (cast.nuno.id, None, cast.ana.id)
    }
    [event] = [row for row in cast.rows(AuditEvent) if row.action == "entries-heard"]
    assert (event.actor_id, event.via, event.detail) == (cast.nuno.id, cast.nuno.id, {"count": 2, "rejected": 0})


def test_what_was_heard_is_the_last_that_the_rules_judged(cast):
    cast.ana_logs({"left-knee": 4}, 1)
    hears(cast, logs({"left-knee": 4}, 2), now=at(2))
    with cast.session() as session:
        assert pulse.pulse(session, cast.viewer_of(cast.nuno), at(3)).last_judged_at == at(2)


def test_what_the_phone_sends_is_marked_as_heard_by_nobody(cast):
    cast.ana_logs({"left-knee": 4}, 1)
    [row] = cast.rows(EntryRow)
    assert (row.heard_by, row.device_id) == (None, cast.devices[cast.ana.id])


def test_days_heard_and_days_sent_count_together(cast):
    cast.records("right-knee")
    cast.ana_logs({"left-knee": 1}, 0)
    for n in (1, 3):
        cast.ana_logs({"left-knee": 4}, n)
        hears(cast, logs({"left-knee": 4}, n + 1), now=at(n + 1))
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 4)}
    assert cast.letters() == [] and digest_of(cast, cast.nuno, at(5))["soon"] == 1


def test_a_red_flag_heard_is_urgent_at_once_and_its_advice_is_there_to_be_read_out(cast):
    [result] = hears(cast, ticks("bladder-or-bowel", day=1), now=at(1), by=cast.boris)
    assert result.advice is not None and result.advice.kind == "emergency"
    assert cast.standing() == {("red-flag", "urgent", "bladder-or-bowel", 1)}
    assert cast.steps(cast.alert("red-flag", "bladder-or-bowel")) == ["raised"]


def test_the_patients_phone_reads_edits_and_withdraws_what_was_heard(cast):
    heard = logs({"left-hip": 9}, 1)
    cast.records("right-knee")
    hears(cast, heard, now=at(1))
    assert {subject for _, _, subject, _ in cast.standing()} == {"left-hip"}
    assert cast.ana_sends(logs({"left-hip": 1}, 2, about=1, id=heard.id, rev=2)) == ["updated"]
    assert cast.standing() == set()
    assert cast.ana_sends(withdrawal(heard, 3, rev=3)) == ["updated"]


def test_the_same_said_again_by_the_phone_is_a_duplicate(cast):
    item = logs({"left-knee": 4}, 1)
    hears(cast, item, now=at(1))
    assert cast.ana_sends(item) == ["duplicate"], "who heard it is no part of what was said"


def test_what_can_not_be_kept_is_told_and_kept_raw(cast):
    [bad, good] = hears(cast, unreadable(), logs({"left-knee": 4}, 1), now=at(1), via=cast.nuno.id)
    assert (bad.status, good.status) == ("rejected", "created")
    [raw] = cast.rows(RefusedItem)
    assert (raw.device_id, raw.patient_id) == (None, cast.ana.id)


def test_a_request_heard_waits_like_any_other(cast):
    hears(cast, asks_for_a_call(1), now=at(1))
    [row] = cast.rows(EntryRow)
    assert (row.kind, row.heard_by) == ("call-request", cast.nuno.id)


@pytest.mark.parametrize(
    ("who", "refusal"), [("dora", ReasonNeeded), ("alda", NotAllowed), ("ana", NotAllowed), ("carla", NotFound)]
)
def test_who_does_not_care_for_her_writes_nothing_down(cast, who, refusal):
    with pytest.raises(refusal):
        hears(cast, ticks("fever", day=1), now=at(1), by=getattr(cast, who))
    assert (cast.rows(EntryRow), cast.standing()) == ([], set())
