"""Lanes of the timeline: alerts and findings on their dates; a loose date is a line over the days it can mean."""

from datetime import date
from typing import Any

from dashboards.figures.figured import Figured
from dashboards.figures.words import Words
from rehab_tracker.domain.alert import AlertState, Level
from rehab_tracker.domain.co_intervention import CoIntervention, Taken, Treatment
from rehab_tracker.domain.imaging import Radiograph
from rehab_tracker.domain.partial_date import PartialDate, Precision
from rehab_tracker.domain.record_item import RecordItem
from rehab_tracker.domain.site import site
from rehab_tracker.domain.translation import as_written
from rehab_tracker.storage.alerts import Alert
from tests.dashboards.drawing import ENGLISH, column, drawn, plain, traces
from tests.domain.case_items import CASE, FIRST_VISIT, RIGHT_KNEE, dated, item
from tests.domain.diary import day, logged

NORMAL = Radiograph(fracture_line=False)


def _drawn(*items: RecordItem, today: int = 275, **more: Any) -> Figured:
    return drawn((), logged("right-knee", 4, 3), today, items=items, **more)


def _lane(figured: Figured, name: str) -> list[tuple[str, str]]:
    """Return the marks of a lane: the day at which each stands, and its text."""
    at = plain(figured)["layout"]["yaxis"]["ticktext"].index(name)
    (lane,) = [t for t in traces(figured, "y") if t["mode"] == "markers" and set(t["y"]) == {at}]
    return list(zip(lane["x"], lane["text"], strict=True))


def _lines(figured: Figured) -> list[tuple[str, str]]:
    days = [t["x"] for t in traces(figured, "y") if t["mode"] == "lines"]
    return [(found[at], found[at + 1]) for found in days for at in range(0, len(found), 3)]


def test_the_case_has_a_lane_for_each_kind_of_finding() -> None:
    figured = _drawn(*CASE.values())
    assert plain(figured)["layout"]["yaxis"]["ticktext"] == ["Visits", "Imaging", "DXA", "Labs"]
    assert [day for day, _ in _lane(figured, "Imaging")] == ["2026-01-05", "2026-01-12", "2026-03-26"]
    (_, together) = _lane(figured, "Imaging")[2]
    assert "MRI, left knee" in together and "MRI, left foot" in together


def test_table_and_lanes_name_the_same_findings_on_the_same_days() -> None:
    figured = _drawn(*CASE.values())
    told = column(figured, "Findings")
    shown: dict[str, list[str]] = {}
    for lane in ("Visits", "Imaging", "DXA", "Labs"):
        for when, text in _lane(figured, lane):
            shown.setdefault(when, []).append(text.replace("<br>", " "))
    assert set(told) == set(shown)
    for when, cell in told.items():
        kinds = ("Examination", "Radiograph", "MRI", "DXA", "Laboratory")
        assert [cell.count(kind) for kind in kinds] == [" ".join(shown[when]).count(kind) for kind in kinds]


def test_a_medicine_stands_beside_the_trend_from_its_first_day_until_it_was_stopped() -> None:
    taken = CoIntervention(Treatment.NSAID, Taken.GIVEN, started=PartialDate(day(10)), stopped=PartialDate(day(24)))
    refused = CoIntervention(Treatment.BISPHOSPHONATE, Taken.DECLINED)
    figured = _drawn(item(taken), item(refused))
    assert [when for when, _ in _lane(figured, "Medicines")] == [day(10).isoformat()]
    assert (day(10).isoformat(), day(24).isoformat()) in _lines(figured)
    assert column(figured, "Findings") == {day(10).isoformat(): "Medicine begun"}


def test_a_loose_date_is_a_line_over_its_days_with_its_words_beside_the_pointer() -> None:
    loose = item(NORMAL, RIGHT_KNEE, PartialDate(date(2026, 3, 1), Precision.MONTH, "sometime in March"))
    figured = _drawn(loose, item(NORMAL, RIGHT_KNEE, dated(0), name="exact"))
    assert _lines(figured) == [("2026-03-01", "2026-03-31")]
    (_, exact), (middle, text) = _lane(figured, "Imaging")
    assert (
        middle == "2026-03-16"
        and text.replace("<br>", " ") == "March 2026 (“sometime in March”): Radiograph, right knee"
    )
    assert exact.startswith("5 January 2026: Radiograph, right knee")
    assert column(figured, "Findings")[middle] == "Radiograph, right knee, March 2026 (“sometime in March”)"


def test_how_loosely_a_date_is_known_is_said() -> None:
    said = [PartialDate(date(2026, 3, 9), precision) for precision in Precision]
    assert [ENGLISH.partial(each) for each in said] == [
        "9 March 2026", "around 9 March 2026", "March 2026", "2026", "about March 2026",
    ]  # fmt: skip
    assert Words(as_written, "pt_PT").partial(said[2]) == "março de 2026"


def test_a_line_is_cut_off_at_the_days_shown() -> None:
    year = item(NORMAL, RIGHT_KNEE, PartialDate(date(2026, 1, 1), Precision.YEAR))
    figured = _drawn(year, today=60, days=28)
    assert _lines(figured) == [(day(33).isoformat(), day(60).isoformat())]
    assert _drawn(item(NORMAL, RIGHT_KNEE, dated(0)), today=60, days=28).table.head == ("Day", "Right knee", "Alerts")


def test_a_finding_from_long_before_does_not_squeeze_everything_else() -> None:
    before = [item(NORMAL, RIGHT_KNEE, dated(-days), name=str(days)) for days in (60, 900)]
    figured = _drawn(*before, today=20)
    assert plain(figured)["layout"]["xaxis"]["range"][0][:10] == day(-61).isoformat()
    assert len(column(figured, "Findings")) == 1


def test_only_the_version_that_stands_is_drawn() -> None:
    first = item(NORMAL, RIGHT_KNEE, dated(5))
    moved = item(NORMAL, RIGHT_KNEE, dated(6), version=2)
    wrong = item(NORMAL, RIGHT_KNEE, dated(7), name="wrong", in_error=True)
    assert [when for when, _ in _lane(_drawn(wrong, moved, first), "Imaging")] == [day(6).isoformat()]


def test_what_an_item_says_stands_beside_the_pointer_and_stays_short() -> None:
    figured = _drawn(item(NORMAL, RIGHT_KNEE, dated(5)), tell=lambda found: f"{found.kind}: " + "no line, " * 99)
    ((_, text),) = _lane(figured, "Imaging")
    lines = text.split("<br>")
    assert lines[1].startswith("radiograph: no line, no line") and lines[-1].endswith("…")
    assert len(lines) < 10 and max(map(len, lines)) <= 42


def test_words_that_people_wrote_stay_text_in_the_picture() -> None:
    nasty = '<a href="https://x.example">look</a> & co'
    written = item(NORMAL, RIGHT_KNEE, PartialDate(FIRST_VISIT, Precision.ABOUT, nasty))
    ((_, text),) = _lane(_drawn(written), "Imaging")
    assert "<a" not in text and "&lt;a" in text and "&amp;" in text


def test_an_alert_that_still_stands_hides_one_of_its_day_that_does_not() -> None:
    values = {"flag": "fever"}
    alerts = [
        Alert(level=Level.SOON, state=state, first_for_date=day(3), reason_key="red-flag", reason_values=values)
        for state in (AlertState.SUPERSEDED, AlertState.OPEN)
    ]
    figured = _drawn(alerts=alerts, today=10)
    (lane,) = traces(figured, "y")
    assert lane["marker"]["symbol"] == ["triangle-up"] and lane["text"][0].count(ENGLISH.day(day(3))) == 2
    assert column(figured, "Alerts") == {day(3).isoformat(): "Soon, Soon"}


def test_sites_are_named_as_joints_whatever_part_was_looked_at() -> None:
    assert site("right-knee") == RIGHT_KNEE.joint
    assert column(_drawn(item(NORMAL, RIGHT_KNEE, dated(5))), "Findings") == {
        day(5).isoformat(): "Radiograph, right knee"
    }
