"""The truth about a made-up cohort: who was followed from when to when, and which migrations really took place.

A contract for scripts outside: keys only ever grow. Read strictly, or refused with the place of the fault.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.moment import local_date
from rehab_tracker.domain.site import Site, site
from rehab_tracker.domain.strict_json import strict_json
from rehab_tracker.evaluation.entry_line import Keys, checked_keys, text

FILE_KEYS = Keys(frozenset(("patients",)))
PATIENT_KEYS = Keys(frozenset(("patient", "from", "to", "migrations")))
MIGRATION_KEYS = Keys(frozenset(("site", "onset", "passes_2", "passes_3")))


class TruthFault(Exception):
    """A file of truth that cannot be read."""

    def __init__(self, fault: InvalidValue) -> None:
        where = f" at {fault.pointer}" if fault.pointer else ""
        super().__init__(f"{fault}{where} ({fault.code})")


@dataclass(frozen=True, slots=True)
class Migration:
    """The disease in a place where it was not before.

    ``onset`` is the local day on which latent pain begins to rise from zero (or from what is usual there), ``passes_2``
    and ``passes_3`` the first days on which it is 2 or 3 of 10, None if never. ``site`` has a compartment only where it
    is another part of a joint that was known already.
    """

    site: Site
    onset: date
    passes_2: date | None
    passes_3: date | None


@dataclass(frozen=True, slots=True)
class PatientTruth:
    """One patient's truth over the local days from ``from_on`` to ``to_on``, both included.

    The last day is the planned one, also of who stopped logging before.
    """

    patient: str
    from_on: date
    to_on: date
    migrations: tuple[Migration, ...] = ()


def truths(raw: bytes | str) -> list[PatientTruth]:
    """Return the patients of a file of truth; raise TruthFault when it cannot be read."""
    try:
        written = _object(strict_json(raw), "", FILE_KEYS)
        found = [_patient(value, f"/patients/{at}") for at, value in enumerate(_list(written, "patients", ""))]
        seen: set[str] = set()
        for at, truth in enumerate(found):
            if truth.patient in seen:
                raise InvalidValue("Name each patient once.", code="patient-twice", pointer=f"/patients/{at}/patient")
            seen.add(truth.patient)
    except InvalidValue as fault:
        raise TruthFault(fault) from fault
    return found


def _patient(value: Any, pointer: str) -> PatientTruth:
    line = _object(value, pointer, PATIENT_KEYS)
    try:
        name = text(line, "patient")
    except InvalidValue as fault:
        raise fault.at(pointer) from None
    from_on, to_on = _day(line, "from", pointer), _day(line, "to", pointer)
    if to_on < from_on:
        raise InvalidValue("The last day lies before the first.", code="wrong-order", pointer=f"{pointer}/to")
    listed = _list(line, "migrations", pointer)
    return PatientTruth(
        name, from_on, to_on, tuple(_migration(each, f"{pointer}/migrations/{at}") for at, each in enumerate(listed))
    )


def _migration(value: Any, pointer: str) -> Migration:
    line = _object(value, pointer, MIGRATION_KEYS)
    try:
        place = site(text(line, "site"))
    except InvalidValue as fault:
        raise fault.at(f"{pointer}/site" if not fault.pointer else pointer) from None
    passes = [None if line[key] is None else _day(line, key, pointer) for key in ("passes_2", "passes_3")]
    return Migration(place, _day(line, "onset", pointer), *passes)


def _object(value: Any, pointer: str, keys: Keys) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidValue("Give one JSON object here.", code="wrong-type", pointer=pointer)
    try:
        checked_keys(value, keys, common=frozenset())
    except InvalidValue as fault:
        raise fault.at(pointer) from None
    return value


def _list(line: dict[str, Any], key: str, pointer: str) -> list[Any]:
    value = line[key]
    if not isinstance(value, list):
        raise InvalidValue("Give a list.", code="wrong-type", pointer=f"{pointer}/{key}")
    return value


def _day(line: dict[str, Any], key: str, pointer: str) -> date:
    return local_date(line[key], f"{pointer}/{key}")


def truth_file(truths: Iterable[PatientTruth]) -> Iterator[str]:
    """Yield the pieces of a file of truth, a line for each patient, so that a large cohort need not be held."""
    opening = '{"patients":[\n'
    for truth in truths:
        yield opening + json.dumps(_plain(truth))
        opening = ",\n"
    yield "]}\n" if opening == ",\n" else '{"patients":[]}\n'


def _plain(truth: PatientTruth) -> dict[str, Any]:
    return {
        "patient": truth.patient,
        "from": truth.from_on.isoformat(),
        "to": truth.to_on.isoformat(),
        "migrations": [
            {
                "site": str(each.site),
                "onset": each.onset.isoformat(),
                "passes_2": each.passes_2.isoformat() if each.passes_2 else None,
                "passes_3": each.passes_3.isoformat() if each.passes_3 else None,
            }
            for each in truth.migrations
        ],
    }
