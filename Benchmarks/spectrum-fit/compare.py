"""Fits the same spectra with our fit, iminuit and scipy, and prints one table.

usage: compare.py [--spectra 200] [--rounds 5] [--core 0]
Build ours first: swift build -c release --product benchmark-spectrum-fit. Python needs numpy, scipy, iminuit.

60 bins from 1.5 to 8 TeV, equally spaced in the logarithm, about 2 million events, Poisson fluctuations of
p0 (1 - y)^p1 y^-(p2 + p3 ln y); four parameters with their covariance. One thread on one core, processor time, tools
in turn, median over rounds. Ours integrates the function over bins and starts from the counts; the others take the
density at the bin's centre times its width, which is cheaper, and start from the truth with p0 too large by a tenth.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
import iminuit
import numpy as np
import scipy
from iminuit import Minuit
from scipy.optimize import curve_fit

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SQRT_S = 13000.0
EDGES = np.geomspace(1500.0, 8000.0, 61)
POINTS, WEIGHTS = np.polynomial.legendre.leggauss(12)


class Model:
    """Counts from densities at some points of each bin."""

    def __init__(self, points, weights):
        half = np.diff(EDGES)[:, None] / 2
        y = ((EDGES[1:] + EDGES[:-1])[:, None] / 2 + half * points) / SQRT_S
        self.weights = half * weights
        self.columns = np.stack([np.ones_like(y), np.log1p(-y), -np.log(y), -np.log(y) ** 2], axis=-1)

    def counts(self, p):
        return (self.weights * np.exp(self.columns @ p)).sum(axis=1)

    def jacobian(self, p):
        return ((self.weights * np.exp(self.columns @ p))[:, :, None] * self.columns).sum(axis=1)


CENTRES = Model(np.array([0.0]), np.array([2.0]))
INTEGRALS = Model(POINTS, WEIGHTS)
TRUTH = np.array([0.0, 10.0, 5.0, 0.2])
TRUTH[0] = np.log(2e6 / CENTRES.counts(TRUTH).sum())
START = TRUTH + [np.log(1.1), 0, 0, 0]
EXPECTED = CENTRES.counts(TRUTH)
# An orthonormal basis: ln mu = ln mu0 + B q, B^T diag(mu0) B = 1.
_rows = CENTRES.columns[:, 0, :]
_q, R = np.linalg.qr(np.sqrt(EXPECTED)[:, None] * _rows)
BASIS = _q / np.sqrt(EXPECTED)[:, None]
BACK = np.linalg.inv(R)
X = CENTRES.columns[:, 0, :]
WIDTH = CENTRES.weights[:, 0]


def deviance(n, mu):
    return 2 * np.sum(mu - n + np.where(n > 0, n * np.log(np.maximum(n, 1e-300) / mu), 0))


def minimum(model, n):
    """The minimum of a model's deviance and the errors there: Newton steps in the orthonormal basis."""
    q = R @ (START - TRUTH)
    for _ in range(50):
        p = TRUTH + BACK @ q
        mu, j = model.counts(p), model.jacobian(p) @ BACK
        hessian = j.T @ (j / mu[:, None])
        step = np.linalg.solve(hessian, j.T @ (1 - n / mu))
        q = q - step
        if step @ hessian @ step < 1e-16:
            break
    p = TRUTH + BACK @ q
    return deviance(n, model.counts(p)), np.sqrt(np.diag(BACK @ np.linalg.inv(hessian) @ BACK.T))


def minuit_plain(n):
    def nll(p0, p1, p2, p3):
        mu = np.exp(X @ (p0, p1, p2, p3)) * WIDTH
        return 2 * np.sum(mu - n * np.log(mu))
    m = Minuit(nll, *START)
    m.errordef = 1
    m.migrad()
    m.hesse()
    return m.valid, np.array(m.values), np.array(m.errors)


def minuit_orthonormal(n):
    positive = np.maximum(n, 1.0)

    def nll(q):
        mu = EXPECTED * np.exp(BASIS @ q)
        return 2 * np.sum(mu - n - n * np.log(mu / positive))
    m = Minuit(nll, R @ (START - TRUTH))
    m.errordef = 1
    m.migrad()
    m.hesse()
    errors = np.sqrt(np.diag(BACK @ np.array(m.covariance) @ BACK.T))
    return m.valid, TRUTH + BACK @ np.array(m.values), errors


def scipy_curve_fit(n):
    p, covariance = curve_fit(lambda x, *p: np.exp(X @ p) * WIDTH, np.arange(60), n, p0=START,
                              sigma=np.sqrt(np.maximum(n, 1)), absolute_sigma=True)
    return True, p, np.sqrt(np.diag(covariance))


TOOLS = {
    "iminuit migrad + hesse, orthonormal basis": minuit_orthonormal,
    "iminuit migrad + hesse, plain parameters": minuit_plain,
    "scipy curve_fit (Neyman chi2)": scipy_curve_fit,
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--spectra", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--core", type=int, default=0)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {arguments.core})
    spectra = np.random.default_rng(5).poisson(EXPECTED, (arguments.spectra, 60)).astype(float)
    truth = {"centres": [minimum(CENTRES, n) for n in spectra],
             "integrals": [minimum(INTEGRALS, n) for n in spectra]}

    times = {name: [] for name in ["ours", "ours, refit", *TOOLS]}
    fits = {}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"collisionEnergy": SQRT_S, "edges": EDGES.tolist(), "counts": spectra.tolist()},
                  file)
        file.flush()
        for _ in range(arguments.rounds):
            done = subprocess.run(
                [ROOT / ".build/release/benchmark-spectrum-fit", file.name, "5"],
                capture_output=True, text=True, check=True)
            ours = json.loads(done.stdout)
            times["ours"].append(min(ours["seconds"]))
            times["ours, refit"].append(min(ours["refitSeconds"]))
            for name, fit in TOOLS.items():
                fits[name] = [fit(n) for n in spectra[:2]]
                start = time.process_time()
                fits[name] = [fit(n) for n in spectra]
                times[name].append((time.process_time() - start) / len(spectra))

    rows = []

    def row(name, valid, above, errors, kind):
        exact = np.array([e for _, e in truth[kind]])
        rows.append((name, statistics.median(times[name]) * 1e3, valid, np.max(above),
                     np.median(errors[:, 1] / exact[:, 1])))
    best = {kind: np.array([d for d, _ in values]) for kind, values in truth.items()}
    row("ours", 1, np.array(ours["deviances"]) - best["integrals"], np.array(ours["errors"]),
        "integrals")
    row("ours, refit", 1, np.array(ours["refitDeviances"]) - best["integrals"],
        np.array(ours["errors"]), "integrals")
    for name, results in fits.items():
        above = [deviance(n, CENTRES.counts(p)) - b
                 for n, (_, p, _), b in zip(spectra, results, best["centres"])]
        row(name, np.mean([v for v, _, _ in results]), above, np.array([e for _, _, e in results]),
            "centres")

    print(f"python {sys.version.split()[0]}, numpy {np.__version__}, scipy {scipy.__version__}, iminuit "
          f"{iminuit.__version__}; {arguments.spectra} spectra, {arguments.rounds} rounds\n")
    print("| fit | ms | times ours | reported valid | largest deviance above the minimum | error of p1 over the exact one |")
    print("|---|---|---|---|---|---|")
    for name, ms, valid, above, error in rows:
        print(f"| {name} | {ms:.4f} | {ms / rows[0][1]:.1f} | {100 * valid:.0f} % | {above:.2g} | {error:.3f} |")


if __name__ == "__main__":
    main()
