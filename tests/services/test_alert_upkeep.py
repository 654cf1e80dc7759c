"""Alerts that should have a deadline get one, many of them in one letter; what is for the list alone stays there."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from rehab_tracker.domain.access import Role
from rehab_tracker.domain.alert import AlertState, Level, Rule
from rehab_tracker.services import letters
from rehab_tracker.storage.alerts import Alert, AlertStep
from rehab_tracker.storage.clock import DueJob
from rehab_tracker.storage.letters import Letter, LetterState
from rehab_tracker.storage.people import CareTeam
from tests.cast import another_patient, at
from tests.domain.diary import FIRST_VISIT, hurts, pain
from tests.services.clockwork import Clockwork
from tests.services.test_escalating import FRIDAY, MONDAY, due_at, fever, new_pain, now, on, takes
from tests.services.test_importing import P1, imports, story

SENDER, BASE = "Diary alerts <alerts@clinic.example>", "https://diary.example"


def knew_no_deadlines(cast):
    """The installation is upgraded from a revision that had neither deadlines nor rows of what is due."""
    with cast.session() as session:
        for row in cast.rows(DueJob):
            mine = (DueJob.clinic_id == cast.porto.id, DueJob.job == row.job, DueJob.subject == row.subject)
            session.execute(update(DueJob).where(*mine).values(subject=uuid4().hex, due_at=None))
        session.execute(update(Alert).where(Alert.clinic_id == cast.porto.id).values(deadline_at=None))
        session.commit()


def test_an_open_and_a_taken_alert_get_the_deadline_they_would_have_had(cast):
    open_one = fever(cast, on(FRIDAY, "16:30"))
    taken = new_pain(cast, on(FRIDAY, "16:30"))
    takes(cast, taken, on(FRIDAY, "16:40"))
    before = {alert.id: now(cast, alert).deadline_at for alert in (open_one, taken)}
    knew_no_deadlines(cast)
    works = Clockwork(cast.store, on(FRIDAY, "18:00"))
    works.upkeep()
    assert {alert.id: now(cast, alert).deadline_at for alert in (open_one, taken)} == before
    assert {alert.id: due_at(cast, alert) for alert in (open_one, taken)} == before
    assert works.upkeep() == 0


def standing_for_weeks(cast, number, state=AlertState.OPEN, level=Level.SOON):
    """So many patients of Nuno's and Boris's, each with an alert of weeks ago."""
    raised, alerts = at(0), []
    patients = [another_patient(cast, cast.porto, f"P{nth}") for nth in range(number)]
    with cast.session() as session:
        for nth, patient in enumerate(patients):
            alert = Alert(
                clinic_id=cast.porto.id, id=uuid4(), patient_id=patient.id, rule=Rule.RED_FLAG, rule_version=1,
                subject="fever", level=level, state=state,
                first_for_date=FIRST_VISIT, last_for_date=FIRST_VISIT, raised_at=raised, raised_on=FIRST_VISIT,
                reason_key="x", reference=f"R{nth:04}", evidence=[], reason_values={},
            )  # fmt: skip
            if state is AlertState.ACKNOWLEDGED:
                alert.acknowledged_by, alert.acknowledged_at = cast.nuno.id, raised
            session.add(alert)
            team = (CareTeam(clinic_id=cast.porto.id, patient_id=patient.id, staff_id=who.id, since=raised)
                    for who in (cast.nuno, cast.boris))  # fmt: skip
            session.add_all(team)
            session.flush()
            session.add(AlertStep(clinic_id=cast.porto.id, alert_id=alert.id, at=raised, actor_role=Role.SYSTEM,
                                  step="raised", level=level))  # fmt: skip
            alerts.append(alert)
        session.commit()
    return alerts


def mails(cast):
    """Who has how many mails about alerts that are mails of their own, and how many alerts those tell of."""
    names = {who.id: who.name.split()[0] for who in (cast.nuno, cast.boris, cast.dora)}
    rows = [row for row in cast.rows(Letter) if row.alert_id]
    hosts = {row.id: names[row.staff_id] for row in rows if row.state == "queued"}
    told = {host: 1 + sum(row.joined_to == host for row in rows) for host in hosts}
    return sorted((hosts[host], number) for host, number in told.items())


MANY = 20


@pytest.mark.parametrize("level", [Level.SOON, Level.URGENT])
def test_many_old_alerts_are_one_letter_for_each_who_is_told(sqlite_cast, level):
    cast, works = sqlite_cast, Clockwork(sqlite_cast.store, on(MONDAY + 21, "09:00"))
    standing_for_weeks(cast, MANY, level=level)
    works.upkeep()
    works.run()
    assert mails(cast) == [("Boris", MANY)]
    assert {row.due_at for row in cast.rows(Letter) if row.alert_id} == {works.now + letters.GATHERED}
    works.now = on(MONDAY + 21, "11:00")
    works.run()
    # Nuno has read of what is to see soon in his digest.
    everybody = ["Boris", "Dora", *(["Nuno"] if level is Level.URGENT else [])]
    assert mails(cast) == [(who, MANY) for who in everybody]


def test_many_that_were_taken_and_forgotten_are_one_letter_too(sqlite_cast):
    cast = sqlite_cast
    standing_for_weeks(cast, MANY, AlertState.ACKNOWLEDGED, Level.URGENT)
    works = Clockwork(cast.store, on(MONDAY + 21, "09:00"))
    works.upkeep()
    works.run()
    assert mails(cast) == [("Nuno", MANY)]
    assert {row.state for row in cast.rows(Alert)} == {AlertState.OPEN}


def test_such_a_letter_says_how_many_and_names_only_some_of_them(sqlite_cast):
    cast = sqlite_cast
    standing_for_weeks(cast, 12)
    works = Clockwork(cast.store, on(MONDAY + 21, "09:00"))
    works.upkeep()
    works.run()
    [host] = [row for row in cast.rows(Letter) if row.alert_id and row.state == "queued"]
    with cast.session() as session:
        mail = letters.rendered(session.merge(host, load=False), session, SENDER, BASE, works.now)
    assert mail["Subject"].startswith("[Soon] 12 alerts") and len(mail["Subject"]) < 120
    text = mail.get_body(("plain",)).get_content()
    assert f"{BASE}/c/{cast.porto.slug}/alerts\n" in text.replace("\r", "")
    assert all(f"R{nth:04}" in text for nth in range(12))


def test_an_alert_that_climbs_by_itself_says_so_as_before(sqlite_cast):
    cast, alert = sqlite_cast, fever(sqlite_cast, on(FRIDAY, "09:00"))
    Clockwork(cast.store, on(FRIDAY, "11:01")).run()
    assert cast.steps(alert)[-1] == "climbed"
    assert mails(cast) == [("Boris", 1), ("Nuno", 1)]


# For the list alone


def test_the_past_that_was_imported_stays_in_the_list(cast):
    imports(cast, story([pain(n, hurts("left-knee", 4)) for n in range(1, 6)]), now=at(40))
    [alert] = cast.rows(Alert)
    assert alert.level is Level.URGENT and alert.deadline_at is None
    works = Clockwork(cast.store, at(40, 5))
    assert works.upkeep() > 0 and works.upkeep() == 0
    assert now(cast, alert).deadline_at is None and due_at(cast, alert) is None
    assert [row for row in cast.rows(Letter) if row.alert_id] == []


def test_what_an_import_lowers_to_information_is_asked_for_no_more(sqlite_cast):
    cast = sqlite_cast
    cast.records("right-knee")
    items = [cast.ana_logs({"left-knee": 5}, number) for number in range(1, 5)]
    alert = cast.alert("new-site-pain", "left-knee")
    assert alert.level is Level.URGENT and due_at(cast, alert) == alert.deadline_at is not None
    corrected = [
        replace(pain(number, hurts("left-knee", 3)), id=item.id, rev=2) for number, item in enumerate(items, start=1)
    ]
    details = replace(P1, record_number=cast.ana.record_number)
    imports(cast, story(corrected, [], details), now=at(4) + timedelta(days=9))
    lowered = now(cast, alert)
    assert lowered.level is Level.INFO and cast.steps(lowered)[-1] == "lowered"
    assert lowered.deadline_at is None and due_at(cast, alert) is None
    assert {row.state for row in cast.rows(Letter) if row.alert_id == alert.id} == {LetterState.CANCELLED}


def test_what_is_for_information_climbs_at_no_deadline_that_was_left_to_it(sqlite_cast):
    cast, alert = sqlite_cast, new_pain(sqlite_cast, on(FRIDAY, "09:00"))
    with cast.session() as session:
        session.get_one(Alert, (cast.porto.id, alert.id)).level = Level.INFO
        session.commit()
    Clockwork(cast.store, on(MONDAY, "12:00")).run()
    assert due_at(cast, alert) is None and cast.steps(alert) == ["raised"]


def test_an_imported_alert_about_days_long_past_stays_in_the_list_after_an_upgrade(sqlite_cast):
    cast = sqlite_cast
    imports(cast, story([pain(number, hurts("left-knee", 4)) for number in range(1, 6)]), now=at(40))
    [alert] = cast.rows(Alert)
    knew_no_deadlines(cast)
    works = Clockwork(cast.store, at(40, 5))
    assert works.upkeep() > 0 and works.upkeep() == 0
    assert now(cast, alert).deadline_at is None and due_at(cast, alert) is None
    assert [row for row in cast.rows(Letter) if row.alert_id] == []
