"""Several letters about one patient that wait together are one mail; each keeps its row, and none is lost."""

from datetime import timedelta

from rehab_tracker.domain.access import Role, system
from rehab_tracker.domain.alert import Level
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.mail.language import Reader
from rehab_tracker.services import leasing, letters
from rehab_tracker.services.closing import close
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import CareTeam, Staff
from tests.cast import another_patient, at, logs, ticks, withdrawal

SENDER, BASE = "Diary alerts <alerts@clinic.example>", "https://diary.example"


def states(cast):
    return [str(letter.state) for letter in cast.about_alerts()]


def mail_of(cast, letter, now):
    with cast.session() as session:
        return letters.rendered(session.merge(letter, load=False), session, SENDER, BASE, now)


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def two_hips(cast):
    """Both hips hurt badly in one push: two alerts, and one mail for Nuno."""
    cast.records("right-knee")
    items = [logs({"left-hip": 9}, 1), logs({"right-hip": 9}, 1)]
    cast.ana_sends(*items)
    return items


def test_two_alerts_of_one_patient_are_one_mail_that_says_so(cast):
    two_hips(cast)
    assert sorted(states(cast)) == ["joined", "queued"]
    [first] = [letter for letter in cast.about_alerts() if letter.state == "queued"]
    mail = mail_of(cast, first, at(1, 2))
    alerts = [alert for alert in cast.rows(Alert) if alert.rule == "sudden-severe-pain"]
    assert all(alert.reference in mail["Subject"] and alert.reference in text_of(mail) for alert in alerts)
    assert f"{BASE}/c/{cast.porto.slug}/alerts\n" in text_of(mail).replace("\r", "")


def test_each_alert_finds_the_letter_in_which_it_was_told(cast):
    two_hips(cast)
    [carrier] = [letter for letter in cast.about_alerts() if letter.state == "queued"]
    told = {letter.alert_id: letter.joined_to or letter.id for letter in cast.about_alerts()}
    assert set(told.values()) == {carrier.id} and len(told) == 2


def test_where_the_first_is_taken_back_the_next_takes_its_place(cast):
    items = two_hips(cast)
    [carrier] = [letter for letter in cast.about_alerts() if letter.state == "queued"]
    with cast.session() as session:
        subject = session.get_one(Alert, (cast.porto.id, carrier.alert_id)).subject
    mistaken = items[0] if subject == "left-hip" else items[1]
    cast.ana_sends(withdrawal(mistaken, 1), now=at(1, 1))
    assert sorted(states(cast)) == ["cancelled", "queued"]
    [left] = [letter for letter in cast.about_alerts() if letter.state == "queued"]
    assert left.joined_to is None and "1 alert" in mail_of(cast, left, at(1, 2))["Subject"]


def test_of_three_the_two_others_stay_together(cast):
    cast.ana_ticks("fever", "calf-swelling", "weight-loss", day=1)
    assert sorted(states(cast)) == ["joined", "joined", "queued"]
    [carrier] = [letter for letter in cast.about_alerts() if letter.state == "queued"]
    with cast.session() as session:
        closing = AlertOutcome.WRONG_ENTRY, "a slip", None
        close(session, cast.viewer_of(cast.nuno), carrier.alert_id, *closing, at(1, 1))
    assert sorted(states(cast)) == ["cancelled", "joined", "queued"]
    [left] = [letter for letter in cast.about_alerts() if letter.state == "queued"]
    assert mail_of(cast, left, at(1, 2))["Subject"].count(",") == 1


def test_taking_back_what_joined_leaves_the_first_alone(cast):
    items = two_hips(cast)
    [joined] = [letter for letter in cast.about_alerts() if letter.state == "joined"]
    subject = next(alert.subject for alert in cast.rows(Alert) if alert.id == joined.alert_id)
    cast.ana_sends(withdrawal(items[0] if subject == "left-hip" else items[1], 1), now=at(1, 1))
    assert sorted(states(cast)) == ["cancelled", "queued"]


def test_what_is_with_a_sender_already_is_joined_by_nothing(cast):
    cast.records("right-knee")
    cast.ana_logs({"left-hip": 9}, 1)
    with cast.session() as session:
        leasing.lease(session, system(cast.porto.id), at(1, 2))
    cast.sends(cast.ana, logs({"right-hip": 9}, 1), now=at(1, 2))
    assert states(cast) == ["leased", "queued"]


def test_what_may_have_left_is_joined_by_nothing(cast):
    """A second copy with the same Message-ID may never be shown to anybody."""
    cast.records("right-knee")
    cast.ana_logs({"left-hip": 9}, 1)
    with cast.session() as session:
        letter = session.get_one(Letter, (cast.porto.id, cast.about_alerts()[0].id))
        letter.state, letter.may_have_left = "deferred", 1
        session.commit()
    cast.sends(cast.ana, logs({"right-hip": 9}, 1), now=at(1, 5))
    assert states(cast) == ["deferred", "queued"]


def test_a_red_flag_waits_for_no_other_letter(cast):
    cast.records("right-knee")
    cast.ana_sends(logs({"left-hip": 9}, 1), ticks("fever", day=1))
    assert states(cast) == ["queued", "queued"]
    assert {letter.due_at for letter in cast.about_alerts()} == {at(1), at(1) + timedelta(minutes=2)}


def test_letters_about_two_patients_are_two_mails(cast):
    cast.records("right-knee")
    other = another_patient(cast, cast.porto, "Bia")
    with cast.session() as session:
        session.add(CareTeam(clinic_id=cast.porto.id, patient_id=other.id, staff_id=cast.nuno.id, since=at(0)))
        session.commit()
    cast.ana_logs({"left-hip": 9}, 1)
    cast.sends(other, logs({"left-hip": 9}, 1), now=at(1))
    assert states(cast) == ["queued", "queued"]


# One thread for each alert, and what a letter says


def test_letters_about_one_alert_are_one_thread_for_each_reader(cast):
    cast.records("right-knee")
    cast.ana_ticks("fever", day=1)
    [first] = cast.about_alerts()
    with cast.session() as session:
        alert = session.get_one(Alert, (cast.porto.id, first.alert_id))
        letters.write_escalation(session, alert, [cast.nuno, cast.boris], at(1, 120))
        session.commit()
    told = {letter.staff_id: letter for letter in cast.about_alerts() if letter.kind == "escalation"}
    assert (told[cast.nuno.id].in_reply_to, told[cast.boris.id].in_reply_to) == (first.message_id, None)
    mail = mail_of(cast, told[cast.nuno.id], at(1, 120))
    assert mail["In-Reply-To"] == mail["References"] == f"<{first.message_id}@clinic.example>"


def test_writing_an_escalation_twice_is_writing_it_once(cast):
    cast.ana_ticks("fever", day=1)
    with cast.session() as session:
        alert = session.get_one(Alert, (cast.porto.id, cast.rows(Alert)[0].id))
        for _ in range(2):
            letters.write_escalation(session, alert, [cast.boris], at(1, 120))
        session.commit()
    assert [letter.kind for letter in cast.about_alerts()].count("escalation") == 1


def test_a_letter_tells_by_when_who_was_told_and_who_is_next(cast):
    rui = Staff(
        clinic_id=cast.porto.id, email="rui@clinic.example", name="Rui Matos", role=Role.NURSE, language="en-GB",
        created_at=at(0),
    )  # fmt: skip
    with cast.session() as session:
        session.add(rui)
        session.flush()
        session.add(CareTeam(clinic_id=cast.porto.id, patient_id=cast.ana.id, staff_id=rui.id, since=at(0)))
        session.commit()
    cast.ana_ticks("fever", day=1)
    letter = next(letter for letter in cast.about_alerts() if letter.staff_id == rui.id)
    with cast.session() as session:
        due = session.get_one(Alert, (cast.porto.id, letter.alert_id)).deadline_at
    by = Reader("en-GB", time_zone("Europe/Lisbon"), at(1)).at(due)
    mail = mail_of(cast, letter, at(1))
    assert f"to review by {by}" in mail["Subject"] and f"Please review by {by}." in text_of(mail)
    assert cast.nuno.name in text_of(mail) and "Rui Matos" in text_of(mail) and cast.boris.name in text_of(mail)


def test_today_is_the_readers_today(cast):
    zone = time_zone("Europe/Lisbon")
    noon = at(1) - timedelta(hours=8)
    read = [Reader("en-GB", zone, now).at(noon) for now in (noon, noon - timedelta(days=1), noon - timedelta(days=2))]
    assert read[0].endswith("today") and read[1].endswith("tomorrow") and " on " in read[2]


def test_an_urgent_alert_that_joins_one_to_see_soon_is_called_urgent(cast):
    cast.ana_ticks("fever", "calf-swelling", day=1)
    with cast.session() as session:
        soon, urgent = (session.get_one(Alert, (cast.porto.id, alert.id)) for alert in cast.rows(Alert))
        soon.level = Level.SOON
        for alert in (soon, urgent):
            letters.write_escalation(session, alert, [cast.boris], at(1, 120))
        session.commit()
    [carrier] = [each for each in cast.about_alerts() if each.kind == "escalation" and each.state == "queued"]
    assert mail_of(cast, carrier, at(1, 121))["Subject"].startswith("[Urgent] 2 alerts")


def test_a_letter_that_waits_since_an_earlier_revision_can_still_be_put_into_words(cast):
    cast.ana_ticks("fever", day=1)
    with cast.session() as session:
        letter = session.get_one(Letter, (cast.porto.id, cast.about_alerts()[0].id))
        letter.values = {"level": "urgent", "hours": 2, "path": "/c/porto/alerts/1"}
        session.commit()
    assert f": {cast.nuno.name}." in text_of(mail_of(cast, cast.about_alerts()[0], at(1, 1)))
