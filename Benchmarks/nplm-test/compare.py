"""One complete NPLM test of dimuons by us and by the paper's training in PyTorch, TensorFlow and JAX.

usage: compare.py ENVIRONMENTS DIMUON_FOLDER [--signal 40] [--core 0] [--slice 40] [--adam]

ENVIRONMENTS is made by Benchmarks/training/setup.sh, DIMUON_FOLDER by Simulation/make_dimuon.sh. Data:
20,000 expected events of the reference hypothesis (Poisson) and, with --signal, a Poisson number of Z' of
300 GeV; reference: 100,000 other events; network 5-5-5-5-1, clipping 2.15 (arXiv:1912.12155, section 5).

Ours: the whole command `overdensity nplm --pseudo-experiments 0`, reading files and writing the page
included, in processor time. Theirs: a slice of epochs on as many events (standard normal numbers instead of
muons), timed on the same core in the same run, the fastest multiplied to the paper's 300,000 epochs.
--adam: also our own run of the 300,000 epochs, for its t.

Needs Python 3.9 with numpy, pandas and tables.
"""

import argparse
import json
import os
import pathlib
import resource
import subprocess
import tempfile

import numpy as np
import pandas as pd

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TRAINING = HERE.parent / "training"
PAPER_EPOCHS = 300_000
EXPECTED, REFERENCE = 20_000, 100_000


def samples(folder, signal, target):
    """Writes reference.h5 and data.h5, as `overdensity nplm` reads them."""
    random = np.random.default_rng(1)
    read = lambda name: pd.read_hdf(pathlib.Path(folder) / name, "df")
    read("sm_reference.h5").sample(REFERENCE, random_state=1).to_hdf(target / "reference.h5", key="df")
    data = [read("sm_data.h5").sample(random.poisson(EXPECTED), random_state=2)]
    if signal:
        data.append(read("zprime_300.h5").sample(random.poisson(signal), random_state=3))
    pd.concat(data).to_hdf(target / "data.h5", key="df")


def pinned(core, command):
    """Runs on one core with one thread; returns its output and the processor seconds that it took."""
    environment = dict(
        os.environ, OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1",
        CUDA_VISIBLE_DEVICES="")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        ["taskset", "-c", str(core), *map(str, command)], capture_output=True, text=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"failed: {' '.join(map(str, command))}\n{done.stderr[-800:]}")
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(core, target, name, options):
    out, seconds = pinned(core, [
        ROOT / ".build/release/overdensity", "nplm", "--reference", target / "reference.h5", "--data",
        target / "data.h5", "--expected", EXPECTED, "--columns", "pt1,pt2,eta1,eta2,deltaphi", "--network",
        "5-5-5-5-1", "--clipping", "2.15", "--pseudo-experiments", "0", "--jobs", "1", "--json", "-o",
        target / name, *options])
    return json.loads(out), seconds


def peers(environments, epochs):
    for variant in ["eager", "fused", "compile"]:
        yield [f"{environments}/venv-torch/bin/python", TRAINING / "torch_epochs.py", "NPLM", variant, epochs]
    for variant in ["function", "xla"]:
        yield [f"{environments}/venv-tf/bin/python", TRAINING / "keras_epochs.py", "NPLM", variant, epochs]
    yield [f"{environments}/venv-jax/bin/python", TRAINING / "jax_epochs.py", "NPLM", "step", epochs]
    yield [f"{environments}/venv-nplm/bin/python", TRAINING / "nplm_package.py", "NPLM", epochs]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("environments")
    parser.add_argument("dimuon_folder")
    parser.add_argument("--signal", type=float, default=40)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--slice", type=int, default=40, help="epochs of each other tool")
    parser.add_argument("--adam", action="store_true", help="our own 300,000 epochs, for their t")
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        target = pathlib.Path(name)
        samples(a.dimuon_folder, a.signal, target)
        result, seconds = ours(a.core, target, "global", [])
        search = result["optimizer"]
        rows = [("ours, global", seconds, f"{result['testStatistic']:.2f}",
                 f"{search['evaluations']} evaluations, {search['starts']} searches")]
        for command in peers(a.environments, a.slice):
            out, _ = pinned(a.core, command)
            report = json.loads([line for line in out.splitlines() if line.startswith("{")][-1])
            epoch = min(report["cpu"])
            rows.append((report["tool"], epoch * PAPER_EPOCHS, "", f"{a.slice} epochs, {1e3 * epoch:.1f} ms each"))
        if a.adam:
            result, adam = ours(a.core, target, "adam", ["--minimiser", "adam", "--epochs", PAPER_EPOCHS])
            rows.append(("ours, adam", adam, f"{result['testStatistic']:.2f}", "the whole run"))
        print("| minimiser | processor seconds | times ours | t | measured |\n|---|---|---|---|---|")
        for tool, cost, t, how in rows:
            print(f"| {tool} | {cost:.0f} | {cost / seconds:.0f} | {t} | {how} |")
        fastest = min(cost for tool, cost, _, _ in rows if not tool.startswith("ours"))
        print(f"\nFastest other over ours: {fastest / seconds:.0f} (aim 250).")


main()
