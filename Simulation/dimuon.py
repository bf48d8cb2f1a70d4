"""Dimuon events at 13 TeV: Pythia 8.3 -> fast muon response -> pT, eta, delta phi and mass of the pair.

    dimuon.py --process sm --mhat 50:200 --n 300000 --seed 100000 --out out/sm_0
    dimuon.py --process zprime --mass 300 --n 30000 --seed 300000 --out out/zprime_300

The dimuon problem of "Learning Multivariate New Physics" (arXiv:1912.12155, section 4).

Processes
  sm      q qbar -> gamma*/Z -> mu- mu+ with interference, Drell-Yan mass between the two numbers of
          --mhat (GeV).  Every event carries the weights of the contact interaction
          (contact_interaction.py): 1 + linear c_W + quadratic c_W^2.
  zprime  q qbar -> Z' -> mu- mu+, alone: the couplings of the Z, width Gamma_Z m_Z' / m_Z.

Parton showers of quarks and gluons and of photons off quarks and muons are on.  Left out, because
the muons hardly notice: multiparton interactions, hadronisation, pile-up, isolation.

Muon response: efficiencies and momentum resolution of the Delphes CMS card (detector.py has the
resolution); |eta| < 2.4, pT > 20 GeV, m_ll > 60 GeV.  Angles are exact, photons are not recovered.

Output: OUT/part_00000.h5, ... of --chunk selected events (pandas, key df, float32) with a .json of
settings and counts each.  Part k has Pythia seed  seed + k ; a stopped run goes on with the same
command (finished parts are kept), and --parts FIRST:STOP shares the work between processes.
"""

import argparse
import json
import os
import time

import numpy as np
import pandas as pd
import pythia8mc

import contact_interaction
import detector

COLUMNS = ["pt1", "pt2", "eta1", "eta2", "deltaphi", "mll"]
WEIGHTS = ["linear", "quadratic"]
MINIMUM_PT, MAXIMUM_ETA, MINIMUM_MASS = 20.0, 2.4, 60.0
MUON, Z, ZPRIME = 13, 23, 32


def settings(arguments, seed):
    low, high = arguments.mhat
    lines = ["Print:quiet = on", "Beams:eCM = 13000.", "Random:setSeed = on", f"Random:seed = {seed}",
             "PartonLevel:MPI = off", "HadronLevel:all = off", f"PhaseSpace:mHatMin = {low}",
             f"PhaseSpace:mHatMax = {high}"]
    if arguments.process == "sm":
        return lines + ["WeakSingleBoson:ffbar2gmZ = on", f"{Z}:onMode = off", f"{Z}:onIfAny = {MUON}"]
    width = 2.4952 * arguments.mass / 91.1876
    return lines + ["NewGaugeBoson:ffbar2gmZZprime = on", "Zprime:gmZmode = 3",
                    f"{ZPRIME}:m0 = {arguments.mass}", f"{ZPRIME}:mWidth = {width}",
                    f"{ZPRIME}:doForceWidth = on", f"{ZPRIME}:mMin = {low}", f"{ZPRIME}:mMax = {high}",
                    f"{ZPRIME}:onMode = off", f"{ZPRIME}:onIfAny = {MUON}"]


def start(lines):
    pythia = pythia8mc.Pythia("", False)
    for line in lines:
        if not pythia.readString(line):
            raise SystemExit(f"Pythia refused: {line}")
    if not pythia.init():
        raise SystemExit("Pythia could not be initialised")
    return pythia


def z_parameters(pythia):
    """sin^2 of the Weinberg angle, mass and width of the Z, as the generator has them."""
    data = pythia.particleData
    return pythia.parm("StandardModel:sin2thetaW"), data.m0(Z), data.mWidth(Z)


def hard_process(pythia):
    """(quark, s, cos theta*, alpha): the angle of the mu- to the quark in their rest frame."""
    process = pythia.process
    quark = process[3] if process[3].id() > 0 else process[4]
    minus, plus = (process[6], process[7]) if process[6].id() > 0 else (process[7], process[6])
    # The partons are collinear to the beam: light-cone components, E +- pz, need no boost.
    e, z, a, b = minus.e(), minus.pz(), plus.e(), plus.pz()
    s = process[5].m()**2
    cosine = ((e + z) * (a - b) - (e - z) * (a + b)) / s
    return quark.id(), s, cosine if quark.pz() > 0 else -cosine, pythia.coupSM.alphaEM(s)


def generated(pythia, count):
    """Momenta of the two muons after the showers, (count, 2, 3), and hard processes, (count, 4)."""
    muons, hard = np.empty((count, 2, 3)), np.empty((count, 4))
    event = pythia.event
    for k in range(count):
        while not pythia.next():
            pass
        boson = event[event[5].iBotCopyId()]
        for i, muon in enumerate((boson.daughter1(), boson.daughter2())):
            final = event[event[muon].iBotCopyId()]
            assert abs(final.id()) == MUON and final.isFinal()
            muons[k, i] = final.px(), final.py(), final.pz()
        hard[k] = hard_process(pythia)
    return muons, hard


def efficiency(pt, eta):
    """Delphes CMS card: tracking times identification, for muons."""
    inner = np.abs(eta) <= 1.5
    identified = 0.95 * np.where(pt > 1000, np.exp(0.5 - 5e-4 * pt), 1)
    return np.where(inner, 0.99, 0.98) * identified


def response(muons, random):
    """Reconstructed quantities of the selected events and their indices."""
    px, py, pz = np.moveaxis(muons, 2, 0)
    true = np.hypot(px, py)
    eta, phi = np.arcsinh(pz / true), np.arctan2(py, px)
    resolution = detector.track_resolution(true, eta, detector.CARDS["nominal"])
    pt = detector.lognormal(random, true, resolution * true)
    seen = random.random(pt.shape) < efficiency(pt, eta)
    seen &= (pt > MINIMUM_PT) & (np.abs(eta) < MAXIMUM_ETA)
    first = np.argmax(pt, axis=1)
    rows = np.arange(len(pt))
    pt1, pt2, eta1, eta2 = (x[rows, i] for x in (pt, eta) for i in (first, 1 - first))
    difference = np.abs(phi[:, 0] - phi[:, 1])
    difference = np.minimum(difference, 2 * np.pi - difference)
    mass = invariant_mass(pt1, pt2, eta1, eta2, difference)
    kept = np.flatnonzero(seen.all(axis=1) & (mass > MINIMUM_MASS))
    return np.column_stack([pt1, pt2, eta1, eta2, difference, mass])[kept], kept


def invariant_mass(pt1, pt2, eta1, eta2, deltaphi):
    """Of two massless particles."""
    return np.sqrt(2 * pt1 * pt2 * (np.cosh(eta1 - eta2) - np.cos(deltaphi)))


def produce(arguments, part, count):
    lines = settings(arguments, arguments.seed + part)
    pythia = start(lines)
    random = np.random.default_rng([1912, arguments.seed + part])
    tables, kept_events, generated_events = [], 0, 0
    while kept_events < count:
        muons, hard = generated(pythia, 1000)
        table, kept = response(muons, random)
        generated_events += len(muons)
        if arguments.process == "sm":
            quark, s, cosine, alpha = hard[kept].T
            extra = contact_interaction.weights(quark, s, cosine, alpha, *z_parameters(pythia))
            table = np.column_stack([table, *extra])
        tables.append(table)
        kept_events += len(table)
    table = np.concatenate(tables)
    columns = COLUMNS + (WEIGHTS if arguments.process == "sm" else [])
    statistics = dict(generated=generated_events, selected=kept_events, kept=count,
                      sigma_pb=1e9 * pythia.infoPython().sigmaGen())
    return pd.DataFrame(table[:count].astype(np.float32), columns=columns), lines, statistics


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--process", required=True, choices=["sm", "zprime"])
    parser.add_argument("--mass", type=float, help="of the Z' in GeV")
    parser.add_argument("--mhat", type=lambda s: [float(x) for x in s.split(":")], default=[50, 13000],
                        help="LOW:HIGH, mass of the muon pair before the showers in GeV")
    parser.add_argument("--n", type=int, required=True, help="selected events")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--chunk", type=int, default=20_000)
    parser.add_argument("--parts", help="FIRST:STOP")
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    if (arguments.mass is None) == (arguments.process == "zprime"):
        parser.error("--mass belongs to --process zprime")
    os.makedirs(arguments.out, exist_ok=True)
    total = -(-arguments.n // arguments.chunk)
    first, stop = (int(x) for x in arguments.parts.split(":")) if arguments.parts else (0, total)
    for part in range(first, min(stop, total)):
        stem = os.path.join(arguments.out, f"part_{part:05d}")
        if os.path.exists(stem + ".json"):
            continue
        clock, cpu = time.time(), time.process_time()
        count = min(arguments.chunk, arguments.n - part * arguments.chunk)
        table, lines, statistics = produce(arguments, part, count)
        table.to_hdf(stem + ".h5", key="df", mode="w", complib="zlib", complevel=5)
        statistics.update(wall_s=time.time() - clock, cpu_s=time.process_time() - cpu)
        with open(stem + ".json.tmp", "w") as file:
            json.dump(dict(arguments=vars(arguments), pythia=lines, statistics=statistics), file, indent=1)
        os.replace(stem + ".json.tmp", stem + ".json")
        print(f"{time.strftime('%H:%M:%S')} {stem}: {count} of {statistics['generated']} events, "
              f"{statistics['generated'] / statistics['cpu_s']:.0f} generated per second of CPU, "
              f"{statistics['sigma_pb']:.5g} pb", flush=True)


if __name__ == "__main__":
    main()
