"""What made-up people write: every kind of line, every question, and the slips that real diaries have."""

from collections import Counter
from datetime import timedelta
from functools import cache

from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.pain import Cause, Feel
from rehab_tracker.domain.recorded import Recorded
from rehab_tracker.evaluation.answer import on_the_wrong_side
from rehab_tracker.evaluation.cohort import cohort
from rehab_tracker.evaluation.events import patients
from rehab_tracker.evaluation.place import JOINTS
from rehab_tracker.evaluation.world import WORLDS


@cache
def people(world="clinic"):
    """Return people as they are read, each with the truth."""
    found = list(cohort(60 if world == "clinic" else 6, 3, world=WORLDS[world]))
    read = patients(line for patient in found for line in patient.lines)
    return list(zip(read, [patient.truth for patient in found], strict=True))


@cache
def entries(kind=Kind.PAIN, world="clinic"):
    """Return all entries of a kind that are no withdrawal."""
    events = [event for patient, _ in people(world) for event in patient.events]
    return [e for e in events if isinstance(e, Entry) and e.kind is kind and e.content]


@cache
def scores(world="clinic"):
    return [score for entry in entries(world=world) for score in entry.content.scores]


def share(of, among):
    return sum(bool(of(each)) for each in among) / len(among)


def written_on(entry):
    return local_day(entry.recorded_at, time_zone(entry.time_zone))


def at_new_sites():
    """Return the scores of joints to which the disease has moved and in which nothing else hurt before."""
    found = []
    for patient, truth in people():
        onsets = {each.site: each.passes_3 for each in truth.migrations if each.passes_3}
        for entry in (e for e in patient.events if isinstance(e, Entry) and e.kind is Kind.PAIN and e.content):
            found += [s for s in entry.content.scores if s.site in onsets and entry.for_date >= onsets[s.site]]
    return [score for score in found if score.worst >= 3]


def elsewhere():
    """Return the scores of 3 or more of people in whom the disease does not move, outside what staff recorded."""
    found = []
    for patient, truth in people():
        known = {e.what.site.joint for e in patient.events if isinstance(e, Recorded) and hasattr(e.what, "site")}
        if not truth.migrations:
            own = [e for e in patient.events if isinstance(e, Entry) and e.kind is Kind.PAIN and e.content]
            found += [s for e in own for s in e.content.scores if s.site not in known and s.worst >= 3]
    return found


def test_every_kind_of_entry_occurs_that_a_rule_reads():
    assert all(entries(kind) for kind in (Kind.PAIN, Kind.RED_FLAGS, Kind.WEIGHT_BEARING, Kind.EXERCISE))
    assert {e.content.over_limit for e in entries(Kind.WEIGHT_BEARING)} == {"no", "few-steps", "often"}
    assert any(e.content.not_done for e in entries(Kind.EXERCISE))
    assert any((e.content.pain_during or 0) > 3 for e in entries(Kind.EXERCISE))


def test_every_place_is_named_by_somebody():
    assert {score.site for score in scores()} == set(JOINTS)


def test_every_question_is_answered_sometimes_and_left_out_sometimes():
    for field in ("area", "on_loading", "at_rest", "woke_at_night", "next_morning", "cause", "feel", "swollen"):
        assert 0.002 < share(lambda score, field=field: getattr(score, field) is not None, scores()) < 0.9999, field
    assert {score.cause for score in scores()} == {None, *Cause}
    assert {score.feel for score in scores()} == {None, *Feel}


def test_in_a_bare_world_there_is_one_score_for_each_place_and_nothing_else():
    assert all(set(said(score)) == {"site", "on_loading"} for score in scores("bare"))


def said(score):
    return {name for name in score.__slots__ if getattr(score, name) is not None}


def test_new_sites_hurt_in_the_joint_and_other_pain_rather_in_muscle():
    new, other = at_new_sites(), elsewhere()
    assert len(new) > 300 and len(other) > 100
    assert share(lambda s: s.feel is Feel.JOINT, [s for s in new if s.feel]) > 0.75
    assert share(lambda s: s.feel is Feel.JOINT, [s for s in other if s.feel]) < 0.65


def test_new_sites_hurt_at_rest_in_a_third_and_wake_in_a_tenth():
    new = at_new_sites()
    assert 0.15 < share(lambda s: s.at_rest >= 2, [s for s in new if s.at_rest is not None]) < 0.55
    assert 0.04 < share(lambda s: s.woke_at_night, [s for s in new if s.woke_at_night is not None]) < 0.17


# Slips


def test_no_other_pain_is_left_out_sometimes():
    assert 0.03 < share(lambda entry: not entry.content.no_other_pain, entries()) < 0.2


def test_some_write_the_next_day_and_some_fill_missed_days_in_later():
    behind = Counter((written_on(entry) - entry.for_date).days for entry in entries())
    assert behind[0] > 0.9 * behind.total() and behind[1] > 0.02 * behind.total()
    assert sum(behind[days] for days in (2, 3)) > 10


def test_some_entries_come_the_next_day_and_some_up_to_a_week_late():
    late = [entry.received_at - entry.recorded_at for entry in entries()]
    assert 0.02 < share(lambda wait: timedelta(hours=8) < wait < timedelta(hours=14), late) < 0.06
    assert any(wait > timedelta(days=5) for wait in late) and max(late) < timedelta(days=8)


def test_some_are_edited_and_some_withdrawn():
    events = [event for patient, _ in people() for event in patient.events if isinstance(event, Entry)]
    edits = [entry for entry in events if entry.rev > 1]
    first = {entry.id: entry for entry in events if entry.rev == 1}
    assert share(lambda entry: entry.withdrawn, edits) > 0.05 and not all(entry.withdrawn for entry in edits)
    assert all(entry.for_date == first[entry.id].for_date for entry in edits)
    assert all(entry.received_at >= first[entry.id].received_at for entry in edits)


def test_some_log_twice_a_day():
    days = Counter((patient.patient, e.for_date) for patient, _ in people() for e in patient.events if is_whole(e))
    assert 0.03 < share(lambda times: times > 1, days.values()) < 0.12


def is_whole(event):
    return isinstance(event, Entry) and event.kind is Kind.PAIN and event.rev == 1


def test_some_repeat_the_day_before():
    repeated = 0
    for patient, _ in people():
        own = [e.content for e in patient.events if is_whole(e) and e.content and len(e.content.scores) > 2]
        repeated += sum(a == b for a, b in zip(own, own[1:], strict=False))
    assert repeated > 20


def test_a_slip_of_the_side_swaps_one_place():
    class First:
        """Chance that always takes the first."""

        def choice(self, among):
            return among[0]

    written = {"no_other_pain": True, "scores": [{"site": "neck"}, {"site": "left-knee", "area": "inner"}]}
    swapped = {"no_other_pain": True, "scores": [{"site": "neck"}, {"site": "right-knee", "area": "inner"}]}
    assert on_the_wrong_side(First(), written) == swapped
    assert on_the_wrong_side(First(), {"no_other_pain": True, "scores": [{"site": "neck"}]}) is None


# What staff record


def test_staff_confirm_some_migrations_and_call_some_places_resolved():
    involvements = [
        (truth, event)
        for patient, truth in people()
        for event in patient.events
        if isinstance(event, Recorded) and isinstance(event.what, Involvement)
    ]
    assert any(event.what.status is InvolvementStatus.RESOLVED for _, event in involvements)
    found = [(truth, event) for truth, event in involvements if event.what.site.joint in places_of(truth)]
    later = [(truth, event) for truth, event in found if event.on > truth.from_on + timedelta(days=30)]
    assert later and all(event.what.onset for _, event in later if event.what.status != "resolved")


def places_of(truth):
    return {each.site.joint for each in truth.migrations}
