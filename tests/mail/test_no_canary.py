"""No mail carries a patient or their health: not in the subject, the body, a header, the Message-ID or the link."""

import re
from collections import defaultdict
from datetime import timedelta
from itertools import count
from quopri import decodestring

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.site import SITES, areas_of
from rehab_tracker.domain.wording import AREAS, FLAGS, JOINTS, PARTS, STATUSES
from rehab_tracker.mail.language import LANGUAGES, gettext_in
from tests.conftest import Store
from tests.mail.office import BASE_URL, Office
from tests.smtp import Mail, MailServer

NOT_TELLING = {"the", "not", "where", "all", "over", "and", "any", "with", "that", "most", "sem", "das", "dos", "uma"}
"""Words of the places' and flags' names that tell nothing by themselves."""


def telling_words():
    """Every word of a place, a part, a flag or a status, in both languages."""
    for names in (JOINTS, PARTS, AREAS, FLAGS, STATUSES):
        for name in names.values():
            for language in LANGUAGES:
                yield from re.findall(r"\w{3,}", gettext_in(language)(name).casefold())


@st.composite
def scores(draw):
    place = draw(st.sampled_from(list(SITES.values())))
    area = draw(st.none() | st.sampled_from(list(areas_of(place.region))))
    return PainScore(place, area, on_loading=draw(st.integers(7, 10)), at_rest=draw(st.integers(0, 10)))


READINGS = st.builds(PainReading, st.lists(scores(), min_size=1, max_size=3).map(tuple), st.booleans())
REPORTS = st.builds(RedFlagReport, st.lists(st.sampled_from(RedFlag), min_size=1, max_size=3, unique=True).map(tuple))
NAMES = st.text("abcdefghijklmnopqrstuvwxyzçãéíõ", min_size=8, max_size=12).map(str.capitalize)
PEOPLE = st.fixed_dictionaries(
    {
        "name": st.builds("{} {}".format, NAMES, NAMES),
        "record_number": st.integers(10**8, 10**9).map(lambda number: f"RN-{number}"),
        "phone": st.integers(910_000_000, 969_999_999).map(str),
        "language": st.sampled_from(LANGUAGES),
    }
)


def all_of(mail: Mail) -> str:
    """Everything a reader or a relay could see of a mail, decoded and not, in one casefolded text."""
    headers = "\n".join(f"{name}: {value}" for name, value in mail.message.items())
    raw = mail.raw + b"\n" + decodestring(mail.raw)
    return f"{raw.decode(errors='replace')}\n{headers}\n{mail.text}".casefold()


def frame(mail: Mail, reference: str) -> str:
    """What is left of a mail without what may differ: the reference, the link, the Message-ID and the date."""
    link = re.compile(re.escape(BASE_URL) + r"/c/clinic-[0-9a-f]{8}/alerts/[0-9a-f-]{36}\r?\n")
    assert len(link.findall(mail.text)) == 1
    headers = [(k, v) for k, v in mail.message.items() if k not in ("Message-ID", "Date")]
    assert re.fullmatch(r"<[0-9a-f]{32}@clinic\.example>", mail.message_id)
    return link.sub("<link>", repr(headers).replace(reference, "<ref>") + mail.text.replace(reference, "<ref>"))


@pytest.fixture
def quick_office(sqlite_store: Store, server: MailServer) -> Office:
    """An office on SQLite: what a mail says does not depend on the engine."""
    return Office(sqlite_store, server)


def test_the_wording_is_the_same_for_everybody_and_tells_nothing(quick_office):
    office, words, frames = quick_office, set(telling_words()) - NOT_TELLING, defaultdict(set)
    team, numbers = [office.nurse, office.hire("enfermeira@clinic.example", "pt-PT")], count()

    @examples(max_examples=60)
    @given(PEOPLE, st.lists(READINGS | REPORTS, min_size=1, max_size=3))
    def holds(person, contents):
        office.server.mails.clear()
        told = {**person, "record_number": f"{person['record_number']}-{next(numbers)}"}
        patient = office.enrol(team, **told)
        office.push(patient, *contents)
        office.later(minutes=3)
        office.deliver()
        kept = {f"<{letter.message_id}@clinic.example>": letter for letter in office.letters()}
        for mail in office.server.mails:
            letter, seen = kept[mail.message_id], all_of(mail)
            canaries = [*person["name"].casefold().split(), person["record_number"].casefold(), person["phone"]]
            assert not [c for c in [*canaries, str(patient), patient.hex] if c in seen]
            assert not words & set(re.findall(r"\w{3,}", f"{mail.message['Subject']}\n{mail.text}".casefold()))
            frames[letter.language, *sorted(letter.values.items())[:2]].add(frame(mail, letter.reference or "-"))

    holds()
    assert {language for language, *_ in frames} == set(LANGUAGES)
    assert {len(same) for same in frames.values()} == {1}
    assert len(frames) == 3 * len(LANGUAGES)


def test_a_canary_would_be_seen(quick_office, monkeypatch):
    monkeypatch.setitem(JOINTS, "left-knee", "waiting")
    assert "waiting" in set(telling_words())
    quick_office.push(quick_office.enrol(), RedFlagReport((RedFlag.FEVER,)))
    quick_office.deliver()
    assert "waiting" in all_of(quick_office.server.mails[0])


def test_each_reads_it_in_their_own_language(quick_office):
    team = [quick_office.nurse, quick_office.hire("enfermeira@clinic.example", "pt-PT")]
    quick_office.push(quick_office.enrol(team, language="pt-PT"), RedFlagReport((RedFlag.FEVER,)))
    quick_office.deliver()
    english, portuguese = sorted(quick_office.server.mails, key=lambda mail: mail.recipient, reverse=True)
    assert (english.message["Content-Language"], portuguese.message["Content-Language"]) == ("en-GB", "pt-PT")
    assert "An alert is waiting for you." in english.text
    assert "waiting" not in portuguese.text
    assert english.message["Subject"] != portuguese.message["Subject"]


def test_a_letter_about_a_late_entry_names_no_day(quick_office):
    enrolled, late = (quick_office.now.date() - timedelta(days=days) for days in (30, 5))
    patient = quick_office.enrol(enrolled_on=enrolled)
    quick_office.push(patient, RedFlagReport((RedFlag.FEVER,)), for_date=late)
    quick_office.deliver()
    [mail] = quick_office.server.mails
    said = mail.text.casefold().replace(str(quick_office.letter().alert_id), "")
    assert not re.search(r"\d{4}-\d{2}-\d{2}|february|fevereiro", said)
