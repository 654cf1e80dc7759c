"""The pages name each further rule, its sentence and what it rests on; what is not urgent waits for the digest."""

from datetime import UTC

import pytest

from tests.dashboards.conftest import House
from tests.services.test_further_rules import OverLimit, hurt, trained, walked

STORIES = {
    "over-limit": [walked(2, OverLimit.OFTEN)],
    "exercise-pain": [trained(1, 6), trained(10, 6)],
    "known-site-flare": [hurt(n, "right-knee", 1 if n < 10 else 5) for n in range(1, 15)],
    "not-improving": [hurt(n, "right-knee", 4) for n in range(1, 45)],
    "recurrence": [hurt(n, "left-hip", 5) for n in (6, 7, 8)],
}
TOLD = {
    "over-limit": ("More weight than allowed", "Right leg"),
    "exercise-pain": ("Pain during exercises", "pain during an exercise"),
    "known-site-flare": ("More pain in a known place", "Right knee: pain is up"),
    "not-improving": ("Not improving", "Right knee"),
    "recurrence": ("Pain again in a resolved place", "This place was recorded as resolved"),
}


@pytest.mark.parametrize("rule", STORIES)
def test_the_alert_its_list_and_its_record_say_it_in_words(sqlite_house: House, rule: str) -> None:
    house, cast = sqlite_house, sqlite_house.cast
    cast.records("right-knee")
    if rule == "recurrence":
        cast.records("left-hip", on=1)
        cast.records("left-hip", "resolved", on=5)
    for item in STORIES[rule]:
        cast.sends(cast.ana, item)
    [subject] = {found[2] for found in cast.standing() if found[0] == rule}
    house.now = STORIES[rule][-1].recorded_at.astimezone(UTC)
    boris, alert = house.browser(cast.boris), cast.alert(rule, subject)
    text = boris.get(f"/c/porto/alerts/{alert.id}").text
    name, sentence = TOLD[rule]
    assert f"{name}, version 1." in text and sentence in text
    assert len(alert.evidence) >= 1 and "%(" not in text
    assert str(alert.id) in boris.get(f"/c/porto/patients/{cast.ana.id}").text
    listed = boris.get("/c/porto/").text
    assert str(alert.id) in listed or "Plan to review" in listed or "and 1 more" in listed
    assert bool(cast.letters()) is any(found[1] == "urgent" for found in cast.standing())
