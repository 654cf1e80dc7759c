"""The load: daily logs as a phone sends them, over kept-alive connections."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

JOINTS = ("right-knee", "left-knee", "right-hip", "left-hip", "right-ankle", "left-ankle", "right-foot", "left-foot")
EXERCISES = ("straight-leg-raise", "heel-slides", "ankle-pumps")
CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Phone:
    """One patient's phone: its token and its id."""

    token: str
    device: str


Body = Callable[[Phone], bytes | None]


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of request: its name, method and path, what makes its body, how many are a round, and of whom.

    ``fresh`` work is done by phones that have sent nothing yet.
    """

    name: str
    method: str
    path: str
    body: Body
    rounds: int
    fresh: bool = False


def daily_log(day: datetime) -> list[dict[str, Any]]:
    """Return one day's log: 8 scores (the known right knee hurts), weight-bearing and 3 exercises; 5 items."""
    stamp = {"rev": 1, "recorded_at": day.isoformat(timespec="seconds"), "time_zone": "Europe/Lisbon"}
    scores = [{"site": joint, "on_loading": 4 if joint == "right-knee" else 0} for joint in JOINTS]
    said: list[dict[str, Any]] = [{"kind": "pain", "no_other_pain": True, "scores": scores}]
    said.append({"kind": "weight-bearing", "limb": "right-leg", "aids": "two-crutches", "over_limit": "no"})
    said += [{"kind": "exercise", "exercise": code, "done_sets": 3, "done_reps": 10} for code in EXERCISES]
    return [{"id": str(uuid4()), **stamp, **each} for each in said]


def push_body(logs: int, phone: Phone) -> bytes:
    """Return a push of this many daily logs, one a day, the last one today."""
    now = datetime.now(UTC)
    items = [item for back in range(logs) for item in daily_log(now - timedelta(days=back % 30, seconds=back))]
    written = json.dumps(items, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    push = {
        "device": phone.device,
        "sent_at": now.isoformat(),
        "count": len(items),
        "sha256": sha256(written).hexdigest(),
    }
    return json.dumps({**push, "items": items}).encode()


WORKS = (
    Work("one log", "POST", "/api/v1/me/sync/push", lambda phone: push_body(1, phone), 120),
    Work("batch of 50", "POST", "/api/v1/me/sync/push", lambda phone: push_body(50, phone), 32, fresh=True),
    Work("30 days of one patient", "GET", "/api/v1/me/entries?limit=150", lambda phone: None, 400),
)


def logged_for_a_month(port: int, phones: Sequence[Phone]) -> None:
    """Let each phone send the daily logs of 30 days."""
    month = Work("a month", "POST", "/api/v1/me/sync/push", lambda phone: push_body(30, phone), len(phones))
    run(port, phones, month, len(phones))


def run(port: int, phones: Sequence[Phone], work: Work, requests: int) -> float:
    """Send this many requests over 8 connections and return the seconds it took; raise at any answer but 200."""
    bodies = [work.body(phones[at % len(phones)]) for at in range(requests)]
    shares = [range(at, requests, CONNECTIONS) for at in range(CONNECTIONS)]
    faults: list[str] = []
    threads = [threading.Thread(target=_send, args=(port, phones, work, bodies, s, faults)) for s in shares]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(faults[0])
    return time.perf_counter() - began


def _send(
    port: int, phones: Sequence[Phone], work: Work, bodies: list[bytes | None], mine: range, faults: list[str]
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for at in mine:
        headers = {"Authorization": f"Bearer {phones[at % len(phones)].token}", "Content-Type": "application/json"}
        connection.request(work.method, work.path, bodies[at], headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200 or b'"rejected"' in said:
            faults.append(f"{work.name}: {answer.status} {said[:300]!r}")
            break
    connection.close()
