"""The floor: the least that Flask and psycopg can do for the same requests, without rules, people or clinics.

Run by gunicorn as ``benchmarks.floor:app`` with the database's address in ``FLOOR_DATABASE``.
"""

import json
import os
import threading
from uuid import UUID

import psycopg
from flask import Flask, request

TABLE = """
CREATE TABLE IF NOT EXISTS floor_entry (
    patient uuid, id uuid, kind text, recorded_at timestamptz, item jsonb, PRIMARY KEY (patient, id)
);
CREATE INDEX IF NOT EXISTS floor_by_day ON floor_entry (patient, recorded_at)
"""
KEEP = "INSERT INTO floor_entry VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
READ = "SELECT item FROM floor_entry WHERE patient = %s ORDER BY recorded_at LIMIT %s"

app = Flask(__name__)
here = threading.local()


def connection() -> psycopg.Connection[tuple[object, ...]]:
    """Return this thread's connection, opened once."""
    if not hasattr(here, "connection"):
        here.connection = psycopg.connect(os.environ["FLOOR_DATABASE"])
    found: psycopg.Connection[tuple[object, ...]] = here.connection
    return found


@app.post("/api/v1/me/sync/push")
def push() -> dict[str, object]:
    """Keep a batch in one commit."""
    patient = UUID(request.headers["Authorization"].removeprefix("Bearer "))
    items = json.loads(request.get_data())["items"]
    rows = [(patient, i["id"], i["kind"], i["recorded_at"], json.dumps(i)) for i in items]
    with connection().cursor() as cursor:
        cursor.executemany(KEEP, rows)
    connection().commit()
    return {"results": [{"id": i["id"], "status": "created"} for i in items]}


@app.get("/api/v1/me/entries")
def entries() -> dict[str, object]:
    """Read a patient's entries back."""
    patient = UUID(request.headers["Authorization"].removeprefix("Bearer "))
    found = connection().execute(READ, (patient, int(request.args["limit"]))).fetchall()
    connection().commit()
    return {"data": [row[0] for row in found]}
