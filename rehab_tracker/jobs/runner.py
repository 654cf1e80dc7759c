"""The clock as a process of its own. APScheduler only says when; any number of these processes may run."""

import logging
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import structlog
from apscheduler.events import EVENT_SCHEDULER_STARTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.jobs.timetable import TIMETABLE, Means, Tick
from rehab_tracker.mail.post import Post
from rehab_tracker.services.clock import beat, beat_at_work
from rehab_tracker.services.faults import told

BEATS_AT_WORK = timedelta(minutes=1)
"""How often work that takes long says that it goes on: who sends for an hour has not died. That it goes well, it does
not say: what fails in the end each time would never be noticed."""

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

LOG = structlog.get_logger("rehab_tracker.jobs")


def run(sessions: sessionmaker[Session], post: Post, sender: str, base_url: str, clock: Callable[[], datetime]) -> None:
    """Keep to the timetable until SIGTERM or SIGINT comes; the letter in hand is then finished, and no other begun.

    ``sessions`` are those of the jobs role. Runs in the main thread.
    """
    stopping = Event()
    means = Means(sessions, post, sender, base_url, clock, stopping.is_set)
    pool = ThreadPoolExecutor(len(TIMETABLE))
    scheduler = BlockingScheduler(executors={"default": pool}, timezone=UTC)
    for tick in TIMETABLE:
        _enter(scheduler, tick, means)
    _stop_on_signal(scheduler, stopping)
    LOG.info("clock-started", ticks=[tick.name for tick in TIMETABLE])
    scheduler.start()
    pool.shutdown(wait=True)
    LOG.info("clock-stopped")


def _enter(scheduler: BlockingScheduler, tick: Tick, means: Means) -> None:
    """Enter a tick that is never skipped for being late, never doubled, and comes at once at the start."""
    scheduler.add_job(
        _ask,
        "interval",
        args=(tick, means),
        seconds=tick.every_seconds,
        next_run_time=datetime.now(UTC),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )


def _ask(tick: Tick, means: Means) -> None:
    """Ask one tick's question; what goes wrong is logged, and the clock goes on."""
    went_well = False
    try:
        done = tick.ask(replace(means, stopping=_beating(tick, means)))
        went_well = True
        if done:
            LOG.info("tick", tick=tick.name, done=done)
    except Exception as fault:
        LOG.error("tick-failed", tick=tick.name, **told(fault))
    _beat(tick, means, went_well)


def _beating(tick: Tick, means: Means) -> Callable[[], bool]:
    """Return the question whether to stop, which work asks between its pieces, and which beats now and then."""
    last: datetime | None = None

    def stopping() -> bool:
        nonlocal last
        now = means.now()
        last = last or now
        if now - last >= BEATS_AT_WORK:
            last = now
            _beat(tick, means)
        return means.stopping()

    return stopping


def _beat(tick: Tick, means: Means, went_well: bool | None = None) -> None:
    """Write down that the clock is alive, and how a tick went that has ended; where that fails, the watchdog tells."""
    try:
        if went_well is None:
            beat_at_work(means.sessions, tick.name, means.now())
        else:
            beat(means.sessions, tick.name, means.now(), went_well)
    except Exception as fault:
        LOG.error("beat-failed", tick=tick.name, **told(fault))


def _stop_on_signal(scheduler: BlockingScheduler, stopping: Event) -> None:
    """Let a thread wait for the signals: a handler would run in between, and could wait for a lock it interrupted."""
    # While a tick takes longer than its interval, APScheduler would warn of every further one.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)

    def wait() -> None:
        signal.sigwait(STOP_SIGNALS)
        stopping.set()
        scheduler.shutdown(wait=False)

    scheduler.add_listener(lambda _: Thread(target=wait, daemon=True).start(), EVENT_SCHEDULER_STARTED)
