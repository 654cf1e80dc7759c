import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.involvement import InvolvementStatus
from rehab_tracker.domain.phase_review import phase_reviews
from rehab_tracker.domain.red_flag import RedFlag
from rehab_tracker.domain.site import SITES, Area, Compartment, areas_of, site
from rehab_tracker.domain.translation import as_written
from rehab_tracker.domain.wording import (
    AREAS,
    FLAGS,
    JOINTS,
    LEVELS,
    PARTS,
    SELF_REPORTED,
    SENTENCES,
    STATUSES,
    not_known,
    place_name,
    reason,
)
from tests.domain.diary import flags, hurts, known, logged, long_standing, pain, verdicts
from tests.domain.plans import TOLERATED, courses, logs, move, plan, start

PAIN = logs("right-knee", 6, first=5)
# One history for each key that a rule can produce.
STORIES = {
    "new-site-pain.persistent": verdicts(logged("left-knee", 3, 3, 3, 3, area="inner")),
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
    "phase-review": list(
        phase_reviews(courses([plan("left-knee", start()), plan("right-knee", start(), move(1, TOLERATED))], PAIN))
    ),
}
NEVER = ("diagnos", "migration", "safe", "fracture", "osteonecrosis", "tumour", "harmless", "normal")
EVERY_TEXT = [
    *(text for parts in SENTENCES.values() for text in parts),
    *(text for table in (JOINTS, PARTS, AREAS, FLAGS, LEVELS, STATUSES) for text in table.values()),
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
        reason("known-site-flare", {}, as_written)


def test_what_is_not_known_is_said():
    assert not_known(Rule.NEW_SITE_PAIN, 2, as_written) == [
        "Days without an answer in these days: 2. They are not counted as free of pain.",
        SELF_REPORTED,
    ]
    assert not_known(Rule.NEW_SITE_PAIN, 0, as_written) == [SELF_REPORTED]
    assert not_known(Rule.RED_FLAG, 0, as_written) == []


def test_a_known_part_is_named_by_the_compartment():
    [verdict] = verdicts(logged("left-foot", 3, 3, 3, 3, area="heel"), [known("left-foot.forefoot")])
    assert told(verdict).startswith("Left foot, heel: pain 3 or more")
    assert place_name(verdict.site, None, as_written) == "left foot, hindfoot"
