"""Places on pages: words beside compartment, a history that stays, and forms that record, merge and strike out."""

import pytest
from flask.testing import FlaskClient

from rehab_tracker.storage.involvements import InvolvementRow
from rehab_tracker.storage.plans import PlanRow
from tests.dashboards.conftest import House

KNEE = "right-knee.medial-femoral-condyle"


@pytest.fixture
def house(sqlite_house: House) -> House:
    """The house on SQLite alone: the engine has no part in what stands on a form."""
    return sqlite_house


def page(house: House, end: str = "") -> str:
    return f"/c/porto/patients/{house.cast.ana.id}{end}"


def statuses(house: House) -> list[tuple[str, str]]:
    rows = sorted(house.cast.rows(InvolvementRow), key=lambda row: row.recorded_at)
    return [(str(row.site), str(row.status)) for row in rows]


@pytest.fixture
def boris(house: House) -> FlaskClient:
    return house.browser(house.cast.boris)


def test_a_place_is_recorded_with_the_patients_words_beside_the_compartment(house: House, boris: FlaskClient) -> None:
    said = {"site": KNEE, "status": "confirmed", "area": "inner", "words": "when I <walk>", "onset": "2025-12-15",
            "onset/precision": "week", "onset/source_text": "three weeks ago"}  # fmt: skip
    answer = boris.post(page(house, "/places/new"), data=said)
    assert (answer.status_code, answer.location) == (303, page(house) + "#sites")
    text = boris.get(page(house)).text
    assert "“when I &lt;walk&gt;”, inner side" in text
    assert "around 15 December 2025 (“three weeks ago”)" in text
    assert "Right knee, medial femoral condyle</a></th>" in text and "Partial weight" in text


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"site": ""}, "site"),
        ({"status": ""}, "status"),
        ({"status": "entered-in-error"}, "status"),
        ({"onset": "2026-02-31"}, "onset"),
        ({"onset": "2027"}, "onset"),
        ({"area": "heel"}, "area"),
        ({"area": "somewhere"}, "area"),
        ({"words": "x" * 281}, "words"),
    ],
)
def test_a_fault_stands_beside_its_field(house: House, boris: FlaskClient, said: dict[str, str], field: str) -> None:
    answer = boris.post(page(house, "/places/new"), data={"site": KNEE, "status": "confirmed"} | said)
    assert answer.status_code == 422 and statuses(house) == []
    assert f'id="{field}-error"' in answer.text or field == "words"


def test_a_change_keeps_what_was_said_before_unless_it_is_changed(house: House, boris: FlaskClient) -> None:
    said = {"site": KNEE, "status": "suspected", "area": "inner", "words": "on stairs", "onset": "2025-12"}
    boris.post(page(house, "/places/new"), data=said)
    form = boris.get(page(house, f"/places/{KNEE}")).text
    assert 'value="on stairs"' in form and 'value="2025-12"' in form and '<option value="inner" selected>' in form
    changed = {"status": "confirmed", "area": "inner", "words": "on stairs", "onset": "2025-12"}
    assert boris.post(page(house, f"/places/{KNEE}"), data=changed).status_code == 303
    assert statuses(house) == [(KNEE, "suspected"), (KNEE, "confirmed")]
    text = boris.get(page(house)).text
    assert "2 records" in text and "December 2025" in text


def test_resolved_places_hide_behind_their_number(house: House, boris: FlaskClient) -> None:
    house.cast.records(KNEE)
    house.cast.records("left-foot.forefoot")
    assert boris.post(page(house, f"/places/{KNEE}"), data={"status": "resolved"}).status_code == 303
    text = boris.get(page(house)).text
    hidden = text.split("1 place that is resolved or was entered in error</summary>")[1].split("</details>")[0]
    assert "Right knee, medial femoral condyle" in hidden
    assert "1 plan that has ended" in text


def test_two_records_of_one_joint_become_one(house: House, boris: FlaskClient) -> None:
    house.cast.records("right-knee")
    house.cast.records(KNEE, "suspected")
    form = boris.get(page(house, "/places/right-knee")).text
    assert "Make them one" in form and f'value="{KNEE}"' in form
    where = page(house, "/places/right-knee/merge")
    unsaid = boris.post(where, data={"merged_into": "", "why_merge": "it is the same"})
    assert unsaid.status_code == 422 and 'value="it is the same"' in unsaid.text
    assert boris.post(where, data={"merged_into": KNEE, "why_merge": "the MRI says where"}).status_code == 303
    assert [str(row.site) for row in house.cast.rows(PlanRow)] == [KNEE]
    assert "counts as Right knee, medial femoral condyle" in boris.get(page(house)).text


def test_a_refused_merge_is_told_in_its_own_form_and_the_others_stay_as_they_were(
    house: House, boris: FlaskClient
) -> None:
    boris.post(page(house, "/places/new"), data={"site": "right-knee", "status": "suspected", "words": "on stairs"})
    house.cast.records(KNEE, "suspected")
    answer = boris.post(page(house, "/places/right-knee/merge"), data={"merged_into": KNEE, "why_merge": ""})
    assert (
        answer.status_code == 422 and 'id="why-merge-error"' in answer.text and 'id="reason-error"' not in answer.text
    )
    assert f'<option value="{KNEE}" selected>' in answer.text
    assert 'value="on stairs"' in answer.text and '<option value="suspected" selected>' in answer.text


def test_a_mistaken_place_is_struck_out_with_a_reason(house: House, boris: FlaskClient) -> None:
    house.cast.records(KNEE)
    where = page(house, f"/places/{KNEE}/error")
    without = boris.post(where, data={"reason": ""})
    assert without.status_code == 422 and 'id="reason-error"' in without.text
    assert boris.post(where, data={"reason": "it was the left one"}).status_code == 303
    assert statuses(house)[-1] == (KNEE, "entered-in-error")
    text = boris.get(page(house, f"/places/{KNEE}")).text
    assert "it was the left one" in text and "Strike it out" not in text


def test_a_place_that_was_never_recorded_has_no_page(house: House, boris: FlaskClient) -> None:
    for code in (KNEE, "nowhere"):
        assert boris.get(page(house, f"/places/{code}")).status_code == 404
        assert boris.post(page(house, f"/places/{code}"), data={"status": "confirmed"}).status_code == 404


def test_a_checklist_starts_empty_and_is_judged_line_by_line(house: House, boris: FlaskClient) -> None:
    house.cast.records(KNEE)
    text = boris.get(page(house)).text
    assert "0 of 6 excluded, not reviewed yet." in text and text.count(">not considered<") == 6
    form = boris.get(page(house, f"/items/new?kind=exclusion&site={KNEE}&content/condition=gout")).text
    assert f'<option value="{KNEE}" selected>' in form and '<option value="gout" selected>' in form
    said = {"on": "2026-01-05", "site": KNEE, "content/condition": "gout", "content/status": "excluded",
            "content/basis": ["clinical", "laboratory"], "content/text": "urate normal"}  # fmt: skip
    answer = boris.post(page(house, "/items/new?kind=exclusion"), data=said)
    assert (answer.status_code, answer.location) == (303, page(house) + "#exclusions")
    text = boris.get(page(house)).text
    assert "1 of 6 excluded, last reviewed today." in text and "examination, laboratory; urate normal" in text


def test_a_new_place_is_named_where_an_older_list_was_reviewed_before_it(house: House, boris: FlaskClient) -> None:
    house.cast.records(KNEE)
    said = {"on": "2026-01-05", "site": KNEE, "content/condition": "gout", "content/status": "being-worked-up"}
    boris.post(page(house, "/items/new?kind=exclusion"), data=said)
    house.cast.records("left-foot.forefoot", "suspected", on=3)
    house.now = house.now.replace(day=8)
    text = house.browser(house.cast.boris).get(page(house)).text
    assert "last reviewed 3 days ago. Added since: Left foot, forefoot." in text
    assert text.count("0 of 6 excluded, not reviewed yet.") == 1


def test_follow_ups_say_where_they_stand(house: House, boris: FlaskClient) -> None:
    for task, due in (("mri", "2026-01-02"), ("visit", "2026-01"), ("dxa", "2026-07")):
        said = {"content/task": task, "content/status": "planned", "content/due": due, "content/origin": "staff"}
        answer = boris.post(page(house, "/items/new?kind=follow-up"), data=said)
        assert answer.location == page(house) + "#follow-ups"
    said = {"content/task": "dxa", "content/status": "decided-not-to", "content/origin": "staff",
            "content/reason": "full recovery"}  # fmt: skip
    boris.post(page(house, "/items/new?kind=follow-up"), data=said)
    part = boris.get(page(house)).text.split('id="follow-ups"')[1].split("</section>")[0]
    order = [part.index(f">{word}<") for word in ("overdue", "due now", "later", "decided not to, full recovery")]
    assert order == sorted(order)


def test_a_nurse_is_not_offered_what_would_end_a_plan(house: House, boris: FlaskClient) -> None:
    house.cast.records(KNEE)
    nuno, own = house.browser(house.cast.nuno), page(house, f"/places/{KNEE}")
    hers, his = nuno.get(own).text, boris.get(own).text
    assert 'value="resolved"' not in hers and 'name="reason"' not in hers and "Só um médico" in hers
    assert 'value="resolved"' in his and 'name="reason"' in his and "is for a doctor" not in his
    assert nuno.post(own, data={"status": "resolved"}).status_code == 403
    assert statuses(house) == [(KNEE, "confirmed")]
