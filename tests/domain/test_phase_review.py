from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.phase_review import phase_reviews
from rehab_tracker.domain.translation import as_written
from rehab_tracker.domain.wording import reason
from tests.domain.diary import day
from tests.domain.plans import LEFT, RIGHT, TOLERATED, courses, logs, move, plan, start


def reviews(*entries, left_to=None, today=20):
    """Return what is asked about a right knee at full weight beside a left one on partial weight."""
    left = [start(), *([move(2, left_to)] if left_to else [])]
    right = plan(RIGHT, start(), move(1, TOLERATED))
    return list(phase_reviews(courses([right, plan(LEFT, *left)], entries, today)))


def test_a_step_back_that_would_restrict_the_second_leg_is_asked_soon_and_names_its_evidence():
    [verdict] = reviews(*logs(RIGHT, 6, first=5))
    assert (verdict.rule, verdict.level, verdict.subject, verdict.for_date) == (
        Rule.PHASE_REVIEW, Level.SOON, RIGHT, day(5),
    )  # fmt: skip
    assert [(piece.for_date, piece.value) for piece in verdict.evidence] == [(day(5), 6)]
    assert str(verdict.site) == RIGHT


def test_where_the_other_leg_is_free_nothing_is_asked():
    assert reviews(*logs(RIGHT, 6, first=5), left_to=TOLERATED) == []


def test_no_pain_no_question():
    assert reviews(*logs(RIGHT, 1, 2, 1)) == []


def test_each_day_that_asks_has_its_own_verdict_so_that_later_ones_are_news():
    found = reviews(*logs(RIGHT, 6, 0, 7, first=5))
    assert [verdict.for_date for verdict in found] == [day(5), day(7)]


def test_its_sentence_asks_for_a_decision_and_names_the_place():
    [verdict] = reviews(*logs(RIGHT, 6, first=5))
    said = reason(verdict.key, verdict.values, as_written)
    assert said.startswith("Right knee:") and "Please decide" in said
