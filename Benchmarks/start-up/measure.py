#!/usr/bin/env python3
"""How long the tool takes to start: `overdensity --version`, many times.

usage: measure.py [--tool .build/release/overdensity] [--times 40] [--core 0] [--realtime]
"""
import argparse
import os
import re
import resource
import statistics
import subprocess
import time

LIMIT = 50


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--tool", default=".build/release/overdensity")
    p.add_argument("--times", type=int, default=40)
    p.add_argument("--core", type=int, default=0)
    p.add_argument("--realtime", action="store_true", help="before everything else on the core; needs root")
    a = p.parse_args()
    os.sched_setaffinity(0, {a.core})
    if a.realtime:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(5))
    wall, cpu = [], []
    for _ in range(a.times):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([a.tool, "--version"], check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall.append(1e3 * (time.perf_counter() - start))
        cpu.append(1e3 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    libraries = len(re.findall("=>", subprocess.run(["ldd", a.tool], capture_output=True, text=True).stdout))
    print(f"{a.times} starts: median {statistics.median(wall):.1f} ms, slowest {max(wall):.1f} ms; processor time "
          f"{statistics.median(cpu):.1f} ms; {libraries} dynamic libraries; aim below {LIMIT} ms")
    raise SystemExit(0 if statistics.median(wall) < LIMIT else 1)


if __name__ == "__main__":
    main()
