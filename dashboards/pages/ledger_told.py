"""The site ledgers in words: whether a place ever hurt before, and which places hurt now, came back or have settled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import ngettext

from dashboards.pages.words import PageWords, words
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_ledger import Bout, SiteLedger, SiteStanding
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.wording import place_name
from rehab_tracker.services.record import Record

STANDINGS = {
    SiteStanding.NEVER: N_("never hurt enough to count"),
    SiteStanding.ACTIVE: N_("hurts now, for the first time"),
    SiteStanding.RESOLVED: N_("has settled"),
    SiteStanding.RELAPSED: N_("hurts again"),
}
FIRST_EVER = N_("First pain ever logged here that is strong enough to count. It began on %(first)s.")
NEVER_ENOUGH = N_("Pain here was never strong enough to count on one day alone.")
BEFORE = N_("Hurt here before: %(first)s to %(last)s, settled on %(settled)s.")
ONE_DAY_BEFORE = N_("Hurt here before: %(first)s, settled on %(settled)s.")
TIMES_BEFORE = N_("In all it hurt here %(count)d times before this.")
FROM_TO = N_("%(first)s to %(last)s")
NONE_YET = N_("In no place has pain been strong enough to count so far.")
NOW = {
    SiteStanding.ACTIVE: N_("Hurts now, for the first time: %(places)s."),
    SiteStanding.RELAPSED: N_("Hurts again: %(places)s."),
    SiteStanding.RESOLVED: N_("Pain has settled: %(places)s."),
}


def told_before(ledger: SiteLedger, day: date) -> tuple[str, ...]:
    """Return, as sentences, whether the joint had ever hurt before the pain of a day."""
    say, earlier, begun = words(), ledger.before(day), ledger.begun_by(day)
    if not earlier:
        return (say(FIRST_EVER, first=say.day(begun[0].first)) if begun else say(NEVER_ENOUGH),)
    more = (say(TIMES_BEFORE, count=len(earlier)),) if len(earlier) > 1 else ()
    return (_before(earlier[-1], say), *more)


def _before(bout: Bout, say: PageWords) -> str:
    settled = say.day(bout.resolved_on) if bout.resolved_on else "–"
    text = ONE_DAY_BEFORE if bout.first == bout.last else BEFORE
    return say(text, first=say.day(bout.first), last=say.day(bout.last), settled=settled)


@dataclass(frozen=True, slots=True)
class Hurt:
    """One joint's line: how it stands, from its first day to its last, when it settled, how often it hurt."""

    joint: Site
    stands: str
    first: date
    last: date
    settled_on: date | None
    times: str
    earlier: tuple[str, ...]


def hurt(record: Record) -> list[Hurt]:
    """Return a line for each joint that hurt enough to count, those that hurt last first."""
    lines = [_line(joint, ledger, record.today) for joint, ledger in record.ledgers.items()]
    return sorted(lines, key=lambda line: (line.last, line.first, str(line.joint)), reverse=True)


def _line(joint: Site, ledger: SiteLedger, today: date) -> Hurt:
    say, bouts = words(), ledger.bouts
    times = ngettext("%(num)d time", "%(num)d times", len(bouts))
    each = tuple(_days(bout, say) for bout in bouts) if len(bouts) > 1 else ()
    stands, last = say(STANDINGS[ledger.standing(today)]), bouts[-1]
    settled_on = last.resolved_on if ledger.standing(today) is SiteStanding.RESOLVED else None
    return Hurt(joint, stands, bouts[0].first, last.last, settled_on, times, each)


def _days(bout: Bout, say: PageWords) -> str:
    if bout.first == bout.last:
        return say.day(bout.first)
    return say(FROM_TO, first=say.day(bout.first), last=say.day(bout.last))


def hurt_now(record: Record) -> str:
    """Return which joints hurt, hurt again and have settled, as sentences."""
    by_standing: dict[SiteStanding, list[Site]] = {}
    for joint, ledger in record.ledgers.items():
        by_standing.setdefault(ledger.standing(record.today), []).append(joint)
    told = [words()(text, places=_places(by_standing[each])) for each, text in NOW.items() if each in by_standing]
    return " ".join(told) or words()(NONE_YET)


def _places(joints: Iterable[Site]) -> str:
    return ", ".join(sorted(place_name(joint, None, words().gettext) for joint in joints))
