"""Where nobody else can be told that an alert is overdue, whoever looks after it gets one letter that says so."""

from rehab_tracker.storage.people import Staff
from tests.cast import at
from tests.services.test_escalating import FRIDAY, MONDAY, TUESDAY, asks, due_at, fever, new_pain, now, on, takes, told


def leave(cast, *people: Staff) -> None:
    """Let people leave the clinic, so that fewer are on the ladder."""
    with cast.session() as session:
        for member in people:
            session.get_one(Staff, (cast.porto.id, member.id)).disabled_at = at(0)
        session.commit()


def test_whoever_is_the_only_one_gets_one_letter_about_what_is_overdue(cast):
    """Nuno has read of it in a digest; nobody else can be told."""
    alert = new_pain(cast, on(FRIDAY, "18:00"))
    leave(cast, cast.boris, cast.dora, cast.alda)
    assert (told(cast, "alert"), told(cast, "escalation")) == ([], [])
    answers = [asks(cast, alert, on(MONDAY, clock)) for clock in ("12:00", "12:01", "14:00")]
    assert answers == ["reminded", "all-told", "all-told"]
    assert (told(cast, "escalation"), due_at(cast, alert)) == (["Nuno"], None)
    assert now(cast, alert).deadline_at == on(MONDAY, "12:00"), "it stays overdue in his list"
    assert cast.steps(alert) == ["raised", "reminded"] and "alert-reminded" in cast.audit()
    [letter] = cast.about_alerts()
    assert (letter.values["told"], letter.values["next"]) == ([], [])


def test_an_urgent_one_reminds_the_only_one_too_and_again_after_it_was_taken_and_forgotten(sqlite_cast):
    alert = fever(sqlite_cast, on(FRIDAY, "12:00"))
    leave(sqlite_cast, sqlite_cast.boris, sqlite_cast.dora, sqlite_cast.alda)
    assert asks(sqlite_cast, alert, on(FRIDAY, "14:00")) == "reminded"
    takes(sqlite_cast, alert, on(FRIDAY, "15:00"))
    assert asks(sqlite_cast, alert, on(TUESDAY, "15:00")) == "forgotten"
    assert [asks(sqlite_cast, alert, on(TUESDAY, "17:00")) for _ in range(2)] == ["reminded", "all-told"]
    assert told(sqlite_cast, "escalation") == ["Nuno", "Nuno"]


def test_where_others_were_told_nobody_is_reminded_besides(sqlite_cast):
    alert = new_pain(sqlite_cast, on(FRIDAY, "18:00"))
    leave(sqlite_cast, sqlite_cast.dora, sqlite_cast.alda)
    assert [asks(sqlite_cast, alert, on(MONDAY, c)) for c in ("12:00", "14:00")] == ["climbed", "all-told"]
    assert told(sqlite_cast, "escalation") == ["Boris"]
