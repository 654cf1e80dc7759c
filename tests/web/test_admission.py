"""Admission: a phone that sends too often waits, before anything is read; others notice nothing."""

from datetime import timedelta

from tests.cast import Cast, at
from tests.served import Clock, House, code_of, pain, serving


def test_one_phone_too_often(sqlite_cast: Cast) -> None:
    clock = Clock(at(0))
    with serving(sqlite_cast.store, clock, pushes_a_minute=3) as app:
        house = House(app, sqlite_cast, clock)
        sent = pain()
        assert [house.ana.push(sent).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
        refused = house.ana.push(sent)
        assert code_of(refused) == "too-many-requests"
        assert 5 <= int(refused.headers["Retry-After"]) <= 180
        assert house.phone_of(sqlite_cast.bento).push(pain()).status_code == 200
        clock.now += timedelta(minutes=1)
        assert house.ana.push(sent).status_code == 200


def test_it_is_told_before_the_body_is_read(sqlite_cast: Cast) -> None:
    clock = Clock(at(0))
    with serving(sqlite_cast.store, clock, pushes_a_minute=0) as app:
        house = House(app, sqlite_cast, clock)
        answer = house.client.post("/api/v1/me/sync/push", data=b"rubbish", headers=house.ana.headers)
        assert answer.status_code == 429
