"""The worklist says of each rule, in the reader's words, why a patient stands where they stand."""

from html import unescape

import pytest

from rehab_tracker.domain.alert import Verdict
from rehab_tracker.domain.wording import SENTENCES, reason
from rehab_tracker.mail.language import gettext_in
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.people import Staff
from tests.cast import at
from tests.dashboards.conftest import House
from tests.domain.test_wording import STORIES


def _stands(house: House, verdict: Verdict) -> None:
    """Let the one alert about Ana be this verdict's."""
    cast = house.cast
    cast.records("right-knee")
    cast.ana_logs({"left-hip": 9}, 1)
    with cast.session() as session:
        alert = session.get_one(Alert, (cast.porto.id, cast.alert("sudden-severe-pain", "left-hip").id))
        alert.rule, alert.rule_version, alert.level = verdict.rule, verdict.version, verdict.level
        alert.subject, alert.site, alert.area = verdict.subject, verdict.site, verdict.area
        alert.reason_key, alert.reason_values = verdict.key, dict(verdict.values)
        session.commit()
    house.now = at(1, 10)


@pytest.mark.parametrize("key", sorted(SENTENCES))
def test_the_worklist_shows_the_sentence_of_each_rule(sqlite_house: House, key: str) -> None:
    [verdict] = STORIES[key]
    _stands(sqlite_house, verdict)
    for person in (sqlite_house.cast.boris, sqlite_house.cast.nuno):
        text = unescape(sqlite_house.browser(person).get("/c/porto/").text)
        assert reason(verdict.key, verdict.values, gettext_in(person.language)) in text
        assert "%(" not in text
    assert "zqporto-ana" not in sqlite_house.browser(sqlite_house.cast.dora).get("/c/porto/").text
    assert sqlite_house.browser(sqlite_house.cast.carla).get("/c/porto/").status_code != 200


def test_both_languages_are_asked(sqlite_house: House) -> None:
    cast = sqlite_house.cast
    [verdict] = STORIES["recurrence"]
    _stands(sqlite_house, verdict)
    with cast.session() as session:
        session.get_one(Staff, (cast.porto.id, cast.nuno.id)).language = "pt-PT"
        session.commit()
    text = unescape(sqlite_house.browser(cast.nuno).get("/c/porto/").text)
    assert reason(verdict.key, verdict.values, gettext_in("pt-PT")) in text
    assert reason(verdict.key, verdict.values, gettext_in("en-GB")) not in text
