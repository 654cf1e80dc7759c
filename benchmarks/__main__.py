"""`make bench`: what replay, plans and requests cost beside their floors, and the ratio; no time is asserted."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks import cpu, letters, load, planning, replaying, servers
from tests import postgres

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Target:
    """One server under load: its port, the process that owns it, and its patients' phones."""

    name: str
    port: int
    pid: int
    phones: Sequence[load.Phone]

    def of(self, work: load.Work) -> Sequence[load.Phone]:
        """Return the phones that do this work."""
        half = len(self.phones) // 2
        return self.phones[half:] if work.fresh else self.phones[:half]


@dataclass(frozen=True, slots=True)
class Cost:
    """What 1,000 requests cost in CPU-seconds, the server's and PostgreSQL's, and requests per second."""

    server: float
    database: float
    rate: float

    @property
    def whole(self) -> float:
        """Return both together."""
        return self.server + self.database


def measured(target: Target, database_pid: int, work: load.Work) -> Cost:
    """Return what one round of this work costs on this server."""
    before = cpu.seconds(target.pid), cpu.seconds(database_pid)
    took = load.run(target.port, target.of(work), work, work.rounds)
    used = cpu.seconds(target.pid) - before[0], cpu.seconds(database_pid) - before[1]
    return Cost(used[0] * 1000 / work.rounds, used[1] * 1000 / work.rounds, work.rounds / took)


def compare(work: load.Work, app: Target, floor: Target, database_pid: int) -> None:
    """Measure app and floor in turn, and print the medians and the median of the ratios."""
    for target in (app, floor):
        load.run(target.port, target.of(work), work, 8)
    pairs = [(measured(app, database_pid, work), measured(floor, database_pid, work)) for _ in range(ROUNDS)]
    ratio = median(a.whole / f.whole for a, f in pairs)
    print(f"{work.name:24} {_row([a for a, _ in pairs])}   floor {_row([f for _, f in pairs])}   ratio {ratio:5.2f}")


def _row(costs: Sequence[Cost]) -> str:
    middle = [median(getattr(cost, name) for cost in costs) for name in ("whole", "server", "database", "rate")]
    return "{:7.2f} ({:.2f} + {:.2f}) {:6.0f}/s".format(*middle)


def main() -> None:
    """Compare replay and plans with their floors; then start PostgreSQL, the app and its floor, and compare them."""
    replaying.compare_replaying()
    planning.compare_plans()
    with postgres.running() as server:
        letters.compare_letters(server)
    print("CPU-seconds per 1,000 requests (server + PostgreSQL), requests per second at 8 connections, medians of 3")
    with postgres.running() as server:
        phones = servers.prepare(server, "bench_app")
        server.create_database("bench_floor")
        floor_phones = servers.prepare_floor(server, "bench_floor")
        app_port, floor_port = servers.free_port(), servers.free_port()
        env = servers.environment(server, "bench_app", app_port)
        floor_env = servers.floor_environment(server, "bench_floor")
        with (
            servers.serving("rehab_tracker.app:served()", app_port, env) as app_pid,
            servers.serving("benchmarks.floor:app", floor_port, floor_env) as floor_pid,
        ):
            app = Target("app", app_port, app_pid, phones)
            floor = Target("floor", floor_port, floor_pid, floor_phones)
            for target in (app, floor):
                load.logged_for_a_month(target.port, target.phones[: len(target.phones) // 2])
            for work in load.WORKS:
                compare(work, app, floor, servers.postmaster(server))


if __name__ == "__main__":
    main()
