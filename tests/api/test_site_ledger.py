"""The site ledgers over HTTP: staff of the care team read them, nobody else."""

from tests.api.staff import desk_of
from tests.cast import at
from tests.served import House


def test_staff_read_when_each_place_hurt(house: House) -> None:
    for day in range(1, 6):
        house.cast.ana_logs({"left-knee": 5 if day < 3 else 0, "right-foot": 2}, day)
    house.clock.now = at(30)
    told = desk_of(house, house.cast.nuno).told("GET", "/site-ledgers")
    bout = {"first_day": "2026-01-06", "last_day": "2026-01-07", "resolved_on": "2026-01-21"}
    assert told == {"data": [{"site": "left-knee", "standing": "resolved", "bouts": [bout]}]}
    house.cast.ana_logs({"left-knee": 4}, 29)
    again = desk_of(house, house.cast.boris).told("GET", "/site-ledgers")["data"][0]
    assert again["standing"] == "relapsed"
    assert again["bouts"] == [bout, {"first_day": "2026-02-03", "last_day": "2026-02-03"}]


def test_nobody_else_does(house: House) -> None:
    house.cast.ana_logs({"left-knee": 5}, 1)
    asked = {
        who: desk_of(house, getattr(house.cast, who)).ask("GET", "/site-ledgers") for who in ("carla", "dora", "alda")
    }
    assert {who: answer.status_code for who, answer in asked.items()} == {"carla": 404, "dora": 403, "alda": 403}
    assert not any("left-knee" in answer.text for answer in asked.values())
