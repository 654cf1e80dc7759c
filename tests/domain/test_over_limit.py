"""Ana's right leg may carry a third of her weight. Does she say that it carried more?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.over_limit import REPORTED_DAYS, LimbDay, Reported, over_limit
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport
from tests.domain.diary import day, entry

LEG = Limb.RIGHT_LEG
WORDS = {"n": OverLimit.NO, "f": OverLimit.FEW_STEPS, "o": OverLimit.OFTEN}


def reported(number, words):
    """Return a day with one report per letter: no, few steps, often."""
    reports = [WeightBearingReport(LEG, Aids.TWO_CRUTCHES, WORDS[word]) for word in words]
    return LimbDay(day(number), tuple(Reported(entry(number, report), report) for report in reports))


def reports(words):
    """Return one day per letter; a dot is a day without a report."""
    return [reported(number, word) for number, word in enumerate(words) if word != "."]


def judge(words, settings=DEFAULT_RULES):
    return over_limit(reports(words), LEG, settings)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("o", "over-limit.often"),
        ("nnno", "over-limit.often"),
        ("f", None),
        ("ff", None),
        ("fff", "over-limit.few-steps"),
        ("fnfnf", "over-limit.few-steps"),
        ("fnnfnf", None),
        ("f..f....f", "over-limit.few-steps"),
        ("off", "over-limit.few-steps"),
        ("fffn", None),
        ("on", None),
        ("n", None),
    ],
)
def test_often_once_or_a_few_steps_on_3_of_5_reported_days(words, key):
    verdict = judge(words)
    assert (verdict and verdict.key) == key


def test_it_is_soon_about_the_limb_and_names_the_reports():
    verdict = judge("fn.ff")
    assert (verdict.rule, verdict.level, verdict.subject, verdict.site, verdict.for_date) == (
        Rule.OVER_LIMIT, Level.SOON, "right-leg", None, day(4),
    )  # fmt: skip
    told = [(e.for_date, e.field, e.value) for e in verdict.evidence]
    assert told == [(day(n), "over_limit", "few-steps") for n in (0, 3, 4)]
    assert (verdict.values["hits"], verdict.values["logged"], verdict.unknown_days) == (3, 4, 1)


def test_the_worst_report_of_a_day_counts():
    assert over_limit([reported(1, "no")], LEG, DEFAULT_RULES).key == "over-limit.often"


def test_a_clinic_may_ask_for_fewer_days():
    assert judge("ff", RuleSettings(over_limit_days=2))


def test_older_reports_than_it_says_are_not_needed():
    days = reports("f" * 30)
    assert over_limit(days, LEG, DEFAULT_RULES) == over_limit(days[-REPORTED_DAYS:], LEG, DEFAULT_RULES)


WORDS_OF_DAYS = st.text("nfo.", min_size=1, max_size=20)


def found(words):
    return {d.day for at, d in enumerate(reports(words)) if over_limit(reports(words)[: at + 1], LEG, DEFAULT_RULES)}


@given(WORDS_OF_DAYS, st.data())
def test_a_no_that_is_added_never_raises(words, data):
    at = data.draw(st.integers(0, len(words) - 1))
    told = words[:at] + "n" + words[at + 1 :] if words[at] == "." else words
    assert found(told) <= found(words)


@given(WORDS_OF_DAYS, st.data())
def test_a_worse_answer_never_removes_a_verdict(words, data):
    at = data.draw(st.integers(0, len(words) - 1))
    worse = words[:at] + {"n": "f", "f": "o", ".": "f"}.get(words[at], "o") + words[at + 1 :]
    assert found(words) <= found(worse)
