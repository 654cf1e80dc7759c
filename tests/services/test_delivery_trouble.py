"""Trouble with mail: administrators are told of an address that fails, once a day, and never in a circle."""

from datetime import timedelta

from rehab_tracker.domain.access import Role, system
from rehab_tracker.mail.delivery_trouble import WhyNot
from rehab_tracker.services import delivery_trouble, letters
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import Staff
from tests.cast import at, canary


def tells(cast, letter, now, why=WhyNot.NO_SUCH_ADDRESS):
    with cast.session() as session:
        told = delivery_trouble.tell_admins(session, system(cast.porto.id), letter, why, now)
        session.commit()
    return told


def trouble(cast):
    return [letter for letter in cast.rows(Letter) if letter.kind == "delivery-trouble"]


def a_letter(cast):
    cast.ana_ticks("fever", day=1)
    return cast.about_alerts()[0]


def test_each_administrator_hears_of_a_failing_address_once_a_day(cast):
    second = Staff(
        clinic_id=cast.porto.id, email="second@clinic.example", name="Second", role=Role.CLINIC_ADMIN,
        language="en-GB", created_at=at(0),
    )  # fmt: skip
    with cast.session() as session:
        session.add(second)
        session.commit()
    letter = a_letter(cast)
    assert [tells(cast, letter, at(1, minutes)) for minutes in (0, 5, 60)] == [2, 0, 0]
    assert tells(cast, letter, at(2)) == 2
    assert {letter.staff_id for letter in trouble(cast)} == {cast.alda.id, second.id}


def test_it_names_the_colleague_and_not_the_address(cast):
    tells(cast, a_letter(cast), at(1))
    [told] = trouble(cast)
    with cast.session() as session:
        mail = letters.rendered(session.merge(told, load=False), session, "a@b.example", "https://d.example", at(1))
    text = mail.get_body(("plain",)).get_content()
    assert cast.nuno.name in text and cast.nuno.email not in text
    assert f"https://d.example/c/{cast.porto.slug}/team" in text


def test_a_patients_address_that_fails_names_nobody(cast):
    with cast.session() as session:
        letter = Letter(
            clinic_id=cast.porto.id, patient_id=cast.ana.id, kind="reminder", dedup_key="x", language="pt-PT",
            address=f"{canary('porto', 'home')}@mail.example", message_id="0" * 32, due_at=at(1), created_at=at(1),
        )  # fmt: skip
        session.add(letter)
        session.commit()
    assert tells(cast, letter, at(1)) == 1
    kept = f"{trouble(cast)[0].values} {trouble(cast)[0].dedup_key}"
    assert "zqporto" not in kept.replace(cast.porto.slug, "")


def test_an_administrators_own_failing_address_is_not_written_to(cast):
    tells(cast, a_letter(cast), at(1))
    assert tells(cast, trouble(cast)[0], at(1) + timedelta(minutes=5)) == 0
