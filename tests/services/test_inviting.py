"""Inviting again: the link to an account that has a password goes to its owner, and to nobody else where mail works."""

from datetime import timedelta

import pytest

from rehab_tracker.domain.errors import NotSignedIn, WrongState
from rehab_tracker.services import inviting, staff, team
from rehab_tracker.services.inviting import Way
from rehab_tracker.services.letters import rendered
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.letters import Letter
from tests.cast import at, signed_in
from tests.services.test_team import at_work, changed, does

ACTIONS = {"staff-invited", "password-link-mailed", "password-link-shown"}
NEW_WORDS = "four words that differ"


def invites(cast, who, now=None):
    with cast.session() as session:
        return inviting.invite_again(session, cast.viewer_of(cast.alda), cast.porto, who.id, now or at(1))


def links(cast, state="queued"):
    found = [letter for letter in cast.rows(Letter) if letter.kind == "password-link" and letter.state == state]
    return {letter.address: letter.values["path"].rpartition("/")[2] for letter in found}


def noted(cast):
    return [(row.action, row.actor_id, row.subject) for row in cast.rows(AuditEvent) if row.action in ACTIONS]


def accepts(cast, token, now=None):
    with cast.session() as session:
        return staff.accept_invitation(session, cast.porto, token, NEW_WORDS, now or at(1, 3))


def test_who_has_no_password_yet_gets_the_link_from_the_administrator(cast):
    again = invites(cast, cast.nuno)
    assert again.way is Way.SHOWN and links(cast) == {}
    assert accepts(cast, again.invitation.token).id == cast.nuno.id
    assert noted(cast) == [("staff-invited", cast.alda.id, str(cast.nuno.id))]


def test_the_link_of_a_colleague_who_has_a_password_goes_to_that_colleague_alone(cast):
    token = signed_in(cast, cast.nuno, at(1))
    again = invites(cast, cast.nuno)
    assert (again.way, again.invitation) == (Way.MAILED, None)
    assert list(links(cast)) == [cast.nuno.email]
    assert noted(cast) == [("password-link-mailed", cast.alda.id, str(cast.nuno.id))]
    with cast.session() as session:
        assert staff.signed_in(session, cast.porto.id, token, at(1, 2))
    accepts(cast, links(cast)[cast.nuno.email])
    with cast.session() as session, pytest.raises(NotSignedIn):
        staff.signed_in(session, cast.porto.id, token, at(1, 4))


def test_the_letter_says_who_asked_and_what_to_do_if_it_was_not_expected(cast):
    at_work(cast, cast.boris)
    invites(cast, cast.boris)
    [letter] = [each for each in cast.rows(Letter) if each.kind == "password-link"]
    with cast.session() as session:
        mail = rendered(session.merge(letter, load=False), session, "a@b.example", "https://d.example", at(1))
    text = mail.get_body(("plain",)).get_content()
    assert f"https://d.example{letter.values['path']}" in text and letter.expires_at == at(1) + timedelta(hours=72)
    assert "An administrator of your clinic asked" in text and "If you did not expect this" in text


def test_where_mail_fails_the_link_is_shown_and_the_audit_says_that_nobody_was_told(cast):
    at_work(cast, cast.nuno)
    changed(cast, cast.nuno, address_failed_at=at(0))
    again = invites(cast, cast.nuno)
    assert again.way is Way.UNTOLD and links(cast) == {}
    assert accepts(cast, again.invitation.token).id == cast.nuno.id
    assert noted(cast) == [("password-link-shown", cast.alda.id, str(cast.nuno.id))]


def test_a_link_that_works_no_more_is_not_mailed(cast):
    at_work(cast, cast.nuno, cast.boris)
    invites(cast, cast.nuno)
    first = links(cast)[cast.nuno.email]
    invites(cast, cast.nuno, at(1, 1))
    second = links(cast)[cast.nuno.email]
    assert first != second and links(cast, "cancelled") == {cast.nuno.email: first}
    does(cast, team.change_address, cast.nuno, "nuno@typo.example", now=at(1, 2))
    assert links(cast) == {}
    for void in (first, second):
        with pytest.raises(NotSignedIn):
            accepts(cast, void)


def test_who_has_left_is_not_invited(cast):
    does(cast, team.disable, cast.nuno)
    with pytest.raises(WrongState):
        invites(cast, cast.nuno, at(2))
