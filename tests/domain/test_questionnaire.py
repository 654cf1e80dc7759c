from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.questionnaire import INSTRUMENTS, Answer, NoScore, Questionnaire, Score, score


def lefs(values):
    return Questionnaire("lefs", "1999", tuple(Answer(at, value) for at, value in enumerate(values, start=1)))


def psfs(values):
    answers = (Answer(at, value, "climbing stairs") for at, value in enumerate(values, start=1))
    return Questionnaire("psfs", "1995", tuple(answers))


@pytest.mark.parametrize(("values", "value"), [([4] * 20, 80), ([0] * 20, 0), ([3] * 10 + [2] * 10, 50)])
def test_a_whole_lefs_is_the_sum_of_its_items(values, value):
    assert score(lefs(values)) == Score(Decimal(value), 80)


@pytest.mark.parametrize(
    ("values", "value", "missing"),
    [
        ([4] * 19, 80, 1),
        ([2] * 18, 40, 2),
        ([1] * 18 + [2], 21, 1),  # 80 * 20 / 76 = 21.05
        ([1] * 17 + [2], 21, 2),  # 80 * 19 / 72 = 21.1
        ([4] * 4 + [1] * 11 + [0] * 3, 30, 2),  # 80 * 27 / 72 = 30 exactly
        ([4] * 2 + [3] + [0] * 15, 12, 2),  # 80 * 11 / 72 = 12.2
        ([3] * 3 + [0] * 15, 10, 2),
        ([4] * 9 + [2] + [0] * 9, 40, 1),
    ],
)
def test_a_lefs_with_one_or_two_items_missing_is_prorated_and_says_so(values, value, missing):
    assert score(lefs(values)) == Score(Decimal(value), 80, missing, prorated=True)


@given(st.lists(st.integers(0, 4), min_size=18, max_size=20))
def test_a_lefs_lies_between_nothing_and_everything(values):
    found = score(lefs(values))
    assert 0 <= found.value <= 80 and found.value == int(found.value)
    assert found.prorated is (len(values) < 20)
    assert abs(found.value - Decimal(80 * sum(values)) / (4 * len(values))) <= Decimal("0.5")


@pytest.mark.parametrize("answered", [0, 1, 17])
def test_a_lefs_with_more_items_missing_has_no_score_and_says_why(answered):
    assert score(lefs([4] * answered)) == NoScore(answered, needed=18)


@pytest.mark.parametrize(
    ("values", "value"),
    [([3, 4, 5], "4.0"), ([0, 0, 0], "0.0"), ([10] * 5, "10.0"), ([3, 4, 4], "3.7"), ([1, 2, 2, 0], "1.3")],
)
def test_a_psfs_is_the_mean_of_the_activities_that_the_patient_named(values, value):
    found = score(psfs(values))
    assert found == Score(Decimal(value), 10)
    assert str(found.value) == value


def test_a_psfs_of_two_activities_has_no_score():
    assert score(psfs([3, 4])) == NoScore(2, needed=3)


def test_a_score_that_came_ready_is_taken_as_it_is():
    assert score(Questionnaire("koos-12", "2019", score=Decimal("62.5"))) == Score(Decimal("62.5"), 100, missing=None)


def test_we_ship_no_item_of_anybody():
    assert INSTRUMENTS
    assert not [i.code for i in INSTRUMENTS.values() if i.items_included]


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [
        (("womac", "1", (), None), "unknown-code", "/instrument"),
        (("lefs", "", (), None), "empty-text", "/version"),
        (("lefs", "Version 1", (), None), "bad-version", "/version"),
        (("lefs", "1999", None, None), "answers-or-score", "/answers"),
        (("lefs", "1999", (), Decimal(3)), "answers-or-score", "/answers"),
        (("lefs", "1999", None, Decimal(81)), "out-of-range", "/score"),
        (("psfs", "1995", None, Decimal("10.1")), "out-of-range", "/score"),
        (("lefs", "1999", (Answer(21, 0),), None), "unknown-item", "/answers/0/item"),
        (("lefs", "1999", (Answer(1, 0), Answer(1, 4)), None), "twice", "/answers/1/item"),
        (("lefs", "1999", (Answer(1, 0), Answer(2, 5)), None), "out-of-range", "/answers/1/value"),
        (("psfs", "1995", (Answer(6, 5),), None), "unknown-item", "/answers/0/item"),
        (("koos-12", "2019", (Answer(1, 1),), None), "unknown-item", "/answers/0/item"),
    ],
)
def test_a_questionnaire_that_cannot_be_is_refused(said, code, pointer):
    with pytest.raises(InvalidValue) as refusal:
        Questionnaire(*said)
    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)


@pytest.mark.parametrize("answer", [(0, 1), (51, 1), (1, -1), (1, 11)])
def test_an_answer_out_of_its_scale_is_refused(answer):
    with pytest.raises(InvalidValue):
        Answer(*answer)
