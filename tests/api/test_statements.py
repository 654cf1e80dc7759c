"""The hot path asks the database as often for two hundred entries as for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from rehab_tracker.app import database
from tests.cast import at
from tests.served import House, pain


@contextmanager
def counted(house: House) -> Iterator[list[str]]:
    """The statements that the app runs meanwhile."""
    ran: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        ran.append(statement)

    with house.app.app_context():
        engine = database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_two_hundred_cost_as_many_statements_as_one(house: House) -> None:
    house.cast.records("right-knee")
    house.ana.results(pain(worst=1))
    with counted(house) as one:
        house.ana.results(pain(worst=1))
    with counted(house) as many:
        house.ana.results(*(pain(worst=1) for _ in range(200)))
    assert len(many) <= len(one) + 2, many
    assert not any("FROM clinic \n" in statement for statement in one), "the directory remembers the clinic"


def test_a_log_beside_two_plans_costs_as_many_statements_after_four_months_as_after_two(house: House) -> None:
    house.cast.records("right-knee")
    house.cast.records("left-knee")

    def logs_until(first: int, last: int) -> list[str]:
        house.clock.now = at(last)
        house.ana.results(*(pain(day, "right-knee", day % 3) for day in range(first, last)))
        with counted(house) as ran:
            house.ana.results(pain(last, "right-knee", 1))
        return ran

    few, many = logs_until(1, 60), logs_until(61, 120)
    assert len(many) <= len(few) <= 40, many


def test_nothing_is_asked_to_be_alive(sqlite_house: House) -> None:
    with counted(sqlite_house) as ran:
        sqlite_house.client.get("/healthz")
        sqlite_house.client.get("/api/v1/meta")
        sqlite_house.client.post("/api/v1/me/sync/push", data=b"x" * 300_000, headers=sqlite_house.ana.headers)
    assert ran == []
