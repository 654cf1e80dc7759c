"""What the rules read of a record: so many logged days back, what is said of one joint or limb, and the most ever."""

from dataclasses import replace
from datetime import date

import pytest

from rehab_tracker.domain.entry import ClockFault, Kind
from rehab_tracker.domain.exercise import ExerciseReport, NotDone
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport
from rehab_tracker.storage.entries import Kept, keep_entries
from rehab_tracker.storage.history import WIDE_GAP, red_flag_entries
from rehab_tracker.storage.look_back import (
    entries_on_joint,
    entries_on_limb,
    entries_to_judge,
    most_before,
    worst_before,
)
from tests.cast import settle
from tests.domain.diary import day, entry, hurts, pain


@pytest.fixture
def ana(store):
    """Ana's record, to keep entries in; reading it back names her clinic."""
    return Record(settle(store))


class Record:
    def __init__(self, cast):
        self.cast, self.last = cast, 0

    def keeps(self, *entries):
        with self.cast.session() as session:
            for each in entries:
                self.last += 1
                kept = Kept(each, self.last, f"{self.last:064}", self.last)
                keep_entries(session, self.cast.porto.id, self.cast.ana.id, [kept])
            session.commit()

    def asked(self, read, *more):
        with self.cast.session() as session:
            return read(session, self.cast.porto.id, self.cast.ana.id, *more)


def exercise(number, name="", **done):
    return entry(number, ExerciseReport("bridges", **done), name=name or f"exercise {number}")


def steps(number, limb):
    report = WeightBearingReport(Limb(limb), Aids.TWO_CRUTCHES, OverLimit.FEW_STEPS)
    return entry(number, report, name=f"{limb} {number}")


def days_of(read):
    return sorted((e.for_date - day(0)).days for e in read.entries)


def test_so_many_logged_days_back_are_read_whole_and_the_weeks_asked_for(ana):
    twice = pain(70, hurts("left-knee", 2), name="again")
    flag = entry(1, RedFlagReport((RedFlag.FEVER,)))
    ana.keeps(
        flag, *(pain(n, hurts("left-knee", 1)) for n in (2, 9, 40, 50, 60, 70, 80)), twice, exercise(20), exercise(75)
    )
    read = ana.asked(entries_to_judge, day(80), 3, day(60), [day(2)])
    assert days_of(read) == [1, 2, 50, 60, 70, 70, 75, 80] and read.whole_since == day(50)
    assert ana.asked(entries_to_judge, day(80), 6, day(60), []).whole_since == day(2)
    assert ana.asked(entries_to_judge, day(80), 7, day(60), []).whole_since == date.min
    assert days_of(ana.asked(entries_to_judge, date.min, 3, date.min, [])) == [1, 2, 9, 20, 40, 50, 60, 70, 70, 75, 80]


def test_what_was_moved_out_of_the_days_that_are_read_comes_with_all_its_versions(ana):
    moved = pain(80, hurts("left-knee", 7), name="moved")
    ana.keeps(*(pain(n) for n in (10, 60, 70)), moved, replace(moved, rev=2, for_date=day(5)))
    assert days_of(ana.asked(entries_to_judge, day(80), 2, day(80), [])) == [5, 60, 70, 80]


def test_what_is_said_of_a_joint_is_found_by_name_or_by_an_explicit_zero(ana):
    hip, knee = hurts("left-hip", 3), hurts("left-knee.patella", 1)
    said = [pain(n, hip, no_other_pain=False) for n in (1, 9)]
    ana.keeps(*said, pain(5, knee), *(pain(n, knee, no_other_pain=False) for n in (2, 3, 11)))
    older = ana.asked(entries_on_joint, site("left-hip"), day(10), 2)
    assert days_of(older) == [5, 9] and older.whole_since == day(5)
    rest = ana.asked(entries_on_joint, site("left-hip"), day(5), 2)
    assert days_of(rest) == [1] and rest.whole_since == date.min
    assert days_of(ana.asked(entries_on_joint, site("left-knee"), day(11), 9)) == [2, 3, 5]
    assert ana.asked(entries_on_joint, site("left-hip"), day(1), 2) == ([], date.min)


def test_reports_of_one_limb_are_told_from_those_of_another(ana):
    ana.keeps(*(steps(n, "left-leg") for n in (1, 4, 8)), *(steps(n, "right-leg") for n in (5, 6, 7)))
    assert days_of(ana.asked(entries_on_limb, Limb.LEFT_LEG, day(8), 5)) == [1, 4]


def test_the_worst_of_a_joint_is_what_stands_on_the_days_before(ana):
    at_rest = PainScore(site("left-knee.patella"), at_rest=6)
    gone, edited = pain(3, hurts("left-knee", 9), name="gone"), pain(4, hurts("left-hip", 8), name="edited")
    far_off = entry(5, PainReading((hurts("left-hip", 10),)), name="edited", rev=3, fault=ClockFault.CLOCK_FAR_OFF)
    both = pain(6, hurts("right-foot", 2), name="both")
    ana.keeps(pain(2, at_rest, hurts("left-knee", 3)), gone, edited, both, pain(10, hurts("left-knee", 10)))
    ana.keeps(
        replace(gone, rev=2, content=None, withdrawn=True),
        replace(edited, rev=2, content=pain(4, hurts("left-hip", 5)).content),
    )
    ana.keeps(far_off, replace(both, content=pain(6, hurts("right-foot", 4)).content))
    found = {str(place): worst for place, worst in ana.asked(worst_before, day(10)).items()}
    assert found == {"left-knee": 6, "left-hip": 5, "right-foot": 4}


def test_the_most_of_an_exercise_is_what_stands_on_the_days_before(ana):
    gone = exercise(3, done_sets=9)
    ana.keeps(exercise(1, done_sets=3, done_reps=10), exercise(2, done_minutes=5), gone, exercise(10, done_sets=99))
    ana.keeps(replace(gone, rev=2, content=None, withdrawn=True), exercise(4, not_done=NotDone.PAIN))
    assert ana.asked(most_before, day(10)) == {"bridges": 30}
    assert ana.asked(most_before, day(1)) == {}


def test_pain_entries_of_many_years_among_many_others_are_read_at_once(ana):
    apart = WIDE_GAP + 1
    kept = [Kept(pain(n, hurts("left-knee", 1)), apart * n, f"{n:064}", n) for n in range(1, 1005)]
    with ana.cast.session() as session:
        keep_entries(session, ana.cast.porto.id, ana.cast.ana.id, kept)
        session.commit()
    found = ana.asked(red_flag_entries, Kind.PAIN)
    assert len(found) == 1004 and all(entry.content.scores for entry in found)


def test_nothing_of_another_patient_is_read(ana):
    ana.keeps(pain(1, hurts("left-knee", 9)), exercise(1, done_sets=3), steps(1, "left-leg"))
    with ana.cast.session(ana.cast.braga) as session:
        of_bento = (session, ana.cast.braga.id, ana.cast.bento.id)
        assert entries_to_judge(*of_bento, day(2), 5, day(0), [day(0)]).entries == []
        assert entries_on_joint(*of_bento, site("left-knee"), day(9), 5).entries == []
        assert entries_on_limb(*of_bento, Limb.LEFT_LEG, day(9), 5).entries == []
        assert worst_before(*of_bento, day(9)) == {} and most_before(*of_bento, day(9)) == {}
