"""The watchdog: it looks whether the clock runs and letters leave, and tells by another way than letters."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

import click

from rehab_tracker.cli.watch_memory import Memory, keep, reading, recalled
from rehab_tracker.config import Settings, read_settings
from rehab_tracker.domain.watching import USUAL, Finding, Wrong, news, of_reading
from rehab_tracker.jobs.timetable import TIMETABLE
from rehab_tracker.mail.answers import Undelivered
from rehab_tracker.mail.second_channel import Untold, ping, post_json, send_mail
from rehab_tracker.services.watching import look
from rehab_tracker.storage.database import open_engine, sessions
from rehab_tracker.storage.revisions import current, head

LIMITS = USUAL

PATIENCE = timedelta(seconds=60)
"""How long the database may take to show everything: one that hangs is as bad as none (house rule)."""

WELL_AGAIN = "All is well again."


@click.command()
@click.option("--once", is_flag=True, help="Look once; that is what it does where nothing is said.")
@click.option("--every", type=click.IntRange(5, 600), metavar="SECONDS", help="Look again and again, this often.")
def watch(once: bool, every: int | None) -> None:
    """Look whether the clock runs and letters leave, tell by the second channel if not, and exit with 1 then."""
    if once and every:
        raise click.UsageError("Choose --once or --every, not both.")
    settings = read_settings()
    memory, is_well = watched(settings, recalled(settings.data_dir))
    while every:
        time.sleep(every)
        memory, is_well = watched(settings, memory)
    sys.exit(0 if is_well else 1)


@dataclass
class Eye:
    """What looks at the database: one look at a time, as nobody can end a thread that waits for a server that hangs."""

    look: Thread | None = None
    since: datetime | None = None

    def sees(self, settings: Settings, now: datetime) -> list[Finding]:
        """Return what is wrong; a database that does not answer is, and is not asked again while it has not."""
        if self.look and self.look.is_alive():
            return [_unreachable(f"it has not answered since {self.since:%Y-%m-%d %H:%M} UTC")]
        answer: SimpleQueue[list[Finding]] = SimpleQueue()
        self.look, self.since = Thread(target=lambda: answer.put(_looked(settings, now)), daemon=True), now
        self.look.start()
        try:
            found = answer.get(timeout=PATIENCE.total_seconds())
        except Empty:
            return [_unreachable("it does not answer")]
        self.look = None
        return found


EYE = Eye()


def watched(settings: Settings, before: Memory, eye: Eye = EYE) -> tuple[Memory, bool]:
    """Look once and tell what is news; return what to remember, and whether all is well and all could be told."""
    now = datetime.now(UTC)
    _pinged(settings, "start")
    clocks = reading(now)
    found = [*of_reading(before.reading, clocks, LIMITS), *eye.sees(settings, now)]
    for finding in found:
        click.echo(f"WRONG  {finding.code}: {finding.sentence}")
    new = news(found, before.told, now, LIMITS)
    heard = [way() for way in _ways(settings, found, new.well_again, now)] if new.trouble or new.well_again else []
    # Where one way of several works, people know; the one that doesn't is on standard error.
    told = new.told if any(heard) or not heard else before.told
    memory = Memory(told, clocks)
    lasting = [finding for finding in found if finding.lasts]
    pinged = _pinged(settings, "fail" if lasting or not all(heard) else "", _text(found, False))
    return memory, all((_kept(settings, memory), pinged, not found, *heard))


def _looked(settings: Settings, now: datetime) -> list[Finding]:
    engine = open_engine(settings.database_watch_url)
    try:
        found = current(engine)
        if found != head():
            told = f"The database is at revision {found or 'none'}, and this program needs {head()}."
            return [Finding(Wrong.OTHER_REVISION, "", told, None)]
        periods = {tick.name: timedelta(seconds=tick.every_seconds) for tick in TIMETABLE}
        return look(sessions(engine), periods, now, LIMITS)
    except Exception as fault:
        # The words of a fault may quote a row or an address.
        return [_unreachable(type(fault).__name__)]
    finally:
        engine.dispose()


def _unreachable(why: str) -> Finding:
    return Finding(Wrong.DATABASE_UNREACHABLE, "", f"The database can't be read ({why}).", None)


def _ways(
    settings: Settings, found: Sequence[Finding], well_again: bool, now: datetime
) -> Iterator[Callable[[], bool]]:  # fmt: skip
    """Yield the ways by which people are told; each returns whether it worked."""
    channel, text = settings.watch, _text(found, well_again)
    subject = f"rehab_tracker at {urlsplit(settings.base_url).hostname}: {_in_short(found)}"
    if channel.webhook_url:
        rows = [_row(finding) for finding in found]
        yield partial(_done, partial(post_json, channel.webhook_url, f"{subject}\n{text}", rows))
    if channel.smtp and channel.mail_to:
        mail = partial(send_mail, channel.smtp, settings.mail_from, channel.mail_to, subject, text, now)
        yield partial(_done, mail)


def _in_short(found: Sequence[Finding]) -> str:
    if not found:
        return "all is well again"
    return "something is wrong" if len(found) == 1 else f"{len(found)} things are wrong"


def _text(found: Sequence[Finding], well_again: bool) -> str:
    return "\n".join([*(f"- {finding.sentence}" for finding in found), *([WELL_AGAIN] if well_again else [])])


def _row(finding: Finding) -> dict[str, object]:
    since = finding.since and finding.since.astimezone(UTC).isoformat()
    return {"code": finding.code, "about": finding.about, "sentence": finding.sentence, "since": since}


def _pinged(settings: Settings, what: str, said: str = "") -> bool:
    url = settings.watch.ping_url
    return url is None or _done(partial(ping, url, what, said))


def _done(tell: Callable[[], object]) -> bool:
    try:
        tell()
    except (Untold, Undelivered) as fault:
        click.echo(f"The second channel failed: {fault}", err=True)
        return False
    return True


def _kept(settings: Settings, memory: Memory) -> bool:
    try:
        keep(settings.data_dir, memory)
    except OSError as fault:
        click.echo(f"What was told can't be kept, so it may be told again: {fault}", err=True)
        return False
    return True
