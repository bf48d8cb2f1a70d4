#!/usr/bin/env python3
"""One window of a search by cross-validated networks: `overdensity search` against Keras, PyTorch and JAX.

usage: compare.py ENVIRONMENTS [--rounds 2] [--core 0] [--realtime] [--workloads atlas atlas-small-batch lhco]
                  [--trainings 2] [--tool .build/release/overdensity] [--without compile ...]
ENVIRONMENTS: the folder that ../training/setup.sh made. Needs numpy and h5py.
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

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import h5py
import numpy as np
from common import CUT, EPOCHS, INNER, OUTER, RESTARTS, TRAININGS, WORKLOADS, generate, regions
from plan import plan

TITLES = {
    "atlas": "2-64-32-8-1, batch 5000", "atlas-small-batch": "2-64-32-8-1, batch 500",
    "lhco": "12-64-32-16-4-1, dropout 0.2, batch 5000",
}
AIMS = {"Keras": 10, "PyTorch": 5}


def timed(command, a, **environment):
    """Runs a command on the chosen core; its output and the seconds of processor time of all its threads."""
    prefix = (["chrt", "-r", "5"] if a.realtime else []) + ["taskset", "-c", str(a.core)]
    env = dict(os.environ, OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", CUDA_VISIBLE_DEVICES="",
               **environment)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*prefix, *map(str, command)], capture_output=True, text=True, env=env)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        print(f"failed: {' '.join(map(str, command))}\n{done.stderr[-800:]}", file=sys.stderr)
        return None, 0
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(workload, folder, a):
    """The whole search, from the program's start to its report; leaves the peers' events, with our folds."""
    mass, x, signal, names = generate(workload)
    np.save(folder / "events.npy", np.column_stack([mass, x]))
    (folder / "plan.yaml").write_text(plan(workload))
    _, cpu = timed([a.tool, "search", folder / "events.npy", "--columns", ",".join(["mjj", *names]), "--plan",
                    folder / "plan.yaml", "--output", folder / "run", "--jobs", 1, "--no-resume", "--quiet"], a)
    if not cpu:
        sys.exit(1)
    with h5py.File(folder / "run" / "scores.h5") as file:
        rows, fold, quantiles = file["row"][:], file["fold"][:], file["quantiles"][:, 0]
    mass, x, signal = mass[rows], x[rows], signal[rows]
    region = regions(mass)
    np.savez(folder / "events.npz", x=x, region=region, fold=fold, signal=signal)
    first = fold == 0
    kept = first & (quantiles > 1 - CUT)
    inside = region == 0
    learned = ((fold != 0) & (region < 3)).sum() * (1 - 1 / INNER)
    stages = {s["stage"]: s["seconds"] for s in json.loads((folder / "run" / "timing.json").read_text())["stages"]}
    return dict(tool="ours, the whole command", seconds=cpu, events=learned * EPOCHS * TRAININGS, version="",
                signalKept=float((signal & kept).sum() / (signal & inside & first).sum()), stages=stages)


def peers(folder, workload, a):
    torch, jax, tf = (pathlib.Path(a.environments) / f"venv-{name}/bin/python" for name in ("torch", "jax", "tf"))
    arguments = [workload, folder / "events.npz"]
    for variant in ("fit", "epoch-call"):
        for python, backend in ((tf, "tensorflow"), (jax, "jax")):
            yield [python, HERE / "keras_search.py", *arguments, variant], dict(KERAS_BACKEND=backend)
    for variant in ("eager", "compile"):
        yield [torch, HERE / "torch_search.py", *arguments, variant], {}
    yield [jax, HERE / "jax_search.py", *arguments, "scan"], {}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("environments")
    p.add_argument("--rounds", type=int, default=2)
    p.add_argument("--core", type=int, default=0)
    p.add_argument("--realtime", action="store_true", help="before everything else on the core; needs root")
    p.add_argument("--workloads", nargs="+", default=list(WORKLOADS), choices=list(WORKLOADS))
    p.add_argument("--trainings", type=int, default=2, help="trainings of each peer, at most the inner folds")
    p.add_argument("--tool", default=".build/release/overdensity")
    p.add_argument("--without", nargs="+", default=[], help="variants to leave out")
    a = p.parse_args()
    rates, versions, kept, stages, work = {}, {}, {}, {}, {}
    with tempfile.TemporaryDirectory() as name:
        for _ in range(a.rounds):
            for workload in a.workloads:
                folder = pathlib.Path(name) / workload
                folder.mkdir(exist_ok=True)
                results = [ours(workload, folder, a)]
                stages[workload], work[workload] = results[0]["stages"], results[0]["events"]
                for command, environment in peers(folder, workload, a):
                    if command[4] in a.without:
                        continue
                    output, _ = timed([*command, a.trainings], a, **environment)
                    if not output:
                        continue
                    r = json.loads(output.splitlines()[-1])
                    r["seconds"] = r["training"] * TRAININGS + r["scoring"] * OUTER
                    r["events"] = r["eventsPerTraining"] * TRAININGS
                    results.append(r)
                for r in results:
                    key = workload, r["tool"]
                    rates.setdefault(key, []).append(r["events"] / r["seconds"])
                    kept[key], versions[r["tool"]] = r["signalKept"], r["version"]
                    print(f"{workload} {r['tool']}: {r['seconds']:.1f} s a window", file=sys.stderr, flush=True)
    print(f"{TRAININGS} trainings a window ({OUTER} x {INNER} folds x {RESTARTS} restarts), {EPOCHS} epochs, "
          f"{a.rounds} rounds; peers: {a.trainings} trainings, scaled. Versions: "
          + ", ".join(sorted({v for v in versions.values() if v})) + ".\n")
    print("| network | tool | million events a second | ours over it | seconds a window | signal kept |\n"
          "|---|---|---|---|---|---|")
    verdicts = []
    for workload in a.workloads:
        table = {t: statistics.median(v) for (w, t), v in rates.items() if w == workload}
        own = next(r for t, r in table.items() if t.startswith("ours"))
        for tool, rate in sorted(table.items(), key=lambda v: -v[1]):
            print(f"| {TITLES[workload]} | {tool} | {rate / 1e6:.3f} | {own / rate:.1f} | {work[workload] / rate:.1f} "
                  f"| {kept[workload, tool]:.2f} |")
        for peer, aim in AIMS.items():
            best = max((t for t in table if t.startswith(peer)), key=table.get, default=None)
            if best:
                verdicts.append(f"| {TITLES[workload]} | {best} | {own / table[best]:.1f} | {aim} |")
    print("\n| network | fastest of its kind | ours over it | aim |\n|---|---|---|---|")
    print("\n".join(verdicts))
    for workload, times in stages.items():
        print(f"\nOur stages, {TITLES[workload]}, seconds of wall time: "
              + ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in times.items()))


if __name__ == "__main__":
    main()
