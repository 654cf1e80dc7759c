"""Every version of what a patient sent is kept as it was said, and read back as it was said."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from rehab_tracker.domain.entry import ClockFault, Content, Entry, Kind, standing
from rehab_tracker.domain.exercise import ExerciseReport, NotDone
from rehab_tracker.domain.pain import Cause, Feel, PainReading, PainScore
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.site import SITES, Area, Limb, site
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport
from rehab_tracker.storage.database import Base
from rehab_tracker.storage.entries import Kept, KeptVersion, keep_entries, versions_of
from rehab_tracker.storage.history import entries_page, entries_since, red_flag_entries
from tests.conftest import Store
from tests.storage.rows import add, add_clinics, rows_of

PATIENT: UUID = rows_of(1)["patient"]["id"]
DEVICE: UUID = rows_of(1)["device"]["id"]
DAY = date(2026, 1, 5)
SENT = datetime(2026, 1, 5, 20, 10, 30, 250, tzinfo=timezone(timedelta(hours=5, minutes=45)))
RECEIVED = datetime(2026, 1, 5, 14, 30, tzinfo=UTC)
KNEE, FOOT = site("left-knee.medial-femoral-condyle"), site("left-foot")

CONTENTS: list[tuple[Kind, Content | None]] = [
    (Kind.PAIN, PainReading()),
    (Kind.PAIN, PainReading((), no_other_pain=True)),
    (Kind.PAIN, PainReading((PainScore(KNEE, None, 0), PainScore(FOOT, Area.TOES, at_rest=10)))),
    (
        Kind.PAIN,
        PainReading(
            (PainScore(FOOT, Area.BALL, 6, 2, True, 3, Cause.INJURY, Feel.JOINT, False),) * 2, no_other_pain=True
        ),
    ),
    (Kind.PAIN, PainReading(tuple(PainScore(place, None, 5) for place in SITES.values()))),
    (Kind.RED_FLAGS, RedFlagReport((RedFlag.FEVER,))),
    (Kind.RED_FLAGS, RedFlagReport(tuple(RedFlag))),
    (Kind.WEIGHT_BEARING, WeightBearingReport(Limb.LEFT_LEG, Aids.TWO_CRUTCHES, OverLimit.FEW_STEPS)),
    (Kind.EXERCISE, ExerciseReport("straight-leg-raise", 3, 10, 0, 1, NotDone.PAIN)),
    (Kind.EXERCISE, ExerciseReport("walk")),
    *((kind, None) for kind in Kind),
]


def entry(kind: Kind = Kind.PAIN, content: Content | None = None, **other: Any) -> Entry:
    """An entry with an id of its own."""
    said = {"id": uuid4(), "recorded_at": SENT, "received_at": RECEIVED, "for_date": DAY, "time_zone": "Asia/Kathmandu"}
    return Entry(kind=kind, content=content, **(said | other))


def kept(number: int, each: Entry, **other: Any) -> Kept:
    """An entry as it is to be kept, under this change number."""
    return Kept(each, number, f"{number:064x}", **other)


@pytest.fixture
def patient(store: Store) -> Store:
    """A store with one patient of clinic 1, who has a phone."""
    add_clinics(store, 1)
    with store.session(1) as session:
        add(session, rows_of(1), ["patient", "device"])
        session.commit()
    return store


def _keep(store: Store, *new: Kept) -> None:
    with store.session(1) as session:
        keep_entries(session, 1, PATIENT, new)
        session.commit()


def test_what_was_said_comes_back_as_it_was_said(patient: Store) -> None:
    entries = [entry(kind, content, withdrawn=content is None) for kind, content in CONTENTS]
    entries += [entry(content=PainReading(), fault=fault, rev=7) for fault in ClockFault]
    _keep(patient, *(kept(n, each, device_id=DEVICE) for n, each in enumerate(entries, 1)))
    with patient.session(1) as session:
        found = entries_since(session, 1, PATIENT, DAY)
    assert found == entries
    assert {each.recorded_at.utcoffset() for each in found} == {SENT.utcoffset()}


@pytest.mark.parametrize("order", [1, -1])
def test_an_edit_that_moves_an_entry_to_an_earlier_day_is_seen_from_the_later_one(patient: Store, order: int) -> None:
    """Else the version that no longer holds would stand on the later day."""
    first = entry(content=PainReading((PainScore(KNEE, None, 9),)))
    moved = replace(first, rev=2, for_date=DAY - timedelta(days=3))
    other = entry(content=PainReading(), for_date=DAY - timedelta(days=3))
    _keep(patient, *(kept(n, each) for n, each in enumerate([first, moved, other][::order], 1)))
    with patient.session(1) as session:
        found = entries_since(session, 1, PATIENT, DAY)
        assert entries_since(session, 1, PATIENT, DAY + timedelta(days=1)) == []
    assert found == [first, moved][::order]
    assert standing(found) == [moved]


def test_red_flags_are_found_however_old(patient: Store) -> None:
    old = entry(Kind.RED_FLAGS, RedFlagReport((RedFlag.FEVER, RedFlag.WEIGHT_LOSS)), for_date=date(2020, 1, 1))
    gone = replace(old, rev=2, withdrawn=True, content=None)
    _keep(patient, kept(1, old), kept(2, entry(content=PainReading())), kept(3, gone))
    with patient.session(1) as session:
        assert red_flag_entries(session, 1, PATIENT) == [old, gone]


def test_a_batch_is_one_insert_per_table(patient: Store) -> None:
    several = [kept(n, entry(kind, content)) for n, (kind, content) in enumerate(CONTENTS, 1)]
    statements: list[str] = []
    event.listen(
        patient.engine(),
        "before_cursor_execute",
        lambda c, cu, statement, p, x, m: statements.append(statement.split()[2]),
    )
    _keep(patient, *several)
    inserts = [name for name in statements if name in Base.metadata.tables]
    assert sorted(inserts) == ["entry", "exercise_report", "pain_score", "red_flag_report", "weight_bearing_report"]


def test_nothing_to_keep_is_nothing_kept(patient: Store) -> None:
    _keep(patient)
    with patient.session(1) as session:
        assert entries_since(session, 1, PATIENT, date.min) == []
        assert versions_of(session, 1, PATIENT, []) == {} == versions_of(session, 1, PATIENT, [uuid4()])


def test_versions_tell_what_is_known_of_an_id(patient: Store) -> None:
    one, other = entry(content=PainReading()), entry(Kind.EXERCISE, ExerciseReport("walk"))
    conflicting = replace(one, content=PainReading((), True))
    gone = replace(one, rev=2, withdrawn=True, content=None)
    _keep(patient, kept(1, one), kept(2, other), kept(3, conflicting, variant=1), kept(4, gone))
    with patient.session(1) as session:
        found = versions_of(session, 1, PATIENT, [one.id, uuid4()])
    assert found == {
        one.id: [
            KeptVersion(1, f"{1:064x}", Kind.PAIN, one.for_date),
            KeptVersion(1, f"{3:064x}", Kind.PAIN, one.for_date),
            KeptVersion(2, f"{4:064x}", Kind.PAIN, one.for_date),
        ]
    }


@pytest.mark.parametrize("again", [{"number": 2}, {"number": 1, "rev": 2}, {"number": 2, "rev": 1}])
def test_a_version_that_is_there_is_never_silently_lost(patient: Store, again: dict[str, int]) -> None:
    """The same version, and the same change number, are refused aloud."""
    one = entry(content=PainReading())
    _keep(patient, kept(1, one))
    with pytest.raises(IntegrityError):
        _keep(patient, kept(again["number"], replace(one, rev=again.get("rev", 1))))
    _keep(patient, kept(2, replace(one, rev=2)))


def test_two_patients_may_use_one_id(patient: Store) -> None:
    """Nobody can squat on another's ids, or learn of them by a clash."""
    add_clinics(patient, 2)
    one = entry(content=PainReading((PainScore(KNEE, None, 1),)))
    theirs = replace(one, content=PainReading((PainScore(FOOT, None, 2),)))
    _keep(patient, kept(1, one))
    with patient.session(2) as session:
        add(session, rows_of(2), ["patient"])
        other = rows_of(2)["patient"]["id"]
        keep_entries(session, 2, other, [kept(1, theirs)])
        assert entries_since(session, 2, other, DAY) == [theirs]
        session.commit()
    with patient.session(1) as session:
        neighbour = rows_of(1)["patient"] | {"id": uuid4(), "record_number": "next bed"}
        session.execute(Base.metadata.tables["patient"].insert(), [neighbour])
        keep_entries(session, 1, neighbour["id"], [kept(1, theirs)])
        assert entries_since(session, 1, neighbour["id"], DAY) == [theirs]
        assert entries_since(session, 1, PATIENT, DAY) == [one]


def test_a_refused_batch_leaves_nothing(patient: Store) -> None:
    good, bad = entry(content=PainReading()), entry(content=PainReading(), rev=2_000_000)
    with pytest.raises(DBAPIError):
        _keep(patient, kept(1, good), kept(2, bad))
    with patient.session(1) as session:
        assert entries_since(session, 1, PATIENT, date.min) == []


def test_pages_give_back_every_change_once_and_in_order(patient: Store) -> None:
    entries = [entry(kind, content) for kind, content in CONTENTS]
    _keep(patient, *(kept(n, each) for n, each in enumerate(entries, 1)))
    seen: list[dict[str, Any]] = []
    with patient.session(1) as session:
        while page := _page(session, seen):
            seen += page
    assert [item["change_number"] for item in seen] == list(range(1, len(entries) + 1))
    assert [item["id"] for item in seen] == [str(each.id) for each in entries]
    assert json.loads(json.dumps(seen)) == seen


def _page(session: Session, seen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return entries_page(session, 1, PATIENT, after_change=seen[-1]["change_number"] if seen else 0, limit=4)


def test_an_item_says_what_was_sent_and_leaves_out_what_was_not(patient: Store) -> None:
    said = PainReading((PainScore(FOOT, Area.TOES, 6, None, False, cause=Cause.INJURY),), no_other_pain=True)
    one = entry(content=said, fault=ClockFault.CLOCK_FAR_OFF)
    _keep(patient, kept(5, one, variant=1), kept(6, entry(Kind.RED_FLAGS, withdrawn=True)))
    with patient.session(1) as session:
        first, second = entries_page(session, 1, PATIENT)
    assert first == {
        "id": str(one.id),
        "rev": 1,
        "variant": 1,
        "change_number": 5,
        "kind": "pain",
        "recorded_at": "2026-01-05T20:10:30.000250+05:45",
        "received_at": "2026-01-05T14:30:00+00:00",
        "time_zone": "Asia/Kathmandu",
        "for_date": "2026-01-05",
        "withdrawn": False,
        "fault": "clock-far-off",
        "no_other_pain": True,
        "scores": [{"site": "left-foot", "area": "toes", "on_loading": 6, "woke_at_night": False, "cause": "injury"}],
    }
    assert second["withdrawn"] and "flags" not in second and "fault" not in second


def test_a_doubt_about_the_clock_is_kept(patient: Store) -> None:
    _keep(patient, kept(1, entry(content=PainReading()), skew_seconds=-90_000, clock_suspect=True, device_id=DEVICE))
    row = Base.metadata.tables["entry"].c
    with patient.session(1) as session:
        wanted = select(row.skew_seconds, row.clock_suspect, row.device_id).where(row.clinic_id == 1)
        assert tuple(session.execute(wanted).one()) == (-90_000, True, DEVICE)
