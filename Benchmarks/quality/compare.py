#!/usr/bin/env python3
"""How well does a search separate a hidden signal, beside the tools that people use today?

The same events, folds, mass window and features go to three classifiers of signal region against
sidebands (CWoLa): ours (from the scores.h5 of a run), scikit-learn's HistGradientBoosting (ten
members, each with a random validation split), and a Keras network set up as in the LHC Olympics
paper, section 4.1. One table comes out: SIC = signal efficiency / sqrt(background efficiency)
among the events of the signal region, at background efficiencies 1e-2 and 1e-3, and its maximum.

  compare.py inject --background B.h5 --signal S.h5 --events 400 --seeds 1 2 3 4 5 --output mixed/
  for s in 1 2 3 4 5; do overdensity search mixed/seed-$s.h5 --output runs/$s --seed $s; done
  compare.py table --mixed mixed/seed-{1..5}.h5 --runs runs/{1..5} [--without keras]

Needs numpy, h5py, pandas, tables, scikit-learn, and keras with a backend (JAX is the smallest).
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

# One core each: the searches that this is compared with run one training a core.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import h5py
import numpy as np
import pandas as pd

MASS = 3500.0
FIT_RANGE = (2800.0, 6000.0)
BINS, SIGNAL_BINS, SIDEBAND_BINS = 16, 3, 2
FOLDS = 5
FLOOR = 25  # background events that the lowest quoted background efficiency keeps


# Events


def inject(arguments):
    """Hides signal events in all background events, at rows that the seed chooses."""
    background = pd.read_hdf(arguments.background, "df")
    signal = pd.read_hdf(arguments.signal, "df")
    arguments.output.mkdir(parents=True, exist_ok=True)
    for seed in arguments.seeds:
        generator = np.random.default_rng(seed)
        chosen = signal.iloc[generator.permutation(len(signal))[: arguments.events]]
        mixed = pd.concat([background, chosen], ignore_index=True)
        mixed = mixed.iloc[generator.permutation(len(mixed))].reset_index(drop=True)
        path = arguments.output / f"seed-{seed}.h5"
        mixed.to_hdf(path, key="df", mode="w", complevel=5)
        print(path, len(mixed), "events,", int(mixed["label"].sum()), "of them signal")


def dijet_mass(events):
    energy, momentum = 0.0, [0.0, 0.0, 0.0]
    for jet in (1, 2):
        parts = [events[f"p{axis}j{jet}"].to_numpy(float) for axis in "xyz"]
        energy = energy + np.sqrt(sum(p * p for p in parts) + events[f"mj{jet}"].to_numpy(float) ** 2)
        momentum = [m + p for m, p in zip(momentum, parts)]
    return np.sqrt(np.maximum(energy**2 - sum(m * m for m in momentum), 0))


def features(events, name, mass):
    """The feature sets of `overdensity plan`."""
    columns = {c: events[c].to_numpy(float) for c in events.columns}

    def ratio(top, bottom):
        return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)

    masses = [np.maximum(columns[f"mj{jet}"], 0) for jet in (1, 2)]
    scaled = [(m - 30) / mass + 30 / 3000 for m in masses]
    tau21 = [ratio(columns[f"tau2j{jet}"], columns[f"tau1j{jet}"]) for jet in (1, 2)]
    tau32 = [ratio(columns[f"tau3j{jet}"], columns[f"tau2j{jet}"]) for jet in (1, 2)]
    first_is_heavier = masses[0] >= masses[1]

    def by_mass(pair):
        heavier = np.where(first_is_heavier, pair[0], pair[1])
        return heavier, np.where(first_is_heavier, pair[1], pair[0])

    if name == "lhco-4.1":
        chosen = [*scaled, *tau21, *tau32]
    elif name == "lhco-4.1-by-mass":
        chosen = [*by_mass(scaled), *by_mass(tau21), *by_mass(tau32)]
    elif name == "lhco-rnd":
        heavier, lighter = by_mass(masses)
        heavier21, lighter21 = by_mass(tau21)
        chosen = [lighter, heavier - lighter, lighter21, heavier21]
    else:
        sys.exit(f"unknown feature set '{name}': lhco-4.1, lhco-4.1-by-mass or lhco-rnd")
    return np.stack(chosen, 1).astype(np.float32)


class Sample:
    """The events of one mixed file that lie in the fit range, with folds and the mass window."""

    def __init__(self, path, run, feature_set, seed):
        events = pd.read_hdf(path, "df")
        mass = dijet_mass(events)
        label = events["label"].to_numpy() > 0
        if run is None:
            rows = np.flatnonzero((mass >= FIT_RANGE[0]) & (mass < FIT_RANGE[1]))
            self.fold = np.random.default_rng(seed).permutation(len(rows)) % FOLDS
            low, high = FIT_RANGE
            edges = low * (high / low) ** (np.arange(BINS + 1) / BINS)
            first = np.searchsorted(edges, MASS, side="right") - 1 - SIGNAL_BINS // 2
            self.ours = None
        else:
            with h5py.File(Path(run) / "scores.h5") as file:
                rows, self.fold = file["row"][:], file["fold"][:]
                quantiles = file["quantiles"][:]
            windows = json.loads((Path(run) / "result.json").read_text())["windows"]
            centers = [sum(w["signalRegionGeV"]) / 2 for w in windows]
            nearest = int(np.argmin(np.abs(np.array(centers) - MASS)))
            self.ours = quantiles[:, nearest]
            region = windows[nearest]["signalRegionGeV"]
            step = (region[1] / region[0]) ** (1 / SIGNAL_BINS)
            edges = region[0] * step ** np.arange(-SIDEBAND_BINS, SIGNAL_BINS + SIDEBAND_BINS + 1)
            first = SIDEBAND_BINS
        lower, low, high, upper = (
            edges[first + k] for k in (-SIDEBAND_BINS, 0, SIGNAL_BINS, SIGNAL_BINS + SIDEBAND_BINS)
        )
        self.mass, self.label = mass[rows], label[rows]
        self.x = features(events.iloc[rows], feature_set, self.mass)
        self.region = np.select(
            [
                (self.mass >= low) & (self.mass < high),
                (self.mass >= lower) & (self.mass < low),
                (self.mass >= high) & (self.mass < upper),
            ],
            [0, 1, 2], default=3,
        )


def cwola_weights(region):
    """Each sideband half of the signal region's total, mean 1."""
    counts = np.bincount(region, minlength=3)[:3]
    weights = np.array([1.0, 0.5 * counts[0] / counts[1], 0.5 * counts[0] / counts[2]])[region]
    return weights / weights.mean()


# Classifiers: each returns a function from features to scores


def boosted_trees(x, region, seed):
    from sklearn.ensemble import HistGradientBoostingClassifier

    weights = cwola_weights(region)
    members = [
        HistGradientBoostingClassifier(
            max_iter=200, early_stopping=True, validation_fraction=0.5, n_iter_no_change=10,
            random_state=1000 * seed + member,
        ).fit(x, region == 0, sample_weight=weights)
        for member in range(10)
    ]
    return lambda x: np.mean([m.predict_proba(x)[:, 1] for m in members], 0)


def network(x, region, seed, epochs=100, patience=20):
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import keras

    center, deviation = x.mean(0), x.std(0)
    z = (x - center) / deviation
    target = (region == 0).astype(np.float32)
    part = np.random.default_rng(seed).permutation(len(x)) % 4
    members = []
    for inner in range(4):
        keras.utils.set_random_seed(1000 * seed + inner)
        learn, check = part != inner, part == inner
        layers = [keras.layers.Input((x.shape[1],))]
        for depth in range(4):
            layers.append(keras.layers.Dense(128))
            layers.append(keras.layers.LeakyReLU(0.1) if depth == 0 else keras.layers.ELU())
            layers.append(keras.layers.Dropout(0.1))
        model = keras.Sequential([*layers, keras.layers.Dense(1, activation="sigmoid")])
        rate = keras.optimizers.schedules.InverseTimeDecay(1e-3, 1, 5e-4)
        model.compile(keras.optimizers.Adam(rate, beta_1=0.8, beta_2=0.99), "binary_crossentropy")
        weights = cwola_weights(region[learn]).astype(np.float32)
        best, waited = (-1.0, None), 0
        for _ in range(epochs):
            model.fit(
                z[learn], target[learn], sample_weight=weights, batch_size=5000, epochs=1, verbose=0)
            scores = model.predict(z[check], batch_size=20000, verbose=0)[:, 0]
            threshold = np.quantile(scores[target[check] == 0], 0.99)
            efficiency = (scores[target[check] == 1] > threshold).mean()
            waited += 1
            if efficiency > best[0]:
                best, waited = (efficiency, model.get_weights()), 0
            if waited >= patience:
                break
        model.set_weights(best[1])
        members.append(model)

    def score(x):
        z = (x - center) / deviation
        return np.mean([m.predict(z, batch_size=20000, verbose=0)[:, 0] for m in members], 0)

    return score


def cross_fit(sample, learn, seed):
    """Ranks of all events within their fold, 1 = most like signal; by models of the other folds."""
    quantiles = np.zeros(len(sample.mass))
    for fold in range(FOLDS):
        train = (sample.fold != fold) & (sample.region < 3)
        score = learn(sample.x[train], sample.region[train], 100 * seed + fold)
        held = np.flatnonzero(sample.fold == fold)
        order = np.argsort(score(sample.x[held]), kind="stable")
        quantiles[held[order]] = (np.arange(len(held)) + 1) / len(held)
    return quantiles


# Quality


def improvement(sample, quantiles):
    """SIC at 1e-2, at 1e-3 and its maximum above the floor; and the floor."""
    inside = sample.region == 0
    background = np.sort(quantiles[inside & ~sample.label])[::-1]
    signal = quantiles[inside & sample.label]
    floor = FLOOR / len(background)

    def sic(kept):
        efficiency = (signal >= background[kept - 1]).mean()
        return efficiency / np.sqrt(kept / len(background))

    at = [sic(max(FLOOR, round(e * len(background)))) for e in (1e-2, 1e-3)]
    grid = np.unique(np.geomspace(FLOOR, len(background), 200).astype(int))
    return [*at, max(sic(kept) for kept in grid)], floor


def table(arguments):
    learners = {"HistGradientBoosting": boosted_trees, "Keras network": network}
    for name in arguments.without:
        learners = {k: v for k, v in learners.items() if name.lower() not in k.lower()}
    runs = arguments.runs or [None] * len(arguments.mixed)
    if len(runs) != len(arguments.mixed):
        sys.exit("as many --runs as --mixed files, in the same order")
    rows, seconds, floors = {}, {}, []
    for seed, (path, run) in enumerate(zip(arguments.mixed, runs), start=1):
        sample = Sample(path, run, arguments.features, seed)
        results = {} if sample.ours is None else {"overdensity": sample.ours}
        for name, learn in learners.items():
            start = time.process_time()
            results[name] = cross_fit(sample, learn, seed)
            seconds.setdefault(name, []).append(time.process_time() - start)
        for name, quantiles in results.items():
            quality, floor = improvement(sample, quantiles)
            rows.setdefault(name, []).append(quality)
            print(f"{path} {name}: " + " ".join(f"{q:.2f}" for q in quality), flush=True)
        floors.append(floor)
    print(f"\nSIC among signal-region events, median of {len(arguments.mixed)} seeds; floor: background "
          f"efficiency {max(floors):.1e} ({FLOOR} events); features {arguments.features}")
    print(f"{'':24}{'at 1e-2':>10}{'at 1e-3':>10}{'maximum':>10}{'core-s a window':>18}")
    medians = {name: np.median(values, 0) for name, values in rows.items()}
    for name, median in medians.items():
        spent = f"{np.mean(seconds[name]):18.0f}" if name in seconds else f"{'':>18}"
        print(f"{name:24}" + "".join(f"{m:10.2f}" for m in median) + spent)
    others = [m for name, m in medians.items() if name != "overdensity"]
    if "overdensity" in medians and others:
        ratio = medians["overdensity"] / np.max(others, 0)
        print(f"{'ours / better of them':24}" + "".join(f"{r:10.2f}" for r in ratio))
        sys.exit(0 if (ratio >= 0.95).all() else 1)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    mix = commands.add_parser("inject", help="hide signal events in background events")
    mix.add_argument("--background", required=True)
    mix.add_argument("--signal", required=True)
    mix.add_argument("--events", type=int, default=400)
    mix.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    mix.add_argument("--output", type=Path, required=True)
    mix.set_defaults(run=inject)
    comparison = commands.add_parser("table", help="train the others and print the table")
    comparison.add_argument("--mixed", nargs="+", required=True)
    comparison.add_argument("--runs", nargs="+", help="run folders of 'overdensity search'")
    comparison.add_argument("--features", default="lhco-4.1-by-mass")
    comparison.add_argument("--without", nargs="+", default=[], choices=["keras", "hist"])
    comparison.set_defaults(run=table)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
