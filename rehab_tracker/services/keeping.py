"""Keeping: what is already there of an entry decides what a further copy of it is; every new version is kept.

The patient's row is locked meanwhile, so that two phones of one patient come one after the other. What the phone of a
duplicate sends is kept under its own record, and judged as part of the whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import CLINICIANS, Role, Viewer
from rehab_tracker.domain.entry import Entry, Kind, fingerprint, standing
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.red_flag import RedFlagReport
from rehab_tracker.storage.entries import Kept, KeptVersion, keep_entries, received_since, versions_of
from rehab_tracker.storage.history import red_flag_entries
from rehab_tracker.storage.merging import Records, raise_change_number
from rehab_tracker.storage.people import Patient, new_change_numbers
from rehab_tracker.storage.refused import LONGEST_RAW, RefusedItem, refused_already

MOST_A_DAY = 20_000
"""Versions that one patient can have kept within 24 hours; more is a broken phone, and is told to wait."""


JUDGED = (Kind.PAIN, Kind.WEIGHT_BEARING, Kind.EXERCISE)
"""What the rules judge by its day."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """An entry with what only its record needs: how far the phone's clock was behind ours, and whether that is odd."""

    entry: Entry
    skew: timedelta = timedelta()
    clock_suspect: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one entry: its status, why it was refused, and what of the patient's history it changes."""

    status: str
    fault: InvalidValue | None = None
    changed_days: tuple[date, ...] = ()

    @property
    def is_kept(self) -> bool:
        """Return whether a new version was kept."""
        return self.status not in ("duplicate", "rejected")


def keep(
    session: Session, viewer: Viewer, records: Records, entries: Sequence[Stamped], now: datetime
) -> list[Outcome]:
    """Keep these entries within the caller's transaction, which holds the patient's lock; return each one's outcome."""
    if not entries:
        return []
    ids = {stamped.entry.id for stamped in entries}
    versions = versions_of(session, viewer.clinic_id, records.kept.id, ids)
    room = _room(session, records.own, len(entries), now)
    outcomes: list[Outcome] = []
    fresh: list[tuple[Stamped, str, int]] = []
    for stamped in entries:
        there = versions.setdefault(stamped.entry.id, [])
        mark = fingerprint(stamped.entry)
        outcome = _outcome(stamped.entry, mark, there, room - len(fresh))
        outcomes.append(outcome)
        if outcome.is_kept:
            variant = sum(v.rev == stamped.entry.rev for v in there)
            there.append(KeptVersion(stamped.entry.rev, mark, stamped.entry.kind, stamped.entry.for_date))
            fresh.append((stamped, mark, variant))
    _write(session, viewer, records, fresh)
    return outcomes


def _room(session: Session, patient: Patient, wanted: int, now: datetime) -> int:
    """Return how many more versions may be kept; only worth counting for who may have sent that many at all."""
    if patient.change_number + wanted <= MOST_A_DAY:
        return wanted
    return MOST_A_DAY - received_since(session, patient.clinic_id, patient.id, now - timedelta(hours=24))


def _outcome(entry: Entry, mark: str, there: Sequence[KeptVersion], room: int) -> Outcome:
    if any(v.rev == entry.rev and v.content_sha256 == mark for v in there):
        return Outcome("duplicate")
    if there and there[0].kind is not entry.kind:
        return Outcome(
            "rejected", InvalidValue("An entry can't change its kind.", code="kind-changed", pointer="/kind")
        )
    if room <= 0:
        return Outcome("rejected", InvalidValue("There are too many entries today. Wait a day.", code="daily-limit"))
    return Outcome(_status(entry, there), changed_days=_changed_days(entry, there))


def _status(entry: Entry, there: Sequence[KeptVersion]) -> str:
    newest = max((v.rev for v in there), default=0)
    if entry.rev < newest:
        return "stale"
    if there and entry.rev == newest:
        return "conflict"
    if entry.fault:
        return "quarantined"
    return "updated" if there else "created"


def _changed_days(entry: Entry, there: Sequence[KeptVersion]) -> tuple[date, ...]:
    """Return the days that the rules may judge otherwise now: the entry's own, and those of the versions it replaces.

    A version with an impossible clock replaces none; red flags are judged as they come, and calls never.
    """
    if entry.kind not in JUDGED or entry.fault:
        return ()
    return (entry.for_date, *(version.for_date for version in there))


def withdrawn_flags(session: Session, patient: Patient, entries: Sequence[Entry], kept: Sequence[Outcome]) -> set[str]:
    """Return the red flags that some version of the entries just kept ticks, and no standing entry does any more."""
    pairs = zip(entries, kept, strict=True)
    ids = {entry.id for entry, outcome in pairs if entry.kind is Kind.RED_FLAGS and outcome.is_kept}
    if not ids:
        return set()
    versions = red_flag_entries(session, patient.clinic_id, patient.id)
    # An impossible clock makes no tick a withdrawn one, and no withdrawal a valid one.
    whatever_clock = [replace(version, fault=None) for version in versions]
    still = _ticked(standing(versions)) | _ticked(standing(whatever_clock))
    return _ticked(version for version in versions if version.id in ids) - still


def _ticked(entries: Iterable[Entry]) -> set[str]:
    return {str(flag) for e in entries if isinstance(e.content, RedFlagReport) for flag in e.content.flags}


def _write(session: Session, viewer: Viewer, records: Records, fresh: Sequence[tuple[Stamped, str, int]]) -> None:
    if not fresh:
        return
    numbers = _numbers(session, records, len(fresh))
    heard_by = viewer.person if viewer.role in CLINICIANS else None
    kept = [
        Kept(
            entry=stamped.entry,
            change_number=number,
            content_sha256=mark,
            variant=variant,
            skew_seconds=_seconds(stamped.skew),
            clock_suspect=stamped.clock_suspect,
            device_id=_device(viewer),
            heard_by=heard_by,
        )
        for number, (stamped, mark, variant) in zip(numbers, fresh, strict=True)
    ]
    keep_entries(session, viewer.clinic_id, records.own.id, kept)


def _numbers(session: Session, records: Records, count: int) -> range:
    """Return new change numbers, above all that either record of the person has given so far."""
    kept, own = records
    numbers = new_change_numbers(session, kept.clinic_id, kept.id, count)
    if own is not kept:
        raise_change_number(session, own.clinic_id, own.id, numbers[-1])
    return numbers


def _device(viewer: Viewer) -> UUID | None:
    """Return the phone that sent something; what staff heard came by none of the patient's devices."""
    return viewer.via if viewer.role is Role.PATIENT else None


MOST_SECONDS = 2**31 - 1


def _seconds(skew: timedelta) -> int:
    """Return a skew in whole seconds, as far as the column reaches (68 years)."""
    return max(-MOST_SECONDS, min(MOST_SECONDS, int(skew.total_seconds())))


def keep_refused(
    session: Session, viewer: Viewer, patient_id: UUID, refused: Iterable[tuple[str, InvalidValue]], now: datetime
) -> None:
    """Keep refused items raw, as far as 8 KiB, for staff to see; one that is sent again is not kept twice."""
    found: dict[UUID, RefusedItem] = {}
    for text, fault in refused:
        raw = _fitting(text)
        own = uuid5(patient_id, f"{fault.code} {raw}")
        found[own] = RefusedItem(
            clinic_id=viewer.clinic_id,
            id=own,
            patient_id=patient_id,
            device_id=_device(viewer),
            received_at=now,
            raw=raw,
            code=fault.code[:64],
            pointer=fault.pointer[:320],
        )
    there = refused_already(session, viewer.clinic_id, found)
    session.add_all(item for own, item in found.items() if own not in there)


def _fitting(text: str) -> str:
    """Return as much of a text as is kept, without the characters that no database takes."""
    kept = text.replace("\x00", "\ufffd").encode(errors="replace")[:LONGEST_RAW]
    return kept.decode(errors="ignore")
