"""The site ledgers that are kept say what the entries say, in whatever order these came and whatever became of them."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, update

from rehab_tracker.domain.access import system
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.entry import Sent, arrived
from rehab_tracker.domain.errors import NotAllowed, NotFound, ReasonNeeded
from rehab_tracker.domain.history import DeclaredPain, History
from rehab_tracker.domain.pain import PainReading, PainScore, UsualPain
from rehab_tracker.domain.site import site
from rehab_tracker.domain.site_ledger import site_ledgers
from rehab_tracker.services import clinics, entries, importing
from rehab_tracker.services.alerts import Occasion
from rehab_tracker.services.enrolment import PatientDetails
from rehab_tracker.services.involvements import usual_pain_row
from rehab_tracker.services.keeping import Stamped
from rehab_tracker.services.ledger_rebuild import rebuild_ledgers
from rehab_tracker.services.reach import lock_records
from rehab_tracker.services.site_ledger import compared, keep_in_ledgers, make_ledgers, read_ledgers
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.site_ledger import SiteBoutRow, SiteLedgerRow
from tests.cast import another_patient, at, logs, sent, withdrawal
from tests.domain.diary import FIRST_VISIT, LISBON, day, logged

PLACES = ("left-knee", "right-knee", "left-foot.forefoot")
LAST_DAY = 90
LEFT_KNEE = site("left-knee")


# What is kept, and what follows from the entries


def kept(cast, patient=None, clinic=None):
    """The bouts that are kept of a patient: joint, number, and the numbers of their days."""
    who = patient or cast.ana
    rows = [row for row in cast.rows(SiteBoutRow, clinic) if row.patient_id == who.id]
    return {(r.site, r.number, *map(numbered, (r.first_day, r.last_day, r.below_day))) for r in rows}


def numbered(on):
    return None if on is None else (on - FIRST_VISIT).days


def from_scratch(patient, items, rules=None, declared=(), now=LAST_DAY):
    came = [arrived(item, at(now), patient.enrolled_on) for item in items]
    pains = [DeclaredPain(site(place), usual, day(on)) for place, usual, on in declared]
    found = site_ledgers(History(came, LISBON, declared=pains), rules or RuleSettings())
    return {
        (str(joint), number, *map(numbered, (bout.first, bout.last, bout.below)))
        for joint, ledger in found.items()
        for number, bout in enumerate(ledger.bouts, start=1)
    }


def rebuilds(cast, clinic=None, check=False):
    with cast.session(clinic) as session:
        return rebuild_ledgers(session, system((clinic or cast.porto).id), at(LAST_DAY), check)


def declares(cast, patient, place, usual, on):
    with cast.session() as session:
        viewer = cast.viewer_of(cast.boris)
        session.add(usual_pain_row(viewer, patient.id, UsualPain(site(place), usual), at(on), day(on), None))
        session.commit()


def asks(cast, who=None, patient=None):
    with cast.session(cast.clinic_of(who or cast.nuno)) as session:
        return read_ledgers(session, cast.viewer_of(who or cast.nuno), (patient or cast.ana).id, at(LAST_DAY))


# Stories


scores = st.builds(
    lambda place, worst: PainScore(site(place), on_loading=worst),
    st.sampled_from(PLACES),
    st.sampled_from((0, 1, 2, 3, 3, 4, 5, 7)),
)
readings = st.builds(PainReading, st.lists(scores, max_size=3).map(tuple), st.booleans())


@st.composite
def versions(draw):
    number = draw(st.integers(14, 80))
    found = [sent(draw(readings), number, about=number - draw(st.sampled_from((0, 0, 0, 1, 5, 14))))]
    for change in draw(st.lists(st.sampled_from(("edit", "move", "conflict", "withdraw")), max_size=2)):
        found.append(changed(draw, change, found[-1], number))
    return found


def changed(draw, change, of, number):
    if change == "withdraw" or of.content is None:
        return withdrawal(of, number)
    if change == "conflict":
        return replace(of, content=draw(readings))
    moved = day(number - draw(st.integers(0, 14))) if change == "move" else of.for_date
    return replace(of, rev=of.rev + 1, content=draw(readings), for_date=moved)


DECLARED = st.tuples(st.sampled_from(("left-knee", "right-knee")), st.integers(0, 5), st.integers(0, 60))


def split(draw, pieces):
    """The pieces in some order (mostly that of their days), cut into batches, some of them sent twice."""
    ordered = draw(st.one_of(st.just(pieces), st.permutations(pieces)))
    at_once: list = []
    for piece in ordered:
        if isinstance(piece, Sent) and at_once and isinstance(at_once[-1], list) and draw(st.booleans()):
            at_once[-1].append(piece)
        else:
            at_once.append([piece] if isinstance(piece, Sent) else piece)
    return at_once + [batch for batch in at_once if isinstance(batch, list) and draw(st.integers(0, 4)) == 0]


SLOW = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@SLOW
@given(
    entries_of=st.lists(versions(), min_size=1, max_size=18), declared=st.lists(DECLARED, max_size=2), data=st.data()
)
def test_what_is_kept_is_what_follows_from_the_entries_in_whatever_order(sqlite_cast, entries_of, declared, data):
    cast = sqlite_cast
    patient = another_patient(cast, cast.porto, "Ana")
    items = [item for found in sorted(entries_of, key=lambda found: found[0].recorded_at) for item in found]
    declared = sorted(declared, key=lambda each: each[2])
    for each in declared:
        declares(cast, patient, *each)
    for piece in split(data.draw, items):
        cast.sends(patient, *piece, now=at(LAST_DAY))
    wanted = from_scratch(patient, items, declared=declared)
    assert kept(cast, patient) == wanted
    with cast.session() as session:
        who = session.get_one(Patient, (cast.porto.id, patient.id))
        rules = clinics.in_force(session, cast.porto.id).rules
        assert compared(session, who, rules).differ == 0
        make_ledgers(session, who, rules)
        session.commit()
    assert kept(cast, patient) == wanted


# In order


def sore(first, *values, place="left-knee"):
    return [logs({place: worst} if worst else {}, number) for number, worst in enumerate(values, start=first)]


def test_entries_in_order_extend_the_last_bout(cast):
    for item in sore(1, 3, 4, 3, 0):
        cast.ana_sends(item)
    assert kept(cast) == {("left-knee", 1, 1, 3, 4)}
    cast.ana_logs({"left-knee": 5}, 18)
    assert kept(cast) == {("left-knee", 1, 1, 3, 4), ("left-knee", 2, 18, 18, None)}
    told = asks(cast).ledgers[LEFT_KNEE]
    assert (told.standing(day(18)), told.is_first_ever(day(18))) == ("relapsed", False)


def test_an_explicit_zero_settles_every_place_that_it_does_not_name(cast):
    cast.ana_logs({"left-knee": 5, "right-knee": 4}, 1)
    cast.ana_logs({"right-knee": 4}, 2)
    cast.ana_logs({"right-knee": 1}, 3, no_other_pain=False)
    assert kept(cast) == {("left-knee", 1, 1, 1, 2), ("right-knee", 1, 1, 2, 3)}


def test_a_second_entry_of_the_newest_day_counts_like_the_first(cast):
    cast.ana_logs({}, 20)
    cast.ana_logs({"left-knee": 2}, 20)
    cast.ana_logs({"left-knee": 6}, 20)
    cast.ana_logs({}, 20)
    assert kept(cast) == {("left-knee", 1, 20, 20, None)}


# Late, edited, withdrawn


def test_what_comes_late_makes_one_bout_of_two(cast):
    cast.ana_sends(*sore(1, 5, 5, 0))
    cast.ana_logs({"left-knee": 5}, 20)
    assert len(kept(cast)) == 2
    cast.ana_sends(logs({"left-knee": 4}, 10))
    assert kept(cast) == {("left-knee", 1, 1, 20, None)}


def test_a_zero_that_comes_late_parts_them_again(cast):
    cast.ana_logs({"left-knee": 5}, 1)
    cast.ana_logs({"left-knee": 5}, 30)
    assert kept(cast) == {("left-knee", 1, 1, 30, None)}
    cast.ana_sends(logs({}, 9), now=at(31))
    assert kept(cast) == {("left-knee", 1, 1, 1, 9), ("left-knee", 2, 30, 30, None)}


def test_a_withdrawn_pain_never_was(cast):
    item = cast.ana_logs({"left-knee": 5}, 1)
    cast.ana_logs({}, 2)
    cast.ana_sends(withdrawal(item, 3))
    assert kept(cast) == set()
    assert asks(cast).ledgers == {}


@pytest.mark.parametrize("days", [60, 400])
def test_a_late_entry_within_a_long_bout_reads_two_weeks_before_it(cast, days):
    cast.ana_sends(*sore(1, *[5] * days), now=at(days))
    cost = keeps(cast, logs({"left-knee": 4}, days - 3), days + 1)
    assert kept(cast) == {("left-knee", 1, 1, days, None)}
    assert sum(cost.values()) < 60, cost


# What else makes another ledger of the same entries


def test_two_records_that_become_one_have_one_ledger_and_two_after_it_is_undone(cast):
    twice = cast.twice(cast.nuno)
    cast.ana_logs({"left-knee": 5}, 1)
    cast.sends(twice, logs({"left-knee": 4}, 3), logs({}, 4))
    cast.merges(twice, on=5)
    assert (kept(cast), kept(cast, twice)) == ({("left-knee", 1, 1, 3, 4)}, set())
    cast.sends(twice, logs({"left-knee": 4}, 6))
    assert (kept(cast), kept(cast, twice)) == ({("left-knee", 1, 1, 6, None)}, set())
    cast.separates(twice, on=7)
    assert (kept(cast), kept(cast, twice)) == ({("left-knee", 1, 1, 1, None)}, {("left-knee", 1, 3, 6, None)})


def test_a_declaration_counts_at_once_for_who_asks_and_is_kept_with_the_next_entry(cast):
    cast.ana_sends(*sore(1, 4, 4, 4))
    declares(cast, cast.ana, "left-knee", 4, 2)
    assert [bout.last for bout in asks(cast).ledgers[LEFT_KNEE].bouts] == [day(1)]
    assert kept(cast) == {("left-knee", 1, 1, 3, None)}
    cast.ana_logs({}, 5)
    assert kept(cast) == {("left-knee", 1, 1, 1, 2)}


def test_other_cut_points_count_at_once_for_who_asks_and_are_kept_with_the_next_entry(cast):
    cast.ana_sends(*sore(1, 4, 2, 2))
    with cast.session() as session:
        viewer = cast.viewer_of(cast.alda)
        clinics.change_settings(session, viewer, {"rules": {"pain_counts_from": 2}}, "lower", at(4))
    assert [bout.last for bout in asks(cast).ledgers[LEFT_KNEE].bouts] == [day(3)]
    found = rebuilds(cast, check=True)
    assert (found.differ, found.outdated) == (0, 1)
    cast.ana_logs({"left-knee": 1}, 5)
    assert kept(cast) == {("left-knee", 1, 1, 3, 5)}


def test_an_imported_story_has_its_ledger(cast):
    details = PatientDetails("Imported", "imported", "en-GB", "Europe/Lisbon", enrolled_on=day(0))
    story = importing.Story(details, logged("left-knee", 3, 4, 0))
    with cast.session() as session:
        done = importing.import_story(session, system(cast.porto.id), story, at(9))
        patient = session.get_one(Patient, (cast.porto.id, done.patient_id))
    assert kept(cast, patient) == {("left-knee", 1, 1, 2, 3)}


def test_what_a_nurse_heard_is_in_it(cast):
    with cast.session() as session:
        entries.log_heard(session, cast.viewer_of(cast.nuno), cast.ana.id, [logs({"left-knee": 5}, 1)], at(1))
    assert kept(cast) == {("left-knee", 1, 1, 1, None)}


# Rebuilding


@pytest.fixture
def drifted(cast):
    """Ana's ledger, in which somebody changed a day by hand, and lost a bout."""
    cast.ana_sends(*sore(1, 5, 5, 0), *sore(1, 4, place="right-foot"))
    with cast.session() as session:
        of_ana = (SiteBoutRow.clinic_id == cast.porto.id, SiteBoutRow.patient_id == cast.ana.id)
        knee = of_ana + (SiteBoutRow.site == "left-knee",)
        session.execute(update(SiteBoutRow).where(*knee).values(first_day=day(-9)))
        session.execute(delete(SiteBoutRow).where(*of_ana, SiteBoutRow.site == "right-foot"))
        session.commit()
    return cast


def test_the_command_finds_what_differs_and_puts_it_right(drifted):
    assert drifted.ana_sends() == []
    wrong = kept(drifted)
    found = rebuilds(drifted, check=True)
    assert (found.patients, found.places, found.differ, found.outdated) == (1, 2, 2, 0)
    assert kept(drifted) == wrong
    assert rebuilds(drifted).differ == 2
    assert kept(drifted) == {("left-knee", 1, 1, 2, 3), ("right-foot", 1, 1, 1, 2)}
    assert rebuilds(drifted, check=True).differ == rebuilds(drifted).differ == 0
    assert drifted.audit().count("ledgers-rebuilt") == 1


def test_ledgers_that_were_never_made_are_made(cast):
    cast.ana_sends(*sore(1, 5, 5, 0))
    with cast.session() as session:
        for table in (SiteBoutRow, SiteLedgerRow):
            session.execute(delete(table).where(table.clinic_id == cast.porto.id))
        session.commit()
    assert len(asks(cast).ledgers) == 1
    assert (rebuilds(cast).outdated, len(kept(cast))) == (1, 1)


def test_another_clinics_ledgers_stay_as_they_are(drifted):
    with drifted.session(drifted.braga) as session:
        entries.push(session, drifted.viewer_of(drifted.bento), [logs({"left-knee": 5}, 1)], None, at(1))
    wrong = kept(drifted)
    assert rebuilds(drifted, drifted.braga).patients == 1
    assert kept(drifted) == wrong
    assert kept(drifted, drifted.bento, drifted.braga) == {("left-knee", 1, 1, 1, None)}


def test_only_who_may_read_the_record_reads_the_ledgers(cast):
    cast.ana_logs({"left-knee": 5}, 1)
    for who, refusal in ((cast.carla, NotFound), (cast.dora, ReasonNeeded), (cast.alda, NotAllowed)):
        with pytest.raises(refusal):
            asks(cast, who)
    assert "site-ledgers-read" not in cast.audit()
    assert asks(cast).ledgers.keys() == {LEFT_KNEE}
    assert cast.audit()[-1] == "site-ledgers-read"


@pytest.mark.parametrize("who", ["nuno", "alda", "ana"])
def test_nobody_but_our_own_command_rebuilds(cast, who):
    with cast.session() as session, pytest.raises(NotAllowed):
        rebuild_ledgers(session, cast.viewer_of(getattr(cast, who)), at(1))


# What it costs


def keeps(cast, item, now):
    """Let the ledgers alone take in an entry; return how many values each statement was given that it ran for that."""
    ran = {}

    def note(connection, cursor, statement, parameters, context, many):
        ran[f"{len(ran)} {statement}"] = len(parameters)

    with cast.session() as session:
        records = lock_records(session, cast.porto.id, cast.ana.id)
        viewer = cast.viewer_of(cast.ana)
        on = Occasion(session, viewer, records.kept, clinics.in_force(session, cast.porto.id), at(now))
        stamped = [Stamped(arrived(item, at(now), records.own.enrolled_on))]
        event.listen(session.bind, "before_cursor_execute", note)
        keep_in_ledgers(on, records, stamped)
        session.commit()
        event.remove(session.bind, "before_cursor_execute", note)
    return {statement: number for statement, number in ran.items() if not _is_of_keeping(statement)}


KEEPING = ("INSERT INTO entry", "INSERT INTO pain_score", "UPDATE patient", "entry.content_sha256")


def _is_of_keeping(statement):
    return any(words in statement for words in KEEPING) and "site_" not in statement


@pytest.mark.parametrize(("worst", "most"), [(0, 1), (5, 2)])
@pytest.mark.parametrize("days", [60, 400])
def test_an_entry_in_order_costs_one_question_and_one_row_however_long_the_story(cast, worst, most, days):
    cast.ana_sends(*sore(1, *[5] * days), *([] if worst else [logs({}, days + 1)]), now=at(days + 1))
    cost = keeps(cast, logs({"left-knee": worst} if worst else {}, days + 2), days + 2)
    assert len(cost) == most, list(cost)
    assert kept(cast) == {("left-knee", 1, 1, days if worst == 0 else days + 2, None if worst else days + 1)}
