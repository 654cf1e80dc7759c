"""Weight-bearing in the timeline: what each limb may carry as a step line, and × where the patient did more."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from dashboards.figures import look
from dashboards.figures.row import Row
from dashboards.figures.words import Words
from rehab_tracker.domain.adherence import SEVERITY
from rehab_tracker.domain.entry import Entry, standing
from rehab_tracker.domain.limb import Span
from rehab_tracker.domain.plan_wording import LIMBS
from rehab_tracker.domain.site import LEGS, Limb, Side
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.weight_bearing import Grade, OverLimit, WeightBearingReport, WeightLimit

ARMS = (Limb.LEFT_ARM, Limb.RIGHT_ARM)
TITLES = {
    LEGS: N_("Weight on the legs (× too much)"),
    ARMS: N_("Weight on the arms (× too much)"),
}
GRADES = {
    Grade.NWB: N_("None"),
    Grade.TTWB: N_("Toe touch"),
    Grade.PWB: N_("Partial"),
    Grade.WBAT: N_("As tolerated"),
    Grade.FWB: N_("Full"),
}
LOADS = {
    Grade.NWB: N_("no weight"),
    Grade.TTWB: N_("toe touch only"),
    Grade.PWB: N_("partial weight"),
    Grade.WBAT: N_("weight as tolerated"),
    Grade.FWB: N_("full weight"),
}
UP_TO = N_("%(load)s, up to %(percent)d %%")
NO_LIMIT = N_("no limit")
TOO_MUCH = {
    OverLimit.FEW_STEPS: N_("a few steps with more than allowed"),
    OverLimit.OFTEN: N_("often more than allowed"),
}
LIMIT_OF = N_("%(limb)s: %(load)s")

APART = 0.08
"""Grades by which two lines at the same height are drawn apart, so that both can be seen."""

NAMES_AT = (-1.0, -1.75)
"""Heights, in grades, at which the limbs are named."""
KEYS = {Side.LEFT: "- -", Side.RIGHT: "——"}

Reported = tuple[date, Limb, OverLimit]


@dataclass(frozen=True, slots=True)
class Allowed:
    """One limb in the days shown; ``days`` says None where it had no limit while the other limb had one."""

    limb: Limb
    days: Mapping[date, WeightLimit | None]
    over: Mapping[date, OverLimit]

    def on(self, day: date, words: Words) -> str:
        """Return what it might carry on a day and whether the patient did more, in words; nothing where not drawn."""
        load = load_words(self.days[day], words) if day in self.days else ""
        more = words(TOO_MUCH[self.over[day]]) if day in self.over else ""
        return "; ".join(filter(None, (load, more)))


class Step(NamedTuple):
    """Days running with the same limit."""

    first: date
    last: date
    limit: WeightLimit | None


def load_words(limit: WeightLimit | None, words: Words) -> str:
    """Return a limit in a clinician's words, like "partial weight, up to 30 %"."""
    if limit is None:
        return words(NO_LIMIT)
    load = words(LOADS[limit.grade])
    return words(UP_TO, load=load, percent=limit.percent) if limit.percent else load


def reported(entries: Iterable[Entry]) -> list[Reported]:
    """Return what the patient reported of each limb by day, from the entries that stand."""
    said = ((entry.for_date, entry.content) for entry in standing(entries))
    return [(day, told.limb, told.over_limit) for day, told in said if isinstance(told, WeightBearingReport)]


def allowed(
    limits: Mapping[Limb, Sequence[Span]], reported: Iterable[Reported], start: date, today: date
) -> list[Allowed]:
    """Return each limb that ever had a limit or carried too much, as far as that shows in these days; left first.

    A limb counts as free of limits only on days on which the other one has a limit; otherwise nothing is known of it.
    """
    over = _worst(reported, start, today)
    found = []
    for pair in (LEGS, ARMS):
        by_day = {limb: dict(_days(limits.get(limb, ()), start, today)) for limb in pair if limits.get(limb)}
        shown = sorted({day for own in by_day.values() for day in own})
        for limb in pair:
            days = {day: by_day[limb].get(day) for day in shown} if limb in by_day else {}
            if days or limb in over:
                found.append(Allowed(limb, days, over.get(limb, {})))
    return found


def limits_told(now: Mapping[Limb, WeightLimit], words: Words) -> list[str]:
    """Return the limit of each limb that has one, like "Left leg: partial weight, up to 30 %"."""
    return [_of_limb(limb, load_words(now[limb], words), words) for limb in Limb if limb in now]


def _days(spans: Iterable[Span], start: date, today: date) -> Iterator[tuple[date, WeightLimit]]:
    for first, last, limit in spans:
        begin, end = max(first, start), min(last, today)
        yield from ((begin + timedelta(days=at), limit) for at in range((end - begin).days + 1))


def _worst(reported: Iterable[Reported], start: date, today: date) -> dict[Limb, dict[date, OverLimit]]:
    """Return the days on which a limb carried more than allowed, by limb; the worst that was said of a day counts."""
    found: dict[Limb, dict[date, OverLimit]] = {}
    for day, limb, said in reported:
        if said is not OverLimit.NO and start <= day <= today:
            own = found.setdefault(limb, {})
            own[day] = max(said, own.get(day, OverLimit.NO), key=SEVERITY.index)
    return found


def steps(own: Allowed) -> list[Step]:
    """Return the stretches of days with the same limit, oldest first; days that are not drawn lie between them."""
    numbered = enumerate(own.days.items())
    runs = groupby(numbered, key=lambda item: (item[1][0] - timedelta(days=item[0]), item[1][1]))
    found = []
    for (_, limit), group in runs:
        days = [day for _, (day, _) in group]
        found.append(Step(days[0], days[-1], limit))
    return found


def draw_weight(figure: Any, pair: Sequence[Allowed], row: Row, words: Words) -> None:
    """Draw the limbs of one row: none at the bottom, full weight at the top, a dot at each change."""
    row.lay(figure, range=[-2.2, 4.9], tickvals=[*range(len(Grade))], ticktext=[words(GRADES[g]) for g in Grade])
    row.name(figure, words(TITLES[LEGS if pair[0].limb in LEGS else ARMS]))
    for own in pair:
        if own.days:
            _draw_steps(figure, own, row, words)
        _draw_over(figure, own, row, words)
    _write_names(figure, pair, row, words)


def _side(limb: Limb) -> Side:
    return Side.LEFT if limb in (Limb.LEFT_LEG, Limb.LEFT_ARM) else Side.RIGHT


def height(limb: Limb, limit: WeightLimit | None) -> float:
    """Return where a limit is drawn: its grade from 0 to 4, the right limb's line a little above the left one's."""
    rank = (Grade.FWB if limit is None else limit.grade).rank
    return rank + (APART if _side(limb) is Side.RIGHT else -APART)


def _draw_steps(figure: Any, own: Allowed, row: Row, words: Words) -> None:
    stroke, points = look.STROKES[_side(own.limb)], list(_points(own, words))
    figure.add_scatter(
        x=[day.isoformat() for day, _, _, _ in points],
        y=[at for _, at, _, _ in points],
        text=[text for _, _, text, _ in points],
        yaxis=row.axis,
        mode="lines+markers",
        line={"shape": "hv", "color": stroke.colour, "dash": stroke.dash, "width": 2},
        marker={
            "size": [size for _, _, _, size in points],
            "color": stroke.fill,
            "opacity": 1,
            "line": {"color": stroke.colour, "width": 1.4},
        },
        hovertemplate="%{text}<extra></extra>",
        connectgaps=False,
    )


Point = tuple[date, float | None, str, int]


def _points(own: Allowed, words: Words) -> Iterator[Point]:
    """Yield day, height, words and size of dot: one at each change, one without a dot at the end of each line."""
    found = steps(own)
    for at, step in enumerate(found):
        y, load = height(own.limb, step.limit), load_words(step.limit, words)
        text = words.on(step.first, _of_limb(own.limb, load, words))
        follows = at + 1 < len(found) and found[at + 1].first - step.last == timedelta(days=1)
        yield step.first, y, text, 5
        if not follows and step.last > step.first:
            yield step.last, y, text, 0
        if not follows and at + 1 < len(found):
            yield step.last + timedelta(days=1), None, "", 0


def _of_limb(limb: Limb, load: str, words: Words) -> str:
    return words(LIMIT_OF, limb=words(LIMBS[limb]), load=load)


def _draw_over(figure: Any, own: Allowed, row: Row, words: Words) -> None:
    """Draw a × over the line of the limb on each day on which it carried more; a larger one where that was often."""
    days = sorted(own.over)
    if days:
        figure.add_scatter(
            x=[day.isoformat() for day in days],
            y=[height(own.limb, own.days.get(day)) + 0.45 for day in days],
            text=[words.on(day, _of_limb(own.limb, words(TOO_MUCH[own.over[day]]), words)) for day in days],
            yaxis=row.axis,
            mode="markers",
            marker={
                "symbol": "x-thin",
                "opacity": 1,
                "size": [9 if own.over[day] is OverLimit.OFTEN else 6 for day in days],
                "line": {"color": look.OVER_LIMIT, "width": 2},
            },
            hovertemplate="%{text}<extra></extra>",
        )


def _write_names(figure: Any, pair: Iterable[Allowed], row: Row, words: Words) -> None:
    """Write below the lines, where nothing is drawn, how each limb's line looks, one name below the other."""
    for y, own in zip(NAMES_AT, pair, strict=False):
        side = _side(own.limb)
        figure.add_annotation(
            text=f"{KEYS[side]} {words(LIMBS[own.limb])}", x=0, xref="x domain", xanchor="left", y=y, yref=row.axis,
            font={"size": 12, "color": look.STROKES[side].colour},
        )  # fmt: skip
