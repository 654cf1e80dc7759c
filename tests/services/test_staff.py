"""Staff: invited once, signed in with a strong password, signed out for good; answers tell a stranger nothing."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from rehab_tracker.domain.access import Role, system
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotSignedIn, TooManyAttempts
from rehab_tracker.services import staff, throttle
from rehab_tracker.services.staff import HASHER as staff_hasher
from rehab_tracker.storage.people import Staff, StaffSession
from tests.cast import PASSWORD, at, settle, signed_in

NEW = "eva@clinic.example"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    """The same hash at its least cost: what it costs to guess is not what these stories are about."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(staff, "HASHER", quick)
    monkeypatch.setattr(staff, "NOBODY", quick.hash("nobody"))


def test_the_real_hash_costs_what_owasp_asks():
    assert staff_hasher.time_cost >= 2 and staff_hasher.memory_cost >= 19 * 1024
    assert staff_hasher.hash("x").startswith("$argon2id$")


def invited(cast, email=NEW, name="Eva", role=Role.NURSE, language="en-GB", by=None, now=None):
    viewer = cast.viewer_of(by) if by else system(cast.porto.id)
    with cast.session() as session:
        return staff.add_staff(session, viewer, cast.porto, email, name, role, language, now or at(0))


def accepts(cast, token, password=PASSWORD, now=None, clinic=None):
    with cast.session(clinic) as session:
        return staff.accept_invitation(session, clinic or cast.porto, token, password, now or at(1))


def signs_in(cast, email, password=PASSWORD, now=None, clinic=None):
    with cast.session(clinic) as session:
        return staff.sign_in(session, clinic or cast.porto, email, password, now or at(1))


def seen(cast, token, now, clinic=None):
    with cast.session(clinic) as session:
        return staff.signed_in(session, (clinic or cast.porto).id, token, now)


def refusal(verb, kind=NotSignedIn):
    with pytest.raises(kind) as found:
        verb()
    return type(found.value), found.value.code, str(found.value)


# Invitations


def test_an_invitation_works_once_and_only_its_digest_is_kept(cast):
    invitation = invited(cast)
    assert invitation.token.startswith(cast.porto.public_id)
    assert invitation.token not in repr([vars(row) for row in cast.rows(Staff)])
    accepts(cast, invitation.token)
    assert seen(cast, signs_in(cast, NEW), at(1)).name == "Eva"
    refusal(lambda: accepts(cast, invitation.token, "another long enough password"))
    assert signs_in(cast, NEW)


def test_an_invitation_ends_after_72_hours(cast):
    invitation = invited(cast)
    refusal(lambda: accepts(cast, invitation.token, now=at(0) + timedelta(hours=72)))
    assert accepts(cast, invitation.token, now=at(0) + timedelta(hours=71, minutes=59))


def test_an_invitation_is_nothing_at_another_clinic_or_for_who_has_left(cast):
    invitation = invited(cast)
    assert refusal(lambda: accepts(cast, invitation.token, clinic=cast.braga))[0] is NotSignedIn
    with cast.session() as session:
        session.get_one(Staff, (cast.porto.id, invitation.staff.id)).disabled_at = at(0)
        session.commit()
    assert refusal(lambda: accepts(cast, invitation.token))[0] is NotSignedIn


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("x" * 14, "too-short"),
        ("fourteen chars", "too-short"),
        ("passwordpassword", "weak"),
        ("PasswordPassword", "weak"),
        ("abababababababab", "weak"),
        ("               ", "weak"),
        (NEW, "weak"),
        ("long enough\x00 password", "bad-text"),
        ("x y z w v" * 40, "too-long"),
    ],
)
def test_a_weak_password_is_refused_and_the_invitation_still_works(sqlite_cast, password, code):
    token = invited(sqlite_cast).token
    assert refusal(lambda: accepts(sqlite_cast, token, password), InvalidValue)[1] == code
    accepts(sqlite_cast, token)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"role": Role.PATIENT}, "unknown-code"),
        ({"role": Role.SYSTEM}, "unknown-code"),
        ({"language": "xx"}, "unknown-code"),
        ({"email": "no at sign"}, "bad-address"),
        ({"email": "@clinic.example"}, "bad-address"),
        ({"email": "eva@"}, "bad-address"),
        ({"email": "eva@a@b.example"}, "bad-address"),
        ({"email": "eva,mallory@clinic.example"}, "bad-address"),
        ({"email": "Eva <eva@clinic.example>"}, "bad-address"),
        ({"email": "eva@clinic.example\nBcc: x@y.example"}, "bad-address"),
        ({"email": "évá@clinic.example"}, "bad-address"),
        ({"email": "e" * 250 + "@clinic.example"}, "too-long"),
        ({"name": "E" * 201}, "too-long"),
        ({"name": "E\x00a"}, "bad-text"),
    ],
)
def test_what_cannot_be_a_member_of_staff_is_refused(sqlite_cast, more, code):
    before = sqlite_cast.counts()
    assert refusal(lambda: invited(sqlite_cast, **more), InvalidValue)[1] == code
    assert sqlite_cast.counts() == before


def test_an_address_is_taken_once_in_a_clinic_however_it_is_written(cast):
    invited(cast)
    assert refusal(lambda: invited(cast, f" {NEW.upper()} "), InvalidValue)[1] == "taken"
    with cast.session(cast.braga) as session:
        staff.add_staff(session, system(cast.braga.id), cast.braga, NEW, "Eva", Role.NURSE, "en-GB", at(0))


def test_only_the_admin_adds_staff(cast):
    assert invited(cast, by=cast.alda)
    for person in (cast.nuno, cast.boris, cast.ana):
        refusal(lambda person=person: invited(cast, "more@clinic.example", by=person), NotAllowed)


# Signing in


def test_the_address_may_be_written_in_any_case_and_with_blanks(cast):
    signed_in(cast, cast.nuno)
    assert signs_in(cast, f"  {cast.nuno.email.upper()} ")


def test_a_stranger_learns_nothing_from_a_refusal(cast):
    signed_in(cast, cast.nuno)
    gone, never = cast.boris, cast.dora
    signed_in(cast, gone)
    with cast.session() as session:
        session.get_one(Staff, (cast.porto.id, gone.id)).disabled_at = at(0)
        session.commit()
    tries = [
        (cast.nuno.email, "wrong wrong wrong"),
        (cast.nuno.email, ""),
        (cast.nuno.email, PASSWORD + "x" * 300),
        (gone.email, PASSWORD),
        (never.email, PASSWORD),
        (cast.carla.email, PASSWORD),
        ("nobody@clinic.example", PASSWORD),
        ("nobody\x00@clinic.example", PASSWORD),
        ("", ""),
        ("x" * 10_000, "y" * 10_000),
    ]
    assert len({refusal(lambda pair=pair: signs_in(cast, *pair)) for pair in tries}) == 1
    assert cast.audit().count("sign-in-refused") == len(tries)


def test_a_password_is_never_cut_to_fit(sqlite_cast):
    token = invited(sqlite_cast).token
    longest = ("correct horse battery " * 20)[: staff.LONGEST_PASSWORD]
    accepts(sqlite_cast, token, longest)
    assert signs_in(sqlite_cast, NEW, longest)
    refusal(lambda: signs_in(sqlite_cast, NEW, longest + "x"))


def test_a_session_of_one_clinic_is_nothing_at_another(cast):
    token = signed_in(cast, cast.nuno, at(0))
    assert refusal(lambda: seen(cast, token, at(0), clinic=cast.braga))[0] is NotSignedIn
    assert refusal(lambda: signs_in(cast, cast.nuno.email, clinic=cast.braga))[0] is NotSignedIn
    assert seen(cast, token, at(0)).viewer.person == cast.nuno.id


# Too many wrong tries


def fail(cast, times, email, now):
    for _ in range(times):
        refusal(lambda: signs_in(cast, email, "wrong wrong wrong", now))


def test_after_ten_wrong_tries_each_further_one_waits_longer(cast):
    signed_in(cast, cast.nuno)
    now, waits = at(1), []
    fail(cast, 10, cast.nuno.email, now)
    for _ in range(5):
        with pytest.raises(TooManyAttempts) as found:
            signs_in(cast, cast.nuno.email, PASSWORD, now)
        waits.append(found.value.values["seconds"])
        now += timedelta(seconds=waits[-1])
        fail(cast, 1, cast.nuno.email, now)
    assert waits == [2, 3, 5, 9, 17]


def test_who_owns_the_account_is_never_locked_out_for_ever(cast):
    signed_in(cast, cast.nuno)
    now = at(1)
    for _ in range(60):
        try:
            signs_in(cast, cast.nuno.email, "wrong wrong wrong", now)
        except TooManyAttempts as wait:
            now += timedelta(seconds=wait.values["seconds"])
        except NotSignedIn:
            pass
    refusal(lambda: signs_in(cast, cast.nuno.email, PASSWORD, now), TooManyAttempts)
    assert signs_in(cast, cast.nuno.email, PASSWORD, now + throttle.LONGEST_WAIT)
    fail(cast, 9, cast.nuno.email, now + throttle.LONGEST_WAIT)
    assert signs_in(cast, cast.nuno.email, PASSWORD, now + throttle.LONGEST_WAIT)


def test_an_unknown_address_waits_just_as_long(cast):
    fail(cast, 10, "nobody@clinic.example", at(1))
    unknown = refusal(lambda: signs_in(cast, "nobody@clinic.example", now=at(1)), TooManyAttempts)
    signed_in(cast, cast.nuno)
    fail(cast, 10, cast.nuno.email, at(1))
    assert refusal(lambda: signs_in(cast, cast.nuno.email, now=at(1)), TooManyAttempts) == unknown


def test_wrong_tries_at_one_address_do_not_slow_another(cast):
    signed_in(cast, cast.boris)
    fail(cast, 12 - 2, cast.nuno.email, at(1))
    assert signs_in(cast, cast.boris.email)


def test_a_day_without_wrong_tries_starts_the_count_again(cast):
    fail(cast, 10, cast.nuno.email, at(1))
    fail(cast, 10, cast.nuno.email, at(2, 1))
    kind, _, _ = refusal(lambda: signs_in(cast, cast.nuno.email, "wrong", at(2, 1)), TooManyAttempts)
    assert kind is TooManyAttempts


# Sessions


def test_a_session_ends_half_an_hour_after_its_last_use(cast):
    token = signed_in(cast, cast.nuno, at(0))
    for minutes in (29, 58, 87):
        assert seen(cast, token, at(0, minutes)).viewer.person == cast.nuno.id
    refusal(lambda: seen(cast, token, at(0, 87 + 31)))
    refusal(lambda: seen(cast, token, at(1)))


def test_a_session_ends_after_twelve_hours_however_busy(cast):
    token = signed_in(cast, cast.nuno, at(0))
    for minutes in range(20, 720, 20):
        seen(cast, token, at(0, minutes))
    assert seen(cast, token, at(0, 720))
    refusal(lambda: seen(cast, token, at(0, 721)))


def test_signing_out_ends_the_session_for_good(cast):
    token = signed_in(cast, cast.nuno, at(0))
    with cast.session() as session:
        staff.sign_out(session, cast.porto.id, token, at(0, 1))
        staff.sign_out(session, cast.porto.id, token, at(0, 2))
        staff.sign_out(session, cast.porto.id, "no such token", at(0, 2))
    refusal(lambda: seen(cast, token, at(0, 1)))
    assert cast.audit().count("signed-out") == 1


def test_who_is_disabled_is_out_at_once(cast):
    token = signed_in(cast, cast.nuno, at(0))
    with cast.session() as session:
        session.get_one(Staff, (cast.porto.id, cast.nuno.id)).disabled_at = at(0, 1)
        session.commit()
    assert refusal(lambda: seen(cast, token, at(0, 1)))[0] is NotSignedIn


def test_a_session_says_who_and_is_kept_only_as_a_digest(cast):
    token = signed_in(cast, cast.nuno, at(0))
    found = seen(cast, token, at(0))
    [row] = cast.rows(StaffSession)
    assert (found.viewer.role, found.viewer.clinic_id, found.viewer.via) == (Role.NURSE, cast.porto.id, row.id)
    assert (found.viewer.language, found.name) == ("pt-PT", cast.nuno.name)
    assert token not in repr(vars(row)) and token.partition(".")[2] not in repr(vars(row))


def test_the_cast_can_be_settled_on_a_database_of_its_own(sqlite_store):
    cast = settle(sqlite_store)
    assert (cast.porto.slug, cast.braga.slug) == ("porto", "braga")
