#!/usr/bin/env python3
"""Clustering speed: `overdensity cluster` against python-fastjet with fjcontrib, interleaved.

  run.py RAW.h5 [--rounds 3] [--tool .build/release/overdensity]

RAW.h5 holds particles in the LHC Olympics layout, 10,000 events for the numbers that we quote.
Each round runs the peer (fastjet_python.py, in this interpreter), then the tool with one job and
with two. Ours counts the whole program: start, reading, digest of the input, tau1-tau4, tau1 at
beta 2 and a third jet, compressing, writing. Smallest times count. `cpu` is user + system time, on a
busy machine the only fair one; `wall` shows how two workers share the work.

Needs: pip install fastjet awkward vector numpy h5py hdf5plugin; swift build -c release
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def timed(command):
    """Runs a command; (wall, cpu) seconds of it and its children, and its standard error."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    wall = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, done.stderr


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("raw")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tool", default=".build/release/overdensity")
    arguments = parser.parse_args()

    times = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(arguments.rounds):
            _, _, text = timed(
                [sys.executable, os.path.join(HERE, "fastjet_python.py"), arguments.raw])
            peer = json.loads(text.strip().splitlines()[-1])
            times.setdefault("python-fastjet + fjcontrib", []).append((peer["wall"], peer["cpu"]))
            for jobs in (1, 2):
                wall, cpu, _ = timed(
                    [arguments.tool, "cluster", arguments.raw, "-o",
                     os.path.join(folder, f"features-{jobs}.h5"), "--jobs", str(jobs), "--quiet"])
                times.setdefault(f"overdensity cluster --jobs {jobs}", []).append((wall, cpu))
        outputs = [open(os.path.join(folder, f"features-{jobs}.h5"), "rb").read()
                   for jobs in (1, 2)]
    events = peer["events"]
    print(f"{os.path.basename(arguments.raw)}: {events} events, {arguments.rounds} rounds, "
          f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
          f"fastjet wheel {peer['fastjet']}")
    print(f"{'':32}{'cpu s':>8}{'wall s':>8}{'events / cpu s':>16}{'events / s':>12}")
    best = {}
    for name, rounds in times.items():
        wall, cpu = min(r[0] for r in rounds), min(r[1] for r in rounds)
        best[name] = wall, cpu
        print(f"{name:32}{cpu:8.2f}{wall:8.2f}{events / cpu:16.0f}{events / wall:12.0f}")
    (_, peer_cpu), (wall_1, cpu_1), (wall_2, _) = best.values()
    print(f"per core: {peer_cpu / cpu_1:.2f} times the peer's speed; "
          f"two workers: {wall_1 / wall_2:.2f} times one; "
          f"outputs {'identical' if outputs[0] == outputs[1] else 'DIFFER'}")
    if outputs[0] != outputs[1]:
        sys.exit(1)


if __name__ == "__main__":
    main()
