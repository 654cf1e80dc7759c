"""Pages: what staff of a clinic see in a browser; plain forms that work without a script, under the strict policy."""

from pathlib import Path

from flask import Blueprint

from dashboards.pages.alert import alert_pages
from dashboards.pages.record import record_pages
from dashboards.pages.staff import staff_pages
from dashboards.pages.worklist import worklist_pages

STATIC = [Path(__file__).parent / "static"]
"""Folders of our own that browsers load from."""


def blueprints() -> tuple[Blueprint, ...]:
    """Return all pages."""
    return staff_pages, worklist_pages, record_pages, alert_pages
