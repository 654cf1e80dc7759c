"""Rules in shadow, in a clinic: they raise no alert and write no letter, and what stood before stays."""

from datetime import UTC, datetime

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.domain.clinic import DEFAULT_RULES
from rehab_tracker.evaluation.events import patients
from rehab_tracker.evaluation.story import story
from rehab_tracker.services import alerts, clinics, involvements
from rehab_tracker.services.enrolment import PatientDetails
from rehab_tracker.services.importing import import_story
from rehab_tracker.storage.alerts import Alert
from tests.cast import at, digest_of, logs
from tests.domain.diary import day, known
from tests.evaluation.lines import PATIENT, RIGHT_KNEE, file_of, pain

FLARE = [1, 1, 1, 1, 1, 1, 1, 5, 5, 5]
SETTLED = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
NOW = datetime(2030, 1, 1, tzinfo=UTC)


def silences(cast, *rules, on=0):
    with cast.session() as session:
        clinics.change_settings(session, cast.viewer_of(cast.alda), {"shadow": list(rules)}, "too many", at(on))


def knee_hurts(cast, values, first=1):
    for number, worst in enumerate(values, start=first):
        cast.ana_logs({"right-knee": worst}, number)


def flares(cast, clinic=None):
    return [alert for alert in cast.rows(Alert, clinic) if alert.rule == "known-site-flare"]


def test_a_flare_raises_an_alert_that_the_digest_counts_where_the_rule_is_heard(cast):
    cast.records("right-knee")
    knee_hurts(cast, FLARE)
    assert [alert.state for alert in flares(cast)] == ["open"]
    assert digest_of(cast, cast.nuno, at(11))["soon"] == 1


def test_in_shadow_it_raises_no_alert_and_writes_no_letter(cast):
    silences(cast, "known-site-flare")
    cast.records("right-knee")
    knee_hurts(cast, FLARE)
    assert cast.rows(Alert) == []
    assert cast.letters() == [] and digest_of(cast, cast.nuno, at(11))["soon"] == 0
    assert "alert-raised" not in cast.audit()


def test_the_others_speak_as_ever(cast):
    silences(cast, "known-site-flare")
    cast.records("right-knee")
    knee_hurts(cast, FLARE)
    cast.ana_logs({"left-hip": 9}, 11)
    cast.ana_ticks("fever", day=12)
    assert {(rule, subject) for rule, _, subject, _ in cast.standing()} == {
        ("sudden-severe-pain", "left-hip"),
        ("red-flag", "fever"),
    }


def test_carlas_clinic_hears_what_anas_clinic_does_not(cast):
    silences(cast, "known-site-flare")
    with cast.session(cast.braga) as session:
        viewer = cast.viewer_of(cast.carla)
        involvements.record_involvement(session, viewer, cast.bento.id, known("right-knee"), at(0))
    cast.records("right-knee")
    for number, worst in enumerate(FLARE, start=1):
        cast.ana_logs({"right-knee": worst}, number)
        cast.sends(cast.bento, logs({"right-knee": worst}, number), now=at(number))
    assert flares(cast) == []
    assert [alert.patient_id for alert in flares(cast, cast.braga)] == [cast.bento.id]
    with cast.session(cast.braga) as session:
        assert clinics.in_force(session, cast.braga.id).rules == DEFAULT_RULES


def test_an_alert_that_stands_when_its_rule_falls_silent_stays_as_it_is_for_a_person_to_take(cast):
    cast.records("right-knee")
    knee_hurts(cast, FLARE)
    [before], letters = flares(cast), cast.letters()
    silences(cast, "known-site-flare", on=10)
    knee_hurts(cast, [6, 6, *SETTLED * 2], first=11)
    [alert] = flares(cast)
    assert (alert.id, alert.state, alert.level, alert.last_for_date) == (
        before.id,
        "open",
        "soon",
        before.last_for_date,
    )
    assert (alert.evidence, cast.steps(alert), cast.letters()) == (before.evidence, ["raised"], letters)
    with cast.session() as session:
        alerts.acknowledge(session, cast.viewer_of(cast.nuno), alert.id, at(40))
    assert cast.steps(flares(cast)[0]) == ["raised", "acknowledged"]


def test_heard_again_a_rule_asks_of_the_next_entry_and_follows_what_stood(cast):
    cast.records("right-knee")
    knee_hurts(cast, FLARE)
    [before] = flares(cast)
    silences(cast, "known-site-flare", on=10)
    knee_hurts(cast, [6], first=11)
    silences(cast, on=11)
    knee_hurts(cast, [6], first=12)
    [alert] = flares(cast)
    assert (alert.id, alert.last_for_date) == (before.id, day(12))


def test_heard_again_it_raises_what_still_holds(cast):
    silences(cast, "known-site-flare")
    cast.records("right-knee")
    knee_hurts(cast, FLARE)
    silences(cast, on=10)
    assert flares(cast) == []
    knee_hurts(cast, [5], first=11)
    assert [alert.state for alert in flares(cast)] == ["open"]


def test_joining_two_records_ends_no_alert_of_a_silent_rule(cast):
    again = cast.twice(cast.nuno, cast.boris)
    cast.records("right-knee")
    with cast.session() as session:
        viewer = cast.viewer_of(cast.boris)
        involvements.record_involvement(session, viewer, again.id, known("left-knee"), at(0))
    for number, worst in enumerate(FLARE, start=1):
        cast.sends(again, logs({"left-knee": worst}, number), now=at(number))
    [alert] = flares(cast)
    silences(cast, "known-site-flare", on=10)
    cast.merges(again, on=11)
    assert [(each.id, each.state) for each in flares(cast)] == [(alert.id, "open")]
    cast.separates(again, on=12)
    assert [(each.id, each.state) for each in flares(cast)] == [(alert.id, "open")]


@pytest.mark.parametrize(("rules", "found"), [((), ["open"]), (("known-site-flare",), [])])
def test_an_import_goes_by_the_same_settings(cast, rules, found):
    silences(cast, *rules)
    days = [
        pain(f"2026-01-{number:02}", place="right-knee", worst=worst) for number, worst in enumerate(FLARE, start=6)
    ]
    [patient] = patients(file_of([PATIENT, RIGHT_KNEE, *days]).splitlines())
    details = PatientDetails("P", "P", "en-GB", patient.time_zone, enrolled_on=patient.enrolled_on)
    with cast.session() as session:
        import_story(session, system(cast.porto.id), story(patient, details), NOW)
    assert [alert.state for alert in flares(cast)] == found
