"""Exercises in the timeline: a bar a week, none where nothing was due, and the same numbers in the table."""

from datetime import UTC, date

from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.hold import Hold, HoldReason
from rehab_tracker.domain.occurrence_state import Result, results
from rehab_tracker.domain.person import ZoneSince
from rehab_tracker.domain.prescription import EVERY_DAY, Dose, Prescription
from rehab_tracker.domain.schedule import occurrences
from rehab_tracker.domain.site import site
from tests.dashboards.drawing import column, drawn, plain, traces
from tests.domain.case_items import named
from tests.domain.diary import LISBON, day, entry, evening, logged

TITLE = "Exercises done each week, %"
RAISE = Prescription(
    id=named("raise"), version=1, exercise="straight-leg-raise", sites=(site("right-knee"),),
    dose=Dose(sets=3, reps=10), days=EVERY_DAY, from_on=day(0), until_on=day(27),
)  # fmt: skip
HELD = Hold(named("hold"), site("right-knee"), day(7), day(13), HoldReason.CLINICIAN)


def _results(done: dict[int, int], today: int = 35) -> list[Result]:
    """Return four weeks of daily leg raises, the second one held; ``done`` says how many sets of three on which day."""
    due = occurrences([RAISE], [HELD], [ZoneSince(date.min, LISBON.key)], day(0), day(today))
    reports = [entry(n, ExerciseReport("straight-leg-raise", sets, 10), name=f"x{n}") for n, sets in done.items()]
    return results(due, reports, evening(today).astimezone(UTC))


FOUR_WEEKS = _results({**dict.fromkeys(range(7), 3), 14: 3, 15: 3, 16: 2})


def test_a_bar_is_the_share_of_what_was_due_and_a_week_with_nothing_due_has_none() -> None:
    figured = drawn((), logged("right-knee", 2), 35, results=FOUR_WEEKS)
    (bars,) = traces(figured, "y3")
    assert list(zip(bars["x"], bars["y"], strict=True)) == [
        (day(3).isoformat(), 100), (day(17).isoformat(), 38), (day(24).isoformat(), 0),
    ]  # fmt: skip
    assert bars["text"][1] == "38 %: 2 of 7 done, 1 in part"
    assert plain(figured)["layout"]["yaxis3"]["range"] == [0, 100]


def test_the_table_tells_the_same_on_the_first_day_of_each_week() -> None:
    figured = drawn((), logged("right-knee", 2), 35, results=FOUR_WEEKS)
    (bars,) = traces(figured, "y3")
    told = column(figured, TITLE)
    assert list(told) == [day(n).isoformat() for n in (21, 14, 0)]
    assert list(told.values())[::-1] == bars["text"]


def test_a_week_that_began_before_the_days_shown_stands_whole_on_the_first_of_them() -> None:
    figured = drawn((), logged("right-knee", 2, first=30), 35, results=FOUR_WEEKS, days=19)
    assert column(figured, TITLE)[day(17).isoformat()] == "38 %: 2 of 7 done, 1 in part"


def test_without_anything_due_there_is_no_row() -> None:
    figured = drawn((), logged("right-knee", 2), 35, results=())
    assert TITLE not in figured.table.head and traces(figured, "y3") == []


def test_what_is_only_planned_has_no_bar() -> None:
    soon = drawn((), logged("right-knee", 2), 1, results=_results({0: 3}, 1))
    (bars,) = traces(soon, "y3")
    assert bars["y"] == [100]
