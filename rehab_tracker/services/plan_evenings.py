"""Plans go on from a kept evening: how they stood some weeks back, and the proof that nothing of before has changed.

A cache beside each plan. Nobody has to throw it away: it says what it rests on, and is used only while that is so.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.domain.history import History
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.domain.plan import PlanAct
from rehab_tracker.domain.plan_evening import VERSION, Evening, evening_of, plain_evening
from rehab_tracker.domain.plan_run import walked
from rehab_tracker.services.protocol import Decided, Standing, decided_of, present_day
from rehab_tracker.storage.history import red_flag_entries
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.plan_evenings import change_numbers_of, entries_after

KEY = "evening"
"""Under which an evening stands beside a plan's place in its ``standing``."""
LEAST_DAYS_BACK = 28
"""Days that a kept evening lies back at least: late entries are up to 14 days old, and phones may be offline as long
again (house rule)."""
SAME_DAYS = 14
"""Days for which the same evening is kept, so that it is not written anew with each entry (house rule)."""
NEAREST = 24
"""Days that must lie between a kept evening and today: of the 84 days before it that are told, and these, a proposal
sees its 104."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a patient's plans without walking: what was decided, how far entries go, and their digest."""

    decided: Decided
    read_to: dict[UUID, int]
    mark: str


def standing_lately(session: Session, patient: Patient, now: datetime, decided: Decided | None = None) -> Standing:
    """Return how all plans stand on the present local day, as ``standing_now`` does, but told of the last weeks only.

    Entries are read from after the kept evening on, all where none holds any more. What is to be kept beside each plan
    from now on comes with it. Belongs to the caller's transaction, which holds the lock of the patient's records.
    """
    decided = decided or decided_of(session, patient)
    today = present_day(patient, decided, now)
    if not decided.plans:
        return Standing({}, (), decided.orders, today)
    read_to = change_numbers_of(session, patient.clinic_id, patient.id)
    known = _Known(decided, read_to, _mark(patient, read_to, decided))
    kept = _kept(known, today)
    entries = _entries_after(session, patient, known, kept) if kept else None
    if entries is None:
        kept, entries = {}, red_flag_entries(session, patient.clinic_id, patient.id, Kind.PAIN)
    history = History(entries, time_zone(patient.time_zone))
    run = walked(decided.plans, history, today, decided.orders, kept)
    on = evening_before(today)
    if not kept or next(iter(kept.values())).on < on:
        evenings = _plain(run.evenings(on), known) if any(p.started_on <= on for p in decided.plans) else {}
    else:
        evenings = {row.id: row.standing[KEY] for row in decided.rows}
    return Standing({row.id: row for row in decided.rows}, run.courses(today), decided.orders, today, evenings)


def evening_before(today: date) -> date:
    """Return the day whose evening is kept: 28 to 41 days back, the same one for a fortnight."""
    least = today - timedelta(days=LEAST_DAYS_BACK)
    return least - timedelta(days=least.toordinal() % SAME_DAYS)


def _mark(patient: Patient, read_to: Mapping[UUID, int], decided: Decided) -> str:
    """Return a digest of everything beside entries that a walk depends on."""
    rows = {row.id: row for row in decided.rows}
    plans = [
        (plan.id, plan.site, rows[plan.id].template_code, rows[plan.id].template_version, list(map(_act, plan.acts)))
        for plan in decided.plans
    ]
    said = [VERSION, patient.time_zone, sorted(map(str, read_to)), plans, decided.orders]
    return sha256(json.dumps(said, default=str).encode()).hexdigest()


def _act(act: PlanAct) -> list[Any]:
    limit = act.limit and (act.limit.grade, act.limit.percent, act.limit.aids)
    return [act.id, act.act, act.on, act.at, act.phase, act.step, limit, act.item, act.value]


def _kept(known: _Known, today: date) -> dict[UUID, Evening]:
    """Return the kept evening of each plan, nothing unless all are of one day and of what is decided now."""
    said = [row.standing.get(KEY) for row in known.decided.rows]
    first = said[0]
    if first is None or first["mark"] != known.mark:
        return {}
    same = all(each and (each["on"], each["mark"]) == (first["on"], first["mark"]) for each in said)
    if not same or (today - date.fromisoformat(first["on"])).days < NEAREST:
        return {}
    return {plan.id: evening_of(each, plan) for plan, each in zip(known.decided.plans, said, strict=True) if each}


def _entries_after(session: Session, patient: Patient, known: _Known, kept: dict[UUID, Evening]) -> list[Entry] | None:
    evening = known.decided.rows[0].standing[KEY]
    read_to = {UUID(record): number for record, number in evening["read_to"].items()}
    return entries_after(session, patient.clinic_id, patient.id, date.fromisoformat(evening["on"]), read_to)


def _plain(evenings: Mapping[UUID, Evening], known: _Known) -> dict[UUID, dict[str, Any]]:
    plans = {plan.id: plan for plan in known.decided.plans}
    proof = {"mark": known.mark, "read_to": {str(record): number for record, number in known.read_to.items()}}
    return {own: {**plain_evening(found, plans[own]), **proof} for own, found in evenings.items()}
