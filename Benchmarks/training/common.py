"""Workloads and data that every tool trains on. Only needs numpy."""

import json
import time

import numpy as np

N = 300_000
LEAKY = ["leaky", "elu", "elu", "elu"]
ELUS = ["relu", "elu", "elu", "elu"]
# sizes, activations of the hidden layers, dropout after each of them, batch
WORKLOADS = {
    "A": dict(sizes=[12, 64, 32, 16, 4, 1], acts=ELUS, drop=[0.2, 0.2, 0.2, 0], batch=20480),
    "A5": dict(sizes=[12, 64, 32, 16, 4, 1], acts=ELUS, drop=[0.2, 0.2, 0.2, 0], batch=5000),
    "A0": dict(sizes=[12, 64, 32, 16, 4, 1], acts=ELUS, drop=[0, 0, 0, 0], batch=20480),
    "B": dict(sizes=[6, 128, 128, 128, 128, 1], acts=LEAKY, drop=[0.1] * 4, batch=5000),
    "B0": dict(sizes=[6, 128, 128, 128, 128, 1], acts=["relu"] * 4, drop=[0] * 4, batch=5000),
    "C": dict(sizes=[4, 64, 64, 64, 1], acts=["relu"] * 3, drop=[0] * 3, batch=200),
    "AE": dict(sizes=[6, 64, 32, 16, 1, 16, 32, 64, 6], acts=["relu"] * 3 + ["linear"] + ["relu"] * 3, drop=[0] * 7,
               batch=5120),
    "NPLM": dict(sizes=[5, 5, 5, 5, 1], acts=["sigmoid"] * 3, drop=[0] * 3, batch=120_000, clip=2.15),
}
SLOPE = 0.1


def data(name, seed=1):
    """Two classes of normal features, one in a hundred of class 1 shifted by +1, weights in [0.5, 1.5].
    AE reconstructs the features. NPLM: 100,000 reference events of weight 0.2, then 20,000 data events."""
    r = np.random.default_rng(seed)
    d = WORKLOADS[name]["sizes"][0]
    if name == "NPLM":
        y = np.r_[np.zeros(100_000), np.ones(20_000)].astype(np.float32)
        return r.standard_normal((120_000, d), dtype=np.float32), y, np.where(y > 0, 1, 0.2).astype(np.float32)
    x = r.standard_normal((N, d), dtype=np.float32)
    y = (r.random(N) < 0.5).astype(np.float32)
    x[(y == 1) & (r.random(N) < 0.01)] += 1
    return x, y, r.uniform(0.5, 1.5, N).astype(np.float32)


def glorot(sizes, seed=3):
    r = np.random.default_rng(seed)
    return [(r.uniform(-1, 1, (a, b)).astype(np.float32) * np.float32(np.sqrt(6 / (a + b))), np.zeros(b, np.float32))
            for a, b in zip(sizes[:-1], sizes[1:])]


class Clock:
    def __init__(self):
        self.cpu, self.wall = [], []

    def tick(self):
        self.cpu.append(time.process_time())
        self.wall.append(time.perf_counter())

    def report(self, workload, tool, skip, events, **extra):
        print(json.dumps(dict(workload=workload, tool=tool, events=events, cpu=np.diff(self.cpu)[skip:].tolist(),
                              wall=np.diff(self.wall)[skip:].tolist(), **extra)), flush=True)
