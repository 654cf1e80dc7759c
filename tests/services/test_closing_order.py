"""What stands after alerts were closed is what the whole history says and no closing answers, in whatever order."""

from itertools import cycle

from hypothesis import event, given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.access import Role, Viewer
from rehab_tracker.domain.closing import AlertOutcome, ClosedAlert
from rehab_tracker.domain.entry import arrived
from rehab_tracker.domain.history import History
from rehab_tracker.domain.involvement import KnownSites
from rehab_tracker.domain.review import review
from rehab_tracker.services import enrolment
from rehab_tracker.services.closing import close
from rehab_tracker.services.protocol import decided_of
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.people import Patient
from tests.cast import OPENED, another_patient, at
from tests.domain.diary import FIRST_VISIT, LISBON
from tests.services.test_arrival_order import LAST_DAY, SLOW, split, stories, take_in

MORNING = -730
"""Minutes from the evening's log back to eight in the morning."""
OUTCOMES = sorted(set(AlertOutcome) - {AlertOutcome.LONG_STANDING})


def patient_of_nuno(cast):
    patient = another_patient(cast, cast.porto, "Ana")
    with cast.session() as session:
        enrolment.join(session, cast.porto.id, patient.id, cast.nuno.id, OPENED)
        session.commit()
    return patient


def alerts_of(cast, patient, *states):
    return [alert for alert in cast.rows(Alert) if alert.patient_id == patient.id and alert.state in states]


def closes_all(cast, patient, now):
    nuno = Viewer(cast.porto.id, Role.NURSE, cast.nuno.id)
    for alert, outcome in zip(alerts_of(cast, patient, "open"), cycle(OUTCOMES)):
        with cast.session() as session:
            close(session, nuno, alert.id, outcome, "seen", None, now)


def unanswered(cast, patient, entries, acts):
    """What the rules say of everything at once and no closed alert answers, one alert per rule and subject."""
    with cast.session() as session:
        plans = decided_of(session, session.get_one(Patient, (cast.porto.id, patient.id))).plans
    came = [arrived(item, at(LAST_DAY), patient.enrolled_on) for item in entries]
    known = KnownSites(act.involvement for act in sorted(acts, key=lambda act: act.on))
    closed = [
        ClosedAlert(a.rule, a.subject, a.level, a.closed_on, a.closed_at, a.evidence)
        for a in alerts_of(cast, patient, "closed")
    ]
    folded = {}
    for verdict in review(History(came, LISBON, known, enrolled_on=patient.enrolled_on), plans=plans):
        if not any(each.answers(verdict) for each in closed):
            subject = verdict.rule, verdict.subject
            level, first = folded.get(subject, (verdict.level, verdict.for_date))
            worse = max(level, verdict.level, key=lambda each: each.rank)
            folded[subject] = (worse, min(first, verdict.for_date))
    return {(r, level, s, (first - FIRST_VISIT).days) for (r, s), (level, first) in folded.items()}


@settings(SLOW, max_examples=30)
@given(story=stories(), data=st.data())
def test_what_came_before_and_after_closings_may_come_in_any_order(sqlite_cast, story, data):
    entries, acts = story
    patient = patient_of_nuno(sqlite_cast)
    take_in(sqlite_cast, patient, acts)
    rest = entries
    for number in data.draw(st.sampled_from(((10,), (20,), (30,), (8, 25)))):
        now = at(number, data.draw(st.sampled_from((5, MORNING)), label="minutes after the evening's log"))
        early = [item for item in rest if item.recorded_at <= now and data.draw(st.booleans())]
        rest = [item for item in rest if item not in early]
        for piece in split(data.draw, early):
            sqlite_cast.sends(patient, *piece, now=now)
        closes_all(sqlite_cast, patient, now)
    closings = len(alerts_of(sqlite_cast, patient, "closed"))
    take_in(sqlite_cast, patient, split(data.draw, rest))
    wanted = unanswered(sqlite_cast, patient, entries, acts)
    event(f"{min(closings, 3)} closings, {min(len(wanted), 3)} alerts after them")
    assert sqlite_cast.standing(patient) == wanted
