#!/usr/bin/env python3
"""What one unit of work of a limit by retraining costs: time, memory, bytes, files. Writes costs.json for simulate.py.

usage: measure.py DATA --signal SIGNAL [--plan plan.yaml] [--strengths 100,400] [--samplings 2] [-o costs.json]
                  [--tool .build/release/overdensity] [--core 0] [--realtime]

Runs `overdensity limits` with one job. A unit's time is the time between its file and the one before; what comes after the
last unit is collecting: fits, limits, figures. The same command again, with all units in the store, is collecting and what
every worker does first: start, read, prepare. Bytes are those of the process (/proc/PID/io), through any cache.
"""
import argparse
import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent


def observed(command):
    """Runs a command: start (as file times count), wall seconds, bytes, peak memory."""
    start = time.time()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # a zombie still has its counts
    wall = time.time() - start
    lines = pathlib.Path(f"/proc/{process.pid}/io").read_text().splitlines()
    counts = {key: int(value) for key, value in (line.split(": ") for line in lines)}
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(map(str, command))}")
    return dict(start=start, wall=wall, cpu=usage.ru_utime + usage.ru_stime, megabytes=usage.ru_maxrss / 1024,
                bytesRead=counts["rchar"], bytesWritten=counts["wchar"])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data")
    p.add_argument("--signal", required=True)
    p.add_argument("--plan", default=HERE / "plan.yaml")
    p.add_argument("--strengths", default="100,400")
    p.add_argument("--samplings", type=int, default=2)
    p.add_argument("-o", "--output", default=HERE / "costs.json")
    p.add_argument("--tool", default=".build/release/overdensity")
    p.add_argument("--core", type=int, default=0)
    p.add_argument("--realtime", action="store_true", help="before everything else on the core; needs root")
    a = p.parse_args()
    os.sched_setaffinity(0, {a.core})
    if a.realtime:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(5))
    version = subprocess.run([a.tool, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    begin = time.perf_counter()
    for _ in range(10):
        subprocess.run([a.tool, "--version"], stdout=subprocess.DEVNULL, check=True)
    startUp = (time.perf_counter() - begin) / 10
    with tempfile.TemporaryDirectory() as name:
        run = pathlib.Path(name) / "run"
        command = [a.tool, "limits", a.data, "--signal", a.signal, "--plan", a.plan, "--strengths", a.strengths,
                   "--samplings", a.samplings, "--output", run, "--jobs", 1, "--quiet"]
        first = observed(command)
        units = sorted((run / "units").iterdir(), key=lambda f: f.stat().st_mtime_ns)
        ends = [f.stat().st_mtime_ns * 1e-9 for f in units]
        times = [b - a for a, b in zip(ends, ends[1:])]
        sizes = [f.stat().st_size for f in units]
        again = observed(command)
        others = [f for f in run.rglob("*") if f.is_file() and f.parent.name != "units"]
        files, bytesOfRun = len(others), sum(f.stat().st_size for f in others)
    collect = first["start"] + first["wall"] - ends[-1]
    prepare = again["wall"] - collect
    costs = dict(
        tool=f"overdensity {version}", processor=processor(), realtime=a.realtime, plan=pathlib.Path(a.plan).read_text(),
        dataBytes=os.path.getsize(a.data), signalBytes=os.path.getsize(a.signal), startUp=startUp, prepare=prepare,
        unitSeconds=[round(t, 4) for t in times], unitBytes=round(statistics.mean(sizes)), megabytes=first["megabytes"],
        bytesReadByWorker=again["bytesRead"] - sum(sizes), bytesWrittenPerUnit=round(statistics.mean(sizes)),
        collectSeconds=collect, collectedUnits=len(units), resultFiles=files, resultBytes=bytesOfRun)
    pathlib.Path(a.output).write_text(json.dumps(costs, indent=1) + "\n")
    print(f"{len(units)} units of {a.data}: median {statistics.median(times):.2f} s, {min(times):.2f} to {max(times):.2f} s; "
          f"worker's fixed cost {prepare:.2f} s, of it start {startUp * 1e3:.0f} ms; memory {first['megabytes']:.0f} MB; "
          f"{costs['bytesReadByWorker'] / 1e6:.1f} MB read; {costs['unitBytes']} bytes written a unit; "
          f"collecting {len(units)} units {collect:.2f} s, {files} files of {bytesOfRun / 1e6:.1f} MB")


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


if __name__ == "__main__":
    main()
