"""Why this alert, and taking it: by the button only, by one person only."""

import pytest
from werkzeug.test import TestResponse

from rehab_tracker.domain.new_site_pain import VERSION
from rehab_tracker.storage.alerts import AlertStep
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.involvements import UsualPainRow
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
    assert f"Pain in a new place, version {VERSION}." in text
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
    refused = browser.post(page + "/acknowledge")
    assert refused.status_code == 403 and page in refused.text and "Left knee" not in refused.text
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


# Closing


def _closes(house: House, **said: str) -> TestResponse:
    return house.browser(house.cast.nuno).post(_page(house) + "/close", data=said)


def test_closing_says_what_it_turned_out_to_be_and_leaves_the_worklist(raised: House) -> None:
    closed = _closes(raised, outcome="injury", note="knocked the knee on <b>a chair</b>", usual_pain="3")
    assert (closed.status_code, closed.location) == (303, _page(raised))
    text = raised.browser(raised.cast.boris).get(_page(raised)).text
    assert "Nuno zqporto-nuno-name closed this today 20:15." in text.replace("\n", " ")
    assert "It turned out to be: an injury, like a fall or a knock." in text
    assert "knocked the knee on &lt;b&gt;a chair&lt;/b&gt;" in text
    assert "/close" not in text and "/acknowledge" not in text
    assert _page(raised) not in raised.browser(raised.cast.nuno).get("/c/porto/").text
    record = raised.browser(raised.cast.boris).get(f"/c/porto/patients/{raised.cast.ana.id}").text
    assert "Closed: an injury, like a fall or a knock" in record
    assert raised.cast.rows(UsualPainRow) == [], "a number that was typed for another answer is not used"


def test_the_form_asks_in_both_languages_and_works_without_script(raised: House) -> None:
    for person, word in ((raised.cast.boris, "an injury, like a fall or a knock"), (raised.cast.nuno, "usual_pain")):
        text = raised.browser(person).get(_page(raised)).text
        assert text.count('type="radio" name="outcome"') == 7 and word in text
        assert f'action="{_page(raised)}/close"' in text and " onclick" not in text


def test_old_pain_is_declared_with_its_usual_number(raised: House) -> None:
    assert _closes(raised, outcome="long-standing", usual_pain=" 3 ").status_code == 303
    [declared] = raised.cast.rows(UsualPainRow)
    assert (str(declared.site), declared.usual_pain) == ("left-knee", 3)
    assert "Usual pain there: 3." in raised.browser(raised.cast.boris).get(_page(raised)).text


@pytest.mark.parametrize(
    ("said", "field", "told"),
    [
        ({"note": "typed"}, "outcome", "Choose an answer from the list."),
        ({"outcome": "sprain", "note": "typed"}, "outcome", "Choose an answer from the list."),
        ({"outcome": "long-standing", "note": "typed"}, "usual-pain", "Say how much it usually hurts"),
        ({"outcome": "long-standing", "note": "typed", "usual_pain": "11"}, "usual-pain", "from 0 to 10"),
        ({"outcome": "long-standing", "note": "typed", "usual_pain": "3,5"}, "usual-pain", "from 0 to 10"),
        ({"outcome": "unclear", "note": "typed" + "x" * 1000}, "note", "at most 1000"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(
    raised: House, said: dict[str, str], field: str, told: str
) -> None:
    refused = raised.browser(raised.cast.boris).post(_page(raised) + "/close", data=said)
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text and f'id="{field}-error"' in refused.text
    assert told in refused.text and "typed" in refused.text
    assert raised.cast.alert("new-site-pain", "left-knee").state == "open"


def test_a_red_flag_is_closed_with_what_was_found(raised: House) -> None:
    raised.cast.ana_ticks("fever", day=7)
    page = f"/c/porto/alerts/{raised.cast.alert('red-flag', 'fever').id}"
    browser = raised.browser(raised.cast.boris)
    asked = browser.get(page).text
    assert "What was found" in asked and "usual_pain" not in asked and "long-standing" not in asked
    refused = browser.post(page + "/close", data={"outcome": "other-disease"})
    assert refused.status_code == 422 and 'id="note-error"' in refused.text
    assert browser.post(page + "/close", data={"outcome": "other-disease", "note": "a cold"}).status_code == 303


def test_who_comes_second_is_told_what_it_turned_out_to_be(raised: House) -> None:
    _closes(raised, outcome="overload")
    late = raised.browser(raised.cast.boris).post(_page(raised) + "/close", data={"outcome": "injury"})
    assert late.status_code == 409
    assert "Somebody was faster: the alert is already closed." in late.text and "too much activity" in late.text
    late = raised.browser(raised.cast.boris).post(_page(raised) + "/acknowledge")
    assert late.status_code == 409 and "already closed" in late.text


@pytest.mark.parametrize(
    ("said", "status"),
    [({"outcome": "injury"}, 409), ({"outcome": "long-standing", "usual_pain": "x"}, 422), ({"outcome": "no"}, 422)],
)
def test_who_comes_second_loses_nothing_that_was_typed(raised: House, said: dict[str, str], status: int) -> None:
    _closes(raised, outcome="overload", note="walked far")
    late = raised.browser(raised.cast.boris).post(
        _page(raised) + "/close", data={**said, "note": "fell <on> the stairs"}
    )
    assert late.status_code == status
    assert "What you wrote, not saved" in late.text and ">fell &lt;on&gt; the stairs</textarea>" in late.text
    assert ("Your answer was: an injury, like a fall or a knock." in late.text) is (said["outcome"] == "injury")
    assert "What you wrote" not in raised.browser(raised.cast.boris).get(_page(raised)).text
    assert "fell" not in str([each.note for each in raised.cast.rows(AlertStep)])


def test_a_note_for_an_alert_that_later_entries_took_back_is_not_lost_either(raised: House) -> None:
    cast, page = raised.cast, _page(raised)
    cast.records("left-knee", on=1)
    assert cast.alert("new-site-pain", "left-knee").state == "superseded"
    late = raised.browser(cast.boris).post(page + "/close", data={"outcome": "unclear", "note": "called her"})
    assert late.status_code == 409 and "Later entries no longer support" in late.text
    assert ">called her</textarea>" in late.text


def test_strangers_close_no_alert(raised: House) -> None:
    alert, said = raised.cast.alert("new-site-pain", "left-knee"), {"outcome": "unclear"}
    assert raised.browser(raised.cast.carla).post(f"/c/braga/alerts/{alert.id}/close", data=said).status_code == 404
    assert raised.browser(raised.cast.alda).post(_page(raised) + "/close", data=said).status_code == 403
    assert raised.browser(raised.cast.dora).post(_page(raised) + "/close", data=said).status_code == 403
    assert raised.browser().post(_page(raised) + "/close", data=said).status_code == 303
    assert raised.browser(raised.cast.boris).get(_page(raised) + "/close").status_code == 405
    assert raised.cast.alert("new-site-pain", "left-knee").state == "open"


def test_a_new_round_names_the_one_before(raised: House) -> None:
    first = _page(raised)
    _closes(raised, outcome="overload")
    raised.cast.ana_logs({"left-knee": 5}, 8, area="inner")
    raised.now = at(8, 5)
    text = raised.browser(raised.cast.boris).get(_page(raised)).text
    assert _page(raised) != first and f'href="{first}"' in text
    assert "Closed before" in text and "too much activity" in text
