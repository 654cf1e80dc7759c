"""A desk: inbox, worklist and digest tell of the same alerts, and sixty cost as few statements as one."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from rehab_tracker.domain.access import system
from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.due import Job
from rehab_tracker.services import digests, enrolment
from rehab_tracker.services.clinics import change_settings
from rehab_tracker.services.closing import close
from rehab_tracker.services.inbox import Tab, inbox
from rehab_tracker.services.worklist import worklist
from rehab_tracker.storage.alerts import Alert
from tests.cast import OPENED, another_patient, at, day, digest_of
from tests.services.test_escalating import another


@contextmanager
def counted(cast):
    """The statements that run meanwhile."""
    ran, engine = [], cast.store.engine()

    def note(connection, cursor, statement, *rest):
        ran.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(engine, "before_cursor_execute", note)


def fever(cast, *patients, rung=3):
    """An open red flag about each patient, as old as the story, that has climbed to a rung."""
    with cast.session() as session:
        session.add_all(
            Alert(
                clinic_id=cast.porto.id, patient_id=patient.id, rule=Rule.RED_FLAG, rule_version=1, subject="fever",
                level=Level.URGENT, first_for_date=day(1), last_for_date=day(1), raised_at=at(1), raised_on=day(1),
                reason_key="red-flag.fever", reference="ABCDE", deadline_at=at(2), rung=rung,
            )
            for patient in patients
        )  # fmt: skip
        session.commit()


def of_boris(cast, number):
    """So many patients in the care of Dr Boris alone."""
    patients = [another_patient(cast, cast.porto, f"P{n}") for n in range(number)]
    with cast.session() as session:
        for patient in patients:
            enrolment.join(session, cast.porto.id, patient.id, cast.boris.id, OPENED)
        session.commit()
    return patients


def digest_statements(cast, person, on):
    with cast.session() as session, counted(cast) as ran:
        digests.write_digest(session, system(cast.porto.id), person.id, Job.DIGEST_MORNING, day(on), at(on), late=False)
        session.commit()
    return ran


@pytest.mark.parametrize("who", ["boris", "dora"])
def test_a_digest_of_sixty_open_alerts_costs_as_many_statements_as_one_of_a_single_one(cast, who):
    """Dr Boris cares for all of them; Dr Dora for none: the ladder has told her."""
    reader, patients = getattr(cast, who), of_boris(cast, 60)
    fever(cast, patients[0])
    one = digest_statements(cast, reader, 3)
    fever(cast, *patients[1:])
    many = digest_statements(cast, reader, 4)
    assert digest_of(cast, reader, at(5))["urgent"] == 60
    assert len(many) == len(one) <= 30, many


def in_inbox(cast, who, now):
    """The alerts of the list of new ones, those told about further patients included."""
    with cast.session() as session:
        found = inbox(session, cast.viewer_of(who), Tab.NEW, now)
    return {alert.id for each in found.patients for alert in each.alerts} | {alert.id for alert in found.told}


def in_worklist(cast, who, now):
    with cast.session() as session:
        return {alert.id for row in worklist(session, cast.viewer_of(who), now).rows for alert in row.alerts}


def test_what_stands_about_a_duplicate_by_a_silent_rule_is_told_everywhere_or_nowhere(cast):
    """The rule falls silent, then two records of Ana are joined: nothing would raise the duplicate's alert again."""
    again = cast.twice(cast.nuno)
    fever(cast, again, rung=0)
    with cast.session() as session:
        row = session.get_one(Alert, (cast.porto.id, cast.rows(Alert)[0].id))
        row.rule, row.subject, row.level = Rule.KNOWN_SITE_FLARE, "right-knee", Level.SOON
        session.commit()
        change_settings(session, cast.viewer_of(cast.alda), {"shadow": ["known-site-flare"]}, "too loud", at(1))
    cast.merges(again, on=2)
    [alert] = [each for each in cast.rows(Alert) if each.state == "open"]
    assert alert.patient_id == again.id
    for who in (cast.nuno, cast.boris):
        assert digest_of(cast, who, at(3))["soon"] == 1
        assert in_inbox(cast, who, at(3)) == in_worklist(cast, who, at(3)) == {alert.id}
    with cast.session() as session:
        [shown] = inbox(session, cast.viewer_of(cast.nuno), Tab.NEW, at(3)).patients
    assert shown.patient.id == cast.ana.id
    assert digest_of(cast, cast.dora, at(3))["soon"] == 0 and in_inbox(cast, cast.dora, at(3)) == set()


def test_the_ladder_tells_of_a_duplicate_as_of_the_record_that_is_kept(cast):
    """Rita is the second nurse: on the lowest rung of who has no care team, on the next one of Ana's."""
    rita, again = another(cast, "Rita"), cast.twice(cast.nuno)
    cast.merges(again, on=1)
    fever(cast, again, rung=0)
    assert digest_of(cast, cast.nuno, at(2))["urgent"] == 1
    assert digest_of(cast, rita, at(2))["urgent"] == 0 and in_inbox(cast, rita, at(2)) == set()
    with cast.session() as session:
        session.get_one(Alert, (cast.porto.id, cast.rows(Alert)[0].id)).rung = 1
        session.commit()
    assert digest_of(cast, rita, at(3))["urgent"] == len(in_inbox(cast, rita, at(3))) == 1


def test_what_was_closed_is_in_the_digest_of_those_in_whose_list_it_stands(cast):
    cast.ana_ticks("fever", day=1)
    alert = cast.alert("red-flag", "fever")
    with cast.session() as session:
        session.get_one(Alert, (cast.porto.id, alert.id)).rung = 3
        session.commit()
    for who in (cast.boris, cast.dora):
        digest_of(cast, who, at(2))
    with cast.session() as session:
        close(session, cast.viewer_of(cast.nuno), alert.id, AlertOutcome.OTHER_DISEASE, "a cold", None, at(2, 30))
    for who, number in ((cast.boris, 1), (cast.dora, 0)):
        with cast.session() as session:
            listed = inbox(session, cast.viewer_of(who), Tab.CLOSED, at(3)).counts[Tab.CLOSED]
        assert digest_of(cast, who, at(3))["closed"] == listed == number
