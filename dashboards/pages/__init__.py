"""Pages: what staff of a clinic see in a browser; plain forms that work without a script, under the strict policy."""

from pathlib import Path

from flask import Blueprint

from dashboards.pages.alert import alert_pages
from dashboards.pages.calls import call_pages
from dashboards.pages.clock import clock_pages
from dashboards.pages.duty import duty_pages
from dashboards.pages.exercises import exercise_pages
from dashboards.pages.exercises_rest import rest_pages
from dashboards.pages.heard import heard_pages
from dashboards.pages.inbox import inbox_pages
from dashboards.pages.items import item_pages
from dashboards.pages.limits import limit_pages
from dashboards.pages.mail import mail_pages
from dashboards.pages.person import person_pages
from dashboards.pages.places import place_pages
from dashboards.pages.plans import plan_pages
from dashboards.pages.protocols import protocol_pages
from dashboards.pages.record import record_pages
from dashboards.pages.staff import staff_pages
from dashboards.pages.team import team_pages
from dashboards.pages.twice import twice_pages
from dashboards.pages.worklist import worklist_pages

STATIC = [Path(__file__).parent / "static"]
"""Folders of our own that browsers load from."""


def blueprints() -> tuple[Blueprint, ...]:
    """Return all pages."""
    of_patients = plan_pages, limit_pages, place_pages, item_pages, heard_pages, call_pages, person_pages, twice_pages
    of_exercises = exercise_pages, rest_pages
    return (
        staff_pages,
        worklist_pages,
        record_pages,
        alert_pages,
        inbox_pages,
        *of_patients,
        *of_exercises,
        protocol_pages,
        duty_pages,
        team_pages,
        clock_pages,
        mail_pages,
    )
