import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain import injury, overload, soreness
from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES
from rehab_tracker.domain.exercise_pain import exercise_pain
from rehab_tracker.domain.involvement import InvolvementStatus
from rehab_tracker.domain.known_site_flare import known_site_flare
from rehab_tracker.domain.not_improving import not_improving
from rehab_tracker.domain.not_logging import Silence, not_logging
from rehab_tracker.domain.over_limit import over_limit
from rehab_tracker.domain.phase_review import phase_reviews
from rehab_tracker.domain.recurrence import recurrence
from rehab_tracker.domain.red_flag import RedFlag
from rehab_tracker.domain.site import SITES, Area, Compartment, Limb, areas_of, site
from rehab_tracker.domain.topology import TWO_PLACES, Nearness
from rehab_tracker.domain.translation import as_written
from rehab_tracker.domain.unseen_pain import unseen_pain
from rehab_tracker.domain.wording import (
    AREAS,
    FLAGS,
    JOINTS,
    LABELS,
    LEVELS,
    PARTS,
    RAISED_BY,
    SELF_REPORTED,
    SENTENCES,
    STATUSES,
    not_known,
    place_name,
    reason,
)
from tests.domain.diary import day, flags, hurts, known, logged, long_standing, pain, verdicts
from tests.domain.plans import TOLERATED, courses, logs, move, plan, start
from tests.domain.site_days import days_of, hurting, scored
from tests.domain.test_exercise_pain import session
from tests.domain.test_over_limit import reports

PAIN = logs("right-knee", 6, first=5)
KNEE = site("right-knee")


def staying(first=(), new_part=False):
    days = days_of("right-knee", *[2] * 14, area="outer")
    return [unseen_pain(days, first, day(0), KNEE, None, DEFAULT_RULES, new_part)]


def silent(**told):
    return [not_logging(Silence(day(0), tuple(map(day, (1, 2, 3))), **told), day(4), False, DEFAULT_RULES)]


BEGUN = days_of("right-knee", 2, 2, 2)
# One history for each key that a rule can produce.
STORIES = {
    "new-site-pain.persistent": verdicts(logged("left-knee", 3, 3, 3, 3, area="inner")),
    "new-site-pain.adding-up": verdicts(logged("left-knee", 1, 1, 3, 3, 4)),
    "new-compartment-pain.adding-up": verdicts(logged("right-knee", 1, 1, 3, 3, 4, area="outer")),
    "new-site-pain.severe": verdicts(logged("left-knee", 5, 5, 5)),
    "new-site-pain.woken": verdicts([pain(n, hurts("neck", 1, woke=True)) for n in (1, 2, 3)]),
    "new-compartment-pain.persistent": verdicts(logged("right-knee", 3, 3, 3, 3, area="outer")),
    "new-compartment-pain.severe": verdicts(logged("right-knee", 5, 5, 5, area="outer")),
    "new-compartment-pain.woken": verdicts(
        [pain(n, hurts("right-knee", 1, area="outer", woke=True)) for n in (1, 2, 3)]
    ),
    "sudden-severe-pain.quiet": verdicts(logged("left-hip", 8, area="groin")),
    "sudden-severe-pain.known": verdicts(logged("right-knee", 2, 3, 9)),
    "red-flag": verdicts([flags(1, "bladder-or-bowel")]),
    "no-site-recorded": verdicts(logged("left-knee", 2), involvements=()),
    "new-site-pain.staying": staying(),
    "new-site-pain.since-enrolment": staying(BEGUN),
    "new-compartment-pain.staying": staying(new_part=True),
    "new-compartment-pain.since-enrolment": staying(BEGUN, new_part=True),
    "recurrence": [recurrence(days_of("right-knee", 3, 4), [KNEE], KNEE, None, DEFAULT_RULES)],
    "known-site-flare": [known_site_flare(days_of("right-knee", 2, 3, 0, 5, 5, 5, 5, 5), KNEE, DEFAULT_RULES)],
    "over-limit.often": [over_limit(reports("o"), Limb.RIGHT_LEG, DEFAULT_RULES)],
    "over-limit.few-steps": [over_limit(reports("fnff"), Limb.RIGHT_LEG, DEFAULT_RULES)],
    "not-improving": [
        not_improving(
            days_of("right-knee", 6, 6, 5, first=40),
            days_of("right-knee", 6, 6, 6, first=0),
            day(0),
            KNEE,
            DEFAULT_RULES,
        )
    ],
    "exercise-pain": [exercise_pain([session(1, 4), session(3, 5, exercise="own-drill")], 3, DEFAULT_RULES)],
    "not-logging.silent": silent(),
    "not-logging.never": silent(has_logged=False),
    "not-logging.after-pain": silent(quiet_pain=scored(0, hurting("left-knee", 4)).said[0]),
    "phase-review": list(
        phase_reviews(courses([plan("left-knee", start()), plan("right-knee", start(), move(1, TOLERATED))], PAIN))
    ),
}
NEVER = ("diagnos", "migration", "safe", "fracture", "osteonecrosis", "tumour", "harmless", "normal")
EVERY_TEXT = [
    *(text for parts in SENTENCES.values() for text in parts),
    *(text for table in (JOINTS, PARTS, AREAS, FLAGS, LEVELS, STATUSES, RAISED_BY, LABELS) for text in table.values()),
]


def told(verdict):
    return reason(verdict.key, verdict.values, as_written)


@pytest.mark.parametrize("key", sorted(SENTENCES))
def test_every_sentence_is_told_by_some_rule(key):
    [verdict] = STORIES[key]
    assert verdict.key == key
    sentence = told(verdict)
    assert sentence[0].isupper() and sentence.endswith(".") and "%" not in sentence


def test_every_rule_has_its_sentences():
    assert set(STORIES) == set(SENTENCES)
    assert {key.partition(".")[0] for key in SENTENCES} == set(Rule)


def test_the_reason_says_place_score_and_days_in_one_plain_sentence():
    [verdict] = STORIES["new-site-pain.persistent"]
    assert told(verdict) == (
        "Left knee, inner side: pain 3 or more on 4 of the last 4 logged days (3, 3, 3, 3). "
        "This place is not in the plan. Please review."
    )
    [sudden] = STORIES["sudden-severe-pain.known"]
    assert told(sudden).startswith("Right knee: sudden severe pain, 9 of 10, after 2.5 in the week before.")
    [ticked] = STORIES["red-flag"]
    assert "a change in bladder or bowel" in told(ticked)


def test_the_threshold_told_is_the_one_that_was_used():
    [verdict] = verdicts(logged("neck", 6, 6, 6, 6), declared=[long_standing("neck", 4)])[-1:]
    assert "pain 6 or more" in told(verdict)


@pytest.mark.parametrize("text", EVERY_TEXT)
def test_no_text_names_a_diagnosis_or_says_that_anything_is_safe(text):
    assert not [word for word in NEVER if word in text.lower()]


@pytest.mark.parametrize("text", EVERY_TEXT)
def test_every_text_is_plain(text):
    assert text == text.strip() and "  " not in text
    assert not set(text) & set("—;")


@pytest.mark.parametrize("code", sorted(SITES))
def test_every_place_is_named_with_its_side_spelled_out(code):
    place = site(code)
    name = place_name(place, None, as_written)
    assert (place.side is None) == (not {"left", "right"} & set(name.replace(",", "").split()))
    assert place.side is None or name.startswith(f"{place.side} ")
    assert (", " in name) == (place.compartment is not None)


def test_no_two_places_share_a_name():
    names = [place_name(place, None, as_written) for place in SITES.values()]
    assert len(names) == len(set(names))


@given(st.sampled_from(sorted(SITES)), st.data())
def test_the_area_the_patient_said_stands_beside_the_place(code, data):
    place = site(code)
    area = data.draw(st.sampled_from(sorted(areas_of(place.region))))
    assert place_name(place, area, as_written) == f"{JOINTS[str(place.joint)]}, {AREAS[area]}"


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (JOINTS, {str(place.joint) for place in SITES.values()}),
        (PARTS, set(Compartment)),
        (AREAS, set(Area)),
        (FLAGS, set(RedFlag)),
        (LEVELS, set(Level)),
        (STATUSES, set(InvolvementStatus)),
    ],
    ids=["joints", "parts", "areas", "flags", "levels", "statuses"],
)
def test_every_code_has_its_words(table, codes):
    assert set(table) == codes
    assert all(text and text[0] in string.ascii_letters for text in table.values())


def test_every_text_goes_through_the_catalogue():
    [verdict] = STORIES["new-site-pain.persistent"]
    asked = []

    def gettext(text):
        asked.append(text)
        return text

    reason(verdict.key, verdict.values, gettext)
    assert asked == ["left knee", "inner side", *SENTENCES[verdict.key]]


def test_an_unknown_key_has_no_sentence():
    with pytest.raises(KeyError):
        reason("swelling", {}, as_written)


def in_portuguese(text):
    return {".": ","}.get(text, text)


def test_the_sentences_of_the_other_rules():
    [flare] = STORIES["known-site-flare"]
    assert told(flare) == (
        "Right knee: pain is up, 5, 5, 5, 5, 5 on 5 of the last 5 logged days, after 2 before. "
        "Please check whether the plan still fits."
    )
    [slow] = STORIES["not-improving"]
    assert "after 6 weeks of the plan pain is 5.7 on average, and was 6 at the start" in told(slow)
    assert "5,7 on average" in reason(slow.key, slow.values, in_portuguese)
    [hurt] = STORIES["exercise-pain"]
    assert told(hurt) == (
        "Pain 3 or more during exercises on 2 of the last 2 days with any (4, 5). "
        "Please check these exercises: Own drill, Wall squats."
    )
    [steps] = STORIES["over-limit.few-steps"]
    assert told(steps).startswith(
        "Right leg: a few steps with more weight than allowed on 3 of the last 4 reported days"
    )


@pytest.mark.parametrize("why", sorted(RAISED_BY))
@pytest.mark.parametrize("label", [None, *sorted(LABELS)])
def test_what_lies_around_a_verdict_is_told_after_its_sentence(why, label):
    [verdict] = STORIES["new-site-pain.persistent"]
    labelled = {"label": label} if label else {}
    expected = " ".join(filter(None, (told(verdict), RAISED_BY[why], LABELS.get(label))))
    assert reason(verdict.key, {**verdict.values, "raised_by": why, **labelled}, as_written) == expected


def test_every_reason_to_raise_and_every_label_has_its_words():
    assert set(RAISED_BY) == {*Nearness, TWO_PLACES, injury.LABEL}
    assert set(LABELS) == {injury.LABEL, overload.LABEL, soreness.LABEL}


def test_what_is_not_known_is_said():
    assert not_known(Rule.NEW_SITE_PAIN, 2, as_written) == [
        "Days without an answer in these days: 2. They are not counted as free of pain.",
        SELF_REPORTED,
    ]
    assert not_known(Rule.NEW_SITE_PAIN, 0, as_written) == [SELF_REPORTED]
    assert not_known(Rule.RED_FLAG, 0, as_written) == []
    assert not_known(Rule.NOT_LOGGING, 0, as_written) == []
    assert SELF_REPORTED in not_known(Rule.RECURRENCE, 0, as_written)


def test_a_known_part_is_named_by_the_compartment():
    [verdict] = verdicts(logged("left-foot", 3, 3, 3, 3, area="heel"), [known("left-foot.forefoot")])
    assert told(verdict).startswith("Left foot, heel: pain 3 or more")
    assert place_name(verdict.site, None, as_written) == "left foot, hindfoot"
