"""One verb is one transaction: wherever it fails, at any of its statements or in its commit, nothing of it is left."""

import pytest
from sqlalchemy import event

from rehab_tracker.domain.access import system
from rehab_tracker.services import enrolment
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.storage.alerts import Alert
from tests.cast import FIRST_VISIT, at, canary, logs, ticks, withdrawal
from tests.services.test_entries import unreadable

PUSHED = {"entry", "pain_score", "red_flag_report", "refused_item", "alert", "alert_step", "letter", "audit_event"}
PUSHED |= {"site_ledger", "site_bout", "due_job"}


class Crash(Exception):
    """What goes wrong."""


def crashing(cast, verb):
    """Yield the verb's run with a crash at its first statement, its second, …, in its commit; then as it should be."""
    engine = cast.store.engine()
    at_statement, seen = 0, [0]

    def count(*_):
        seen[0] += 1
        if seen[0] == at_statement:
            raise Crash

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)
    try:
        while True:
            at_statement, seen[0] = at_statement + 1, 0
            try:
                verb()
            except Crash:
                yield at_statement
            else:
                return
    finally:
        event.remove(engine, "before_cursor_execute", count)
        event.remove(engine, "commit", count)


def must_leave_nothing_of(cast, verb, changes):
    """Check that the verb leaves nothing when it crashes, and changes these tables together when it does not."""
    before = cast.counts()
    points = 0
    for point in crashing(cast, verb):
        assert cast.counts() == before, f"crash at statement {point}"
        points += 1
    after = cast.counts()
    assert {table for table in after if after[table] != before[table]} == changes
    return points


def test_a_push_is_kept_whole_or_not_at_all(cast):
    cast.records("right-knee")
    batch = [logs({"left-hip": 9}, 1), ticks("fever", day=1), unreadable(), logs({"left-knee": 4}, 1, about=5)]
    points = must_leave_nothing_of(cast, lambda: cast.ana_sends(*batch), PUSHED)
    assert points > 20, "there are this many places at which it can crash"
    assert len(cast.standing()) == 2
    assert cast.letters() == [("Nuno", "queued")] * 2


def test_an_undo_supersedes_the_alert_and_cancels_the_letter_together_or_neither(cast):
    cast.records("right-knee")
    item = cast.ana_logs({"left-hip": 9}, 1)
    undone, [raised] = withdrawal(item, 1), cast.rows(Alert)
    for _ in crashing(cast, lambda: cast.ana_sends(undone, now=at(1, 1))):
        assert [(alert.state, alert.version) for alert in cast.rows(Alert)] == [("open", raised.version)]
        assert cast.letters() == [("Nuno", "queued")]
    assert [alert.state for alert in cast.rows(Alert)] == ["superseded"]
    assert cast.letters() == [("Nuno", "cancelled")]


def test_an_acknowledgement_and_its_audit_are_one(cast):
    cast.ana_ticks("fever", day=1)
    alert_id = cast.rows(Alert)[0].id

    def verb():
        with cast.session() as session:
            acknowledge(session, cast.viewer_of(cast.nuno), alert_id, at(1, 1))

    for _ in crashing(cast, verb):
        assert (cast.rows(Alert)[0].state, cast.audit().count("alert-acknowledged")) == ("open", 0)
    assert (cast.rows(Alert)[0].state, cast.audit().count("alert-acknowledged")) == ("acknowledged", 1)


def test_a_recorded_site_and_what_it_changes_are_one(cast):
    for n, worst in enumerate((1, 4, 4, 4, 4)):
        cast.ana_logs({"left-knee": worst}, n)
    changes = {"involvement", "alert", "alert_step", "due_job", "audit_event", "protocol_template", "plan", "plan_act"}
    must_leave_nothing_of(cast, lambda: cast.records("right-knee", on=0), changes)


def test_a_patient_and_the_code_are_one(cast):
    details = enrolment.PatientDetails("Bia", canary("porto", "bia"), "pt-PT", "Europe/Lisbon", enrolled_on=FIRST_VISIT)

    def verb():
        with cast.session() as session:
            enrolment.enrol(session, cast.viewer_of(cast.nuno), cast.porto, details, at(0))

    must_leave_nothing_of(cast, verb, {"patient", "care_team", "enrolment_code", "audit_event"})


def test_a_code_and_the_device_it_makes_are_one(cast):
    with cast.session() as session:
        code = enrolment.new_enrolment_code(session, system(cast.porto.id), cast.porto, cast.ana.id, at(0))

    def verb():
        with cast.session() as session:
            enrolment.use_code(session, cast.porto, code, "phone", "caller", at(0, 1))

    must_leave_nothing_of(cast, verb, {"device", "audit_event"})


@pytest.mark.parametrize("tables", [("alert",), ("letter",), ("audit_event",), ("entry", "pain_score")])
def test_a_crash_in_one_table_alone_takes_all_others_back(cast, tables):
    cast.records("right-knee")
    before = cast.counts()

    def refuse(connection, cursor, statement, *_):
        if any(statement.upper().startswith(f"INSERT INTO {table} ".upper()) for table in tables):
            raise Crash

    event.listen(cast.store.engine(), "before_cursor_execute", refuse)
    try:
        with pytest.raises(Crash):
            cast.ana_sends(logs({"left-hip": 9}, 1))
    finally:
        event.remove(cast.store.engine(), "before_cursor_execute", refuse)
    assert cast.counts() == before
