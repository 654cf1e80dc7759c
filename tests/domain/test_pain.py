import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.pain import MOST_SCORES, PainReading, PainScore, UsualPain
from rehab_tracker.domain.site import SITES, Area, Region, Side, Site, areas_of, site

KNEE = site("left-knee")
SCORES = st.one_of(st.none(), st.integers(0, 10))


@given(SCORES, SCORES)
def test_x_is_the_larger_of_loading_and_rest(on_loading, at_rest):
    given_scores = [s for s in (on_loading, at_rest) if s is not None]
    if not given_scores:
        with pytest.raises(InvalidValue) as refusal:
            PainScore(KNEE, on_loading=on_loading, at_rest=at_rest)
        assert refusal.value.code == "score-needed"
        return
    score = PainScore(KNEE, on_loading=on_loading, at_rest=at_rest)
    assert score.worst == max(given_scores)
    assert getattr(score, score.worst_field) == score.worst


def test_loading_names_the_evidence_when_both_are_equal():
    assert PainScore(KNEE, on_loading=4, at_rest=4).worst_field == "on_loading"
    assert PainScore(KNEE, on_loading=3, at_rest=4).worst_field == "at_rest"


def test_the_next_morning_alone_is_no_score_of_the_day():
    with pytest.raises(InvalidValue, match="Give a score"):
        PainScore(KNEE, next_morning=5)


@pytest.mark.parametrize("field", ["on_loading", "at_rest", "next_morning"])
@pytest.mark.parametrize(("value", "code"), [(-1, "out-of-range"), (11, "out-of-range"), (10**30, "out-of-range")])
def test_a_score_outside_0_to_10_is_refused_where_it_stands(field, value, code):
    with pytest.raises(InvalidValue) as refusal:
        PainScore(KNEE, **{"at_rest": 1, field: value})
    assert (refusal.value.code, refusal.value.pointer) == (code, f"/{field}")


@pytest.mark.parametrize("value", [True, False, 3.0, 2.5, "3", float("nan")])
def test_only_a_whole_number_is_a_score(value):
    with pytest.raises(InvalidValue) as refusal:
        PainScore(KNEE, on_loading=value)
    assert refusal.value.code == "wrong-type"


@pytest.mark.parametrize("value", [0, 10])
def test_both_ends_of_the_scale_are_scores(value):
    assert PainScore(KNEE, on_loading=value).worst == value


@given(st.sampled_from(sorted(SITES)), st.sampled_from(Area))
def test_an_area_belongs_to_its_region(code, area):
    place = site(code)
    if area in areas_of(place.region):
        assert PainScore(place, area, on_loading=1).area is area
    else:
        with pytest.raises(InvalidValue) as refusal:
            PainScore(place, area, on_loading=1)
        assert refusal.value.code == "unknown-area"


def test_no_scores_and_no_explicit_zero_is_a_reading_that_knows_nothing():
    assert not PainReading().no_other_pain


def test_an_entry_holds_as_many_scores_as_there_are_places_twice():
    score = PainScore(Site(Region.KNEE, Side.LEFT), on_loading=1)
    assert len(PainReading((score,) * MOST_SCORES).scores) == MOST_SCORES
    with pytest.raises(InvalidValue, match="too many"):
        PainReading((score,) * (MOST_SCORES + 1))


@pytest.mark.parametrize("usual", [-1, 11, True])
def test_usual_pain_is_a_score_too(usual):
    with pytest.raises(InvalidValue):
        UsualPain(KNEE, usual)
    assert UsualPain(KNEE, 2).usual_pain == 2
