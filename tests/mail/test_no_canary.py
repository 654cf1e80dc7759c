"""No mail carries a patient or their health: not in the subject, the body, a header, the Message-ID or the link."""

import os
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
from rehab_tracker.mail.letters import LetterKind
from tests.conftest import Store
from tests.mail.every_kind import change_addresses, deliver_everything, everybody, write_every_kind
from tests.mail.office import BASE_URL, Office
from tests.smtp import Mail, MailServer

NOT_TELLING = {"the", "not", "where", "all", "over", "and", "any", "with", "that", "most", "sem", "das", "dos", "uma"}
NOT_TELLING |= {"come", "new", "last", "put", "que", "qualquer", "com", "nos"}
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
NAMES = st.text("abcdefghijklmnopqrstuvwxyzçãéíõ", min_size=8, max_size=12).map("Zq{}".format)
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


VARIES = (
    (re.compile(re.escape(BASE_URL) + r"/\S*"), "<link>"),
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{5}\b(, [0-9A-HJKMNP-TV-Z]{5}\b)*"), "<refs>"),
    (re.compile(r"(Nurse(, )?)+"), "<names>"),
    (re.compile(r"(mon|tues|wednes|thurs|fri|satur|sun)day \d+ \w+", re.I), "<day>"),
    (re.compile(r"(segunda|terça|quarta|quinta|sexta|sábado|domingo), \d+ de \w+", re.I), "<day>"),
    (re.compile(r"\d\d:\d\d( today| tomorrow| on <day>| de (hoje|amanhã|<day>))?"), "<time>"),
    (re.compile(r"\d+"), "0"),
)
"""What may differ between mails of one kind: links, references, names of staff, days, times and numbers."""


def frame(mail: Mail) -> str:
    """What is left of a mail without what may differ."""
    assert re.fullmatch(r"<[0-9a-f]{32}@clinic\.example>", mail.message_id)
    ours = ("Message-ID", "Date", "To", "In-Reply-To", "References", "Content-Type", "MIME-Version")
    headers = [(name, value) for name, value in mail.message.items() if name not in ours]
    left = f"{headers}\n{mail.text}\n{mail.html}"
    for what, name in VARIES:
        left = what.sub(name, left)
    return left


@pytest.fixture
def quick_office(sqlite_store: Store, server: MailServer) -> Office:
    """An office on SQLite: what a mail says does not depend on the engine."""
    return Office(sqlite_store, server)


def test_the_wording_is_the_same_for_everybody_and_tells_nothing(quick_office):
    """Drill E1: 10,000 patients in its long form. Mails are read ten patients at a time, each for the words of all."""
    words, frames, canaries, number, read = set(telling_words()) - NOT_TELLING, defaultdict(set), [], count(), count()
    offices = [(quick_office, everybody(quick_office))]

    @examples(max_examples=10_000 if os.environ.get("REHAB_LONG_DRILLS") == "1" else 60)
    @given(PEOPLE, st.lists(READINGS | REPORTS, min_size=1, max_size=3))
    def holds(person, contents):
        at, (office, team) = next(number), offices[-1]
        told = {**person, "record_number": f"{person['record_number']}-{at}"}
        patient = office.enrol(team, **told)
        office.push(patient, *contents)
        canaries.extend([*told["name"].casefold().split(), told["record_number"].casefold(), told["phone"]])
        canaries.extend([str(patient), patient.hex])
        if at % 10 == 9:
            write_every_kind(office, patient)
            deliver_everything(office)
            change_addresses(office)
            deliver_everything(office)
            reads(office)
            offices.append((new := Office(office.store, office.server), everybody(new)))

    def reads(office):
        kept = {f"<{letter.message_id}@clinic.example>": letter for letter in office.letters()}
        for mail in office.server.mails:
            letter, seen = kept[mail.message_id], all_of(mail)
            assert [word for word in canaries if word in seen] == []
            assert sorted(words & set(re.findall(r"\w{3,}", plain_words(mail)))) == []
            frames[letter.kind, letter.language].add(frame(mail))
            next(read)
        office.server.mails.clear()
        canaries.clear()

    holds()
    print(f"E1: {next(number)} patients, {next(read)} mails, 0 canary words")
    assert set(frames) == {(str(kind), language) for kind in LetterKind for language in LANGUAGES}
    assert max(len(same) for same in frames.values()) <= 8, "one or many, urgent or soon, something or nothing"


def plain_words(mail: Mail) -> str:
    """What a person reads: subject, text, and the HTML without its tags, styles and links."""
    page = re.sub(r"<style.*?</style>|<[^>]*>|https?://\S+", " ", mail.html, flags=re.S)
    text = re.sub(r"https?://\S+", " ", mail.text)
    return f"{mail.message['Subject']}\n{text}\n{page}".casefold()


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
    assert "1 urgent alert is waiting" in english.text
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
