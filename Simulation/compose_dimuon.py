"""The files of the dimuon problem, from the mass slices and signals that dimuon.py made.

    compose_dimuon.py --slices out/sm_0 out/sm_1 ... --signals out/zprime_300 ... --out dimuon

sm_reference.h5   Standard Model, unweighted: every slice thinned to the luminosity of the smallest
sm_data.h5        the same, from the other half of the events: for pseudo-data
eft_cw_X.h5       pseudo-data with the contact interaction at c_W = X (Lambda = 1 TeV), unweighted by
                  accept-reject from the events of the second half
eft_weighted.h5   all events, with columns linear, quadratic and weight: the cross section in pb that
                  an event stands for at c_W = 0; at c_W it is weight (1 + linear c_W + quadratic c_W^2)
zprime_M.h5       the signals

All are pandas tables (key df, float32, zlib) in random order, columns pt1 pt2 eta1 eta2 deltaphi mll
(GeV, radian).  dimuon.json has counts, luminosities and the yields relative to the Standard Model's.
"""

import argparse
import glob
import json
import os

import numpy as np
import pandas as pd

from dimuon import COLUMNS, WEIGHTS
from muon_tables import write

SEED = 19_121_215


def parts(folder):
    """The finished parts of a dataset in one table, and the cross section of an event in pb."""
    names = sorted(glob.glob(os.path.join(folder, "part_*.json")))
    if not names:
        raise SystemExit(f"{folder}: no finished parts (part_*.json); run dimuon.py --out {folder} first")
    statistics = [json.load(open(name))["statistics"] for name in names]
    generated = np.array([s["generated"] * s["kept"] / s["selected"] for s in statistics])
    sigma = np.array([s["sigma_pb"] for s in statistics])
    frame = pd.concat([pd.read_hdf(name[:-4] + "h5") for name in names], ignore_index=True)
    return frame, np.average(sigma, weights=generated) / generated.sum()


def unweighted(frame, coupling, random):
    """Accept-reject, in random order."""
    weight = frame["weight"] * (1 + coupling * frame["linear"] + coupling**2 * frame["quadratic"])
    accepted = frame[random.random(len(frame)) * weight.max() < weight]
    return accepted.iloc[random.permutation(len(accepted))][COLUMNS]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slices", nargs="+", required=True)
    parser.add_argument("--signals", nargs="*", default=[])
    parser.add_argument("--couplings", nargs="*", default=["0.25", "0.5", "0.75", "1.0", "1.5"],
                        help="c_W for Lambda = 1 TeV")
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    path = lambda name: os.path.join(arguments.out, name + ".h5")
    random = np.random.default_rng(SEED)

    halves, summary = ([], []), {}
    for folder in arguments.slices:
        frame, sigma = parts(folder)
        for half in (0, 1):
            halves[half].append(frame.iloc[half::2].assign(weight=2 * sigma))
        summary[os.path.basename(folder)] = dict(events=len(frame), crossSectionPb=sigma * len(frame))
        print(f"{folder}: {len(frame)} events, {sigma * len(frame):.5g} pb, "
              f"{1e-3 / sigma:.4g} per fb", flush=True)
    reference, data = (pd.concat(half, ignore_index=True) for half in halves)
    for name, frame in (("sm_reference", reference), ("sm_data", data)):
        write(path(name), unweighted(frame, 0, random))
    for text in arguments.couplings:
        coupling = float(text)
        write(path(f"eft_cw_{text}"), unweighted(data, coupling, random))
    everything = pd.concat([reference, data], ignore_index=True)
    everything["weight"] /= 2
    everything = everything.iloc[random.permutation(len(everything))]
    write(path("eft_weighted"), everything[COLUMNS + WEIGHTS + ["weight"]])
    total = everything["weight"].sum()
    summary["yields"] = {text: 1 + sum(
        float(text)**(k + 1) * float((everything["weight"] * everything[WEIGHTS[k]]).sum()) / total
        for k in (0, 1)) for text in arguments.couplings}
    for folder in arguments.signals:
        frame, sigma = parts(folder)
        write(path(os.path.basename(folder)), frame.iloc[random.permutation(len(frame))][COLUMNS])
        summary[os.path.basename(folder)] = dict(events=len(frame), crossSectionPb=sigma * len(frame))
    with open(os.path.join(arguments.out, "dimuon.json"), "w") as file:
        json.dump(summary, file, indent=1)


if __name__ == "__main__":
    main()
