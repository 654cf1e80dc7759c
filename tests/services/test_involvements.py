"""Involvements: what staff record changes at once what the rules say of the days since."""

from datetime import date

import pytest

from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, ReasonNeeded
from rehab_tracker.domain.involvement import InvolvementStatus, opened_on
from rehab_tracker.domain.partial_date import PartialDate, Precision
from rehab_tracker.domain.site import Area, site
from rehab_tracker.services import involvements
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.involvements import InvolvementRow, involvements_of
from tests.cast import at
from tests.domain.diary import day

MEDIAL = site("right-knee.medial-femoral-condyle")
BEFORE_BIRTH = date(1984, 2, 28)


def four_days(cast, place="left-knee", area=None):
    """Four bad days after a mild one."""
    for n, worst in enumerate((1, 4, 4, 4, 4)):
        cast.ana_logs({place: worst}, n, area=area)


def test_a_record_keeps_who_when_and_since_which_day(cast):
    cast.records("left-knee", "suspected", on=4, by=cast.nuno)
    [row] = cast.rows(InvolvementRow)
    assert (str(row.site), row.status, row.recorded_on, row.recorded_at) == ("left-knee", "suspected", day(4), at(4))
    assert row.recorded_by == cast.nuno.id
    assert cast.audit() == ["involvement-recorded"]


def test_the_first_record_answers_its_alert_and_lets_the_rules_judge_the_days_since(cast):
    four_days(cast)
    assert cast.standing() == {("no-site-recorded", "soon", "whole-body", 0)}
    cast.records("right-knee", on=4)
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 4)}


def test_a_place_that_is_recorded_as_known_takes_its_alert_back_for_the_days_since(cast):
    cast.records("right-knee")
    four_days(cast)
    cast.records("left-knee", "confirmed", on=4)
    assert cast.standing() == set()
    assert [alert.state for alert in cast.rows(Alert)] == ["superseded"]


def test_verdicts_of_the_days_before_a_place_was_known_stay(cast):
    cast.records("right-knee")
    four_days(cast)
    cast.records("left-knee", "confirmed", on=5)
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 4)}


def test_a_mistaken_record_makes_the_place_quiet_again(cast):
    cast.records("right-knee")
    cast.records("left-knee", "suspected", on=1)
    four_days(cast)
    assert cast.standing() == set()
    cast.records("left-knee", "entered-in-error", on=2)
    cast.ana_logs({"left-knee": 1}, 5)
    cast.ana_logs({"left-knee": 4}, 6)
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 6)}


def test_pain_in_another_part_of_a_known_joint_is_an_alert_about_that_part(cast):
    cast.records("right-knee.medial-femoral-condyle")
    four_days(cast, "right-knee", area="outer")
    [alert] = cast.rows(Alert)
    assert (alert.rule, alert.level, alert.subject) == ("new-compartment-pain", "soon", "right-knee")


def test_who_may_not_reach_the_record_records_nothing(cast):
    for person, refusal in (
        (cast.dora, ReasonNeeded),
        (cast.alda, NotAllowed),
        (cast.ana, NotAllowed),
        (cast.carla, NotFound),
    ):
        with pytest.raises(refusal):
            cast.records("left-knee", by=person)
    assert cast.rows(InvolvementRow) == cast.rows(InvolvementRow, cast.braga) == []


# A place that comes back, and records that are put right


def history_of(cast):
    with cast.session() as session:
        found = involvements.involvement_history(session, cast.ana)
    return {str(place): [str(each.involvement.status) for each in rows] for place, rows in found.items()}


def says(cast, verb, *told, on, by=None):
    with cast.session() as session:
        return verb(session, cast.viewer_of(by or cast.boris), cast.ana.id, *told, at(on))


def test_a_place_that_healed_is_opened_again_after_years(cast):
    for on, status in ((0, "confirmed"), (120, "resolved"), (1_000, "recurrent")):
        cast.records("right-knee", status, on=on)
    assert history_of(cast) == {"right-knee": ["confirmed", "resolved", "recurrent"]}
    cast.ana_logs({"right-knee": 6}, 1_001)
    assert cast.standing() == set(), "what hurts there is known again"
    with cast.session() as session:
        known = involvements_of(session, cast.porto.id, cast.ana.id)
    assert opened_on(known) == {site("right-knee"): day(1_000)}


def test_onset_keeps_its_precision_and_the_patients_words_stand_beside_the_clinicians_part(cast):
    onset = PartialDate(day(-21), Precision.WEEK, "three weeks ago")
    said = involvements.Said(onset, Area.INNER, "inside, when I take the stairs")
    says(cast, involvements.record_status, MEDIAL, InvolvementStatus.CONFIRMED, said, on=0)
    says(cast, involvements.record_status, MEDIAL, InvolvementStatus.CONFIRMED, said, on=0)
    with cast.session() as session:
        [kept] = involvements_of(session, cast.porto.id, cast.ana.id)
    assert (kept.onset, kept.area, kept.words, kept.recorded_on) == (onset, "inner", said.words, day(0))
    assert cast.audit() == ["involvement-recorded", "plan-start"]


@pytest.mark.parametrize("onset", [day(1), BEFORE_BIRTH])
def test_an_onset_that_cannot_be_is_refused_and_nothing_is_recorded(cast, onset):
    said = involvements.Said(PartialDate(onset))
    with pytest.raises(InvalidValue) as refused:
        says(cast, involvements.record_status, MEDIAL, InvolvementStatus.SUSPECTED, said, on=0)
    assert (refused.value.code, refused.value.pointer) == ("impossible-date", "/onset")
    assert cast.rows(InvolvementRow) == []


def test_two_records_of_one_place_are_merged_and_the_joint_stays_known(cast):
    cast.records("right-knee", "confirmed", on=0)
    cast.records(str(MEDIAL), "confirmed", on=3)
    for n in range(1, 8):
        cast.ana_logs({"right-knee": 5}, n, area="inner")
    says(cast, involvements.merge_involvements, site("right-knee"), MEDIAL, "one place", on=7)
    cast.ana_logs({"right-knee": 5}, 8, area="inner")
    assert cast.standing() == set() and cast.rows(Alert) == []
    assert history_of(cast) == {"right-knee": ["confirmed", "entered-in-error"], str(MEDIAL): ["confirmed"]}
    [merged] = [row for row in cast.rows(InvolvementRow) if row.merged_into]
    assert (merged.merged_into, merged.reason, merged.recorded_by) == (MEDIAL, "one place", cast.boris.id)
    assert "involvements-merged" in cast.audit()


def test_a_merge_asks_the_rules_again(cast):
    cast.records("right-knee", "confirmed", on=0)
    cast.records(str(MEDIAL), "confirmed", on=0)
    for n in range(1, 5):
        cast.ana_logs({"right-knee": 5}, n, area="outer")
    assert cast.standing() == set(), "the whole knee is recorded"
    says(cast, involvements.merge_involvements, site("right-knee"), MEDIAL, "only the inner side", on=1)
    assert [(rule, subject) for rule, _, subject, _ in cast.standing()] == [("new-compartment-pain", "right-knee")]


@pytest.mark.parametrize(
    ("place", "into", "code", "pointer"),
    [
        ("right-knee", "left-knee", "other-joint", "/merged_into"),
        ("right-knee", "right-knee", "other-joint", "/merged_into"),
        ("right-knee", "right-knee.patella", "not-recorded", "/merged_into"),
        ("right-knee.patella", "right-knee", "not-recorded", "/site"),
        ("right-knee", str(MEDIAL), "resolved", "/merged_into"),
    ],
)
def test_what_cannot_be_merged_stays_as_it_is(cast, place, into, code, pointer):
    cast.records("right-knee")
    cast.records("left-knee")
    cast.records(str(MEDIAL), "resolved")
    with pytest.raises(InvalidValue) as refused:
        says(cast, involvements.merge_involvements, site(place), site(into), "one place", on=1)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)
    assert len(cast.rows(InvolvementRow)) == 3


def test_a_mistake_is_marked_with_its_reason_and_can_be_taken_back(cast):
    cast.records("left-knee", "suspected", on=1)
    says(cast, involvements.mark_involvement_in_error, site("left-knee"), "it was the right one", on=2)
    with pytest.raises(InvalidValue, match="not recorded"):
        says(cast, involvements.mark_involvement_in_error, site("left-knee"), "again", on=2)
    cast.records("left-knee", "suspected", on=3)
    assert history_of(cast) == {"left-knee": ["suspected", "entered-in-error", "suspected"]}


def test_who_recorded_what_can_be_read_and_the_reading_stands_in_the_audit(cast):
    cast.records("left-knee", "suspected", on=1, by=cast.nuno)
    found = says(cast, involvements.read_involvements, on=2)
    [told] = found[site("left-knee")]
    assert (told.by, told.name, told.at) == (cast.nuno.id, cast.nuno.name, at(1))
    assert cast.audit()[-1] == "involvements-read"
