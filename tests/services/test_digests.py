"""Digests: what one says to whom, also when nothing waits, once for each date, and who gets none."""

from datetime import timedelta

import pytest

from rehab_tracker.domain.access import Role, system
from rehab_tracker.domain.alert import Level
from rehab_tracker.domain.alert_life import Rest
from rehab_tracker.domain.due import Job
from rehab_tracker.domain.errors import NotAllowed
from rehab_tracker.domain.mail_wishes import MailWishes
from rehab_tracker.domain.person import PatientState
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.services import alert_life, digests, letters, mail_choices
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import CareTeam, Patient, Staff
from tests.cast import another_patient, at, day, digest_of, logs, withdrawal
from tests.services.test_plans import move

SENDER, BASE = "Diary alerts <alerts@clinic.example>", "https://diary.example"


def write(cast, person, job=Job.DIGEST_MORNING, on=3, late=False):
    clinic = cast.clinic_of(person)
    with cast.session(clinic) as session:
        written = digests.write_digest(session, system(clinic.id), person.id, job, day(on), at(on), late=late)
        session.commit()
    return written


def change(cast, person, **values):
    with cast.session() as session:
        row = session.get_one(Staff, (cast.porto.id, person.id))
        for name, value in values.items():
            setattr(row, name, value)
        session.commit()


def four_days(cast):
    """A quiet knee that hurts for days: an alert to see soon."""
    cast.records("right-knee")
    for n, worst in enumerate((1, 4, 4, 4, 4)):
        cast.ana_logs({"left-knee": worst}, n)


def test_with_nothing_to_tell_it_comes_all_the_same_and_says_who_logged(cast):
    cast.records("right-knee")
    cast.ana_logs({"right-knee": 1}, 2)
    assert write(cast, cast.nuno) == 1
    told = digest_of(cast, cast.nuno, at(3))
    assert (told["urgent"], told["soon"], told["nobodys"], told["oldest"]) == (0, 0, 0, None)
    assert (told["logged"], told["asked"]) == (1, 1)
    [letter] = [letter for letter in cast.rows(Letter) if letter.kind == "digest-morning"]
    with cast.session() as session:
        mail = letters.rendered(session.merge(letter, load=False), session, SENDER, BASE, at(3))
    assert cast.nuno.language == "pt-PT" and " 1 " in mail["Subject"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith(f"<{BASE}/c/{cast.porto.slug}/unsubscribe/")


def test_a_day_without_a_log_is_counted_as_one(cast):
    assert write(cast, cast.nuno) == 1
    told = digest_of(cast, cast.nuno, at(3))
    assert (told["logged"], told["asked"]) == (0, 1)


def test_soon_alerts_make_no_letter_and_the_digest_counts_their_patients(cast):
    four_days(cast)
    assert cast.letters() == []
    told = digest_of(cast, cast.nuno, at(5))
    assert (told["urgent"], told["soon"], told["nobodys"], told["yours"]) == (0, 1, 1, 0)
    assert told["oldest"] == cast.rows(Alert)[0].raised_at.isoformat()


def test_a_patient_with_several_alerts_is_counted_once_by_the_worst(cast):
    four_days(cast)
    cast.ana_logs({"left-hip": 9}, 5)
    cast.ana_logs({"right-hip": 9}, 5)
    told = digest_of(cast, cast.nuno, at(5))
    assert (told["urgent"], told["soon"]) == (1, 0) and told["nobodys"] >= 3


def test_what_somebody_took_is_theirs_and_nobody_elses(cast):
    four_days(cast)
    with cast.session() as session:
        acknowledge(session, cast.viewer_of(cast.boris), cast.rows(Alert)[0].id, at(4, 30))
    boris, nuno = (digest_of(cast, who, at(5)) for who in (cast.boris, cast.nuno))
    assert (boris["yours"], boris["nobodys"]) == (1, 0)
    assert (nuno["yours"], nuno["nobodys"], nuno["soon"]) == (0, 0, 0)


def test_what_is_nobodys_patient_is_in_everybodys_digest_and_braga_hears_nothing(cast):
    other = another_patient(cast, cast.porto, "Bia")
    cast.sends(other, logs({"left-hip": 9}, 3), now=at(3))
    assert [digest_of(cast, who, at(4))["urgent"] for who in (cast.nuno, cast.boris, cast.dora)] == [1, 1, 1]
    assert [digest_of(cast, who, at(4))["urgent"] for who in (cast.carla, cast.celia)] == [0, 0]


def test_who_is_outside_the_team_hears_of_it_when_the_ladder_has_told_them(cast):
    cast.ana_ticks("fever", day=1)
    assert digest_of(cast, cast.dora, at(2))["urgent"] == 0
    with cast.session() as session:
        session.get_one(Alert, (cast.porto.id, cast.rows(Alert)[0].id)).rung = 3
        session.commit()
    assert digest_of(cast, cast.dora, at(3))["urgent"] == 1


def test_what_is_quiet_for_a_while_is_left_out_unless_it_is_urgent(cast):
    four_days(cast)
    with cast.session() as session:
        alert = session.get_one(Alert, (cast.porto.id, cast.rows(Alert)[0].id))
        alert.quiet_until = at(6)
        session.commit()
    assert digest_of(cast, cast.nuno, at(5))["soon"] == 0
    with cast.session() as session:
        session.get_one(Alert, (cast.porto.id, alert.id)).level = Level.URGENT
        session.commit()
    assert digest_of(cast, cast.boris, at(5))["urgent"] == 1


def test_one_date_has_one_digest_of_each_kind_whoever_asks_again(cast):
    assert [write(cast, cast.nuno), write(cast, cast.nuno), write(cast, cast.nuno, Job.DIGEST_EVENING)] == [1, 0, 1]
    kept = [(letter.kind, letter.dedup_key) for letter in cast.rows(Letter) if letter.staff_id == cast.nuno.id]
    assert sorted(kept) == [("digest-evening", day(3).isoformat()), ("digest-morning", day(3).isoformat())]


def test_it_is_of_no_use_after_twelve_hours(cast):
    write(cast, cast.nuno)
    [letter] = cast.rows(Letter)
    assert letter.expires_at - letter.created_at == timedelta(hours=12)


def test_a_late_one_says_that_it_is_late_and_when_the_next_comes(cast):
    write(cast, cast.boris, late=True)
    [letter] = cast.rows(Letter)
    with cast.session() as session:
        mail = letters.rendered(session.merge(letter, load=False), session, SENDER, BASE, at(3))
    text = mail.get_body(("plain",)).get_content()
    assert "This digest is late: its time was 07:30." in text
    assert "The next digest comes at 16:00" in text


def test_who_left_the_clinic_or_the_digest_or_has_no_working_address_gets_none(cast):
    with cast.session() as session:
        mail_choices.choose_mail(session, cast.viewer_of(cast.dora), MailWishes(None, "17:30"), at(0))
    change(cast, cast.boris, disabled_at=at(0))
    change(cast, cast.nuno, address_failed_at=at(0))
    assert [write(cast, who) for who in (cast.dora, cast.boris, cast.nuno, cast.alda)] == [0, 0, 0, 0]
    assert write(cast, cast.dora, Job.DIGEST_EVENING) == 1


def test_only_the_clock_writes_digests(cast):
    with cast.session() as session, pytest.raises(NotAllowed):
        digests.write_digest(
            session, cast.viewer_of(cast.nuno), cast.nuno.id, Job.DIGEST_MORNING, day(3), at(3), late=False
        )


def test_a_digest_holds_nothing_of_a_patient(cast):
    four_days(cast)
    told = str(digest_of(cast, cast.nuno, at(5)))
    assert str(cast.ana.id) not in told and cast.ana.name not in told and "knee" not in told


def test_the_jobs_role_may_write_one(cast):
    four_days(cast)
    colleague = Staff(
        clinic_id=cast.porto.id, email="c@clinic.example", name="C", role=Role.NURSE, language="en-GB", created_at=at(0)
    )
    with cast.session() as session:
        session.add(colleague)
        session.flush()
        session.add(CareTeam(clinic_id=cast.porto.id, patient_id=cast.ana.id, staff_id=colleague.id, since=at(0)))
        session.commit()
    with cast.store.session(cast.porto.id, role="jobs") as session:
        viewer = system(cast.porto.id)
        assert digests.write_digest(session, viewer, colleague.id, Job.DIGEST_EVENING, day(5), at(5), late=False) == 1
        session.commit()


# Where it leads


def path_of(cast, person, now):
    return digest_of(cast, person, now)["path"].removeprefix(f"/c/{cast.porto.slug}")


def test_it_leads_to_the_list_in_which_what_it_tells_of_stands(cast):
    four_days(cast)
    alert = cast.rows(Alert)[0]
    assert [path_of(cast, who, at(5)) for who in (cast.nuno, cast.dora)] == ["/alerts", "/alerts"]
    with cast.session() as session:
        acknowledge(session, cast.viewer_of(cast.nuno), alert.id, at(5, 10))
    assert [path_of(cast, who, at(6)) for who in (cast.nuno, cast.boris)] == ["/alerts?tab=mine", "/alerts"]
    with cast.session() as session:
        alert_life.snooze(session, cast.viewer_of(cast.nuno), alert.id, Rest(day(8), "visit booked"), at(6, 20))
    assert [path_of(cast, cast.nuno, at(n)) for n in (7, 8)] == ["/alerts", "/alerts?tab=snoozed"]


def test_what_is_new_comes_before_what_one_has_in_hand(cast):
    four_days(cast)
    with cast.session() as session:
        acknowledge(session, cast.viewer_of(cast.nuno), cast.rows(Alert)[0].id, at(4, 30))
    cast.ana_ticks("fever", day=5)
    assert path_of(cast, cast.nuno, at(6)) == "/alerts"


# Who logged, of those who were asked


def logged(cast, now, person=None):
    told = digest_of(cast, person or cast.nuno, now)
    return told["logged"], told["asked"]


def cared_for(cast, name, **more):
    patient = another_patient(cast, cast.porto, name)
    with cast.session() as session:
        session.add(CareTeam(clinic_id=cast.porto.id, patient_id=patient.id, staff_id=cast.nuno.id, since=at(0)))
        for key, value in more.items():
            setattr(session.get_one(Patient, (cast.porto.id, patient.id)), key, value)
        session.commit()
    return patient


def test_of_fifteen_patients_fourteen_logged(cast):
    """Beside them: one who was discharged, one who comes tomorrow, and a second record of Ana."""
    patients = [cast.ana, *(cared_for(cast, f"P{n}") for n in range(14))]
    cared_for(cast, "Discharged", state=PatientState.DISCHARGED)
    cared_for(cast, "New", enrolled_on=day(3))
    again = cast.twice(cast.nuno)
    cast.merges(again, on=1)
    for patient in patients[1:14]:
        cast.sends(patient, logs({}, 2))
    cast.sends(again, logs({}, 2))  # Ana, by her other phone
    assert [logged(cast, at(n)) for n in (3, 4)] == [(14, 15), (0, 16)]


def test_whoever_was_not_asked_that_day_is_not_counted_as_silent(cast):
    """In surveillance Ana is asked once a week: 91 days after her last move, and 98."""
    cast.records("right-knee")
    move(cast, "right-knee", Rung(Phase.RETURN_AND_SURVEILLANCE), on=1, reason="moved for the story")
    assert logged(cast, at(50)) == (0, 1), "while nobody knows that the place is calm she is asked daily"
    assert [logged(cast, at(n)) for n in (92, 93, 94)] == [(0, 0), (0, 1), (0, 0)]
    cast.ana_logs({"right-knee": 1}, 99)
    assert logged(cast, at(100)) == (1, 1)


def test_with_nobody_to_ask_it_says_so_and_not_zero(cast):
    told = digest_of(cast, cast.dora, at(3))
    assert (told["logged"], told["asked"]) == (0, 0)
    [letter] = [letter for letter in cast.rows(Letter) if letter.staff_id == cast.dora.id]
    with cast.session() as session:
        mail = letters.rendered(session.merge(letter, load=False), session, SENDER, BASE, at(3))
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"].endswith("0 new, no patient was asked to log")
    assert "of the patients who were asked: nobody was asked" in text and "0 of 0" not in text


@pytest.mark.parametrize("how", ["withdrawn", "moved"])
def test_a_log_that_was_taken_back_or_is_about_another_day_is_none(cast, how):
    item = cast.ana_logs({"right-knee": 1}, 2)
    assert logged(cast, at(3)) == (1, 1)
    again = withdrawal(item, 2) if how == "withdrawn" else logs({"right-knee": 1}, 2, id=item.id, rev=2, about=1)
    cast.ana_sends(again, now=at(3))
    assert digest_of(cast, cast.boris, at(3, 5))["logged"] == 0
