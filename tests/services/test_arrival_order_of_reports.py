"""Arrival order does not matter for reports of weight, of exercises and of sore muscles either, nor for labels."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.alert import standings
from rehab_tracker.domain.entry import arrived
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.history import History
from rehab_tracker.domain.involvement import KnownSites
from rehab_tracker.domain.pain import Cause, Feel, PainReading, PainScore
from rehab_tracker.domain.review import review
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport
from rehab_tracker.services.clinics import change_settings
from rehab_tracker.services.protocol import decided_of
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.people import Patient
from tests.cast import another_patient, at, sent, withdrawal
from tests.domain.diary import FIRST_VISIT, LISBON, day
from tests.domain.test_timed import LOOK_EARLY
from tests.services.test_arrival_order import LAST_DAY, SLOW, Act, split, take_in

NUMBERS = st.integers(1, 30)
WALKED = st.builds(
    lambda n, limb, over: sent(WeightBearingReport(limb, Aids.TWO_CRUTCHES, over), n),
    NUMBERS, st.sampled_from([Limb.LEFT_LEG, Limb.RIGHT_LEG]),
    st.sampled_from([OverLimit.NO, OverLimit.FEW_STEPS, OverLimit.FEW_STEPS, OverLimit.OFTEN]),
)  # fmt: skip
TRAINED = st.builds(
    lambda n, name, sets, x: sent(ExerciseReport(name, done_sets=sets, done_reps=12, pain_during=x), n),
    NUMBERS, st.sampled_from(["calf-raise", "straight-leg-raise"]), st.integers(1, 4), st.sampled_from([None, 2, 4, 6]),
)  # fmt: skip
ACTS = st.lists(
    st.builds(
        Act, st.sampled_from(["right-knee", "left-shin"]), st.sampled_from(["suspected", "confirmed", "resolved"]),
        st.integers(0, 25),
    ),
    max_size=2, unique_by=lambda act: (act.place, act.on),
)  # fmt: skip


def _sore(number, worse, beside, cause):
    """Both calves ache: a muscle on either side."""
    scores = [
        PainScore(site(place), on_loading=x, feel=Feel.MUSCLE, cause=cause)
        for place, x in (("left-shin", worse), ("right-shin", beside))
    ]
    return sent(PainReading(tuple(scores), True), number)


@st.composite
def aching(draw):
    first, cause = draw(st.integers(3, 20)), draw(st.sampled_from([None, None, Cause.EXERCISE]))
    skipped = draw(st.sets(st.integers(1, 6), max_size=2))
    days = [_sore(first + n, draw(st.sampled_from([3, 4, 4, 4, 4])), 2, cause) for n in range(7) if n not in skipped]
    raises = ExerciseReport("calf-raise", done_sets=draw(st.integers(4, 6)), done_reps=12)
    return [*days, sent(raises, first - draw(st.integers(0, 2)))]


@st.composite
def stories(draw):
    """Reports with edits and withdrawals of them, and acts of staff."""
    entries = [*draw(st.lists(WALKED | TRAINED, min_size=2, max_size=8)), *draw(st.one_of(st.just([]), aching()))]
    found = [*entries]
    for item in draw(st.lists(st.sampled_from(entries), max_size=3, unique_by=lambda item: item.id)):
        number = (item.recorded_at.date() - FIRST_VISIT).days
        moved = replace(item, rev=2, for_date=day(number - draw(st.integers(0, 9))))
        found.append(draw(st.sampled_from([withdrawal(item, number), moved])))
    return found, [Act("right-knee", "confirmed", 0), *draw(ACTS)]


@pytest.fixture
def early_cast(sqlite_cast):
    """The cast of a clinic with whose numbers muscle pain is soon within its week: and may be labelled."""
    with sqlite_cast.session() as session:
        viewer = sqlite_cast.viewer_of(sqlite_cast.alda)
        numbers = {"sum_from": LOOK_EARLY.sum_from, "persistent_urgent_days": LOOK_EARLY.persistent_urgent_days}
        change_settings(session, viewer, {"rules": numbers}, "to look early", at(0))
    return sqlite_cast


def said_at_once(cast, patient, entries, acts):
    """Return what the rules say of everything at once: every verdict."""
    with cast.session() as session:
        plans = decided_of(session, session.get_one(Patient, (cast.porto.id, patient.id))).plans
    came = [arrived(item, at(LAST_DAY), patient.enrolled_on) for item in entries]
    known = KnownSites(act.involvement for act in sorted(acts, key=lambda act: act.on))
    return review(History(came, LISBON, known, enrolled_on=patient.enrolled_on), LOOK_EARLY, plans=plans)


def folded(verdicts):
    """Return one alert for each rule and subject: its level and the first of its days."""
    found = {}
    for each in standings(verdicts):
        level, first = found.get((each.rule, each.subject), (each.worst.level, each.first_day))
        worse = max(level, each.worst.level, key=lambda level: level.rank)
        found[each.rule, each.subject] = (worse, min(first, each.first_day))
    return {(r, level, s, (first - FIRST_VISIT).days) for (r, s), (level, first) in found.items()}


def test_reports_in_any_order_and_any_batches_end_in_the_same_alerts(early_cast):
    reached = Counter()

    @settings(SLOW, max_examples=60)
    @given(stories(), st.data())
    def holds(story, data):
        entries, acts = story
        patient = another_patient(early_cast, early_cast.porto, "Ana")
        take_in(early_cast, patient, split(data.draw, [*entries, *acts]))
        verdicts = said_at_once(early_cast, patient, entries, acts)
        assert early_cast.standing(patient) == folded(verdicts)
        labels = {v.values["label"] for v in verdicts if "label" in v.values}
        told = [a for a in early_cast.rows(Alert) if a.patient_id == patient.id and a.state != "superseded"]
        assert {a.reason_values["label"] for a in told if "label" in a.reason_values} <= labels
        for seen in sorted({*(str(v.rule) for v in verdicts), *(f"label {label}" for label in labels)}):
            event(seen)
            reached[seen] += 1

    holds()
    assert all(reached[what] >= 2 for what in ("over-limit", "exercise-pain", "label soreness")), reached


def test_a_place_recorded_again_after_the_clock_was_set_back_has_one_plan(sqlite_cast):
    said = [Act("right-knee", "confirmed", 6), Act("right-knee", "resolved", 2), Act("right-knee", "confirmed", 0)]
    take_in(sqlite_cast, sqlite_cast.ana, said)
    with sqlite_cast.session() as session:
        [plan] = decided_of(session, session.get_one(Patient, (sqlite_cast.porto.id, sqlite_cast.ana.id))).plans
    assert (plan.site, plan.ended_on) == (site("right-knee"), None)
