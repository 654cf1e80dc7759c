"""Importing: the same story goes in once however often it is imported, and the past wakes nobody."""

from dataclasses import replace
from uuid import uuid4

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.domain.errors import InvalidValue, NotAllowed
from rehab_tracker.domain.pain import UsualPain
from rehab_tracker.domain.recorded import Recorded
from rehab_tracker.domain.site import site
from rehab_tracker.services.enrolment import PatientDetails
from rehab_tracker.services.importing import Story, import_story
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.refused import RefusedItem
from tests.cast import at
from tests.domain.diary import (
    FIRST_VISIT,
    day,
    entry,
    evening,
    flags,
    history,
    hurts,
    in_the_end,
    known,
    logged,
    long_standing,
    pain,
)
from tests.domain.diary import verdicts as verdicts_of

P1 = PatientDetails("Imported", "P1", "en-GB", "Europe/Lisbon", enrolled_on=FIRST_VISIT)


def record(what, on=0):
    return Recorded(uuid4(), evening(on), what, day(on))


def story(entries, recorded=None, details=P1):
    return Story(details, list(entries), [record(known())] if recorded is None else list(recorded))


def imports(cast, told, now=None, by=None):
    viewer = cast.viewer_of(by) if by else system(cast.porto.id)
    with cast.session() as session:
        return import_story(session, viewer, told, now or at(40))


def standing(cast):
    rows = [a for a in cast.rows(Alert) if a.state != "superseded"]
    return {(a.rule, a.level, a.subject, (a.first_for_date - FIRST_VISIT).days) for a in rows}


DIARY = [*logged("left-knee", 4, 4, 4, 4, 4), flags(9, "fever")]


def test_a_story_adds_its_patient_its_entries_and_its_alerts(cast):
    told = imports(cast, story(DIARY))
    assert (told.entries, told.recorded, told.alerts) == (6, 1, 2)
    assert [row.record_number for row in cast.rows(Patient) if row.id == told.patient_id] == ["P1"]
    assert standing(cast) == in_the_end(verdicts_of(DIARY))


def test_a_second_import_changes_nothing(cast):
    told = story(DIARY, [record(known()), record(UsualPain(site("lumbar-spine"), 3))])
    first = imports(cast, told)
    before = cast.counts()
    versions = {alert.id: alert.version for alert in cast.rows(Alert)}
    second = imports(cast, told, now=at(50))
    assert (second.patient_id, second.entries, second.recorded, second.alerts, second.too_old) == (
        first.patient_id, 0, 0, 0, 0,
    )  # fmt: skip
    after = cast.counts()
    assert {name for name in after if after[name] != before[name]} <= {"audit_event"}
    assert {alert.id: alert.version for alert in cast.rows(Alert)} == versions


def test_a_longer_story_of_the_same_patient_adds_what_is_new(cast):
    told = story(DIARY)
    imports(cast, told)
    longer = replace(told, entries=[*told.entries, *logged("left-hip", 9, first=12)])
    again = imports(cast, longer, now=at(41))
    assert (again.entries, again.recorded, again.alerts) == (1, 0, 1)
    assert len(cast.rows(EntryRow)) == 7


def test_entries_more_than_a_week_old_make_no_letters(cast):
    told = imports(cast, story(DIARY), now=at(40))
    assert (told.alerts, told.too_old, cast.rows(Letter)) == (2, 2, [])


@pytest.mark.parametrize(("now", "letters"), [(16, 1), (17, 0)])
def test_what_is_at_most_a_week_old_makes_its_letter(cast, now, letters):
    told = imports(cast, story([flags(9, "fever")]), now=at(now))
    assert (told.too_old, len(cast.rows(Letter))) == (1 - letters, letters)


def test_alerts_bear_the_day_on_which_the_file_says_they_arose(cast):
    late = [entry(n, e.content, received_on=20) for n, e in enumerate(logged("left-knee", 4, 4, 4, 4), start=1)]
    imports(cast, story([*late, flags(9, "fever")]))
    found = {alert.subject: (alert.raised_on, alert.late_days, alert.raised_at) for alert in cast.rows(Alert)}
    assert found["fever"] == (day(9), 0, at(9))
    assert found["left-knee"] == (day(20), 16, at(20))


def test_entries_about_days_before_enrolment_are_judged(cast):
    early = [replace(e, recorded_at=evening(0), received_at=at(0)) for e in logged("left-hip", 5, 5, 9, first=-9)]
    imports(cast, story(early, [record(known(since=-20), on=-20)]))
    assert standing(cast) == in_the_end(verdicts_of(early, [known(since=-20)]))
    assert standing(cast)


def test_a_withdrawn_red_flag_is_marked(cast):
    ticked = flags(9, "fever")
    imports(cast, story([ticked, replace(ticked, rev=2, withdrawn=True, content=None)]))
    assert set(cast.steps(cast.alert("red-flag", "fever"))) == {"raised", "withdrawn-by-patient"}


def test_a_red_flag_under_the_id_of_another_entry_is_refused_and_still_raised(cast):
    logs = pain(1, hurts("right-knee", 1), name="one")
    imports(cast, story([logs]))
    done = imports(cast, story([logs, replace(flags(2, "fever"), id=logs.id, rev=2)], recorded=[]))
    assert (done.entries, done.refused) == (0, 1)
    assert [(alert.rule, alert.subject) for alert in cast.rows(Alert)] == [("red-flag", "fever")]
    [kept] = cast.rows(RefusedItem)
    assert (kept.code, "fever" in kept.raw) == ("kind-changed", True)


def test_a_line_that_stands_twice_is_recorded_once(cast):
    twice = record(known())
    assert imports(cast, story(DIARY, recorded=[twice, twice])).recorded == 1


def test_long_standing_pain_in_the_file_counts_for_the_rules(cast):
    diary = logged("lumbar-spine", 4, 4, 4, 4, 4)
    imports(cast, story(diary, [record(known()), record(UsualPain(site("lumbar-spine"), 3))]))
    declared = [long_standing("lumbar-spine", 3)]
    assert standing(cast) == in_the_end(verdicts_of(diary, declared=declared)) == set()
    assert history(diary).joints


def test_a_story_that_cannot_be_is_refused_whole(cast):
    before = cast.counts()
    with pytest.raises(InvalidValue):
        imports(cast, story(DIARY, details=replace(P1, time_zone="Mars/Olympus")))
    assert cast.counts() == before


def test_an_import_into_a_patient_who_logs_too_ends_in_the_same_alerts(cast):
    cast.records("right-knee")
    cast.sends(cast.ana, *(pain_item for pain_item in ()))
    details = replace(P1, record_number=cast.ana.record_number)
    imports(cast, story([pain(n, hurts("left-knee", x)) for n, x in enumerate((1, 4, 4))], [], details))
    for n in (3, 4):
        cast.ana_logs({"left-knee": 4}, n)
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 4)}


def test_only_the_command_line_imports(cast):
    for person in (cast.nuno, cast.boris, cast.alda, cast.ana):
        with pytest.raises(NotAllowed):
            imports(cast, story(DIARY), by=person)
