"""Weight in the timeline: a line for each limb, × where it carried too much, and the same in sentence and table."""

from typing import Any

import pytest

from dashboards.figures.weight_row import reported
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.site import LEGS, Limb
from rehab_tracker.domain.weight_bearing import Aids, Grade, OverLimit, WeightBearingReport, WeightLimit
from tests.dashboards.drawing import ENGLISH, column, drawn, plain, traces
from tests.domain.diary import day, entry
from tests.domain.plans import HALF, LEFT, RIGHT, STRENGTH, courses, logs, move, plan, start

LEFT_LEG, RIGHT_LEG = "Left leg: weight", "Right leg: weight"
BOTH = courses([plan(RIGHT, start(0), move(21, STRENGTH)), plan(LEFT, start(40), move(55, HALF))], (), 60)
PARTLY = WeightLimit(Grade.PWB, 30, Aids.TWO_CRUTCHES)


def iso(number: int) -> str:
    return day(number).isoformat()


def lines(row: list[dict[str, Any]]) -> dict[str, list[tuple[str, int | None]]]:
    """Return the line of each leg by its dash, with heights as whole grades."""
    return {
        trace["line"]["dash"]: [
            (x, None if y is None else round(y)) for x, y in zip(trace["x"], trace["y"], strict=True)
        ]
        for trace in row
        if trace["mode"] == "lines+markers"
    }


def test_each_leg_is_a_step_line_that_changes_where_its_limit_does() -> None:
    row = traces(drawn(BOTH, involved=()), "y4")
    assert lines(row) == {
        "solid": [(iso(0), 2), (iso(21), 3), (iso(60), 3)],
        "4px,2px": [(iso(0), 4), (iso(40), 2), (iso(55), 2), (iso(60), 2)],
    }
    assert {trace["line"]["shape"] for trace in row} == {"hv"}


def test_the_percentage_stands_beside_the_pointer_and_in_the_table() -> None:
    figured = drawn(BOTH, involved=())
    left = next(trace for trace in traces(figured, "y4") if trace["line"]["dash"] != "solid")
    told = [text.split(": ", 1)[1] for text in left["text"]]
    assert told == [
        "Left leg: no limit",
        "Left leg: partial weight, up to 30 %",
        "Left leg: partial weight, up to 50 %",
        "Left leg: partial weight, up to 50 %",
    ]
    table = column(figured, LEFT_LEG)
    assert [table[iso(n)] for n in (0, 39, 40, 60)] == [
        "no limit", "no limit", "partial weight, up to 30 %", "partial weight, up to 50 %",
    ]  # fmt: skip
    assert "Left leg: partial weight, up to 50 %. Right leg: weight as tolerated." in figured.sentence


def test_axis_and_table_call_the_grades_in_their_order() -> None:
    axis = plain(drawn(BOTH))["layout"]["yaxis4"]
    assert axis["ticktext"] == ["None", "Toe touch", "Partial", "As tolerated", "Full"]
    assert axis["tickvals"] == [0, 1, 2, 3, 4]


def test_a_leg_that_never_had_a_limit_is_not_drawn_as_free_of_one() -> None:
    figured = drawn([course for course in BOTH if str(course.plan.site) == RIGHT])
    assert list(lines(traces(figured, "y3"))) == ["solid"]
    assert LEFT_LEG not in figured.table.head and "Left leg" not in figured.sentence


def test_without_any_limit_in_the_days_shown_there_is_no_row() -> None:
    old = {Limb.RIGHT_LEG: [(day(0), day(10), PARTLY)]}
    figured = drawn((), logs(RIGHT, 1, first=50), limits=old, days=28)
    assert RIGHT_LEG not in figured.table.head and traces(figured, "y3") == []


def test_days_on_which_nothing_is_known_of_either_leg_are_gaps() -> None:
    spans = {Limb.RIGHT_LEG: [(day(0), day(10), PARTLY), (day(20), day(20), PARTLY)]}
    figured = drawn((), limits=spans)
    assert lines(traces(figured, "y3"))["solid"] == [(iso(0), 2), (iso(10), 2), (iso(11), None), (iso(20), 2)]
    assert set(column(figured, RIGHT_LEG)) == {iso(n) for n in (*range(11), 20)}
    assert "Right leg" not in figured.sentence


@pytest.mark.parametrize("limit", [WeightLimit(Grade.NWB), WeightLimit(Grade.TTWB, 20), WeightLimit(Grade.FWB)])
def test_lines_stand_at_their_grade_and_in_words(limit: WeightLimit) -> None:
    figured = drawn((), limits={Limb.LEFT_LEG: [(day(0), day(60), limit)]})
    assert lines(traces(figured, "y3"))["4px,2px"][0] == (iso(0), limit.grade.rank)
    words = {"NWB": "no weight", "TTWB": "toe touch only, up to 20 %", "FWB": "full weight"}
    assert f"Left leg: {words[limit.grade]}." in figured.sentence
    assert column(figured, LEFT_LEG)[iso(60)] == words[limit.grade]


def test_two_legs_at_one_height_are_drawn_apart() -> None:
    free = {leg: [(day(0), day(60), WeightLimit(Grade.FWB))] for leg in (Limb.LEFT_LEG, Limb.RIGHT_LEG)}
    figured = drawn((), limits=free)
    left, right = traces(figured, "y3")
    assert left["y"][0] < 4 < right["y"][0]


def test_the_legs_are_named_below_all_that_is_drawn() -> None:
    none = [(day(0), day(60), WeightLimit(Grade.NWB))]
    often = [(day(60), leg, OverLimit.OFTEN) for leg in LEGS]
    figured = drawn((), limits=dict.fromkeys(LEGS, none), over_limit=often)
    notes = [note for note in plain(figured)["layout"]["annotations"] if note["yref"] == "y3"]
    assert [note["text"] for note in notes] == ["- - Left leg", "—— Right leg"]
    assert notes[0]["y"] > notes[1]["y"] + 0.5
    drawn_at = [y for trace in traces(figured, "y3") for y in trace["y"] if y is not None]
    assert all(note["y"] + 0.5 < min(drawn_at) for note in notes)


def test_too_much_weight_is_a_cross_over_the_line_of_its_leg_and_stands_in_the_table() -> None:
    over = [
        (day(3), Limb.RIGHT_LEG, OverLimit.FEW_STEPS),
        (day(5), Limb.RIGHT_LEG, OverLimit.NO),
        (day(45), Limb.LEFT_LEG, OverLimit.OFTEN),
        (day(45), Limb.LEFT_LEG, OverLimit.FEW_STEPS),
        (day(45), Limb.LEFT_LEG, OverLimit.NO),
    ]
    figured = drawn(BOTH, over_limit=over)
    crosses = [trace for trace in traces(figured, "y4") if trace["mode"] == "markers"]
    assert [(trace["x"], trace["marker"]["symbol"]) for trace in crosses] == [
        ([iso(45)], "x-thin"), ([iso(3)], "x-thin"),
    ]  # fmt: skip
    assert all(2 < trace["y"][0] < 3 for trace in crosses)
    assert crosses[0]["text"] == [f"{ENGLISH.day(day(45))}: Left leg: often more than allowed"]
    assert crosses[0]["marker"]["size"] > crosses[1]["marker"]["size"]
    assert column(figured, LEFT_LEG)[iso(45)] == "partial weight, up to 30 %; often more than allowed"
    assert column(figured, RIGHT_LEG)[iso(3)].endswith("; a few steps with more than allowed")
    assert column(figured, RIGHT_LEG)[iso(5)] == "partial weight, up to 30 %"


def test_what_was_corrected_or_withdrawn_is_not_reported() -> None:
    said = [WeightBearingReport(Limb.LEFT_LEG, Aids.FRAME, over) for over in (OverLimit.OFTEN, OverLimit.FEW_STEPS)]
    first, corrected = (entry(3, each, rev=rev) for rev, each in enumerate(said, start=1))
    gone = entry(4, None, kind=Kind.WEIGHT_BEARING, rev=2, withdrawn=True)
    assert reported([corrected, first, gone, entry(4, said[0])]) == [(day(3), Limb.LEFT_LEG, OverLimit.FEW_STEPS)]


def test_too_much_weight_without_a_known_limit_is_not_lost() -> None:
    figured = drawn((), limits={}, over_limit=[(day(50), Limb.LEFT_LEG, OverLimit.OFTEN)])
    assert column(figured, LEFT_LEG) == {iso(50): "often more than allowed"}
    assert [trace["mode"] for trace in traces(figured, "y3")] == ["markers"]


def test_arms_have_a_row_of_their_own() -> None:
    figured = drawn(
        (), limits={Limb.LEFT_ARM: [(day(0), day(60), PARTLY)], Limb.RIGHT_LEG: [(day(0), day(60), PARTLY)]}
    )
    titles = [note["text"] for note in plain(figured)["layout"]["annotations"] if note.get("xref") == "paper"]
    assert titles == ["Right knee", "Weight on the legs (× too much)", "Weight on the arms (× too much)"]
