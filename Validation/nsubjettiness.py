#!/usr/bin/env python3
"""Jets and N-subjettiness: FastJet with fjcontrib (the PyPI wheel) against `overdensity cluster`.

  nsubjettiness.py compare RAW.h5 FEATURES.h5 [--axes kt|wta] [--worst 20]
      RAW.h5: LHC Olympics particles; FEATURES.h5: what `overdensity cluster RAW.h5 -o FEATURES.h5`
      made of it. Fails if fewer than 99.5 % of the jets have all of tau1 ... tau4 within 1 % or
      0.01 GeV of fjcontrib's, and lists those that do not; four-momenta and m_JJ within 1e-6.
  nsubjettiness.py fixture RAW.h5 ... -o jets.json [--events 6]
      Reference values for Tests/JetPhysicsTests from the first events of simulated files.

Needs: pip install fastjet awkward vector numpy h5py hdf5plugin
"""
import argparse
import json
import sys

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
MINIMUM_PT = 20.0  # GeV
AXES = {"kt": "OnePass_KT_Axes", "wta": "OnePass_WTA_KT_Axes",
        "kt-fixed": "KT_Axes", "wta-fixed": "WTA_KT_Axes"}
TAUS = [f"tau{n}" for n in (1, 2, 3, 4)]


def versions():
    contrib = "fjcontrib inside the wheel"
    return (f"python {sys.version.split()[0]}, fastjet wheel {fastjet.__version__} ({contrib}), "
            f"awkward {ak.__version__}, numpy {np.__version__}")


def read_particles(path, first=0, last=None):
    """Rows of (pT, eta, phi), shape (events, 700, 3)."""
    with h5py.File(path, "r") as file:
        rows = file["df/block0_values"][first:last]
    return np.asarray(rows[:, :2100], np.float64).reshape(len(rows), 700, 3)


def reference(particles, axes):
    """Leading two jets of every event: a dictionary of arrays, shape (events,)."""
    event, slot = np.nonzero(particles[:, :, 0] > 0)
    counts = np.bincount(event, minlength=len(particles))
    pt, eta, phi = (particles[event, slot, k] for k in range(3))
    momenta = ak.zip(
        {name: ak.unflatten(values, counts) for name, values in
         (("px", pt * np.cos(phi)), ("py", pt * np.sin(phi)), ("pz", pt * np.sinh(eta)),
          ("E", pt * np.cosh(eta)))}, with_name="Momentum4D")
    sequence = fastjet.ClusterSequence(momenta, ANTI_KT)
    jets = sequence.inclusive_jets(min_pt=MINIMUM_PT)
    constituents = sequence.constituent_index(min_pt=MINIMUM_PT)
    order = ak.argsort(np.hypot(jets.px, jets.py), axis=1, ascending=False)
    jets, constituents = jets[order], constituents[order]

    columns = {"npart": counts.astype(float), "jets": ak.to_numpy(ak.num(jets, axis=1))}
    padded = ak.pad_none(jets, 3, axis=1, clip=True)
    p = {c: ak.to_numpy(ak.fill_none(padded[c], 0.0)) for c in ("px", "py", "pz", "E")}

    def mass(px, py, pz, e):
        return np.sqrt(np.maximum((e + pz) * (e - pz) - px**2 - py**2, 0))

    for j in range(3):
        for c in ("px", "py", "pz"):
            columns[f"{c}j{j + 1}"] = p[c][:, j]
        columns[f"mj{j + 1}"] = mass(*(p[c][:, j] for c in ("px", "py", "pz", "E")))
    two = columns["jets"] > 1
    columns["mjj"] = np.where(two, mass(*(p[c][:, 0] + p[c][:, 1] for c in p)), 0)
    for j in (0, 1):
        have = np.flatnonzero(columns["jets"] > j)
        own = momenta[have][constituents[have][:, j]]
        columns[f"nj{j + 1}"] = np.zeros(len(particles))
        columns[f"nj{j + 1}"][have] = ak.to_numpy(ak.num(own, axis=1))
        subjets = fastjet.ClusterSequence(own, ANTI_KT)
        for beta, numbers, names in ((1.0, [1, 2, 3, 4], TAUS), (2.0, [1], ["tau1beta2"])):
            values = ak.to_numpy(subjets.njettiness(
                measure_definition="UnnormalizedMeasure", axes_definition=AXES[axes],
                njets=numbers, beta=beta, R0=1.0))
            for k, name in enumerate(names):
                columns[f"{name}j{j + 1}"] = np.zeros(len(particles))
                columns[f"{name}j{j + 1}"][have] = values[:, k]
    return columns


def read_features(path):
    """Named columns of one of overdensity's own feature files."""
    with h5py.File(path, "r") as file:
        group = file["columns"] if "columns" in file else file
        return {name: np.asarray(group[name]) for name in group}


def compare(arguments):
    ours = read_features(arguments.features)
    total = close = 0
    exact_worst, problems, distant = {}, [], []
    with h5py.File(arguments.raw, "r") as file:
        events = len(file["df/block0_values"])
    if len(ours["mjj"]) != events:
        sys.exit(f"{arguments.features} has {len(ours['mjj'])} events, {arguments.raw} {events}")
    for first in range(0, events, 1000):
        expected = reference(read_particles(arguments.raw, first, first + 1000), arguments.axes)
        rows = slice(first, first + 1000)
        for name in ("mjj", "npart", *(f"{c}j{j}" for j in (1, 2, 3) for c in ("px", "py", "pz")),
                     "nj1", "nj2", "mj1", "mj2"):
            scale = np.maximum(np.abs(expected[name]), 1)
            exact_worst[name] = max(exact_worst.get(name, 0),
                                    float((np.abs(ours[name][rows] - expected[name]) / scale).max()))
        for j in (1, 2):
            mine = np.stack([ours[f"{t}j{j}"][rows] for t in TAUS], 1)
            theirs = np.stack([expected[f"{t}j{j}"] for t in TAUS], 1)
            difference = np.abs(mine - theirs)
            distant.append(difference)
            good = ((difference <= 0.01) | (difference <= 0.01 * theirs)).all(1)
            present = expected["jets"] >= j
            total += int(present.sum())
            close += int((good & present).sum())
            problems += [(first + int(i), j, mine[i], theirs[i])
                         for i in np.flatnonzero(~good & present)]
    print(versions())
    print(f"{arguments.raw}: {events} events, axes {AXES[arguments.axes]}")
    print("largest |difference| / max(|value|, 1):",
          ", ".join(f"{name} {value:.1e}" for name, value in exact_worst.items()))
    distant = np.concatenate(distant)
    print("largest |difference| of tau1 ... tau4 [GeV]:",
          " ".join(f"{v:.1e}" for v in distant.max(0)))
    print(f"{close} of {total} jets ({100 * close / total:.2f} %) within 1 % or 0.01 GeV")
    for event, jet, mine, theirs in problems[:arguments.worst]:
        print(f"  event {event} jet {jet}: ours {np.round(mine, 3)}, fjcontrib {np.round(theirs, 3)}")
    if close < 0.995 * total or max(exact_worst.values()) > 1e-6:
        sys.exit("FAILED")


def fixture(arguments):
    events = []
    for path in arguments.raw:
        # Six digits are what a test file needs; the reference is computed from the same numbers.
        particles = read_particles(path, 0, arguments.events)
        particles = np.vectorize(lambda x: float(f"{x:.6g}"))(particles)
        values = {axes: reference(particles, axes) for axes in AXES}
        for i, rows in enumerate(particles):
            kept = rows[rows[:, 0] > 0]
            shared = {name: float(v[i]) for name, v in values["kt"].items() if "tau" not in name}
            tau = {axes: {name: float(v[i]) for name, v in columns.items() if "tau" in name}
                   for axes, columns in values.items()}
            events.append({"particles": kept.flatten().tolist(), "columns": shared, "tau": tau})
    with open(arguments.output, "w") as file:
        json.dump({"madeWith": versions(), "events": events}, file, separators=(",", ":"))
    print(f"{versions()}\n{arguments.output}: {len(events)} events")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("compare")
    command.add_argument("raw")
    command.add_argument("features")
    command.add_argument("--axes", choices=["kt", "wta"], default="kt")
    command.add_argument("--worst", type=int, default=20)
    command.set_defaults(run=compare)
    command = commands.add_parser("fixture")
    command.add_argument("raw", nargs="+")
    command.add_argument("-o", "--output", required=True)
    command.add_argument("--events", type=int, default=6)
    command.set_defaults(run=fixture)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
