"""A clinic's own words: they take the place of the shipped ones, in versions, and never with a hole in them."""

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.domain.advice import AdviceKind
from rehab_tracker.domain.errors import InvalidValue, NotAllowed
from rehab_tracker.services.texts import change_text
from rehab_tracker.storage.clinics import ClinicText, texts_of
from tests.cast import at

NOW = at(0)


def changes(cast, text, who=None, key=AdviceKind.NOW, language="pt-PT"):
    viewer = system(cast.porto.id) if who is None else cast.viewer_of(who)
    with cast.session() as session:
        return change_text(session, viewer, key, language, text, "our own words", NOW)


def words(cast, language="pt-PT"):
    with cast.session() as session:
        return texts_of(session, cast.porto.id, language)


def test_the_newest_version_is_what_patients_read(cast):
    assert changes(cast, "Ligue já: %(phone)s.") == 1
    assert changes(cast, "  Ligue agora: %(phone)s.  ", cast.alda) == 2
    assert words(cast) == {"now": "Ligue agora: %(phone)s."}
    assert words(cast, "en-GB") == {}
    assert [row.version for row in cast.rows(ClinicText)] == [1, 2]
    assert cast.audit() == ["text-changed", "text-changed"]


HOLES = ("", "   ", "Ligue %(telefone)s", "Ligue %(phone)", "100 %", "Ligue %s", "a" * 501, "Ligue\x00", "%(phone)d")


@pytest.mark.parametrize("text", HOLES)
def test_a_text_with_a_hole_is_refused(sqlite_cast, text):
    with pytest.raises(InvalidValue):
        changes(sqlite_cast, text)
    assert sqlite_cast.rows(ClinicText) == []


@pytest.mark.parametrize(("key", "language"), [("now", "fr-FR"), ("never", "pt-PT")])
def test_only_known_texts_and_languages(sqlite_cast, key, language):
    with pytest.raises(InvalidValue):
        changes(sqlite_cast, "Ligue.", key=key, language=language)


def test_only_the_administrator_changes_words(sqlite_cast):
    for who in (sqlite_cast.nuno, sqlite_cast.boris, sqlite_cast.ana):
        with pytest.raises(NotAllowed):
            changes(sqlite_cast, "Ligue.", who)
