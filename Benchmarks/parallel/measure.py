#!/usr/bin/env python3
"""Does a second core halve the time of a search? `overdensity search` with --jobs 1 and --jobs 2, in turn.

usage: measure.py [--tool .build/release/overdensity] [--rounds 2] [--realtime]

Two windows of cross-validated networks on the events of ../hot-path ("atlas"): ten units of work. Efficiency is
wall time with one job / (2 x wall time with two). The whole command counts. Results must be the same bytes.
Needs numpy; both cores, undisturbed or with --realtime (needs root).
"""
import argparse
import json
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


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--tool", default=".build/release/overdensity")
    p.add_argument("--rounds", type=int, default=2)
    p.add_argument("--realtime", action="store_true", help="before everything else; needs root")
    a = p.parse_args()
    times, results, stages = {1: [], 2: []}, {}, {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        mass, x, _, names = generate("atlas")
        np.save(folder / "events.npy", np.column_stack([mass, x]))
        text = plan("atlas").replace(f"windows: [{WINDOW}]", f"windows: [{WINDOW}, {WINDOW + 1}]")
        (folder / "plan.yaml").write_text(text)
        for _ in range(a.rounds):
            for jobs in (1, 2):
                command = [a.tool, "search", folder / "events.npy", "--columns", ",".join(["mjj", *names]), "--plan",
                           folder / "plan.yaml", "--output", folder / f"run-{jobs}", "--jobs", jobs, "--no-resume",
                           "--quiet"]
                before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
                subprocess.run([*(["chrt", "-r", "5"] if a.realtime else []), *map(str, command)], check=True)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                wall = time.perf_counter() - start
                cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                times[jobs].append((wall, cpu))
                results[jobs] = (folder / f"run-{jobs}" / "result.json").read_bytes()
                timing = json.loads((folder / f"run-{jobs}" / "timing.json").read_text())
                stages[jobs] = {s["stage"]: s["seconds"] for s in timing["stages"]}
    wall = {jobs: statistics.median(w for w, _ in v) for jobs, v in times.items()}
    cpu = {jobs: statistics.median(c for _, c in v) for jobs, v in times.items()}
    efficiency = wall[1] / (2 * wall[2])
    print(f"{a.rounds} rounds, load {os.getloadavg()[0]:.1f}: one job {wall[1]:.1f} s ({cpu[1]:.1f} s of processor time), "
          f"two jobs {wall[2]:.1f} s ({cpu[2]:.1f} s)")
    print("stages with two jobs: " + ", ".join(f"{k} {v:.2f} s" for k, v in stages[2].items()))
    same = results[1] == results[2]
    print(f"parallel efficiency {efficiency:.2f} (aim {LIMIT}); result.json {'identical' if same else 'DIFFERS'}")
    raise SystemExit(0 if same and efficiency >= LIMIT else 1)


if __name__ == "__main__":
    main()
