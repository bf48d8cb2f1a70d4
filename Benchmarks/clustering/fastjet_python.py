#!/usr/bin/env python3
"""The peer: anti-kt and tau1-tau3 of both leading jets with the PyPI `fastjet` wheel.

  fastjet_python.py RAW.h5 [--events N]     prints {"events", "cpu", "wall"} as JSON

Times reading, clustering and N-subjettiness; importing Python's modules is not counted. Batches
of 1000 events; the wheel measures N-subjettiness of all particles of a clustering only, so each
jet's constituents pass through a second one, which is made as cheap as it can be (R = 0.01).
"""
import argparse
import json
import sys
import time

import awkward as ak
import fastjet
import h5py
import numpy as np
import vector

try:
    import hdf5plugin  # blosc, which the published files use
except ImportError:
    hdf5plugin = None

vector.register_awkward()
ANTI_KT = fastjet.JetDefinition(fastjet.antikt_algorithm, 1.0)
CHEAP = fastjet.JetDefinition(fastjet.antikt_algorithm, 0.01)


def measure(rows):
    particles = np.asarray(rows[:, :2100], np.float64).reshape(len(rows), 700, 3)
    event, slot = np.nonzero(particles[:, :, 0] > 0)
    counts = np.bincount(event, minlength=len(particles))
    pt, eta, phi = (particles[event, slot, k] for k in range(3))
    momenta = ak.zip(
        {name: ak.unflatten(values, counts) for name, values in
         (("px", pt * np.cos(phi)), ("py", pt * np.sin(phi)), ("pz", pt * np.sinh(eta)),
          ("E", pt * np.cosh(eta)))}, with_name="Momentum4D")
    sequence = fastjet.ClusterSequence(momenta, ANTI_KT)
    jets = sequence.inclusive_jets(min_pt=20)
    constituents = sequence.constituent_index(min_pt=20)
    order = ak.argsort(np.hypot(jets.px, jets.py), axis=1, ascending=False)
    jets, constituents = jets[order], constituents[order]
    tau = []
    for j in (0, 1):
        has = np.flatnonzero(ak.to_numpy(ak.num(jets, axis=1)) > j)
        own = fastjet.ClusterSequence(momenta[has][constituents[has][:, j]], CHEAP)
        tau.append(own.njettiness(
            measure_definition="UnnormalizedMeasure", axes_definition="OnePass_KT_Axes",
            njets=[1, 2, 3], beta=1.0, R0=1.0))
    return jets, tau


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("raw")
    parser.add_argument("--events", type=int)
    arguments = parser.parse_args()
    # FastJet prints its banner at the first clustering: standard output is for the answer.
    wall, cpu = time.perf_counter(), time.process_time()
    with h5py.File(arguments.raw, "r") as file:
        values = file["df/block0_values"]
        events = min(len(values), arguments.events or len(values))
        for first in range(0, events, 1000):
            measure(values[first:min(first + 1000, events)])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"events": events, "cpu": cpu, "wall": wall,
                      "fastjet": fastjet.__version__}), file=sys.stderr)


if __name__ == "__main__":
    main()
