"""What patients choose of how the diary speaks to them: its language, mail, and the time of a reminder."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.local_time import wall_time
from rehab_tracker.domain.person import Detail, checked_detail


class Choice(StrEnum):
    """What a patient may choose, by the name of its field."""

    LANGUAGE = "language"
    EMAIL = "email"
    MAILS = "mails"
    REMINDER_AT = "reminder_at"


Chosen = str | bool | None


def checked_choice(choice: Choice, value: Chosen, languages: Iterable[str]) -> Chosen:
    """Return a choice as it is kept; raise InvalidValue, pointing to it, when it is out of bounds.

    No address and no time of a reminder (HH:MM, local) are None; ``languages`` are those we write in.
    """
    if isinstance(value, bool) != (choice is Choice.MAILS):
        otherwise = "Give true or false." if choice is Choice.MAILS else "Give a text."
        raise InvalidValue(otherwise, code="wrong-type", pointer=f"/{choice}")
    if isinstance(value, bool):
        return value
    if choice is Choice.REMINDER_AT:
        return None if value is None else f"{wall_time(value, f'/{choice}'):%H:%M}"
    # Only of a birth date does today matter.
    found = checked_detail(Detail(choice), value, date.max, languages)
    return None if found is None else str(found)


def must_fit(before: Mapping[Choice, Chosen], wanted: Mapping[Choice, Chosen]) -> None:
    """Raise InvalidValue (``address-needed``) where mail is asked for and there is no address for it."""
    if wanted.get(Choice.MAILS) and not {**before, **wanted}[Choice.EMAIL]:
        raise InvalidValue("Give an e-mail address first.", code="address-needed", pointer=f"/{Choice.MAILS}")
