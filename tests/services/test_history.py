"""What one push reads: as much as the rules look at, whatever came before, and the same verdicts as of everything."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import event as event_of

from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.entry import ClockFault, Entry, Kind
from rehab_tracker.domain.exercise import ExerciseReport, NotDone
from rehab_tracker.domain.history import History
from rehab_tracker.domain.involvement import KnownSites
from rehab_tracker.domain.pain import Cause, Feel, PainReading, PainScore
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.review import review
from rehab_tracker.domain.site import Area, Limb, site
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport
from rehab_tracker.services.alerts import review_patient
from rehab_tracker.services.history import judged
from rehab_tracker.services.protocol import decided_of
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.entries import Kept, keep_entries
from rehab_tracker.storage.history import red_flag_entries
from rehab_tracker.storage.involvements import UsualPainRow, declared_pains_of, involvements_of
from rehab_tracker.storage.merging import raise_change_number
from rehab_tracker.storage.people import Patient
from tests.cast import another_patient, at, logs, withdrawal
from tests.domain.diary import LISBON, day, evening
from tests.services.test_arrival_order import Act, split, stories, take_in

JUDGED = (Kind.PAIN, Kind.WEIGHT_BEARING, Kind.EXERCISE)
PLACES = ("left-knee", "right-knee", "left-hip", "left-foot")
LAST = 900


# Diaries of years


def entry(number, content, kind=Kind.PAIN, **more):
    said = Entry(uuid4(), kind, evening(number), at(number), day(number), LISBON.key, content)
    return replace(said, **more)


@st.composite
def scores(draw, worst):
    place = draw(st.sampled_from(PLACES))
    area = draw(st.sampled_from((None, "inner", "outer"))) if "knee" in place else None
    return PainScore(
        site(place),
        Area(area) if area else None,
        on_loading=draw(worst),
        woke_at_night=draw(st.sampled_from((None, None, True))),
        cause=draw(st.sampled_from((None, None, None, Cause.INJURY, Cause.EXERCISE))),
        feel=draw(st.sampled_from((None, None, Feel.MUSCLE))),
    )


SPECIAL = st.builds(
    lambda said, zero: PainReading(tuple(said), zero),
    st.lists(scores(st.sampled_from((0, 1, 2, 3, 4, 5, 5, 6, 8))), min_size=1, max_size=2),
    st.sampled_from((False, False, True)),
)
STEP, ZEROS = st.sampled_from((1, 1, 2, 3, 7)), st.sampled_from((0, 0, 1, 5, 30))


@st.composite
def diaries(draw):
    """Years of a patient who logs in some rhythm, names a joint now and then, and edits, withdraws and adds late."""
    step, zeros, last = draw(STEP), draw(ZEROS), draw(st.sampled_from((40, 200, 500, LAST)))
    dull, worst = draw(st.sampled_from(PLACES)), draw(st.sampled_from((1, 1, 3)))
    calm = [
        entry(n, PainReading((PainScore(site(dull), on_loading=worst),), bool(zeros) and n // step % zeros == 0))
        for n in range(1, last, step)
    ]
    days = st.one_of(st.integers(1, 12), st.integers(1, last), st.integers(max(1, last - 40), last))
    found = [*calm, *(entry(draw(days), draw(SPECIAL)) for _ in range(draw(st.integers(3, 14))))]
    place, first = draw(st.sampled_from(PLACES)), draw(days)
    x, feel = draw(st.sampled_from((2, 3, 4, 5))), draw(st.sampled_from((None, Feel.MUSCLE)))
    both = (site(place), site(place).mirrored) if feel else (site(place),)
    steady = PainReading(tuple(PainScore(each, on_loading=x, feel=feel) for each in both))
    found += [entry(min(LAST, first + n), steady) for n in range(draw(st.integers(0, 16)))]
    found += [version for each in _some(draw, found, 12) for version in _changed(draw, each, days)]
    found += [entry(draw(days), draw(REPORTS), Kind.WEIGHT_BEARING) for _ in range(draw(st.integers(0, 6)))]
    found += [entry(draw(days), draw(EXERCISES), Kind.EXERCISE) for _ in range(draw(st.integers(0, 8)))]
    found += [entry(draw(days), draw(FLAGS), Kind.RED_FLAGS) for _ in range(draw(st.integers(0, 2)))]
    return last, found


REPORTS = st.builds(
    WeightBearingReport,
    st.sampled_from((Limb.LEFT_LEG, Limb.RIGHT_LEG)),
    st.just(Aids.TWO_CRUTCHES),
    st.sampled_from((OverLimit.FEW_STEPS, OverLimit.FEW_STEPS, *OverLimit)),
)
EXERCISES = st.builds(
    lambda sets, pain, no: ExerciseReport("bridges", done_sets=None if no else sets, pain_during=pain, not_done=no),
    st.integers(1, 4),
    st.sampled_from((None, 2, 5)),
    st.sampled_from((None, None, None, NotDone.PAIN)),
)
FLAGS = st.sampled_from((RedFlagReport((RedFlag.FEVER,)), RedFlagReport((RedFlag.CANNOT_BEAR_WEIGHT,))))


def _some(draw, entries, most):
    return [draw(st.sampled_from(entries)) for _ in range(draw(st.integers(0, most)))]


def _changed(draw, of, days):
    """Yield one or two later versions of an entry: edited, moved to another day, in conflict, withdrawn, or faulty."""
    for rev in range(2, draw(st.integers(2, 3)) + 1):
        how, to = draw(st.sampled_from(("edit", "move", "move", "conflict", "withdraw", "fault"))), day(draw(days))
        if how == "withdraw":
            yield replace(of, rev=rev, content=None, withdrawn=True)
        elif how == "conflict":
            yield replace(of, content=draw(SPECIAL), for_date=to)
        else:
            fault = ClockFault.CLOCK_FAR_OFF if how == "fault" else None
            yield replace(
                of, rev=rev, content=draw(SPECIAL), for_date=to if how == "move" else of.for_date, fault=fault
            )


ACTS = st.lists(
    st.builds(
        Act,
        st.sampled_from(("right-knee", "right-knee.medial-femoral-condyle", "left-hip", "left-knee")),
        st.sampled_from(("suspected", "confirmed", "confirmed", "resolved", "entered-in-error")),
        st.one_of(st.integers(0, 20), st.integers(0, LAST)),
    ),
    max_size=4,
    unique_by=lambda act: (act.place, act.on),
)
BACK = st.lists(st.integers(0, 80), min_size=2, max_size=4)
"""Days before the last one from which on days are judged."""

USUAL = st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 4), st.integers(0, LAST)), max_size=1)


# The diary in the record, and what the rules say of it


def keep(cast, patient, entries):
    """Keep these versions as they came, without asking any rule."""
    with cast.session() as session:
        first = session.get_one(Patient, (cast.porto.id, patient.id)).change_number + 1
        numbered = enumerate(entries, start=first)
        keep_entries(session, cast.porto.id, patient.id, [Kept(e, n, _mark(n), n) for n, e in numbered])
        raise_change_number(session, cast.porto.id, patient.id, first + len(entries))
        session.commit()


def _mark(number):
    return sha256(str(number).encode()).hexdigest()


def lived(cast, entries, acts, usual=()):
    """A patient of whom staff recorded this, with these entries in her record."""
    patient = another_patient(cast, cast.porto, "Ana")
    take_in(cast, patient, sorted(acts, key=lambda act: act.on))
    with cast.session() as session:
        for place, level, on in usual:
            own = {"declared_at": at(on), "declared_on": day(on), "patient_id": patient.id, "clinic_id": cast.porto.id}
            session.add(UsualPainRow(site=site(place), usual_pain=level, **own))
        session.commit()
    keep(cast, patient, entries)
    return patient


def of_everything(session, patient, since, rules=DEFAULT_RULES):
    """What every rule says of these days by everything that was ever kept of the patient."""
    of_patient, decided = (session, patient.clinic_id, patient.id), decided_of(session, patient)
    known, declared = KnownSites(involvements_of(*of_patient)), declared_pains_of(*of_patient)
    history = History(red_flag_entries(*of_patient, *JUDGED), LISBON, known, declared, patient.enrolled_on)
    return review(history, rules, since, decided.plans, decided.orders)


def assert_same(cast, patient, sinces, rules=DEFAULT_RULES):
    """The verdicts of bounded reading are those of everything, with all that they tell; return how many there are."""
    number = 0
    with cast.session() as session:
        own = session.get_one(Patient, (cast.porto.id, patient.id))
        decided = decided_of(session, own)
        for since in sinces:
            found = judged(session, own, since, rules, decided)
            assert found == of_everything(session, own, since, rules)
            number += len(found)
    return number


FARTHEST = RuleSettings(
    unseen_gap=9, unseen_days=7, unseen_calendar_days=28, sum_calendar_days=28, recurrence_window=7,
    persistent_within_calendar_days=28, flare_median_calendar_days=14, together_calendar_days=21, over_limit_window=10,
)  # fmt: skip
"""The settings by which rules look as far back as they ever may."""

SLOW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@SLOW
@given(
    story=diaries(), acts=ACTS, usual=USUAL, back=st.lists(st.integers(0, 80), min_size=2, max_size=4), more=st.data()
)
def test_what_is_read_says_what_everything_says(sqlite_cast, story, acts, usual, back, more):
    last, entries = story
    rules = more.draw(st.sampled_from((DEFAULT_RULES, FARTHEST)))
    patient = lived(sqlite_cast, more.draw(st.permutations(entries)), acts, usual)
    if more.draw(st.sampled_from((False, False, True))):
        double = another_patient(sqlite_cast, sqlite_cast.porto, "Ana")
        keep(sqlite_cast, double, [entry(n, more.draw(SPECIAL)) for n in (2, last // 2, last)])
        with sqlite_cast.session() as session:
            session.get_one(Patient, (sqlite_cast.porto.id, double.id)).merged_into = patient.id
            session.commit()
    number = assert_same(sqlite_cast, patient, [day(max(0, last - n)) for n in back], rules)
    event(f"{min(number, 20)} verdicts")


# What lies far back, one by one


KNEE, SPINE = Act("right-knee", "suspected", 0), Act("lumbar-spine", "suspected", 0)


def pain(number, zeros=False, feel=None, **worst):
    said = (PainScore(site(place.replace("_", "-")), on_loading=x, feel=feel) for place, x in worst.items())
    return entry(number, PainReading(tuple(said), zeros))


def told(cast, patient, since, rules=DEFAULT_RULES):
    """What the rules say of the days from one on: rule, level, and why it was raised, or its label."""
    assert_same(cast, patient, [day(since)], rules)
    with cast.session() as session:
        own = session.get_one(Patient, (cast.porto.id, patient.id))
        found = judged(session, own, day(since), rules, decided_of(session, own))
    return {(str(v.rule), str(v.level), v.values.get("raised_by") or v.values.get("label")) for v in found}


def test_a_knee_that_was_far_worse_a_year_ago_has_settled(cast):
    diary = [pain(20, right_knee=9), *(pain(n, right_knee=4) for n in range(21, 200))]
    diary += [pain(n, right_knee=4, left_knee=x) for n, x in enumerate((2, 3, 3, 3, 3), start=200)]
    patient = lived(cast, diary, [KNEE])
    assert ("new-site-pain", "urgent", "other-side") in told(cast, patient, 204)
    mild = lived(cast, diary[1:], [KNEE])
    assert ("new-site-pain", "urgent", "other-side") not in told(cast, mild, 204)


@pytest.mark.parametrize(
    "version", [{"rev": 2, "content": None, "withdrawn": True}, {"rev": 2, "for_date": day(301)}, {"fault": "x"}]
)
def test_a_score_that_no_longer_stands_was_never_the_worst(cast, version):
    bad = pain(20, right_knee=9)
    diary = [bad, *(pain(n, right_knee=4) for n in range(21, 200))]
    diary += [pain(n, right_knee=4, left_knee=x) for n, x in enumerate((2, 3, 3, 3, 3), start=200)]
    if "fault" in version:
        diary[0] = replace(bad, fault=ClockFault.CLOCK_FAR_OFF)
    else:
        diary.append(replace(bad, **version))
    assert ("new-site-pain", "urgent", "other-side") not in told(cast, lived(cast, diary, [KNEE]), 204)


def test_an_exercise_that_was_done_as_much_before_makes_no_muscle_sore(cast):
    def bridges(number, sets):
        return entry(number, ExerciseReport("bridges", done_sets=sets), Kind.EXERCISE)

    ache = [pain(n, feel=Feel.MUSCLE, left_knee=4, right_knee=1) for n in range(201, 206)]
    diary = [*(pain(n, lumbar_spine=1) for n in range(1, 200)), *ache, bridges(200, 3)]
    assert ("new-site-pain", "soon", "soreness") in told(cast, lived(cast, diary, [SPINE]), 205, HALF)
    before = lived(cast, [*diary, bridges(5, 4)], [SPINE])
    assert ("new-site-pain", "soon", None) in told(cast, before, 205, HALF)


HALF = RuleSettings(sum_from=9, persistent_urgent_days=7)
"""Sore muscles add up by half; by these they do so within a week."""


def test_reports_of_a_limb_are_read_as_far_back_as_they_count(cast):
    steps = WeightBearingReport(Limb.RIGHT_LEG, Aids.TWO_CRUTCHES, OverLimit.FEW_STEPS)
    other = WeightBearingReport(Limb.LEFT_LEG, Aids.TWO_CRUTCHES, OverLimit.NO)
    diary = [entry(n, steps, Kind.WEIGHT_BEARING) for n in (1, 90, 300)]
    diary += [entry(n, other, Kind.WEIGHT_BEARING) for n in range(1, 300, 4)]
    assert told(cast, lived(cast, diary, [KNEE]), 300) == {("over-limit", "soon", None)}


@pytest.mark.parametrize("apart, zeros", [(10, True), (40, False)], ids=["known", "seldom-known"])
def test_mild_pain_that_stays_is_seen_as_far_back_as_the_rule_may_look(cast, apart, zeros):
    calm = [pain(n, zeros, right_knee=1) for n in range(1, 400)]
    mild = [pain(400 - n * apart, left_hip=2) for n in range(7)]
    assert ("new-site-pain", "soon", None) in told(cast, lived(cast, [*calm, *mild], [KNEE]), 400, FARTHEST)


def test_another_part_of_a_joint_that_hurts_daily_is_read_as_far_back_as_it_was_named(cast):
    def knee(number, area, x):
        return entry(number, PainReading((PainScore(site("right-knee"), Area(area), on_loading=x),)))

    diary = [*(knee(n, "inner", 3) for n in range(1, 200)), *(knee(n, "outer", 5) for n in (30, 31, 200))]
    patient = lived(cast, diary, [Act("right-knee.medial-femoral-condyle", "confirmed", 0)])
    assert ("new-compartment-pain", "soon", None) in told(cast, patient, 200)


# How much is read


def rows_read(cast, days, zeros=1, hip=0, **more):
    """How many rows one push reads of a patient who has logged for so many days, and in how many statements.

    Every so many days she says that nothing else hurts; on some days her hip did, as somebody was told.
    """
    diary = [pain(n, n % zeros == 0, right_knee=1 + n % 2, left_knee=n % 2) for n in range(1, days + 1)]
    patient = lived(cast, diary, [KNEE])
    if hip:
        cast.sends(patient, *(logs({"left-hip": 5}, n) for n in range(hip, hip + 3)), now=at(days))
    cast.sends(patient, logs({"right-knee": 2}, days), now=at(days))
    item, engine = logs({"right-knee": 2, **more}, days + 1), cast.store.engine()
    rows, statements = [], []

    def count(connection, record, proxy):
        connection.row_factory = lambda cursor, row: rows.append(row) or row

    def state(connection, cursor, statement, *more):
        statements.append(statement)

    event_of.listen(engine, "checkout", count)
    event_of.listen(engine, "before_cursor_execute", state)
    try:
        cast.sends(patient, item, now=at(days + 1))
    finally:
        event_of.remove(engine, "checkout", count)
        event_of.remove(engine, "before_cursor_execute", state)
        engine.dispose()
    return len(rows), len(statements)


@pytest.mark.parametrize("more", [{}, {"left-foot": 5}, {"left-foot": 8}], ids=["calm", "new", "severe"])
def test_one_push_reads_as_much_after_two_years_as_after_four_months(sqlite_cast, more):
    few, many = (rows_read(sqlite_cast, days, **more) for days in (120, 700))
    assert few == many
    assert few[0] > 61


@pytest.mark.parametrize("zeros", [2, 5, 1000])
def test_a_place_named_for_the_first_time_is_read_as_far_back_as_it_is_known(sqlite_cast, zeros):
    few, many = (rows_read(sqlite_cast, days, zeros, **{"left-foot": 5}) for days in (400, 700))
    assert few == many


def test_a_new_place_that_was_never_known_reads_nothing_more_of_the_diary(sqlite_cast):
    calm, new = rows_read(sqlite_cast, 700, 1000), rows_read(sqlite_cast, 700, 1000, **{"left-foot": 2})
    assert new[0] - calm[0] < 10 and new[1] - calm[1] == 1


# How far alerts reach back


def test_an_alert_that_has_been_quiet_for_long_makes_no_push_read_more(sqlite_cast):
    few, many = (rows_read(sqlite_cast, days, hip=30) for days in (120, 700))
    assert few[0] - many[0] == 0 and few[1] == many[1]


def test_new_pain_joins_the_old_alert_and_a_late_withdrawal_ends_it(cast):
    patient = another_patient(cast, cast.porto, "Ana")
    take_in(cast, patient, [KNEE])
    first = [logs({"left-hip": 5}, n) for n in (10, 11, 12)]
    cast.sends(patient, *first, *(logs({"right-knee": 1}, n) for n in range(13, 100)), now=at(100))
    cast.sends(patient, logs({"right-knee": 1}, 101), now=at(101))
    [old] = cast.standing(patient)
    assert old == ("new-site-pain", "urgent", "left-hip", 12)
    cast.sends(patient, *(logs({"left-hip": 5}, n) for n in (110, 111, 112)), now=at(112))
    assert cast.standing(patient) == {old}
    cast.sends(patient, *(withdrawal(item, 113) for item in first), now=at(113))
    assert {first for *_, first in cast.standing(patient)} == {112}


@settings(SLOW, max_examples=40)
@given(story=stories(), far=st.lists(st.sampled_from((0, 0, 40, 80)), min_size=1, max_size=6), data=st.data())
def test_alerts_that_a_push_leaves_alone_would_have_been_told_the_same(sqlite_cast, story, far, data):
    entries, acts = story
    spread = [_later(item, far[at % len(far)]) for at, item in enumerate(entries)]
    pieces = split(data.draw, [*spread, *acts])
    told = []
    for look in (review_patient, lambda on, since, is_push: review_patient(on, since)):
        patient = another_patient(sqlite_cast, sqlite_cast.porto, "Ana")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("rehab_tracker.services.alerts.review_patient", look)
            take_in(sqlite_cast, patient, pieces)
        alerts = [alert for alert in sqlite_cast.rows(Alert) if alert.patient_id == patient.id]
        told.append(sorted((*(getattr(a, name) for name in TOLD), str(a.evidence)) for a in alerts))
    assert told[0] == told[1]


TOLD = ("rule", "subject", "state", "level", "first_for_date", "last_for_date", "reason_key", "unknown_days")


def _later(item, days):
    """The same item, recorded so many days later, and about a later day."""
    on = item.for_date + timedelta(days=days) if item.for_date else None
    return replace(item, recorded_at=item.recorded_at + timedelta(days=days), for_date=on)
