"""The lanes on top of the timeline: alerts by level, then what staff looked at, each on the date it is about."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from textwrap import shorten, wrap
from typing import Any

from dashboards.figures import look
from dashboards.figures.row import Row
from dashboards.figures.words import ON_DAY, Words
from rehab_tracker.domain.alert import AlertState, Level
from rehab_tracker.domain.co_intervention import CoIntervention
from rehab_tracker.domain.partial_date import PartialDate, Precision
from rehab_tracker.domain.record_item import ItemKind, RecordItem, standing_items
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.wording import LEVELS, capitalised, place_name, reason
from rehab_tracker.storage.alerts import Alert

VISITS, IMAGING, DXA, LABS, MEDICINES = N_("Visits"), N_("Imaging"), N_("DXA"), N_("Labs"), N_("Medicines")
FINDINGS = {
    ItemKind.EXAMINATION: VISITS,
    ItemKind.RADIOGRAPH: IMAGING,
    ItemKind.MRI: IMAGING,
    ItemKind.DXA: DXA,
    ItemKind.LABORATORY: LABS,
}
KINDS = {
    ItemKind.EXAMINATION: N_("Examination"),
    ItemKind.RADIOGRAPH: N_("Radiograph"),
    ItemKind.MRI: N_("MRI"),
    ItemKind.DXA: N_("DXA"),
    ItemKind.LABORATORY: N_("Laboratory"),
    ItemKind.CO_INTERVENTION: N_("Medicine begun"),
}
LANES = (*(LEVELS[level] for level in reversed(Level)), VISITS, IMAGING, DXA, LABS, MEDICINES)
WIDEST = 42
"""Characters of a line beside the pointer."""
LONGEST = 280
"""Characters of one thing told there; the rest stands in the record."""

Tell = Callable[[RecordItem], str]
"""What an item says, in one sentence."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something in a lane: the days it can have been on, its mark, a short text for the table, lines for the picture.

    ``day`` is the one at which the mark stands. What is not known to the day has ``is_loose``; it is drawn as a line
    over its days with the mark in the middle, or where the line is cut off. So is a medicine, from its first day on.
    """

    lane: str
    day: date
    first: date
    last: date
    mark: look.Mark
    short: str
    lines: tuple[str, ...]
    is_loose: bool = False


def alert_events(alerts: Iterable[Alert], start: date, words: Words) -> list[Event]:
    """Return the alerts from a day on; those that later data took back are rings, behind the others."""
    shown = [alert for alert in alerts if alert.first_for_date >= start]
    ordered = sorted(shown, key=lambda alert: (alert.state is AlertState.SUPERSEDED, alert.first_for_date))
    return [_alert(alert, words) for alert in ordered]


def _alert(alert: Alert, words: Words) -> Event:
    over, day, level = alert.state is AlertState.SUPERSEDED, alert.first_for_date, LEVELS[alert.level]
    mark = look.OVER if over else look.ALERT_MARKS[alert.level]
    said = reason(alert.reason_key, alert.reason_values, words.gettext)
    return Event(level, day, day, day, mark, words(level), (words.on(day, said),))


def item_events(items: Iterable[RecordItem], start: date, today: date, tell: Tell, words: Words) -> list[Event]:
    """Return findings and medicines of these days, in their lanes."""
    kept = list(items)
    return [*_findings(kept, start, today, tell, words), *_medicines(kept, start, today, tell, words)]


def _findings(items: Iterable[RecordItem], start: date, today: date, tell: Tell, words: Words) -> list[Event]:
    """Return what was looked at in these days, as far as it stands; days before and after are cut off."""
    dated = ((item, item.on) for item in standing_items(items) if item.kind in FINDINGS and item.on)
    shown = ((item, on) for item, on in dated if on.latest >= start and on.earliest <= today)
    return [_finding(item, on, tell(item), start, today, words) for item, on in shown]


def _finding(item: RecordItem, on: PartialDate, said: str, start: date, today: date, words: Words) -> Event:
    what, when, is_loose = headline(item, words), words.partial(on), on.precision is not Precision.DAY
    middle, first, last = on.earliest + (on.latest - on.earliest) / 2, max(on.earliest, start), min(on.latest, today)
    return Event(
        lane=FINDINGS[item.kind],
        day=min(max(middle, first), last),
        first=first,
        last=last,
        mark=look.FINDING_MARKS[item.kind],
        short=f"{what}, {when}" if is_loose else what,
        lines=(capitalised(words(ON_DAY, day=when, what=what)), said),
        is_loose=is_loose,
    )


def _medicines(items: Iterable[RecordItem], start: date, today: date, tell: Tell, words: Words) -> list[Event]:
    """Return the medicines that were taken in these days, each from its first day until it was stopped, or today.

    They stand beside the trend because pain that falls just after a start says less.
    """
    found = []
    for item in standing_items(items):
        drug = item.content
        if not isinstance(drug, CoIntervention) or drug.started is None:
            continue
        first, last = drug.started.day, min(drug.stopped.day if drug.stopped else today, today)
        if first <= today and last >= start:
            what, shown = headline(item, words), max(first, start)
            lines = (capitalised(words(ON_DAY, day=words.partial(drug.started), what=what)), tell(item))
            mark = look.FINDING_MARKS[item.kind]
            found.append(Event(MEDICINES, shown, shown, last, mark, what, lines, is_loose=last > shown))
    return found


def headline(item: RecordItem, words: Words) -> str:
    """Return what was looked at and where, like "MRI, left knee"."""
    place = place_name(item.site.joint, None, words.gettext) if item.site else ""
    return ", ".join(filter(None, (words(KINDS[item.kind]), place)))


def lanes_of(events: Iterable[Event]) -> list[str]:
    """Return the lanes that have anything in them, from the top down."""
    used = {event.lane for event in events}
    return [lane for lane in LANES if lane in used]


def draw_lanes(figure: Any, events: Sequence[Event], row: Row, words: Words) -> None:
    """Draw one lane for each kind of event that there is, named at its left."""
    lanes = lanes_of(events)
    names = [words(lane) for lane in lanes]
    row.lay(figure, range=[len(lanes) - 0.5, -0.5], tickvals=[*range(len(lanes))], ticktext=names)
    _draw_loose(figure, [(lanes.index(e.lane), e) for e in events if e.is_loose], row)
    for at, lane in enumerate(lanes):
        _draw_lane(figure, at, [event for event in events if event.lane == lane], row)


def _draw_loose(figure: Any, events: Sequence[tuple[int, Event]], row: Row) -> None:
    """Draw a line over the days that a date can mean."""
    if events:
        figure.add_scatter(
            x=[day for _, event in events for day in (event.first.isoformat(), event.last.isoformat(), None)],
            y=[at for lane, _ in events for at in (lane, lane, None)],
            yaxis=row.axis,
            mode="lines",
            line={"color": look.MUTED, "width": 2},
            hoverinfo="skip",
        )


def _draw_lane(figure: Any, at: int, events: Sequence[Event], row: Row) -> None:
    together = list(_together(events))
    marks = [group[0].mark for group in together]
    figure.add_scatter(
        x=[group[0].day.isoformat() for group in together],
        y=[at] * len(together),
        text=["<br>".join(_lines(group)) for group in together],
        yaxis=row.axis,
        mode="markers",
        marker={
            "symbol": [mark.symbol for mark in marks],
            "color": [mark.colour for mark in marks],
            "size": 12,
            "opacity": 1,
            "line": {"width": 1, "color": [mark.edge for mark in marks]},
        },
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )


def _together(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Yield the events that have their mark on one day as one: Plotly tells only one of what lies on one spot."""
    by_day: dict[date, list[Event]] = {}
    for event in events:
        by_day.setdefault(event.day, []).append(event)
    yield from by_day.values()


def _lines(events: Iterable[Event]) -> Iterator[str]:
    """Yield the lines beside the pointer; what people wrote stays text, though Plotly reads some markup."""
    for event in events:
        for line in event.lines:
            kept = shorten(line, LONGEST, placeholder=" …")
            yield from (escape(part, quote=False) for part in wrap(kept, WIDEST))
