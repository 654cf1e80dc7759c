"""The team as administrators keep it: who works here, whether mail reaches them, and that never nobody is left."""

from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import text

from rehab_tracker.domain.access import Role, system
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, NotSignedIn, WrongState
from rehab_tracker.domain.mail_wishes import MailWishes
from rehab_tracker.services import alerts, escalating, inviting, mail_choices, staff, team
from rehab_tracker.services.letters import rendered
from rehab_tracker.services.team import Standing
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import Staff, StaffSession
from tests.cast import PASSWORD_HASH, at, logs, settle, signed_in

NEW = "nuno.costa@clinic.example"
NO_DIGESTS = MailWishes(None, None)


def does(cast, verb, who, *said, by=None, now=None):
    """Let Alda, or another, change somebody."""
    viewer = by or cast.viewer_of(cast.alda)
    with cast.session() as session:
        return verb(session, viewer, who.id, *said, now or at(1))


def moves(cast, who, email=NEW, **more):
    return does(cast, team.change_address, who, email, **more)


def of(cast, person):
    [row] = [row for row in cast.rows(Staff) if row.id == person.id]
    return row


def changed(cast, person, **columns):
    with cast.session() as session:
        row = session.get_one(Staff, (cast.porto.id, person.id))
        for name, value in columns.items():
            setattr(row, name, value)
        session.commit()


def at_work(cast, *people):
    """These people have chosen a password."""
    for person in people:
        changed(cast, person, password_hash=PASSWORD_HASH)


def notices(cast):
    rows = [letter for letter in cast.rows(Letter) if letter.kind == "address-changed"]
    return {letter.address: letter for letter in rows}


def waiting(cast):
    return [letter for letter in cast.rows(Letter) if letter.kind == "address-changed" and letter.state == "queued"]


def seen(cast, by=None, now=None):
    with cast.session() as session:
        return {each.id: each for each in team.team(session, by or cast.viewer_of(cast.alda), now or at(1))}


# Reading


def test_alda_reads_who_works_here_who_is_invited_and_who_has_left(cast):
    at_work(cast, cast.nuno)
    with cast.session() as session:
        eva = staff.add_staff(
            session, cast.viewer_of(cast.alda), cast.porto, "eva@clinic.example", "Eva", Role.NURSE, "en-GB", at(1)
        ).staff
    changed(cast, cast.dora, disabled_at=at(0))
    found = seen(cast)
    told = {each.id: each.standing for each in found.values()}
    assert (told[cast.nuno.id], told[eva.id]) == (Standing.ACTIVE, Standing.INVITED)
    assert (told[cast.boris.id], told[cast.dora.id]) == (Standing.NOT_INVITED, Standing.LEFT)
    assert list(found)[-1] == cast.dora.id and cast.carla.id not in found
    assert seen(cast, now=at(5))[eva.id].standing is Standing.NOT_INVITED


def test_the_physiatrist_reads_the_team_and_nurses_do_not(cast):
    assert set(seen(cast, cast.viewer_of(cast.boris))) == set(seen(cast))
    for person in (cast.nuno, cast.ana):
        with pytest.raises(NotAllowed):
            seen(cast, cast.viewer_of(person))


def test_only_administrators_of_the_clinic_change_anybody(cast):
    for person in (cast.nuno, cast.boris, cast.dora):
        with pytest.raises(NotAllowed):
            moves(cast, cast.nuno, by=cast.viewer_of(person))
    forged = replace(cast.viewer_of(cast.alda), clinic_id=cast.braga.id)
    with cast.session(cast.braga) as session, pytest.raises(NotFound):
        team.disable(session, forged, cast.nuno.id, at(1))
    assert of(cast, cast.nuno).email == cast.nuno.email


# Addresses


def test_a_new_address_clears_the_failure_and_is_told_there_alone_where_the_old_one_failed(cast):
    changed(cast, cast.nuno, address_failed_at=at(0))
    moves(cast, cast.nuno, " Nuno.Costa@Clinic.example ")
    nuno = of(cast, cast.nuno)
    assert (nuno.email, nuno.address_failed_at) == (NEW, None)
    assert list(notices(cast)) == [NEW]
    [noted] = [row for row in cast.rows(AuditEvent) if row.action == "address-changed"]
    assert (noted.actor_id, noted.subject) == (cast.alda.id, str(cast.nuno.id)) and "@" not in f"{noted.detail}"


def test_a_new_address_is_told_at_the_old_one_too_without_a_link_and_without_the_new_address(cast):
    moves(cast, cast.boris, "boris.new@clinic.example")
    told = notices(cast)
    assert set(told) == {"boris.new@clinic.example", cast.boris.email}
    with cast.session() as session:
        old, new = (
            rendered(session.merge(told[address], load=False), session, "a@b.example", "https://d.example", at(1))
            for address in (cast.boris.email, "boris.new@clinic.example")
        )
    old, new = (mail.get_body(("plain",)).get_content() for mail in (old, new))
    assert "https://" not in old and "boris" not in old.casefold()
    assert f"https://d.example/c/{cast.porto.slug}/" in new


def test_the_same_address_once_more_is_tried_again_where_it_failed_and_else_changes_nothing(cast):
    changed(cast, cast.nuno, address_failed_at=at(0))
    moves(cast, cast.nuno, cast.nuno.email)
    assert of(cast, cast.nuno).address_failed_at is None and notices(cast) == {}
    before = cast.counts()
    moves(cast, cast.nuno, cast.nuno.email)
    assert cast.counts() == before


@pytest.mark.parametrize("email", ["", "nuno", "a@b@c.example", "nuno@clinic.example\nBcc: x@y.example", "x" * 300])
def test_what_is_no_address_is_refused_beside_its_field(sqlite_cast, email):
    with pytest.raises(InvalidValue) as refusal:
        moves(sqlite_cast, sqlite_cast.nuno, email)
    assert refusal.value.pointer == "/email" and of(sqlite_cast, sqlite_cast.nuno).email == sqlite_cast.nuno.email


def test_a_colleagues_address_is_taken_also_of_who_has_left_and_another_clinics_is_not(cast):
    changed(cast, cast.dora, disabled_at=at(0))
    for colleague in (cast.boris, cast.dora):
        with pytest.raises(InvalidValue) as refusal:
            moves(cast, cast.nuno, colleague.email.upper())
        assert refusal.value.code == "taken"
    assert moves(cast, cast.nuno, cast.carla.email).email == cast.carla.email


def test_what_waits_for_somebody_goes_to_the_new_address(cast):
    cast.ana_ticks("fever", day=1)
    moves(cast, cast.nuno)
    of_nuno = [letter for letter in cast.about_alerts() if letter.staff_id == cast.nuno.id]
    assert {letter.address for letter in of_nuno} == {NEW} and {letter.state for letter in of_nuno} == {"queued"}
    assert {letter.address for letter in cast.about_alerts() if letter.staff_id == cast.boris.id} <= {cast.boris.email}


def test_whoever_had_the_first_of_three_addresses_is_told_there(cast):
    moves(cast, cast.boris, "second@typo.example")
    moves(cast, cast.boris, "third@clinic.example", now=at(1, 1))
    waits = {(letter.address, letter.values["is_new"]) for letter in waiting(cast)}
    assert waits == {(cast.boris.email, False), ("second@typo.example", False), ("third@clinic.example", True)}


def test_whoever_is_let_go_after_a_move_is_told_of_the_move_at_the_old_address(cast):
    moves(cast, cast.boris, "second@typo.example")
    does(cast, team.disable, cast.boris, now=at(1, 1))
    assert [(letter.address, letter.values["is_new"]) for letter in waiting(cast)] == [(cast.boris.email, False)]


@pytest.mark.parametrize(("who", "page"), [("nuno", ""), ("alda", "team")])
def test_the_letter_to_a_new_address_opens_a_page_that_its_reader_may_see(sqlite_cast, who, page):
    moves(sqlite_cast, getattr(sqlite_cast, who))
    assert notices(sqlite_cast)[NEW].values["path"] == f"/c/{sqlite_cast.porto.slug}/{page}"


def test_an_invitation_that_may_lie_in_a_strangers_mailbox_works_no_more(cast):
    with cast.session() as session:
        viewer = cast.viewer_of(cast.alda)
        invited = staff.add_staff(session, viewer, cast.porto, "eva@typo.example", "Eva", Role.NURSE, "en-GB", at(1))
    moves(cast, invited.staff, "eva@clinic.example")
    with cast.session() as session, pytest.raises(NotSignedIn):
        staff.accept_invitation(session, cast.porto, invited.token, "four words that differ", at(1))
    with cast.session() as session:
        again = inviting.invite_again(session, viewer, cast.porto, invited.staff.id, at(1)).invitation
        assert staff.accept_invitation(session, cast.porto, again.token, "four words that differ", at(1))


def test_a_letter_that_is_being_written_is_not_waited_for(postgres_store):
    """Each waiting for the other's rows, one of them would be undone, which may be what a patient sent."""
    cast = settle(postgres_store)
    cast.ana_ticks("fever", day=1)
    [letter] = [letter for letter in cast.about_alerts() if letter.staff_id == cast.nuno.id]
    with cast.session() as writer, cast.session() as session:
        writer.get_one(Letter, (letter.clinic_id, letter.id), with_for_update=True)
        session.execute(text("SET LOCAL lock_timeout = '500ms'"))
        assert team.change_address(session, cast.viewer_of(cast.alda), cast.nuno.id, NEW, at(1)).email == NEW


# Leaving and coming again


def test_whoever_leaves_is_signed_out_at_once_and_may_come_again(cast):
    token = signed_in(cast, cast.nuno, at(1))
    at_work(cast, cast.boris)
    does(cast, team.disable, cast.nuno, now=at(1, 1))
    with cast.session() as session, pytest.raises(NotSignedIn):
        staff.signed_in(session, cast.porto.id, token, at(1, 2))
    assert [row.ended_at for row in cast.rows(StaffSession)] == [at(1, 1)]
    does(cast, team.enable, cast.nuno, now=at(1, 3))
    assert of(cast, cast.nuno).disabled_at is None
    with cast.session() as session, pytest.raises(NotSignedIn):
        staff.signed_in(session, cast.porto.id, token, at(1, 4))
    assert signed_in(cast, cast.nuno, at(1, 5))
    acts = ("staff-disabled", "staff-enabled")
    assert [action for action in cast.audit() if action in acts] == list(acts)


def test_the_invitation_of_who_left_works_no_more_even_when_they_come_again(cast):
    with cast.session() as session:
        viewer = cast.viewer_of(cast.alda)
        invited = staff.add_staff(session, viewer, cast.porto, "eva@clinic.example", "Eva", Role.NURSE, "en-GB", at(1))
    does(cast, team.disable, invited.staff)
    does(cast, team.enable, invited.staff)
    with cast.session() as session, pytest.raises(NotSignedIn):
        staff.accept_invitation(session, cast.porto, invited.token, "four words that differ", at(1))


def test_leaving_once_more_changes_nothing(cast):
    does(cast, team.disable, cast.nuno)
    before = cast.counts()
    does(cast, team.disable, cast.nuno, now=at(2))
    assert cast.counts() == before and of(cast, cast.nuno).disabled_at == at(1)


def test_nothing_is_changed_of_who_has_left(cast):
    does(cast, team.disable, cast.nuno)
    for verb, said in ((team.change_address, NEW), (team.change_role, Role.PHYSIATRIST)):
        with pytest.raises(WrongState) as refusal:
            does(cast, verb, cast.nuno, said)
        assert refusal.value.code == "has-left"


def test_an_urgent_alert_that_waited_for_somebody_who_left_is_told_to_the_next(cast):
    cast.records("right-knee")
    cast.ana_logs({"left-hip": 9}, 1)
    [letter] = cast.about_alerts()
    assert letter.staff_id == cast.nuno.id
    does(cast, team.disable, cast.nuno, now=at(1, 1))
    with cast.store.session(cast.porto.id, role="jobs") as session:
        assert escalating.climb_undelivered(session, system(cast.porto.id), at(1, 1)) == 1
    assert cast.letters() == [("Boris", "queued"), ("Nuno", "dead")]


def test_the_last_administrator_stays_one(cast):
    at_work(cast, cast.alda)
    for verb, said in ((team.disable, ()), (team.change_role, (Role.NURSE,))):
        with pytest.raises(WrongState) as refusal:
            does(cast, verb, cast.alda, *said)
        assert refusal.value.code == "last-admin"
    does(cast, team.change_role, cast.boris, Role.CLINIC_ADMIN)
    with pytest.raises(WrongState):
        does(cast, team.disable, cast.alda)
    at_work(cast, cast.boris)
    assert does(cast, team.disable, cast.alda).disabled_at == at(1)


def test_the_last_clinician_whom_mail_about_alerts_reaches_stays(cast):
    with cast.session() as session:
        mail_choices.choose_mail(session, cast.viewer_of(cast.boris), NO_DIGESTS, at(1))
    changed(cast, cast.dora, address_failed_at=at(0))
    for verb, said in ((team.disable, ()), (team.change_role, (Role.CLINIC_ADMIN,))):
        with pytest.raises(WrongState) as refusal:
            does(cast, verb, cast.nuno, *said)
        assert refusal.value.code == "last-recipient"
    assert does(cast, team.change_role, cast.nuno, Role.PHYSIATRIST).role is Role.PHYSIATRIST
    moves(cast, cast.dora, "dora.new@clinic.example")
    assert does(cast, team.disable, cast.nuno).disabled_at == at(1)


def test_who_was_invited_and_cannot_sign_in_yet_is_no_reader_to_leave_it_to(cast):
    at_work(cast, cast.nuno)
    for verb, said in ((team.disable, ()), (team.change_role, (Role.CLINIC_ADMIN,))):
        with pytest.raises(WrongState) as refusal:
            does(cast, verb, cast.nuno, *said)
        assert refusal.value.code == "last-recipient"
    assert does(cast, team.disable, cast.boris).disabled_at == at(1)
    at_work(cast, cast.dora)
    assert does(cast, team.disable, cast.nuno).disabled_at == at(1)


def test_of_the_last_two_administrators_who_go_at_once_one_stays(cast):
    does(cast, team.change_role, cast.boris, Role.CLINIC_ADMIN)
    at_work(cast, cast.alda, cast.boris)
    refused = []

    def goes(person):
        try:
            does(cast, team.disable, person)
        except WrongState:
            refused.append(person)

    both = [Thread(target=goes, args=(person,)) for person in (cast.alda, cast.boris)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(refused) == 1 and of(cast, refused[0]).disabled_at is None


# Roles


def test_another_role_holds_from_the_next_click_on(cast):
    token = signed_in(cast, cast.nuno, at(1))
    does(cast, team.change_role, cast.nuno, Role.PHYSIATRIST)
    with cast.session() as session:
        assert staff.signed_in(session, cast.porto.id, token, at(1, 1)).viewer.role is Role.PHYSIATRIST
    [noted] = [row for row in cast.rows(AuditEvent) if row.action == "role-changed"]
    assert noted.detail == {"role": "physiatrist"}


@pytest.mark.parametrize("role", [Role.PATIENT, Role.SYSTEM])
def test_nobody_gets_a_role_that_is_none_of_staff(sqlite_cast, role):
    with pytest.raises(InvalidValue) as refusal:
        does(sqlite_cast, team.change_role, sqlite_cast.nuno, role)
    assert refusal.value.pointer == "/role"


def test_who_administers_now_is_told_of_no_alert_any_more(cast):
    does(cast, team.change_role, cast.nuno, Role.CLINIC_ADMIN)
    cast.ana_ticks("fever", day=1)
    assert {letter.staff_id for letter in cast.about_alerts()} == {cast.boris.id}


def test_the_alerts_in_somebodys_hands_are_counted_before_they_go(cast):
    cast.records("right-knee")
    cast.sends(cast.ana, logs({"left-hip": 9}, 1))
    with cast.session() as session:
        alert = cast.alert("sudden-severe-pain", "left-hip")
        alerts.acknowledge(session, cast.viewer_of(cast.nuno), alert.id, at(1, 5))
    with cast.session() as session:
        viewer = cast.viewer_of(cast.alda)
        assert team.member(session, viewer, cast.nuno.id, at(1, 6)).in_hand == 1
        assert team.member(session, viewer, cast.boris.id, at(1, 6)).in_hand == 0
