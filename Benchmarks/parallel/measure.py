#!/usr/bin/env python3
"""Does a second core halve the time? Whole commands with --jobs 1 and --jobs 2, in turn.

usage: measure.py [--raw PARTICLES.h5] [--tool .build/release/overdensity] [--rounds 2] [--realtime]

A search: two windows of cross-validated networks on the events of ../hot-path ("atlas"), ten units of work. With --raw
also `overdensity cluster` of that file. Efficiency is wall time with one job / (2 x wall time with two); the results
must be the same bytes. Needs numpy, and both cores, undisturbed or with --realtime (needs root).
"""
import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "hot-path"))
import numpy as np
from common import WINDOW, generate
from plan import plan

LIMIT = 0.9


def timed(command, realtime):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*(["chrt", "-r", "5"] if realtime else []), *map(str, command)], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(name, command, result, a):
    """Prints the efficiency of a command that is made from the number of jobs; whether it is good enough."""
    times, results = {1: [], 2: []}, {}
    for _ in range(a.rounds):
        for jobs in times:
            times[jobs].append(timed(command(jobs), a.realtime))
            results[jobs] = result(jobs).read_bytes()
    wall = {jobs: statistics.median(w for w, _ in v) for jobs, v in times.items()}
    cpu = {jobs: statistics.median(c for _, c in v) for jobs, v in times.items()}
    efficiency, same = wall[1] / (2 * wall[2]), results[1] == results[2]
    print(f"{name}: one job {wall[1]:.1f} s ({cpu[1]:.1f} s of processor time), two jobs {wall[2]:.1f} s ({cpu[2]:.1f} s); "
          f"efficiency {efficiency:.2f} (aim {LIMIT}); results {'identical' if same else 'DIFFER'}", flush=True)
    return same and efficiency >= LIMIT


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--raw", help="a file of particles")
    p.add_argument("--tool", default=".build/release/overdensity")
    p.add_argument("--rounds", type=int, default=2)
    p.add_argument("--realtime", action="store_true", help="before everything else; needs root")
    a = p.parse_args()
    print(f"{a.rounds} rounds, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        mass, x, _, names = generate("atlas")
        np.save(folder / "events.npy", np.column_stack([mass, x]))
        text = plan("atlas").replace(f"windows: [{WINDOW}]", f"windows: [{WINDOW}, {WINDOW + 1}]")
        (folder / "plan.yaml").write_text(text)
        good = [compare("search", lambda jobs: [
            a.tool, "search", folder / "events.npy", "--columns", ",".join(["mjj", *names]), "--plan", folder / "plan.yaml",
            "--output", folder / f"run-{jobs}", "--jobs", jobs, "--no-resume", "--quiet"],
            lambda jobs: folder / f"run-{jobs}" / "result.json", a)]
        if a.raw:
            good.append(compare("cluster", lambda jobs: [
                a.tool, "cluster", a.raw, "-o", folder / f"features-{jobs}.h5", "--jobs", jobs, "--quiet"],
                lambda jobs: folder / f"features-{jobs}.h5", a))
    raise SystemExit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
