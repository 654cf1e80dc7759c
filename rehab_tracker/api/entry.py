"""Entries as a phone sends them: the keys that every kind has."""

from functools import partial
from typing import Any

from rehab_tracker.api.strict import Read, Strict, yes_no
from rehab_tracker.domain.entry import HIGHEST_REV, MOST_DAYS_BACK, Kind, checked_rev, entry_id
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.moment import instant, local_date, time_zone


def _zone_name(name: Any) -> str:
    return time_zone(name).key


def kind_field(kind: Kind) -> Read:
    """Return the field of the key that says which kind an entry is of."""

    def read(value: Any) -> Kind:
        if value != kind:
            raise InvalidValue("Choose an answer from the list.", code="unknown-code")
        return kind

    return Read(read, type="string", enum=[str(kind)])


class EntrySchema(Strict):
    """What every entry says of itself. A withdrawn one may leave out what it withdraws."""

    id = Read(
        partial(entry_id, pointer=""),
        type="string",
        format="uuid",
        description="Made by the phone, a UUID of version 7 (4 and 5 are taken too). The same id is the same entry.",
    )
    rev = Read(
        partial(checked_rev, pointer=""),
        type="integer",
        minimum=1,
        maximum=HIGHEST_REV,
        description="1, and one more for each edit.",
    )
    recorded_at = Read(
        instant,
        type="string",
        format="date-time",
        description="RFC 3339 with the offset of the phone's zone at that instant.",
    )
    time_zone = Read(_zone_name, type="string", description="IANA name, like Europe/Lisbon.")
    for_date = Read(
        local_date,
        required=False,
        type="string",
        format="date",
        description="The local day the entry is about; without it the local day of recording. "
        f"At most {MOST_DAYS_BACK} days before that.",
    )
    withdrawn = yes_no(description="True takes the entry back; the id and a higher rev say which.")
