"""`rehab-tracker jobs` and `watch` for the drill: the real ones, but with time pressed together.

`watched.py jobs|watch|both FACTOR FILE`: every limit and wait is divided by the factor. The clock of `jobs` is wrong by
the seconds that stand in the file, where it stands there. `both` is the positive control: a watchdog that lives in the
process that it watches.
"""

import sys
import time
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

from rehab_tracker.cli import main, processes, watch
from rehab_tracker.config import read_settings
from rehab_tracker.domain.watching import Limits
from rehab_tracker.jobs import runner
from rehab_tracker.mail import retries
from rehab_tracker.services import breaker, watching

SHORTEST = 0.2
"""Seconds between two beats at least: with less the drill would measure the scheduler."""

LOOKS = timedelta(minutes=1)


def pressed(limit, factor):
    return limit / factor


def press(factor):
    """Divides every limit and wait of both programs."""
    limits = {field.name: pressed(getattr(Limits(), field.name), factor) for field in fields(Limits)}
    watch.LIMITS = Limits(**limits | {"past": timedelta(0)})
    ticks = tuple(replace(tick, every_seconds=max(SHORTEST, tick.every_seconds / factor)) for tick in runner.TIMETABLE)
    runner.TIMETABLE = watch.TIMETABLE = ticks
    breaker.WAITS = tuple(pressed(wait, factor) for wait in breaker.WAITS)
    retries.SOON = tuple(pressed(wait, factor) for wait in retries.SOON)
    retries.RETRIES = watching.RETRIES = tuple(pressed(wait, factor) for wait in retries.RETRIES)


def with_wrong_clock(run, file):
    """The jobs process, whose clock is wrong while the file says so."""

    def wrong(sessions, post, sender, base_url, clock):
        def now():
            return clock() + timedelta(seconds=float(file.read_text()) if file.exists() else 0)

        run(sessions, post, sender, base_url, now)

    return wrong


def look_for_ever(factor):
    settings, memory = read_settings(), watch.Memory()
    while True:
        memory, _ = watch.watched(settings, memory)
        time.sleep(pressed(LOOKS, factor).total_seconds())


if __name__ == "__main__":
    what, factor, file = sys.argv[1], float(sys.argv[2]), Path(sys.argv[3])
    press(factor)
    processes.run = with_wrong_clock(processes.run, file)
    if what == "watch":
        look_for_ever(factor)
    if what == "both":
        Thread(target=look_for_ever, args=(factor,), daemon=True).start()
    main(["jobs"])
