"""The timed rules asked of every midnight from scratch, all plans walked, every asked day counted: slow and plain."""

from datetime import timedelta

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES
from rehab_tracker.domain.logging_rhythm import asked_days, rhythm_spans
from rehab_tracker.domain.new_site_pain import counts_from
from rehab_tracker.domain.not_logging import Silence, not_logging
from rehab_tracker.domain.plan_run import run

ONE = timedelta(days=1)


def timed_verdicts(told, others, now, is_restricted, settings=DEFAULT_RULES):
    """Return every verdict that time alone has fulfilled by the midnight with which ``now`` begins."""
    if Rule.NOT_LOGGING in settings.shadow:
        return []
    return list(_silent(told, others, now, is_restricted, settings))


def _quiet_pain(told, settings):
    """Return the worst score of each day that counts at a quiet place."""
    found = {}
    for joint in sorted({s.site.joint for _, reading in told.readings for s in reading.scores}, key=str):
        for known in told.ways(joint)[0]:
            least = counts_from(settings.pain_counts_from, told.usual_pain(joint, known.day), settings)
            before = found.get(known.day)
            if known.x >= least and (before is None or known.worst.score.worst > before.score.worst):
                found[known.day] = known.worst
    return found


def _silent(told, others, now, is_restricted, settings):
    logged = sorted({entry.for_date for entry, _ in told.readings})
    first = min([told.enrolled_on, *logged])
    spans = rhythm_spans(run(told.plans, told, now, told.orders), told.orders, first, max(now, first))
    hurt = _quiet_pain(told, settings)
    asked = asked_days(spans, told.enrolled_on, first, now, hurt)
    for midnight in (first + ONE * n for n in range(1, (now - first).days + 1)):
        before = [day for day in logged if day < midnight]
        since = before[-1] if before else told.enrolled_on
        if midnight - since > 366 * ONE or (not before and midnight < told.enrolled_on):
            continue
        every = [span.every for span in spans if span.from_on <= since][-1]
        pain = hurt.get(since) if before and every != 1 else None
        days = tuple(day for day in asked if since + ONE * bool(before) <= day < midnight)
        silence = Silence(since, days, bool(before), pain)
        watched = is_restricted(told, midnight) or _is_alerted(others, midnight)
        yield from filter(None, [not_logging(silence, midnight, bool(watched), settings)])


def _is_alerted(others, midnight):
    near = [v for v in others if 0 < (midnight - v.for_date).days <= 14 and v.rule is not Rule.NOT_LOGGING]
    return any(v.level.rank >= Level.SOON.rank for v in near)
