"""Why this alert, and taking it: by the button only, by one person only."""

import pytest

from rehab_tracker.storage.audit import AuditEvent
from tests.cast import at
from tests.dashboards.conftest import House


@pytest.fixture
def raised(house: House) -> House:
    """Ana's right knee is known; her left knee has hurt for four days."""
    house.cast.records("right-knee.medial-femoral-condyle")
    for day in range(1, 8):
        house.cast.ana_logs({"right-knee": 1, "left-knee": 0 if day < 4 else 4}, day, area="inner")
    house.now = at(7, 5)
    return house


def _page(house: House) -> str:
    return f"/c/porto/alerts/{house.cast.alert('new-site-pain', 'left-knee').id}"


def test_the_page_shows_sentence_rule_evidence_and_what_is_not_known(raised: House) -> None:
    text = raised.browser(raised.cast.boris).get(_page(raised)).text
    assert "Left knee, inner side: pain" in text and "(4, 4, 4, 4)" in text
    assert "Pain in a new place, version 2." in text
    assert text.count("pain on loading") == 4
    assert "Nobody has examined or imaged this place" in text
    assert "Decision support. You decide." in text and "Raised by the rule" in text


def test_the_page_names_no_disease(raised: House) -> None:
    text = raised.browser(raised.cast.boris).get(_page(raised)).text.lower()
    assert not any(word in text for word in ("migration", "migrat", "diagnos", "osteoporosis", "necrosis", "safe"))


def test_acknowledging_shows_name_and_time_to_everybody(raised: House) -> None:
    boris, page = raised.browser(raised.cast.boris), _page(raised)
    taken = boris.post(page + "/acknowledge")
    assert (taken.status_code, taken.location) == (303, page)
    for person in (raised.cast.boris, raised.cast.nuno):
        text = raised.browser(person).get(page).text
        assert "Boris zqporto-boris-name" in text and "20:15" in text and "/acknowledge" not in text
    steps = raised.cast.steps(raised.cast.alert("new-site-pain", "left-knee"))
    assert steps == ["raised", "acknowledged"]


def test_a_second_acknowledgement_is_a_polite_conflict(raised: House) -> None:
    page = _page(raised)
    raised.browser(raised.cast.nuno).post(page + "/acknowledge")
    late = raised.browser(raised.cast.boris).post(page + "/acknowledge")
    assert late.status_code == 409
    assert "Nothing was changed." in late.text and "Nuno zqporto-nuno-name" in late.text
    alert = raised.cast.alert("new-site-pain", "left-knee")
    assert alert.acknowledged_by == raised.cast.nuno.id


def test_opening_an_alert_takes_nothing(raised: House) -> None:
    browser, page = raised.browser(raised.cast.boris), _page(raised)
    before = raised.cast.counts()
    for _ in range(2):
        assert browser.get(page).status_code == 200
    assert browser.head(page).status_code == 200
    assert browser.get(page + "/acknowledge").status_code == 405
    after = raised.cast.counts()
    assert {t for t in after if after[t] != before[t]} == {"audit_event"}
    assert raised.cast.alert("new-site-pain", "left-knee").state == "open"


def test_reading_and_taking_are_audited(raised: House) -> None:
    browser, page = raised.browser(raised.cast.boris), _page(raised)
    browser.get(page)
    browser.post(page + "/acknowledge")
    done = [
        (row.action, row.patient_id) for row in raised.cast.rows(AuditEvent) if row.actor_id == raised.cast.boris.id
    ]
    for action in ("alert-read", "alert-acknowledged"):
        assert (action, raised.cast.ana.id) in done


def test_strangers_find_no_alert_and_take_none(raised: House) -> None:
    alert = raised.cast.alert("new-site-pain", "left-knee")
    carla = raised.browser(raised.cast.carla)
    assert carla.get(f"/c/braga/alerts/{alert.id}").status_code == 404
    assert carla.post(f"/c/braga/alerts/{alert.id}/acknowledge").status_code == 404
    assert raised.browser(raised.cast.alda).get(_page(raised)).status_code == 403
    assert raised.browser().post(_page(raised) + "/acknowledge").status_code == 303
    assert raised.cast.alert("new-site-pain", "left-knee").state == "open"


def test_outside_the_care_team_the_alert_leads_to_the_reason_and_back(raised: House) -> None:
    browser, page = raised.browser(raised.cast.dora), _page(raised)
    asked = browser.get(page)
    assert asked.status_code == 403 and page in asked.text and "Left knee" not in asked.text
    assert browser.post(page + "/acknowledge").location == page
    reason = f"/c/porto/patients/{raised.cast.ana.id}/reason"
    assert reason in asked.text
    assert browser.post(reason, data={"reason": "covering for Boris", "next": page}).location == page
    assert browser.get(page).status_code == 200


def test_a_form_of_another_site_takes_no_alert(raised: House) -> None:
    browser = raised.browser(raised.cast.boris)
    refused = browser.post(_page(raised) + "/acknowledge", headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert raised.cast.alert("new-site-pain", "left-knee").state == "open"


def test_a_red_flag_has_its_own_words(raised: House) -> None:
    raised.cast.ana_ticks("hot-swollen-joint", day=7)
    alert = raised.cast.alert("red-flag", "hot-swollen-joint")
    text = raised.browser(raised.cast.boris).get(f"/c/porto/alerts/{alert.id}").text
    assert "The patient ticked a red flag: a hot, red or very swollen joint." in text
    assert '<td class="said">a hot, red or very swollen joint</td>' in text
