"""Whichever rule raises an alert, no letter tells anything of it; what is only shown is in no digest either."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.domain.entry import Sent
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.exercise_names import exercise_name
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.plan_wording import LIMBS
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport
from rehab_tracker.domain.wording import SENTENCES
from rehab_tracker.mail.language import LANGUAGES, gettext_in
from rehab_tracker.mail.letters import DIGESTS
from rehab_tracker.services import involvements
from rehab_tracker.storage.alerts import Alert
from tests.domain.diary import KINDS
from tests.mail.every_kind import deliver_everything, everybody, write_every_kind
from tests.mail.office import ZONE, Office
from tests.mail.test_no_canary import NOT_TELLING, all_of, plain_words, telling_words

EXERCISE = "straight-leg-raise"


def hurt(place, x, **more):
    return PainReading((PainScore(site(place), on_loading=x, **more),))


def walked(over):
    return WeightBearingReport(Limb.RIGHT_LEG, Aids.TWO_CRUTCHES, over)


def waking(place, **more):
    return {n: hurt(place, 1, woke_at_night=True, **more) for n in (1, 2, 3)}


RAISED = {
    "new-site-pain.adding-up": {n: hurt("left-foot", x) for n, x in enumerate((2, 2, 3, 3, 3), start=1)},
    "new-site-pain.severe": {n: hurt("left-foot", 6) for n in (1, 2, 3)},
    "new-site-pain.staying": {n: hurt("left-shoulder", 2) for n in range(9, 26, 2)},
    "new-site-pain.woken": waking("neck"),
    "new-compartment-pain.woken": waking("left-knee", area="outer"),
    "recurrence": {n: hurt("left-hip", 4) for n in (6, 7)},
    "known-site-flare": {n: hurt("right-knee", 1 if n < 10 else 5) for n in range(1, 15)},
    "sudden-severe-pain.known": {1: hurt("right-knee", 1), 2: hurt("right-knee", 8)},
    "over-limit.often": {2: walked(OverLimit.OFTEN)},
    "over-limit.few-steps": {n: walked(OverLimit.FEW_STEPS) for n in (1, 2, 3)},
}
SHOWN = {
    "exercise-pain": {n: ExerciseReport(EXERCISE, done_sets=3, pain_during=6) for n in (1, 10)},
    "not-improving": {n: hurt("right-knee", 4) for n in range(1, 45)},
    "new-site-pain.since-enrolment": {n: hurt("left-shoulder", 2) for n in range(1, 26, 2)},
    "new-site-pain.persistent": {n: hurt("left-foot", 3) for n in (1, 2, 3, 4)},
}


@pytest.fixture
def quick_office(sqlite_store, server):
    return Office(sqlite_store, server)


def lives(office, story):
    """Enrol Ana with a team that reads both languages, let her send what the story says, and deliver every letter."""
    team = everybody(office)
    enrolled, began = office.now.date(), office.now
    patient = office.enrol(team, name="Zqana Zqcosta", phone="912345678", record_number="RN-zq777")
    for place, status, after in (
        ("left-knee.patella", "confirmed", 0), ("left-hip", "confirmed", 1), ("left-hip", "resolved", 5),
    ):  # fmt: skip
        with office.store.session(office.clinic.id) as session:
            known = Involvement(site(place), InvolvementStatus(status), enrolled + timedelta(days=after))
            moment = began + timedelta(days=after)
            involvements.record_involvement(session, system(office.clinic.id), patient, known, moment)
    for number, content in story.items():
        office.now = began + timedelta(days=number)
        office.push_items(patient, [Sent(uuid4(), KINDS[type(content)], 1, office.now, ZONE, None, False, content)])
    office.deliver()
    write_every_kind(office, patient)
    deliver_everything(office)
    return patient


def alerts_of(office):
    with office.store.session(office.clinic.id) as session:
        return list(session.query(Alert).filter(Alert.clinic_id == office.clinic.id))


def words_of_rules():
    """Every word of a limb or of the exercise, and of places, parts, flags and statuses, in both languages."""
    names = [exercise_name(EXERCISE, gettext_in(each)) for each in LANGUAGES]
    names += [gettext_in(each)(name) for each in LANGUAGES for name in LIMBS.values()]
    return {word for name in names for word in re.findall(r"\w{3,}", name.casefold())} | set(telling_words())


def tells(mail, rule, patient):
    """Return what of the patient, the places, the reason or the rule stands in a mail."""
    seen, said = all_of(mail), plain_words(mail)
    secrets = ["zqana", "zqcosta", "912345678", "rn-zq777", str(patient), patient.hex, rule.partition(".")[0]]
    for language in LANGUAGES:
        secrets += [re.split(r"%\(|[.:]", gettext_in(language)(part))[0].strip(" :,") for part in SENTENCES[rule]]
    found = [secret for secret in secrets if len(secret) > 3 and secret.casefold() in seen]
    return found + sorted((words_of_rules() - NOT_TELLING) & set(re.findall(r"\w{3,}", said)))


def digests_of(office):
    return [letter.values for letter in office.letters() if letter.kind in DIGESTS]


@pytest.mark.parametrize("key", sorted(RAISED))
def test_a_letter_tells_nothing_of_the_rule_that_raised_it(quick_office, key):
    patient = lives(quick_office, RAISED[key])
    assert key in {alert.reason_key for alert in alerts_of(quick_office)}
    assert {mail.message["Content-Language"] for mail in quick_office.server.mails} == set(LANGUAGES)
    assert any(values["urgent"] + values["soon"] for values in digests_of(quick_office))
    assert [tells(mail, key, patient) for mail in quick_office.server.mails if tells(mail, key, patient)] == []


@pytest.mark.parametrize("key", sorted(SHOWN))
def test_what_is_only_shown_makes_no_letter_and_no_digest_counts_it(quick_office, key):
    lives(quick_office, SHOWN[key])
    assert key in {alert.reason_key for alert in alerts_of(quick_office)}
    assert [alert for alert in alerts_of(quick_office) if alert.level != "info"] == []
    assert "alert" not in {letter.kind for letter in quick_office.letters()}
    assert {values["urgent"] + values["soon"] for values in digests_of(quick_office)} == {0}


def test_a_canary_of_a_rule_would_be_seen(quick_office, monkeypatch):
    patient = lives(quick_office, RAISED["over-limit.often"])
    mail = next(mail for mail in quick_office.server.mails if mail.recipient == "nurse@clinic.example")
    assert tells(mail, "over-limit.often", patient) == []
    word = next(word for word in re.findall(r"[a-z]{5,}", mail.text.casefold()) if word not in NOT_TELLING)
    monkeypatch.setitem(LIMBS, Limb.RIGHT_LEG, word)
    assert word in tells(mail, "over-limit.often", patient)
