"""Made-up worlds: how often what happens to a patient, how noisy a diary is, and how much of it is written.

Every number names its source or says that it is an assumption. Most are assumptions: what a rule reaches on a world is
an order of rank, never a clinical result. Sources are those of the clinical notes, section 6.5.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

Span = tuple[float, float]
"""From, to; drawn evenly between unless said otherwise."""


class Engagement(NamedTuple):
    """How faithfully one class of patients logs.

    ``share`` of patients; share of days missed at the start and after 180 days; share that has stopped for good by then
    (with a constant hazard).
    """

    share: float
    missed_first: float
    missed_later: float
    stopped: float


@dataclass(frozen=True, slots=True)
class World:
    """One set of parameters; the defaults are a clinic's motivated patients with an app that asks for everything."""

    migrating: float = 0.5
    """Share of patients in whom the disease moves. Chosen to give events, not a prevalence: 0.1 to 0.4 is reported
    (Reumatol Clin S2173574318301060)."""
    after_onset: Span = (45, 130)
    """Days from the onset at one place to that at the next: 3 to 4 months in case reports; the span is assumed."""
    late_share: float = 0.1
    """Share of migrations that come later than that, up to years (2 and 6 years reported). Assumption."""
    late_mean: float = 150
    """Mean days beyond the span of those. Assumption."""
    two_at_once: float = 0.2
    """Share of migrations to two places within one week, as in the published case. Assumption."""
    once_more: float = 0.1
    """Share of migrations followed by another one, again after the span. Assumption; 2 to 7 joints are reported."""
    slow_share: float = 0.3
    """Share of onsets slower than 0.2 points a day. Assumption."""
    fast_ramp: Span = (0.2, 0.5)
    slow_ramp: Span = (0.05, 0.2)
    """Points a day. Assumption: "progressively worsening" is all that the published case says."""
    plateau: Span = (4, 8)
    """Pain (0 to 10) at which the ramp ends. Assumption; effort 7.5 (2 to 10) at the start of a series of 8."""
    confirmed_share: float = 0.5
    """Share of migrations that the clinic confirms by imaging, some weeks on. Assumption."""

    sd: tuple[float, float, float] = (0.7, 1.0, 1.5)
    """Least, likeliest and greatest day-to-day deviation of a person, in points. Assumption: it differs between persons
    (Schneider 2012, PMC3307888), but no figure was found."""
    carried_over: float = 0.3
    """Autocorrelation of the deviation from one day to the next. Assumption; the index is standard (Mun 2019)."""
    shared: float = 0.3
    """Share of the deviation's variance common to all places of one person: a bad day hurts all over. Assumption."""
    quiet_share: float = 0.35
    """How much of the deviation a pain-free place has. Assumption, and the number to measure first."""

    ache_every: float = 45
    """Days from one passing ache anywhere to the next. Assumption."""
    knock_every: float = 200
    """Days from one knock or twist to the next. Assumption."""
    sore_share: float = 0.25
    """Share of new or progressed blocks of exercise that make sore. Assumption."""
    overload_share: float = 0.127
    """Share of patients with new pain elsewhere while a leg is unloaded: 7 of 55 (Quested 2017)."""
    usual_share: float = 0.2
    """Share of patients with long-standing pain somewhere else. Assumption."""
    declared_share: float = 0.7
    """Share of those in whom staff declared it at enrolment; of the others half are declared later. Assumption."""
    flare_every: float = 60
    """Days from one flare of the known or a long-standing place to the next. Assumption; of adults with knee pain 23 to
    32 % have flares of 5 or more (Parry 2017)."""
    wrong_side: float = 0.015
    """Share of entries that swap left and right of one place: 1 to 2 %. Assumption."""

    engagement: tuple[Engagement, ...] = (
        Engagement(0.65, 0.10, 0.20, 0.15),
        Engagement(0.20, 0.30, 0.45, 0.30),
        Engagement(0.10, 0.60, 0.75, 0.50),
        Engagement(0.05, 0.60, 0.90, 0.995),
    )
    """Motivated (misses: Ono 2019, 15 %, more with each week), then three classes that are assumed."""
    asks_details: bool = True
    """Whether the app asks more than one score for each place: rest, night, morning, feel, area, cause, swelling."""


USUAL = World()

WORLDS: dict[str, World] = {
    "clinic": USUAL,
    "noisy": replace(USUAL, sd=(1.2, 1.5, 2.0)),
    "restless": replace(USUAL, quiet_share=1.0),
    "sparse": replace(USUAL, engagement=(Engagement(1, 0.45, 0.45, 0.15),)),
    "real-app": replace(
        USUAL,
        # High, moderate, low, tourist (Druce 2017: 13.6, 21.8, 39.3, 25.4 % of 6,370; 149 days of 180 in the high one,
        # 1 in the last); what the two in between miss and how many stop is assumed.
        engagement=(
            Engagement(0.136, 0.10, 0.25, 0.10),
            Engagement(0.218, 0.25, 0.50, 0.40),
            Engagement(0.393, 0.50, 0.80, 0.70),
            Engagement(0.253, 0.80, 0.95, 0.9999),
        ),
    ),
    "slow": replace(USUAL, slow_share=1.0),
    "bare": replace(USUAL, asks_details=False),
    "hard": replace(
        USUAL,
        sd=(1.2, 1.5, 2.0),
        engagement=(Engagement(1, 0.45, 0.45, 0.30),),
        ache_every=9.4,
        overload_share=0.25,
        asks_details=False,
    ),
}
"""Worlds by name. ``clinic``: the defaults; ``noisy``: deviation 1.5 instead of 1; ``restless``: pain-free places
deviate as much as painful ones; ``sparse``: 45 % of days missed; ``real-app``: engagement as in an app without a
clinic; ``slow``: only slow onsets; ``bare``: one score for each place and nothing else; ``hard``: noisy, sparse, bare,
with twice the aches and overload."""
