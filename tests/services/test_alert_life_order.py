"""What staff do with alerts, and take back, changes nothing of which alerts stand: entries and closings do."""

from hypothesis import event, given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.alert_call import Called, CallResult
from rehab_tracker.domain.alert_life import Rest
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.errors import WrongState
from rehab_tracker.services import alert_life
from rehab_tracker.services.alert_undo import undo
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.services.closing import close
from tests.cast import at
from tests.domain.diary import day, evening
from tests.services.test_arrival_order import SLOW, split, stories, take_in
from tests.services.test_closing_order import alerts_of, patient_of_nuno, unanswered

STANDS = ("open", "acknowledged", "snoozed")


def does(cast, verb, alert, *said, now):
    with cast.session() as session:
        return verb(session, cast.viewer_of(cast.nuno), alert.id, *said, now)


def tends(cast, draw, patient, number):
    """Let Nuno do with each alert whatever he may."""
    for alert in alerts_of(cast, patient, "open"):
        does(cast, acknowledge, alert, now=at(number, 5))
        what = draw(st.sampled_from(("nothing", "rest", "call", "take back")))
        if what == "rest" and alert.rule is not Rule.RED_FLAG:
            does(cast, alert_life.snooze, alert, Rest(day(number + 7), "seen"), now=at(number, 6))
        elif what == "call":
            does(cast, alert_life.log_call, alert, Called(CallResult.SPOKEN), now=at(number, 6))
        elif what == "take back":
            does(cast, undo, alert, now=at(number, 7))


def closes_and_takes_back(cast, draw, patient, number, pieces):
    """Let Nuno close every alert, let some entries come, and let him take the closings back that he still can."""
    found = alerts_of(cast, patient, *STANDS)
    for alert in found:
        does(cast, close, alert, AlertOutcome.UNCLEAR, "a slip", None, now=at(number, 10))
    for piece in pieces:
        cast.sends(patient, *piece, now=at(number, 12))
    for alert in found:
        try:
            does(cast, undo, alert, now=at(number, 15))
        except WrongState as refusal:
            assert refusal.code == "newer-stands"
            event("a newer one stood")


@settings(SLOW, max_examples=25)
@given(story=stories(), data=st.data())
def test_steps_and_closings_taken_back_leave_what_the_entries_say(sqlite_cast, story, data):
    entries, acts = story
    patient = patient_of_nuno(sqlite_cast)
    take_in(sqlite_cast, patient, acts)
    rest = entries
    for number in data.draw(st.sampled_from(((10,), (20, 30), (8, 25)))):
        early = [item for item in rest if item.recorded_at <= evening(number) and data.draw(st.booleans())]
        rest = [item for item in rest if item not in early]
        pieces = split(data.draw, early)
        meanwhile = data.draw(st.integers(0, len(pieces)))
        for piece in pieces[:meanwhile]:
            sqlite_cast.sends(patient, *piece, now=at(number))
        tends(sqlite_cast, data.draw, patient, number)
        closes_and_takes_back(sqlite_cast, data.draw, patient, number, pieces[meanwhile:])
    take_in(sqlite_cast, patient, split(data.draw, rest))
    wanted = unanswered(sqlite_cast, patient, entries, acts)
    event(f"{min(len(alerts_of(sqlite_cast, patient, 'closed')), 3)} closings stay, {min(len(wanted), 3)} alerts")
    assert sqlite_cast.standing(patient) == wanted
