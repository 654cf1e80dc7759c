"""What every letter says and carries: text and HTML alike, in both languages, with the headers of its kind."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser

import pytest

from rehab_tracker.domain.moment import time_zone
from rehab_tracker.mail.language import LANGUAGES, Reader
from rehab_tracker.mail.letters import DIGESTS, LetterKind, in_words
from rehab_tracker.mail.message import Envelope, message

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BASE = "https://diary.example"
LINK = f"{BASE}/c/porto/alerts/3c1b"
ABOUT = {
    "level": "urgent", "raised": NOW.isoformat(), "deadline": (NOW + timedelta(hours=5)).isoformat(),
    "told": ["Ana Silva"], "next": ["Rui Matos"], "references": ["7K3FQ"], "count": 1,
}  # fmt: skip
DIGEST = {
    "urgent": 1, "soon": 3, "yours": 2, "nobodys": 1, "waking": 0, "forgotten": 0, "closed": 6, "undelivered": 0,
    "logged": 14, "asked": 15, "oldest": NOW.isoformat(), "ran": NOW.isoformat(), "next": ["2026-03-02", "16:00"],
    "late": False, "time": "07:30", "is_morning": True, "for_date": "2026-03-02", "mail_page": "/c/porto/mail",
}  # fmt: skip
VALUES = {
    LetterKind.ALERT: ABOUT,
    LetterKind.ESCALATION: ABOUT,
    LetterKind.DIGEST_MORNING: DIGEST,
    LetterKind.DIGEST_EVENING: {**DIGEST, "is_morning": False},
    LetterKind.PLAN_CHANGE: {"count": 2},
    LetterKind.REMINDER: {},
    LetterKind.ANSWERED: {},
    LetterKind.DELIVERY_TROUBLE: {"name": "Nuno Costa", "why": "no-such-address"},
    LetterKind.LAST_RECIPIENT: {"name": "Nuno Costa"},
    LetterKind.ASSIGNED: {"level": "urgent", "references": ["7K3FQ"], "count": 1},
    LetterKind.ADDRESS_CHANGED: {"is_new": True},
    LetterKind.PASSWORD_LINK: {},
}
TO_PATIENTS = (LetterKind.REMINDER, LetterKind.ANSWERED)
EVERY = [(kind, language) for kind in LetterKind for language in LANGUAGES]


def said(kind, language="en-GB", now=NOW, **changed):
    reader = Reader(language, time_zone("Europe/Lisbon"), now, BASE)
    return in_words(kind, {**VALUES[kind], **changed}, reader, None if kind in TO_PATIENTS else LINK)


class Tags(HTMLParser):
    """Every tag of a page with its attributes, and its words."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def test_every_kind_is_tried():
    assert set(VALUES) == set(LetterKind)


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_text_and_html_say_the_same_in_the_same_order(kind, language):
    words = said(kind, language)
    page = " ".join(unescape(re.sub(r"<(style|title).*?</\1>|<[^>]+>", " ", words.html(language), flags=re.S)).split())
    lines = [line for line in words.text.splitlines() if line]
    at = 0
    for line in lines:
        for part in line.rpartition(": ")[::2] if line.split(": ")[0] in dict(words.rows) else [line.rstrip(":")]:
            found = page.find(part, at)
            assert found >= 0, part
            at = found


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_the_page_stands_alone_and_is_one_column_with_one_button(kind, language):
    page = Tags(said(kind, language).html(language))
    assert page.all("html") == [{"lang": language}]
    assert [a["href"] for a in page.all("a")] == ([] if kind in TO_PATIENTS else [LINK])
    assert not {"img", "script", "link", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
    assert all("http" not in str(a.get("style")) for _, a in page.tags)
    assert {"name": "color-scheme", "content": "light dark"} in page.all("meta")
    [sheet] = [table for table in page.all("table") if table.get("width")]
    assert sheet["width"] == "600" and "max-width: 100%" in sheet["style"]
    assert all(a.get("style") for tag, a in page.tags if tag in ("p", "h1", "a", "body"))


def test_names_are_shown_as_they_are_and_never_as_tags():
    page = said(LetterKind.DELIVERY_TROUBLE, name="<b>Zé & Cª</b>").html("en-GB")
    assert "<b>" not in page and "&lt;b&gt;" in page


def test_by_when_who_was_told_and_who_is_next():
    words = said(LetterKind.ALERT)
    assert words.subject == "[Urgent] 1 alert to review by 14:00 today (ref 7K3FQ)"
    assert "Told so far: Ana Silva." in words.text
    assert "If nobody acknowledges by 14:00 today, these people are told next: Rui Matos." in words.text
    tomorrow = said(LetterKind.ALERT, now=NOW - timedelta(days=1)).subject
    assert "by 14:00 tomorrow" in tomorrow
    assert "by 14:00 on Monday 2 March" in said(LetterKind.ALERT, now=NOW - timedelta(days=3)).subject


def test_with_nobody_left_to_tell_the_letter_says_so():
    assert "Nobody else is told after that." in said(LetterKind.ALERT, next=[]).text


def test_several_alerts_are_counted():
    words = said(LetterKind.ALERT, references=["7K3FQ", "8AB12"], count=2)
    assert words.subject == "[Urgent] 2 alerts to review by 14:00 today (ref 7K3FQ, 8AB12)"
    assert words.heading == "2 urgent alerts are waiting" and words.label == "Open the alerts"


def test_a_digest_with_nothing_in_it_says_who_logged():
    words = said(LetterKind.DIGEST_MORNING, urgent=0, soon=0, oldest=None, ran=None, next=None)
    assert words.subject == "Diary digest, Monday 2 March: 0 new, 14 of 15 patients logged"
    assert "Nothing waits for you." in words.text and "The rules have not run yet." in words.text
    assert "No other digest is planned for you." in words.text


# Headers


def mail_of(kind, **envelope):
    told = {"in_reply_to": None, "leave_link": None, **envelope}
    return message(Envelope("Diary <a@b.example>", "n@c.example", "<1@b.example>", "pt-PT", **told), said(kind), NOW)


@pytest.mark.parametrize("kind", list(LetterKind))
def test_text_comes_first_and_a_machine_wrote_it(kind):
    mail = mail_of(kind)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert (mail["Auto-Submitted"], mail["Content-Language"], mail["Reply-To"]) == ("auto-generated", "pt-PT", None)
    assert mail["List-Unsubscribe"] is None and mail["In-Reply-To"] is None


def test_a_letter_of_a_thread_names_its_first():
    mail = mail_of(LetterKind.ESCALATION, in_reply_to="<0@b.example>")
    assert mail["In-Reply-To"] == mail["References"] == "<0@b.example>"


@pytest.mark.parametrize("kind", sorted(DIGESTS))
def test_a_digest_can_be_left_by_one_post(kind):
    mail = mail_of(kind, leave_link=f"{BASE}/c/porto/unsubscribe/x.y")
    assert mail["List-Unsubscribe"] == f"<{BASE}/c/porto/unsubscribe/x.y>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
