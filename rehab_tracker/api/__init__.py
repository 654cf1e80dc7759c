"""How a phone asks: schema and routes of one concept per file, all described by one OpenAPI document."""

from flask import Flask

from rehab_tracker.api import enrolment, entries, me, meta
from rehab_tracker.api.door import open_door


def set_up(app: Flask) -> None:
    """Give the app its API."""
    open_door(app, [meta.blueprint, enrolment.blueprint, me.blueprint, entries.blueprint])
