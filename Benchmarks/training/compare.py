"""Trains the same networks with our kernels and with PyTorch, Keras/TensorFlow and JAX, and prints one table.

usage: compare.py ENVIRONMENTS [--rounds 3] [--core 0] [--workloads A A5 B B0 C AE NPLM] [--ours-only]
ENVIRONMENTS: the folder that setup.sh made. Build ours first: swift build -c release --product benchmark-training

Every tool runs one after another, round after round, on one core with one thread. A tool's time is the median over
rounds of its fastest epoch, in seconds of processor time (all its threads), so that other work on the machine counts
as little as possible; compilation and the first two epochs are left out.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path.insert(0, HERE)
TITLES = {
    "A": "12-64-32-16-4-1, dropout 0.2, batch 20480", "A5": "the same, batch 5000", "A0": "the same without dropout",
    "B": "6-128x4-1, leaky ReLU + ELU, dropout 0.1, batch 5000", "B0": "6-128x4-1, ReLU, no dropout, batch 5000",
    "C": "4-64x3-1, ReLU, batch 200", "AE": "autoencoder 6-64-32-16-1-16-32-64-6, batch 5120",
    "NPLM": "NPLM 5-5-5-5-1, full batch 120,000",
}
TARGETS = {"A": 5, "A5": 5, "B": 1.15, "C": 1.2, "NPLM": 12}
EPOCHS = {"NPLM": 40, "B": 3, "B0": 3}


def commands(folder, workload, epochs, ours_only):
    yield "ours", [os.path.join(ROOT, ".build", "release", "benchmark-training"), workload, str(epochs)]
    if ours_only:
        return
    for variant in ["eager", "fused", "compile"]:
        yield variant, [f"{folder}/venv-torch/bin/python", f"{HERE}/torch_epochs.py", workload, variant, str(epochs)]
    for variant in ["function", "xla"] if workload == "NPLM" else ["fit"]:
        yield variant, [f"{folder}/venv-tf/bin/python", f"{HERE}/keras_epochs.py", workload, variant, str(epochs)]
    for variant in ["step"] if workload == "NPLM" else ["step", "scan"]:
        yield variant, [f"{folder}/venv-jax/bin/python", f"{HERE}/jax_epochs.py", workload, variant, str(epochs)]
    if workload == "NPLM":
        yield "package", [f"{folder}/venv-nplm/bin/python", f"{HERE}/nplm_package.py", workload, str(epochs)]


def run(core, command, realtime=False):
    env = dict(os.environ, OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", CUDA_VISIBLE_DEVICES="")
    prefix = ["chrt", "-r", "5"] if realtime else []
    done = subprocess.run([*prefix, "taskset", "-c", str(core), *command], capture_output=True, text=True, env=env)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        print(f"failed: {' '.join(command)}\n{done.stderr[-500:]}", file=sys.stderr)
        return None
    return json.loads(lines[-1])


def exponentials(workload):
    """Exponentials an event: one for each ELU, sigmoid and for the loss."""
    from common import WORKLOADS
    c = WORKLOADS[workload]
    return (workload != "AE") + sum(n for n, a in zip(c["sizes"][1:], c["acts"]) if a in ("elu", "sigmoid"))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("environments")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--core", type=int, default=0)
    p.add_argument("--workloads", nargs="*", default=["A", "A5", "A0", "B", "B0", "C", "AE", "NPLM"])
    p.add_argument("--ours-only", action="store_true")
    p.add_argument("--realtime", action="store_true", help="before everything else on the core; needs root")
    a = p.parse_args()
    peak = os.path.join(ROOT, ".build", "peak")
    subprocess.run(["clang", "-O2", "-march=native", os.path.join(HERE, "peak.c"), "-o", peak], check=True)
    limits, times, versions, operations, events = [], {}, {}, {}, {}
    for _ in range(a.rounds):
        for workload in a.workloads:
            limits.append(run(a.core, [peak], a.realtime))
            for _, command in commands(a.environments, workload, EPOCHS.get(workload, 5), a.ours_only):
                r = run(a.core, command, a.realtime)
                if r:
                    print(f"{workload} {r['tool']}: {min(r['cpu']):.3f} s an epoch", file=sys.stderr, flush=True)
                    times.setdefault((workload, r["tool"]), []).append(min(r["cpu"]))
                    versions[r["tool"].split()[0]] = r.get("version", "")
                    events[workload] = r["events"]
                    operations[workload] = r.get("operationsPerEvent", operations.get(workload))
    gflops, gexp = max(v["gflops"] for v in limits), max(v["gexp"] for v in limits)
    print(f"Peak of the core: {gflops:.0f} GFLOP/s, {gexp:.2f} G exponentials/s. Versions: "
          + ", ".join(f"{k} {v}" for k, v in versions.items() if v) + f". Rounds: {a.rounds}.\n")
    print("| workload | tool | million events/s | of peak | of roofline |\n|---|---|---|---|---|")
    verdicts = []
    for workload in a.workloads:
        rates = {t: events[workload] / statistics.median(v) for (w, t), v in times.items() if w == workload}
        for tool, rate in sorted(rates.items(), key=lambda v: -v[1]):
            bound = 1 / (operations[workload] / gflops / 1e9 + exponentials(workload) / gexp / 1e9)
            print(f"| {TITLES[workload]} | {tool} | {rate / 1e6:.3f} | {rate * operations[workload] / gflops / 1e7:.0f} % "
                  f"| {100 * rate / bound:.0f} % |")
        others = {t: r for t, r in rates.items() if not t.startswith("ours")}
        ours = next((r for t, r in rates.items() if t.startswith("ours")), None)
        if ours and others:
            best = max(others, key=others.get)
            torch = max((r for t, r in others.items() if t.startswith("PyTorch")), default=None)
            verdicts.append((TITLES[workload], best, ours / others[best], ours / torch if torch else float("nan"),
                             TARGETS.get(workload)))
    print("\n| workload | fastest other | ours / fastest other | ours / PyTorch | aim |\n|---|---|---|---|---|")
    for title, best, ratio, torch, aim in verdicts:
        print(f"| {title} | {best} | {ratio:.2f} | {torch:.2f} | {aim or ''} |")


main()
