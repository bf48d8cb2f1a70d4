"""The search window that every tool works through, and the loop around its trainings. Only needs numpy."""

import json
import resource
import sys
import time

import numpy as np

# The plan's part that differs; the names are the plan's own.
WORKLOADS = {
    "atlas": dict(features="atlas", hidden=[64, 32, 8], activations=["relu"] * 3, dropout=[0, 0, 0], batchSize=5000),
    "atlas-small-batch": dict(features="atlas", hidden=[64, 32, 8], activations=["relu"] * 3, dropout=[0, 0, 0],
                              batchSize=500),
    "lhco": dict(features="lhco-4.2", hidden=[64, 32, 16, 4], activations=["relu", "elu", "elu", "elu"],
                 dropout=[0.2, 0.2, 0.2, 0], batchSize=5000),
}
FEATURES = {
    "atlas": ["heavierJetMass", "lighterJetMass"],
    "lhco-4.2": [f"{jet}Jet{name}" for jet in ("heavier", "lighter")
                 for name in ("Mass", "Width", "Tau21", "Tau32", "Tau43", "Constituents")],
}
OUTER, INNER, RESTARTS, EPOCHS = 5, 4, 3, 20
EVENTS, SIGNAL = 150_000, 600
METRIC, CUT = 0.01, 0.01
RANGE, BINS, WINDOW = (2800.0, 6000.0), 16, 1  # the default plan's bins, its second window
TRAININGS = OUTER * INNER * RESTARTS


def edges():
    low, high = RANGE
    return low * (high / low) ** (np.arange(BINS + 1) / BINS)


def generate(workload, seed=1):
    """Masses, features and truth: a falling spectrum with a signal in the window's middle, at other features."""
    r = np.random.default_rng(seed)
    names = FEATURES[WORKLOADS[workload]["features"]]
    low, high = (v ** -5.0 for v in RANGE)
    mass = (low + r.random(EVENTS) * (high - low)) ** (-1 / 5.0)
    signal = np.zeros(EVENTS, bool)
    signal[r.permutation(EVENTS)[:SIGNAL]] = True
    e = edges()
    center = np.sqrt(e[WINDOW + 2] * e[WINDOW + 5])
    mass[signal] = center * (1 + 0.03 * r.standard_normal(SIGNAL)).clip(0.92, 1.08)
    x = r.standard_normal((EVENTS, len(names)), dtype=np.float32)
    x[signal] = 1.5 + 0.5 * x[signal]
    return mass, np.exp(0.3 * x + 3), signal, names


def regions(mass):
    """0 signal region, 1 and 2 the sidebands, 3 outside the window."""
    e = edges()[WINDOW:]
    return np.select([(mass >= e[2]) & (mass < e[5]), (mass >= e[0]) & (mass < e[2]), (mass >= e[5]) & (mass < e[7])],
                     [0, 1, 2], default=3)


def cwola_weights(region):
    counts = np.bincount(region, minlength=3)[:3]
    weights = np.array([1.0, 0.5 * counts[0] / counts[1], 0.5 * counts[0] / counts[2]])[region]
    return (weights / weights.mean()).astype(np.float32)


def efficiency(scores, target):
    """Fraction of the signal region above the score that keeps 1 % of the sidebands."""
    sideband = scores[target == 0]
    k = len(sideband) - int(METRIC * len(sideband))
    return float((scores[target == 1] > np.partition(sideband, k)[k]).mean())


def run(tool, trainer, events, trainings, version):
    """Trains members of the first outer fold and scores its held-out events; prints what a training costs.

    trainer.train(z, target, weight, z_check, target_check) gives the state of the best epoch, trainer.score(state, z)
    the scores. One unmeasured training first: compilation does not count.
    """
    x, region, fold = events["x"], events["region"], events["fold"]
    held = np.flatnonzero(fold == 0)
    rows = np.flatnonzero((fold != 0) & (region < 3))
    seconds, seen, states, clock = [], 0, [], time.process_time
    for n in range(-1, trainings):
        start = clock()
        if n <= 0:
            part = np.random.default_rng(7).permutation(len(rows)) % INNER
        learn, check = rows[part != max(n, 0) % INNER], rows[part == max(n, 0) % INNER]
        center, deviation = x[learn].mean(0), x[learn].std(0)
        z, z_check = (x[learn] - center) / deviation, (x[check] - center) / deviation
        target, target_check = ((region[v] == 0).astype(np.float32) for v in (learn, check))
        state = trainer.train(z, target, cwola_weights(region[learn]), z_check, target_check)
        if n >= 0:
            seconds.append(clock() - start)
            seen = len(learn) * EPOCHS
            states.append((state, center, deviation))
    # Scored by the members that are there; an ensemble has INNER.
    trainer.score(states[0][0], (x[held] - center) / deviation)
    start = clock()
    scores = np.mean([trainer.score(s, (x[held] - c) / d) for s, c, d in states], 0)
    scoring = (clock() - start) * INNER / len(states)
    kept = np.argsort(-scores, kind="stable")[: int(CUT * len(held))]
    truth, inside = events["signal"][held], region[held] == 0
    print(json.dumps(dict(
        tool=tool, version=version, training=float(np.mean(seconds)), trainings=seconds, scoring=scoring,
        eventsPerTraining=seen, signalKept=float(truth[kept].sum() / (truth & inside).sum()),
        megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)), flush=True)


def arguments():
    """usage: ..._search.py WORKLOAD EVENTS.npz VARIANT TRAININGS"""
    workload, path, variant, trainings = sys.argv[1:5]
    return WORKLOADS[workload], np.load(path), variant, int(trainings)
