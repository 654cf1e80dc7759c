"""Clinics: added with phone and hours; settings are versions that are never changed, within the rules' bounds."""

import pytest

from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, NotReady
from rehab_tracker.services import clinics
from rehab_tracker.storage.clinics import ClinicSettings
from rehab_tracker.storage.people import Staff
from tests.cast import at


def adds(store, slug="faro", name="Faro", zone="Europe/Lisbon", phone="+351 1", hours="Mo-Fr"):
    with store.session(role="owner") as session:
        return clinics.add_clinic(session, slug, name, zone, phone, hours, at(0))


def changes(cast, values, by=None, reason="why not"):
    with cast.session() as session:
        return clinics.change_settings(session, cast.viewer_of(by or cast.alda), values, reason, at(1))


def test_a_clinic_is_added_once_with_its_phone_and_hours(store):
    clinic = adds(store)
    with store.session(clinic.id) as session:
        settings = clinics.in_force(session, clinic.id)
    assert (settings.version, settings.phone, settings.hours) == (1, "+351 1", "Mo-Fr")
    assert (settings.emergency_number, settings.rules) == ("112", DEFAULT_RULES)
    with pytest.raises(InvalidValue) as refusal:
        adds(store)
    assert refusal.value.code == "taken"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"slug": "Faro"}, "bad-slug"),
        ({"slug": "fa--ro"}, "bad-slug"),
        ({"slug": "-faro"}, "bad-slug"),
        ({"slug": "../x"}, "bad-slug"),
        ({"slug": "f" * 41}, "bad-slug"),
        ({"slug": ""}, "bad-slug"),
        ({"zone": "Mars/Olympus"}, "bad-time-zone"),
        ({"name": "F" * 201}, "too-long"),
        ({"phone": "1" * 201}, "too-long"),
        ({"hours": "Mo\x00"}, "bad-text"),
    ],
)
def test_what_cannot_be_a_clinic_is_refused_and_nothing_is_kept(sqlite_store, more, code):
    with pytest.raises(InvalidValue) as refusal:
        adds(sqlite_store, **more)
    assert refusal.value.code == code
    with sqlite_store.session() as session, pytest.raises(NotFound):
        clinics.named(session, more.get("slug", "faro"))


def test_a_clinic_is_found_by_its_short_name_and_the_session_is_bound_to_it(cast):
    with cast.store.session() as session:
        assert clinics.named(session, cast.braga.slug).id == cast.braga.id
        assert session.info["clinic_id"] == cast.braga.id
        assert clinics.in_force(session, cast.braga.id).version == 1
    with cast.store.session() as session, pytest.raises(NotFound):
        clinics.named(session, "nowhere")


def test_a_change_is_a_new_version_over_the_present_values(cast):
    changes(cast, {"phone": "+351 2", "rules": {"sudden_score": 6}})
    found = changes(cast, {"emergency_number": "999", "rules": {"severe_days": 2}})
    assert (found.version, found.phone, found.emergency_number) == (3, "+351 2", "999")
    assert (found.rules.sudden_score, found.rules.severe_days) == (6, 2)
    rows = sorted(cast.rows(ClinicSettings), key=lambda row: row.version)
    assert [(row.version, row.author) for row in rows] == [(1, None), (2, cast.alda.id), (3, cast.alda.id)]
    assert "emergency_number" not in rows[1].values
    with cast.session() as session:
        assert clinics.in_force(session, cast.porto.id) == found


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"colour": "red"}, "unknown-key"),
        ({"rules": {"sudden_score": 9}}, "out-of-range"),
        ({"rules": {"sudden_score": True}}, "out-of-range"),
        ({"rules": {"sudden_score": "7"}}, "out-of-range"),
        ({"rules": {"guess": 1}}, "unknown-key"),
        ({"rules": {"persistent_days": 6, "persistent_window": 4}}, "out-of-reach"),
        ({"shadow": ["left-toe"]}, "unknown-rule"),
        ({"shadow": ["over-limit", "red-flag"]}, "never-silent"),
        ({"shadow": "over-limit"}, "wrong-type"),
        ({"rules": {"shadow": 1}}, "unknown-key"),
        ({"phone": 112}, "wrong-type"),
        ({"phone": None}, "wrong-type"),
        ({"hours": "x" * 201}, "too-long"),
    ],
)
def test_a_bad_setting_is_refused_and_the_present_ones_stay(sqlite_cast, values, code):
    with pytest.raises(InvalidValue) as refusal:
        changes(sqlite_cast, values)
    assert refusal.value.code == code
    assert [row.version for row in sqlite_cast.rows(ClinicSettings)] == [1]


def test_two_numbers_that_would_blind_a_rule_together_are_refused_also_one_after_the_other(sqlite_cast):
    changes(sqlite_cast, {"rules": {"persistent_days": 6}})
    with pytest.raises(InvalidValue) as refusal:
        changes(sqlite_cast, {"rules": {"persistent_window": 5}})
    assert refusal.value.code == "out-of-reach"


def test_which_rules_run_silently_is_a_version_like_the_numbers(cast):
    silent = changes(cast, {"shadow": ["over-limit", "known-site-flare"]}, reason="too many")
    assert silent.rules.shadow == {Rule.OVER_LIMIT, Rule.KNOWN_SITE_FLARE}
    numbered = changes(cast, {"rules": {"sudden_score": 6}})
    assert (numbered.rules.shadow, numbered.rules.sudden_score) == (silent.rules.shadow, 6)
    other = changes(cast, {"shadow": ["over-limit"]})
    assert (other.rules.shadow, other.rules.sudden_score) == ({Rule.OVER_LIMIT}, 6)
    assert changes(cast, {"shadow": []}).rules.shadow == frozenset()
    rows = sorted(cast.rows(ClinicSettings), key=lambda row: row.version)
    assert (rows[1].author, rows[1].reason) == (cast.alda.id, "too many")
    assert [row.values.get("shadow") for row in rows] == [
        None, ["known-site-flare", "over-limit"], ["known-site-flare", "over-limit"], ["over-limit"], [],
    ]  # fmt: skip


def test_an_admin_is_found_by_the_address_and_nobody_of_another_clinic_is(cast):
    with cast.session() as session:
        assert clinics.author_of(session, cast.porto.id, cast.alda.email.upper()) == cast.viewer_of(cast.alda)
        for address in (cast.carla.email, "nobody@clinic.example"):
            with pytest.raises(NotFound, match="Nobody of this clinic"):
                clinics.author_of(session, cast.porto.id, address)
    with cast.session() as session:
        session.get_one(Staff, (cast.porto.id, cast.alda.id)).disabled_at = at(1)
        session.commit()
        with pytest.raises(NotFound):
            clinics.author_of(session, cast.porto.id, cast.alda.email)


def test_only_the_admin_changes_settings(cast):
    for person in (cast.nuno, cast.boris, cast.ana):
        with pytest.raises(NotAllowed):
            changes(cast, {"phone": "1"}, by=person)


def test_one_clinics_settings_are_not_anothers(cast):
    changes(cast, {"phone": "+351 2"})
    with cast.session(cast.braga) as session:
        assert clinics.in_force(session, cast.braga.id).phone != "+351 2"


def test_a_clinic_without_phone_or_hours_is_not_reachable(cast):
    clinics.must_be_reachable(changes(cast, {}))
    for values in ({"phone": ""}, {"phone": "1", "hours": ""}):
        with pytest.raises(NotReady):
            clinics.must_be_reachable(changes(cast, values))
