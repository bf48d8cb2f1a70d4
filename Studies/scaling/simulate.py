#!/usr/bin/env python3
"""A cluster at work on the limit figure: list scheduling of the measured units, one event after another.

usage: simulate.py [costs.json ...] [--cores 2 200 20000] [--chunks 1 2 5 10 25 100] [--figure scaling.svg]

Units of work come in chunks; a chunk is one process on one core (one task of a Slurm array). The scheduler starts
--starts-a-second tasks on free cores. A process starts, reads the events over a shared file system of a total
bandwidth, prepares, then does its units, whose times are drawn from the measured ones; each unit leaves a file, which
takes two operations of the file system (create, rename). Both resources of the file system serve in turn. At the end one
process collects. Deterministic: seed 1. Needs numpy, and matplotlib for the figure.
"""
import argparse
import heapq
import json
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
OPENED = 100  # files that a process opens at its start: libraries, events, plan, labels
PORTIONS, MOST_TASKS = 4, 1000  # how `--executor` deals units out: portions a worker, tasks of an array


class Server:
    """Serves one request after another at a rate; counts how long it is busy."""

    def __init__(self, rate):
        self.rate, self.free, self.busy = rate, 0.0, 0.0

    def done(self, time, amount):
        self.free = max(self.free, time) + amount / self.rate
        self.busy += amount / self.rate
        return self.free


def simulate(costs, units, cores, chunk, a):
    draw = np.random.default_rng(1)
    seconds = draw.choice(costs["unitSeconds"], units)
    disk, metadata, scheduler = Server(a.bandwidth * 1e9), Server(a.operations), Server(a.starts_a_second)
    tasks = [seconds[i : i + chunk] for i in range(0, units, chunk)]
    free = [0.0] * min(cores, len(tasks))
    # Two kinds of events, in the order of time: a core is free, and a process comes to a step of its work.
    events = [(0.0, n, None) for n in range(len(free))]
    heapq.heapify(events)
    waiting, number, end, worked = iter(tasks), len(events), 0.0, 0.0
    while events:
        time, _, steps = heapq.heappop(events)
        if steps is None:
            task = next(waiting, None)
            if task is None:
                continue
            steps = iter([("start", 0.0), ("open", OPENED), ("read", costs["bytesReadByWorker"]), ("work", costs["prepare"])]
                         + [step for t in task for step in (("work", t), ("open", 2))])
        step = next(steps, None)
        if step is None:
            end, steps = max(end, time), None
        else:
            kind, amount = step
            if kind == "start":
                time = scheduler.done(time, 1)
            elif kind == "open":
                time = metadata.done(time, amount)
            elif kind == "read":
                time = disk.done(time, amount)
            else:
                time += amount
                worked += amount
        number += 1
        heapq.heappush(events, (time, number, steps))
    collect = costs["collectSeconds"] / costs["collectedUnits"] * units
    busiest = max([("cores", float(seconds.sum()) / (cores * end)), ("scheduler", scheduler.busy / end),
                   ("bandwidth", disk.busy / end), ("file operations", metadata.busy / end)], key=lambda v: v[1])
    return dict(cores=cores, chunk=chunk, tasks=len(tasks), end=end, collect=collect, work=float(seconds.sum()),
                efficiency=float(seconds.sum()) / (min(cores, units) * end), gigabytes=len(tasks) * costs["bytesReadByWorker"] / 1e9,
                files=units, busiest=busiest)


def duration(seconds):
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def figure(results, path):
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "overdensity"
    matplotlib.rcParams["svg.fonttype"] = "none"
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(results), figsize=(4.4 * len(results), 3.6), sharey=True, squeeze=False)
    for axis, (name, table) in zip(axes[0], results.items()):
        for cores, marker in zip(sorted({r["cores"] for r in table}), "osD^v"):
            rows = [r for r in table if r["cores"] == cores]
            line = axis.plot([r["chunk"] for r in rows], [r["end"] for r in rows], marker=marker, ms=4, label=f"{cores:,} cores")
            own = next(r for r in rows if r["own"])
            axis.plot(own["chunk"], own["end"], marker="o", ms=11, mfc="none", color=line[0].get_color())
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_xlabel("units a process")
        axis.set_title(name, fontsize=10)
    axes[0][0].set_ylabel("time until the last unit [s]")
    axes[0][0].legend(frameon=False, fontsize=9)
    fig.text(0.99, 0.005, "rings: the executor's own choice", ha="right", fontsize=8)
    fig.tight_layout(rect=(0, 0.03, 1, 1))
    fig.savefig(path, metadata={"Date": None})


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("costs", nargs="*", default=[str(HERE / "costs.json"), str(HERE / "costs-long.json")])
    p.add_argument("--mass-points", type=int, default=12)
    p.add_argument("--strengths", type=int, default=10)
    p.add_argument("--samplings", type=int, default=5)
    p.add_argument("--folds", type=int, default=5)
    p.add_argument("--cores", type=int, nargs="+", default=[2, 200, 20_000])
    p.add_argument("--chunks", type=int, nargs="+", default=[1, 2, 5, 10, 25, 100])
    p.add_argument("--bandwidth", type=float, default=2.0, help="of the shared file system, GB/s in all")
    p.add_argument("--operations", type=float, default=5000, help="of the shared file system, a second in all")
    p.add_argument("--starts-a-second", type=float, default=50, help="tasks that the scheduler starts")
    p.add_argument("--bytes-read", type=float, help="MB that a process reads, instead of the measured ones")
    p.add_argument("--figure", help="SVG file")
    a = p.parse_args()
    units = a.mass_points * a.strengths * a.samplings * a.folds
    print(f"{a.mass_points} mass points x {a.strengths} strengths x {a.samplings} samplings x {a.folds} folds = {units} units; "
          f"file system {a.bandwidth:g} GB/s, {a.operations:g} operations/s; {a.starts_a_second:g} starts a second")
    results = {}
    for path in a.costs:
        costs = json.loads(pathlib.Path(path).read_text())
        name = f"units of {np.median(costs['unitSeconds']):.1f} s"
        if a.bytes_read:
            costs["bytesReadByWorker"] = a.bytes_read * 1e6
        results[name] = []
        for cores in a.cores:
            own = -(-units // min(PORTIONS * cores, MOST_TASKS))
            results[name] += [simulate(costs, units, cores, chunk, a) for chunk in sorted({*a.chunks, own})]
            for r in results[name]:
                r.setdefault("own", r["chunk"] == own)
        print(f"\n{name} ({pathlib.Path(path).name})\n\n| cores | units a process | processes | until the last unit "
              "| efficiency | read | busiest |\n|---|---|---|---|---|---|---|")
        for r in results[name]:
            print(f"| {r['cores']} | {r['chunk']}{' (executor)' if r['own'] else ''} | {r['tasks']} | {duration(r['end'])} | {100 * r['efficiency']:.0f} % "
                  f"| {r['gigabytes']:.1f} GB | {r['busiest'][0]}, {100 * r['busiest'][1]:.0f} % |")
        print(f"\ncollecting: at most {duration(results[name][0]['collect'])}; processor time of all units: "
              f"{duration(results[name][0]['work'])}")
    if a.figure:
        figure(results, a.figure)


if __name__ == "__main__":
    main()
