"""The catalogues, opened per language: English (en-GB) and European Portuguese (pt-PT)."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time

from rehab_tracker.domain.moment import local_day
from rehab_tracker.domain.translation import N_, Gettext

CATALOGUES = Path(__file__).parents[1] / "locale"
LANGUAGES = ("en-GB", "pt-PT")
DOMAIN = "messages"

TODAY, TOMORROW, ANOTHER_DAY = N_("%(time)s today"), N_("%(time)s tomorrow"), N_("%(time)s on %(day)s")


@cache
def _catalogue(language: str) -> NullTranslations:
    return translation(DOMAIN, CATALOGUES, [language.replace("-", "_")])


def _known(language: str) -> str:
    return language if language in LANGUAGES else LANGUAGES[0]


def gettext_in(language: str) -> Gettext:
    """Return the gettext of a language; raise FileNotFoundError before ``make install`` has compiled its catalogue."""
    return _catalogue(_known(language)).gettext


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a letter: in which language and time zone, and when it leaves, by which it says today or tomorrow.

    ``base_url`` is where the links of a letter begin.
    """

    language: str
    zone: ZoneInfo
    now: datetime
    base_url: str = ""

    def __call__(self, text: str, /, **values: object) -> str:
        """Return a text in the reader's language with its values."""
        return gettext_in(self.language)(text) % values

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        """Return a counted text in the reader's language; its number stands at ``num``."""
        return _catalogue(_known(self.language)).ngettext(one, many, number) % {"num": number, **values}

    def day(self, day: date) -> str:
        """Return a day like "Tuesday 22 April"."""
        return str(format_skeleton("MMMMEEEEd", day, locale=self._locale))

    def at(self, moment: datetime) -> str:
        """Return an instant like "14:00 today", by the reader's own clock."""
        return self.clock(f"{moment.astimezone(self.zone):%H:%M}", local_day(moment, self.zone))

    def clock(self, time: str, day: date) -> str:
        """Return a local time (HH:MM) of a day like "16:00 tomorrow"."""
        ahead = (day - local_day(self.now, self.zone)).days
        told = format_time(datetime.strptime(time, "%H:%M").time(), "short", locale=self._locale)
        return self({0: TODAY, 1: TOMORROW}.get(ahead, ANOTHER_DAY), time=told, day=self.day(day))

    @property
    def _locale(self) -> str:
        return _known(self.language).replace("-", "_")
