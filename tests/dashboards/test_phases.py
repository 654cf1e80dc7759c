"""Phases in the timeline: bands, holds and steps back stand where the plan was, in figure, sentence and table alike."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.figures.figured import Figured
from dashboards.figures.phases import phase_words, phases_shown
from rehab_tracker.domain.plan import Act, PlanCourse
from rehab_tracker.domain.plan_wording import PHASES
from rehab_tracker.domain.site import site
from tests.dashboards.drawing import ENGLISH, column, drawn, filled, plain, shapes, traces, written
from tests.domain.diary import day
from tests.domain.plans import (
    HALF,
    PARTIAL,
    PROTECT,
    RETURN,
    RIGHT,
    STRENGTH,
    THREE_QUARTERS,
    act,
    course,
    courses,
    logs,
    move,
    plan,
    start,
)

PHASE = "Right knee: phase"


def days(number: int, more: int = 0) -> str:
    return (day(number) + timedelta(days=more)).isoformat()


def bands(figured: Figured) -> list[tuple[str, str, str]]:
    return [word for word in written(figured, "y2") if word[0] != "On hold"]


CALM = course(plan(RIGHT, start(), move(21, HALF), move(28, THREE_QUARTERS), move(40, STRENGTH)), (), 60)


def test_each_phase_is_a_band_with_its_word_and_a_line_at_its_start() -> None:
    figured = drawn([CALM])
    assert bands(figured) == [
        ("Partial weight", days(0), days(21)),
        ("Walking practice", days(21), days(40)),
        ("Strengthening", days(40), days(61)),
    ]
    lines = [(line["x0"], line["line"]["dash"]) for line in shapes(figured, "y2", "line")]
    assert sorted(lines) == [(days(0), "solid"), (days(21), "solid"), (days(28), "dot"), (days(40), "solid")]
    drawn_days = [(shape["x0"], shape["x1"]) for shape in filled(figured, "y2")]
    assert drawn_days == [(first, after) for _, first, after in bands(figured)]
    assert len({shape["fillcolor"] for shape in filled(figured, "y2")}) == 3


def test_sentence_table_and_band_say_the_same_of_today() -> None:
    figured = drawn([CALM], logs(RIGHT, *(1,) * 60))
    assert figured.sentence.startswith("Right knee: 1 for 8 weeks, strengthening. Right leg: weight as tolerated.")
    told = column(figured, PHASE)
    assert (told[days(20)], told[days(21)], told[days(60)]) == ("Partial weight", "Walking practice", "Strengthening")
    assert days(-1) not in told


def test_a_band_is_cut_off_at_the_first_day_shown_without_a_line_there() -> None:
    figured = drawn([CALM], days=28)
    assert bands(figured) == [
        ("Walking practice", days(33), days(40)),
        ("Strengthening", days(40), days(61)),
    ]
    assert [line["x0"] for line in shapes(figured, "y2", "line")] == [days(40)]
    hover = traces(figured, "y2")[0]
    assert (hover["x"][0], hover["text"][0]) == (days(33), f"{ENGLISH.day(day(21))}: Walking practice")


def test_days_on_hold_are_greyed_and_say_so() -> None:
    held = course(plan(RIGHT, start(), move(21, STRENGTH)), logs(RIGHT, 3, first=30), 40)
    figured = drawn([held], today=40)
    (grey,) = [shape for shape in filled(figured, "y2") if shape["fillcolor"].startswith("rgba")]
    assert (grey["x0"], grey["x1"]) == (days(30), days(41))
    assert ("On hold", days(30), days(41)) in written(figured, "y2")
    assert column(figured, PHASE)[days(29)] == "Strengthening"
    assert column(figured, PHASE)[days(30)] == "Strengthening, on hold"
    assert "strengthening, on hold." in figured.sentence
    assert ("On hold", days(36), days(41)) in written(drawn([held], today=40, days=5), "y2")


def test_a_step_back_is_a_band_of_its_own_with_an_arrow() -> None:
    flared = course(plan(RIGHT, start(), move(21, HALF)), logs(RIGHT, 7, first=30), 40)
    figured = drawn([flared], today=40)
    words = [text for text, _, _ in bands(figured)]
    assert words == ["Partial weight", "Walking practice", "↓ Partial weight"]
    hover = traces(figured, "y2")[0]
    assert f"{ENGLISH.day(day(30))}: back to partial weight" in hover["text"][-1]


def test_an_ended_plan_stays_with_a_line_at_its_end_and_leaves_the_sentence() -> None:
    ended = course(plan(RIGHT, start(), act(Act.END, 20)), (), 60)
    figured = drawn([ended])
    assert bands(figured) == [("Partial weight", days(0), days(21))]
    assert [line["x0"] for line in shapes(figured, "y2", "line")] == [days(0), days(21)]
    assert "partial" not in figured.sentence and days(21) not in column(figured, PHASE)


def test_a_plan_that_ended_before_the_days_shown_is_not_drawn() -> None:
    figured = drawn([course(plan(RIGHT, start(), act(Act.END, 20)), (), 60)], days=28)
    assert filled(figured, "y2") == [] and PHASE not in figured.table.head


def test_a_joint_with_a_plan_and_without_any_score_has_its_row() -> None:
    hip = course(plan("left-hip", start(rung=PROTECT)), (), 60)
    figured = drawn([hip], involved=())
    assert [note["text"] for note in plain(figured)["layout"]["annotations"]][0] == "Left hip"
    assert figured.sentence.startswith("Left hip: no entry yet, protect. Left leg: no weight.")


def test_two_plans_of_one_joint_stand_one_above_the_other_and_are_both_told() -> None:
    inner, outer = "right-knee.medial-femoral-condyle", "right-knee.lateral-femoral-condyle"
    both = courses([plan(inner, start(), move(30, STRENGTH)), plan(outer, start(20))], (), 60)
    figured = drawn(both)
    strips = {(shape["y0"], shape["y1"]) for shape in filled(figured, "y2")}
    assert strips == {(5, 10), (0, 5)}
    assert column(figured, PHASE)[days(60)] == "Strengthening / Partial weight"


def test_a_plan_that_follows_another_one_of_the_same_joint_takes_the_whole_row() -> None:
    inner, outer = "right-knee.medial-femoral-condyle", "right-knee.lateral-femoral-condyle"
    one_by_one = courses([plan(inner, start(), act(Act.END, 20)), plan(outer, start(20))], (), 60)
    figured = drawn(one_by_one)
    assert {(shape["y0"], shape["y1"]) for shape in filled(figured, "y2")} == {(0, 10)}


def test_each_band_has_a_short_word_for_narrow_screens() -> None:
    words = [shape for shape in shapes(drawn([CALM]), "y2", "rect") if "label" in shape]
    assert len(words) == 3
    for shape in words:
        assert len(shape["name"]) < len(shape["label"]["text"]) and shape["label"]["text"].startswith(shape["name"])


RUNGS = (PARTIAL, HALF, THREE_QUARTERS, STRENGTH, RETURN)


@st.composite
def walked(draw: st.DrawFn) -> PlanCourse:
    """A plan of 50 days with any moves, holds and scores."""
    moves = [move(n, draw(st.sampled_from(RUNGS))) for n in draw(st.sets(st.integers(1, 49), max_size=5))]
    held = [act(Act.HOLD, n) for n in draw(st.sets(st.integers(1, 49), max_size=2))]
    end = [act(Act.END, 45, hour=20)] if draw(st.booleans()) else []
    scores = draw(st.lists(st.none() | st.integers(0, 9), max_size=49))
    return course(plan(RIGHT, start(), *moves, *held, *end), logs(RIGHT, *scores), 50)


def whole(found: PlanCourse, start_day: date) -> dict[date, str]:
    words = {}
    for then in found.days:
        if then.day >= start_day:
            words[then.day] = PHASES[then.rung.phase] + (", on hold" if then.is_held else "")
    return words


@given(walked(), st.integers(0, 49))
@settings(max_examples=60)
def test_whatever_a_plan_did_every_day_shown_says_what_the_plan_says(found: PlanCourse, first: int) -> None:
    shown = phases_shown([found], day(first), day(50))
    every = [day(number) for number in range(first, 51)]
    told = {then: phase_words(shown, site(RIGHT), then, ENGLISH) for then in every}
    assert {then: text for then, text in told.items() if text} == whole(found, day(first))
    for own in shown:
        ends = [(band.first, band.last) for band in own.bands]
        assert all(a[1] + timedelta(days=1) == b[0] for a, b in zip(ends, ends[1:], strict=False))
