"""The timeline: figure, sentence and table say the same, gaps stay gaps, unknown is not zero."""

import json
from datetime import date
from typing import Any

import pytest

from dashboards.figures.figured import Figured
from dashboards.figures.timeline import timeline
from dashboards.figures.words import Words
from rehab_tracker.domain.alert import AlertState, Level
from rehab_tracker.domain.course import courses
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.translation import as_written
from rehab_tracker.storage.alerts import Alert
from tests.domain.diary import day, hurts, known, logged, pain

ENGLISH = Words(as_written, "en_GB")


def _alert(number: int, level: Level = Level.URGENT, state: AlertState = AlertState.OPEN) -> Alert:
    values = {"flag": "fever"}
    return Alert(level=level, state=state, first_for_date=day(number), reason_key="red-flag", reason_values=values)


def _drawn(entries: list[Entry], today: int, alerts: tuple[Alert, ...] = (), **more: Any) -> Figured:
    involved = more.pop("involved", (known(),))
    return timeline(courses(entries, involved), alerts, more.pop("plans", ()), day(today), ENGLISH, **more)


def _traces(figured: Figured, axis: str | None = None) -> list[dict[str, Any]]:
    drawn = json.loads(figured.figure.to_json())
    return [trace for trace in drawn["data"] if axis is None or trace.get("yaxis") == axis]


def _layout(figured: Figured) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(figured.figure.to_json())["layout"]
    return found


MIXED = [
    pain(1, hurts("right-knee", 6)),
    pain(2, hurts("right-knee", 5), hurts("left-knee", 0), no_other_pain=False),
    pain(5, hurts("right-knee", 4), hurts("left-knee", 3), no_other_pain=False),
    pain(6, hurts("left-knee", 4), no_other_pain=False),
    pain(7, hurts("left-knee", 5)),
]


def test_the_table_says_what_the_traces_draw() -> None:
    figured = _drawn(MIXED, 7, days=28)
    assert figured.table.head == ("Day", "Right knee", "Left knee", "Alerts")
    for column, axis in ((1, "y2"), (2, "y3")):
        (trace,) = _traces(figured, axis)
        drawn = {x: y for x, y in zip(trace["x"], trace["y"], strict=True) if y is not None}
        told = {_iso(row[0]): int(row[column]) for row in figured.table.rows if row[column] != "no entry"}
        assert drawn == told and drawn


def _iso(written: str) -> str:
    days = {ENGLISH.day(day(number)): day(number).isoformat() for number in range(-30, 10)}
    return days[written]


def test_unknown_days_are_breaks_and_explicit_zeros_are_zeros() -> None:
    right, left = (_traces(_drawn(MIXED, 7), axis)[0] for axis in ("y2", "y3"))
    assert right["y"] == [6, 5, None, 4, None, 0]
    assert left["y"] == [0, 0, None, 3, 4, 5]
    assert right["connectgaps"] is False and left["connectgaps"] is False


def test_every_pain_axis_runs_from_0_to_10_and_can_not_be_moved() -> None:
    layout = _layout(_drawn(MIXED, 7, cut_points=(3, 7)))
    for axis in (layout["yaxis2"], layout["yaxis3"]):
        assert axis["range"] == [0, 10] and axis["tickvals"] == [0, 3, 7, 10]
    for axis in (layout["template"]["layout"]["xaxis"], layout["template"]["layout"]["yaxis"]):
        assert axis["fixedrange"] is True


def test_right_and_left_differ_in_more_than_colour() -> None:
    right, left = (_traces(_drawn(MIXED, 7), axis)[0] for axis in ("y2", "y3"))
    assert (right["line"]["color"], right["line"]["dash"]) == ("#1F3A93", "solid")
    assert (left["line"]["color"], left["line"]["dash"]) == ("#B8480A", "4px,2px")
    assert right["marker"]["color"] == "#1F3A93" and left["marker"]["color"] == "#FFFFFF"


def test_a_midline_place_is_neither() -> None:
    figured = _drawn([pain(1, hurts("lumbar-spine", 4))], 1, involved=())
    (trace,) = _traces(figured, "y2")
    assert trace["line"]["color"] not in ("#1F3A93", "#B8480A") and trace["marker"]["symbol"] == "square"


def test_rows_stand_in_the_order_of_onset_whatever_the_order_of_arrival() -> None:
    for entries in (MIXED, MIXED[::-1]):
        titles = [note["text"] for note in _layout(_drawn(entries, 7))["annotations"]]
        assert titles == ["Right knee, medial femoral condyle", "Left knee"]


def test_alerts_stand_on_their_day_in_the_lane_of_their_level() -> None:
    alerts = (_alert(2), _alert(5, Level.INFO), _alert(6, state=AlertState.SUPERSEDED))
    figured = _drawn(MIXED, 7, alerts)
    lane = _layout(figured)["yaxis"]
    assert lane["ticktext"] == ["Urgent", "For information"]
    marks = [trace for trace in _traces(figured) if trace.get("yaxis", "y") == "y"]
    assert [list(zip(lane["x"], lane["y"], lane["marker"]["symbol"], strict=True)) for lane in marks] == [
        [(day(2).isoformat(), 0, "diamond"), (day(6).isoformat(), 0, "circle")],
        [(day(5).isoformat(), 1, "circle")],
    ]
    told = {row[0]: row[3] for row in figured.table.rows if row[3]}
    assert told == {
        ENGLISH.day(day(2)): "Urgent",
        ENGLISH.day(day(5)): "For information",
        ENGLISH.day(day(6)): "Urgent",
    }
    assert "2 open alerts." in figured.sentence


def test_more_than_120_days_join_weekly_medians_and_single_days_are_faint() -> None:
    entries = logged("right-knee", *(3, 5, 4, None, 4, 8, 4) * 10, *(None,) * 21, *(2, 2, 1) * 20)
    line, dots = _traces(_drawn(entries, 151), "y2")
    assert (line["mode"], dots["mode"]) == ("lines", "markers")
    assert dots["marker"]["opacity"] < 0.5
    assert line["y"][1] == 4 and None in line["y"]
    assert line["y"].count(None) == 1
    short = _traces(_drawn(entries, 151, days=90), "y2")
    assert [trace["mode"] for trace in short] == ["lines+markers"]


def test_only_the_days_asked_for_are_drawn_up_to_today() -> None:
    entries = logged("right-knee", *(4,) * 60)
    figured = _drawn(entries, 70, days=28)
    (trace,) = _traces(figured, "y2")
    assert trace["x"][0] == day(43).isoformat() and len(figured.table.rows) == 28
    low, high = _layout(figured)["xaxis"]["range"]
    assert low < day(43).isoformat() and high > day(70).isoformat()


def test_a_place_that_settled_long_ago_leaves_the_short_view_and_the_sentence() -> None:
    entries = [*logged("left-shoulder", 4, 4), *logged("right-knee", *(3,) * 50, first=3)]
    figured = _drawn(entries, 52, days=28)
    assert "shoulder" not in figured.sentence and "Left shoulder" not in figured.table.head
    assert "Left shoulder" in _drawn(entries, 52).table.head


@pytest.mark.parametrize(
    ("scores", "today", "told"),
    [
        ((2,) * 7 + (6,), 8, "Right knee: 6 today, up from 2 a week ago."),
        ((6,) * 7 + (3,), 9, "Right knee: 3 yesterday, down from 6 a week ago."),
        ((4, 5, 3, 6, 4, 3, 5, 5), 8, "Right knee: 5 today, about the same as a week ago."),
        ((0, 1) * 11, 22, "Right knee: 0 to 1 for 3 weeks."),
        ((3,) * 15, 15, "Right knee: 3 for 2 weeks."),
        ((3,) * 15, 20, "Right knee: 3, 5 days ago."),
        ((4,), 1, "Right knee: 4 today."),
        ((), 1, "Right knee: no entry yet."),
    ],
)
def test_the_sentence_is_computed_from_the_scores(scores: tuple[int, ...], today: int, told: str) -> None:
    assert _drawn(logged("right-knee", *scores), today).sentence == f"{told} No open alerts."


def test_nothing_at_all_is_said_and_still_drawn() -> None:
    figured = _drawn([], 3, involved=())
    assert figured.sentence == "No pain has been logged yet. No open alerts."
    assert figured.table.head == ("Day", "Alerts") and _traces(figured) == []


def test_days_are_told_without_the_name_of_the_row_which_would_be_white_on_white() -> None:
    assert {trace["hovertemplate"] for trace in _traces(_drawn(MIXED, 7))} == {"%{y}<extra></extra>"}


def test_the_figure_stays_small_and_free_of_markup_and_default_template() -> None:
    entries = [entry for place in ("right-knee", "left-knee", "left-foot") for entry in logged(place, *(4, 5, 3) * 120)]
    written = _drawn(entries, 365).figure.to_json()
    assert len(written) < 60_000
    assert "<b>" not in written and "colorway" not in written


def test_weeks_of_plotly_wait_until_something_is_drawn() -> None:
    import subprocess
    import sys

    code = "import sys, rehab_tracker.app; print([m for m in sys.modules if m.split('.')[0] in ('plotly', 'numpy')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_dates_are_written_in_the_readers_language() -> None:
    portuguese = Words(as_written, "pt_PT")
    figured = timeline(courses(MIXED), (), (), date(2026, 4, 22), portuguese, days=28)
    assert figured.table.rows[0][0] == "22 de abril de 2026"
