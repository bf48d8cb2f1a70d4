"""Scans the same spectra with our bump hunter and with pyBumpHunter 0.5.1, and prints one table.

usage: compare.py [--rounds 5] [--pseudo-experiments 10000]
Needs pyBumpHunter==0.5.1. Build ours first: swift build -c release --product benchmark-bumphunter

Both use one thread. Rounds alternate between the tools; a tool's time is the median over rounds of its processor
time, in which the scan of the data, the pseudo-experiments' random numbers and their scans are counted, and starting
the program and making histograms of events are not. The spectra are those of a falling background (100,000 events,
weight 0.1) with 150 signal events among 10,000; windows of 2 to 7 bins.
"""
import argparse
import contextlib
import io
import json
import math
import os
import platform
import statistics
import subprocess
import tempfile
import time
from importlib.metadata import version

import numpy as np
import pyBumpHunter as BH

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
OURS = os.environ.get(
    "BENCHMARK_BUMPHUNTER", os.path.join(ROOT, ".build", "release", "benchmark-bumphunter"))


def spectrum(bins):
    random = np.random.default_rng(4)

    def falling(count):
        values = random.exponential(8.0, 3 * count)
        return values[values < 20][:count]

    edges = np.linspace(0, 20, bins + 1)
    reference = np.histogram(falling(100_000), edges)[0] * 0.1
    data = np.concatenate([falling(10_000), random.normal(5.5, 0.35, 150)])
    return edges, np.histogram(data, edges)[0], reference


def theirs(edges, data, reference, sidebands, count):
    hunter = BH.BumpHunter1D(
        rang=[0, 20], bins=edges, width_min=2, width_max=7, width_step=1, scan_step=1, npe=count,
        nworker=1, seed=666, use_sideband=sidebands)
    start = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        hunter.bump_scan(data, reference, is_hist=True)
    seconds = time.process_time() - start
    return seconds, {
        "start": int(hunter.min_loc_ar[0]), "width": int(hunter.min_width_ar[0]),
        "statistic": float(hunter.t_ar[0]), "globalPValue": float(hunter.global_Pval)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pseudo-experiments", type=int, default=10_000)
    options = parser.parse_args()
    count = options.pseudo_experiments
    cases = [(bins, sidebands) for sidebands in (False, True) for bins in (40, 60)]
    spectra = [(*spectrum(bins), sidebands) for bins, sidebands in cases]
    print(f"pyBumpHunter {version('pyBumpHunter')}, numpy {np.__version__}, Python {platform.python_version()}, "
          f"{count} pseudo-experiments, one thread, median of {options.rounds} rounds")
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([{"edges": edges.tolist(), "data": data.tolist(), "reference": reference.tolist(),
                    "sidebands": sidebands} for edges, data, reference, sidebands in spectra], file)
        file.flush()
        rounds = {"ours": [], "theirs": []}
        for _ in range(options.rounds):
            output = subprocess.run([OURS, file.name, str(count), "3"], check=True, capture_output=True)
            rounds["ours"].append(json.loads(output.stdout))
            rounds["theirs"].append([theirs(*case, count) for case in spectra])
    print(f"{'bins':>5} {'reference':>11} {'ours ms':>9} {'theirs ms':>10} {'ratio':>6}   global p ours, theirs")
    for index, (bins, sidebands) in enumerate(cases):
        ours = statistics.median(statistics.median(r[index]["seconds"]) for r in rounds["ours"])
        other = statistics.median(r[index][0] for r in rounds["theirs"])
        mine, result = rounds["ours"][0][index], rounds["theirs"][0][index][1]
        assert (mine["start"], mine["width"]) == (result["start"], result["width"]), (mine, result)
        assert math.isclose(mine["statistic"], result["statistic"], rel_tol=1e-9), (mine, result)
        error = 4 * math.sqrt(2 * max(result["globalPValue"], 1 / count) / count) + 1 / count
        assert abs(mine["globalPValue"] - result["globalPValue"]) < error, (mine, result)
        print(f"{bins:5} {'sidebands' if sidebands else 'known':>11} {ours * 1e3:9.2f} {other * 1e3:10.1f} "
              f"{other / ours:6.0f}   {mine['globalPValue']:.5f}, {result['globalPValue']:.5f}")


main()
