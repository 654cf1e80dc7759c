"""The sparkline: open gaps, a scale that is always 0 to 10, and its sentence as title."""

import re

from dashboards.figures.sparkline import sparkline
from dashboards.figures.words import Words
from rehab_tracker.domain.course import Course, courses
from rehab_tracker.domain.site import site
from rehab_tracker.domain.translation import as_written
from tests.domain.diary import day, logged

ENGLISH = Words(as_written, "en_GB")


def _drawn(place: str, *scores: int | None, today: int = 28) -> str:
    (course,) = courses(logged(place, *scores))
    return str(sparkline(course, day(today), 3, ENGLISH))


def test_each_stretch_of_known_days_is_a_line_of_its_own() -> None:
    drawn = _drawn("left-knee", 2, 3, None, 5, None, None, 4, 4)
    [path] = re.findall(r'<path class="run" d="M([^"]+)"', drawn)
    across = [[float(x) for x in line.split()[::2]] for line in path.split("M")]
    assert across == [[2, 6], [14 - 1], [26, 30]]
    assert [line[-2:] for line in path.split("M")].count("h2") == 1, "a day between unknown ones is a short dash"


def test_the_scale_is_0_to_10_whatever_the_scores() -> None:
    heights = {score: re.search(r'cy="([\d.]+)"', _drawn("left-knee", score, today=1)) for score in (1, 10)}
    low, high = (float(found[1]) for found in heights.values() if found)
    assert round(low - high, 1) == round(9 * 2.4, 1)


def test_it_is_a_named_picture_with_its_last_value_printed() -> None:
    drawn = _drawn("right-knee", 2, 6, 4)
    assert 'role="img"' in drawn and 'class="sparkline right"' in drawn
    assert "<title>Right knee, last 28 days: lowest 2, highest 6, latest 4; days with an entry: 3.</title>" in drawn
    assert drawn.endswith(">4</text></svg>")


def test_only_the_last_28_days_are_drawn_and_nothing_where_none_is_known() -> None:
    assert "highest 1," in _drawn("left-knee", 9, 1, today=29)
    assert _drawn("left-knee", 9, today=40) == ""
    assert sparkline(Course(site("left-knee")), day(1), 3, ENGLISH) == ""
