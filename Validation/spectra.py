"""Reference fits of every family of background functions, tests of fits and choices of functions.

Independent of the Swift code: bins are integrated with 20 Gauss-Legendre points, bases come from a QR
decomposition, minima from MIGRAD (Bernstein polynomials with limits) and from scipy. The published
spectra are fitted if they are there.

Usage: [OVERDENSITY_DATA=folder] python3 Validation/spectra.py
"""
import json
import os
import pathlib
import sys
from fractions import Fraction
from math import comb

import iminuit
import numpy as np
import scipy
from iminuit import Minuit
from scipy import optimize, special, stats

from background_fit import POINTS, ROOT, SQRT_S, WEIGHTS, half_deviance, minimise

FIXTURE = ROOT / "Tests/StatisticalInferenceTests/Fixtures/spectra.json"
FUNCTIONS = [
    "dijet3", "dijet4", "dijet5", "atlas3", "atlas4", "atlasExponential4", "exponential3",
    "exponential5", "powerLaw2", "powerLaw4", "bernstein5", "bernstein6",
]


def terms(name, y):
    """What each parameter multiplies in ln dN/dm, every xi = 0."""
    family, count = name[:-1], int(name[-1])
    log = np.log(y)
    one = np.ones_like(y)
    columns = {
        "dijet": [one, np.log1p(-y), -log, -(log**2), -(log**3)],
        "atlas": [one, np.log1p(-y), -log, log**2],
        "atlasExponential": [one, log, -y, y**2],
        "exponential": [one, y, y**2, y**3, y**4, y**5],
        "powerLaw": [one, -log, -(log**2), -(log**3), -(log**4)],
    }[family]
    return np.stack(columns[:count], axis=-1)


class Model:
    """Counts in bins and their derivatives by the coefficients of a well-conditioned basis."""

    def __init__(self, name, edges):
        self.name, self.edges, self.count = name, edges, int(name[-1])
        half = np.diff(edges)[:, None] / 2
        self.mass = (edges[1:] + edges[:-1])[:, None] / 2 + half * POINTS
        self.weights = half * WEIGHTS
        self.linear = name.startswith("bernstein")
        if self.linear:
            t = (self.mass - edges[0]) / (edges[-1] - edges[0])
            n = self.count - 1
            basis = np.stack([stats.binom.pmf(k, n, t) for k in range(self.count)], axis=-1)
            self.matrix = (self.weights[:, :, None] * basis).sum(axis=1)
        else:
            raw = terms(name, self.mass / SQRT_S)
            flat = raw.reshape(-1, self.count)
            _, self.r = np.linalg.qr(flat / np.sqrt(len(flat)))
            self.basis = np.linalg.solve(self.r.T, flat.T).T.reshape(raw.shape)

    def counts(self, q):
        if self.linear:
            return self.matrix @ q
        return (self.weights * np.exp(self.basis @ q)).sum(axis=1)

    def jacobian(self, q):
        if self.linear:
            return self.matrix
        return ((self.weights * np.exp(self.basis @ q))[:, :, None] * self.basis).sum(axis=1)

    def start(self, n, used):
        density = (n + 0.5) / np.diff(self.edges)
        if self.linear:
            nodes = np.linspace(0, 1, self.count) * (self.edges[-1] - self.edges[0]) + self.edges[0]
            centers = (self.edges[1:] + self.edges[:-1]) / 2
            return np.interp(nodes, centers[used], density[used])
        weight = np.sqrt(n[used] + 0.5)
        rows = self.basis[:, 10, :][used]
        return np.linalg.lstsq(rows * weight[:, None], weight * np.log(density[used]), rcond=None)[0]

    def fit(self, n, used):
        def value(q):
            return half_deviance(n[used], self.counts(q)[used])

        def gradient(q):
            mu = self.counts(q)[used]
            return self.jacobian(q)[used].T @ (1 - n[used] / mu)

        start = self.start(n, used)
        if not self.linear:
            minuit = minimise(value, start, gradient)
            return np.array(minuit.values), minuit.fval, minuit.fmin.edm
        # In units of the start every parameter is of order one. MIGRAD and L-BFGS-B from three
        # places: with parameters at their limits neither is reliable alone.
        found = []
        for factor in (1.0, 0.5, 2.0):
            minuit = Minuit(lambda x: value(x * start), np.full(self.count, factor),
                            grad=lambda x: gradient(x * start) * start)
            minuit.errordef = 0.5
            minuit.strategy = 2
            minuit.tol = 1e-4
            minuit.limits = [(0, None)] * self.count
            minuit.migrad(ncall=200000)
            minuit.migrad(ncall=200000)
            found.append((minuit.fval, tuple(minuit.values), minuit.fmin.edm))
            other = optimize.minimize(
                lambda x: value(x * start), np.array(minuit.values),
                jac=lambda x: gradient(x * start) * start, bounds=[(0, None)] * self.count,
                method="L-BFGS-B", options={"ftol": 1e-16, "gtol": 1e-12, "maxiter": 20000})
            found.append((other.fun, tuple(other.x), minuit.fmin.edm))
        fval, x, edm = min(found)
        return np.array(x) * start, fval, edm

    def plain(self, q):
        return q if self.linear else np.linalg.solve(self.r, q)

    def covariance(self, q, used):
        j = self.jacobian(q)[used]
        fisher = j.T @ (j / self.counts(q)[used][:, None])
        if self.linear:
            return np.linalg.inv(fisher)
        inverse = np.linalg.inv(self.r)
        return inverse @ np.linalg.inv(fisher) @ inverse.T


def function_case(name, edges, n, used):
    model = Model(name, edges)
    q, fval, edm = model.fit(n, used)
    mu = model.counts(q)
    inside = not model.linear or np.all(q > 1e-6 * q.max())
    print(f"{name:18} deviance {2 * fval:.6f} edm {edm:.1e}"
          + ("" if inside else " (a coefficient is 0)"))
    return {
        "function": name, "deviance": 2 * fval, "expected": mu.tolist(),
        "parameters": model.plain(q).tolist(),
        "uncertainties":
            np.sqrt(np.diag(model.covariance(q, used))).tolist() if inside else None,
    }


def runs_probability(above, below, runs):
    """Exact P(R <= runs), by the ways to cut both kinds into runs."""
    total = Fraction(0)
    for r in range(2, runs + 1):
        k = r // 2
        if r % 2 == 0:
            ways = 2 * comb(above - 1, k - 1) * comb(below - 1, k - 1)
        else:
            ways = comb(above - 1, k) * comb(below - 1, k - 1)
            ways += comb(above - 1, k - 1) * comb(below - 1, k)
        total += Fraction(ways, comb(above + below, above))
    return float(total)


def brute_force_runs():
    """The formula against every arrangement of 5 and 6."""
    from itertools import combinations
    counts = {}
    for chosen in combinations(range(11), 5):
        signs = [i in chosen for i in range(11)]
        r = 1 + sum(a != b for a, b in zip(signs, signs[1:]))
        counts[r] = counts.get(r, 0) + 1
    for runs in range(2, 12):
        exact = sum(v for r, v in counts.items() if r <= runs) / comb(11, 5)
        assert abs(exact - runs_probability(5, 6, runs)) < 1e-12, runs


def signal_deviance(model, n, signal, events, start):
    """Deviance profiled over the background at a fixed number of signal events."""
    def value(q):
        return half_deviance(n, model.counts(q) + events * signal)

    def gradient(q):
        mu = model.counts(q) + events * signal
        return model.jacobian(q).T @ (1 - n / mu)

    def hessian(q):
        j = model.jacobian(q)
        return j.T @ (j / (model.counts(q) + events * signal)[:, None])

    result = optimize.minimize(value, start, jac=gradient, hess=hessian, method="trust-exact",
                               options={"gtol": 1e-8})
    return 2 * result.fun, result.x


def envelope(edges, n, names, signal, penalty=1.0):
    """Best yield and interval of the lowest penalised profile, on all bins."""
    everything = np.ones(len(n), bool)
    profiles = []
    for name in names:
        model = Model(name, edges)
        q = model.fit(n, everything)[0]

        def profile(events, model=model, q=q, name=name):
            return signal_deviance(model, n, signal, events, q)[0] + penalty * int(name[-1])
        best = optimize.minimize_scalar(profile, bracket=(-50, 50), tol=1e-9)
        profiles.append((name, profile, best.x, best.fun))
    lowest = min(profiles, key=lambda p: p[3])
    ends = []
    for side in (-1, 1):
        crossings = []
        for name, profile, x, f in profiles:
            if f > lowest[3] + 1:
                continue
            far = x + side * 1000
            crossings.append(optimize.brentq(lambda e: profile(e) - lowest[3] - 1, x, far, xtol=1e-7))
        ends.append((min if side < 0 else max)(crossings))
    print("envelope:", lowest[0], lowest[2], ends, [(p[0], p[2], p[3] - lowest[3]) for p in profiles])
    return {"functions": names, "best": lowest[0], "value": lowest[2], "low": ends[0],
            "high": ends[1], "signal": signal.tolist()}


def main():
    print("python", sys.version.split()[0], "numpy", np.__version__, "scipy", scipy.__version__,
          "iminuit", iminuit.__version__)
    brute_force_runs()
    generator = np.random.default_rng(20261121)
    edges = np.round(np.linspace(1800, 5000, 33), 6)
    truth = Model("dijet4", edges)
    expected = truth.counts(truth.r @ np.array([0.0, 9.0, 5.0, 0.2]))
    n = generator.poisson(expected * 60_000 / expected.sum()).astype(float)
    mask = [2500.0, 3100.0]
    used = ~((edges[1:] > mask[0]) & (edges[:-1] < mask[1]))
    cases = [function_case(name, edges, n, used) for name in FUNCTIONS]

    # A spectrum of photon pairs: narrow enough for polynomials.
    narrow_edges = np.linspace(105, 160, 56)
    centers = (narrow_edges[1:] + narrow_edges[:-1]) / 2
    shape = np.exp(-(centers - 105) / 28) * (1 + 0.003 * (centers - 130))
    narrow = generator.poisson(40_000 * shape / shape.sum()).astype(float)
    narrow_used = ~((narrow_edges[1:] > 120) & (narrow_edges[:-1] < 130))
    narrow_cases = [function_case(name, narrow_edges, narrow, narrow_used)
                    for name in ("bernstein3", "bernstein4", "bernstein6", "exponential2")]

    everything = np.ones(len(n), bool)
    chain = [2 * Model(name, edges).fit(n, everything)[1] for name in ("dijet3", "dijet4", "dijet5")]
    bins = len(n)
    tests = {
        "chainDeviances": chain,
        "likelihoodRatio": [
            float(stats.chi2.sf(chain[i] - chain[i + 1], 1)) for i in range(2)],
        "fTest": [
            float(stats.f.sf((chain[i] - chain[i + 1]) / (chain[i + 1] / (bins - 4 - i)), 1,
                             bins - 4 - i)) for i in range(2)],
        "kolmogorov": [[x, float(special.kolmogorov(x))]
                       for x in (0.05, 0.3, 0.7, 0.999, 1.001, 1.5, 2.5, 4.0)],
        "runs": [[a, b, r, runs_probability(a, b, r)]
                 for a, b, r in [(5, 6, 3), (5, 6, 7), (20, 24, 12), (20, 24, 30), (60, 50, 40),
                                 (1, 9, 2), (3, 3, 6)]],
        "f": [[x, a, b, float(stats.f.sf(x, a, b))]
              for x, a, b in [(0.1, 1, 30), (3.9, 1, 28), (12.0, 2, 80), (40.0, 3, 10), (1.0, 5, 5)]],
    }
    mu = np.array(cases[1]["expected"])[used]
    cumulative = np.abs(np.cumsum(n[used]) / n[used].sum() - np.cumsum(mu) / mu.sum())
    tests["kolmogorovSmirnov"] = [
        float(cumulative.max()),
        float(stats.kstwobign.sf(np.sqrt(n[used].sum()) * cumulative.max()))]

    signal = np.diff(stats.norm.cdf(edges, 2800, 84))
    # A wrong function, a right one and a richer one, for which the data decide.
    discrete = envelope(edges, n, ["powerLaw2", "dijet3", "dijet4"], signal)

    # Spurious signal: the expectation itself, fitted with a function too simple, and a signal.
    asimov = expected * 60_000 / expected.sum()
    simple = Model("powerLaw3", edges)

    def spurious(x):
        return half_deviance(asimov, simple.counts(x[:3]) + x[3] * signal)
    start = [*simple.start(asimov, everything), 0.0]

    def spurious_gradient(x):
        mu = simple.counts(x[:3]) + x[3] * signal
        j = np.column_stack([simple.jacobian(x[:3]), signal])
        return j.T @ (1 - asimov / mu)
    minuit = minimise(spurious, start, spurious_gradient)
    x = np.array(minuit.values)
    j = np.column_stack([simple.jacobian(x[:3]), signal])
    fisher = j.T @ (j / (simple.counts(x[:3]) + x[3] * signal)[:, None])
    error = float(np.sqrt(np.linalg.inv(fisher)[3, 3]))
    print("spurious signal of powerLaw3 at 2800 GeV:", x[3], "+-", error)

    result = {
        "versions": {
            "python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__,
            "iminuit": iminuit.__version__,
        },
        "collisionEnergy": SQRT_S, "edges": edges.tolist(), "counts": n.tolist(), "mask": mask,
        "functions": cases, "tests": tests, "envelope": discrete,
        "narrow": {"edges": narrow_edges.tolist(), "counts": narrow.tolist(), "mask": [120.0, 130.0],
                   "functions": narrow_cases},
        "spurious": {"truth": asimov.tolist(), "mass": 2800.0, "relativeWidth": 0.03,
                     "function": "powerLaw3", "events": float(x[3]), "uncertainty": error},
        "published": published(),
    }
    FIXTURE.write_text(json.dumps(result, sort_keys=True, separators=(",", ":")) + "\n")
    print("wrote", FIXTURE.relative_to(ROOT), FIXTURE.stat().st_size, "bytes")


def published():
    """Deviances of fits to real spectra, and chi-squares beside those of the published fits."""
    folder = os.environ.get("OVERDENSITY_DATA")
    if not folder:
        if FIXTURE.exists():
            print("OVERDENSITY_DATA is not set: the published spectra stay as they were")
            return json.loads(FIXTURE.read_text())["published"]
        return []
    rows = []
    for file, counts, fit in [
        ("atlas_run2_139fb_1910.08447_mjj.csv", "observed", "fit"),
        ("atlas_dijetISR_79fb_1901.10917_flavour_inclusive_single_photon_trigger.csv", "Data",
         "Background_prediction"),
        ("cms_diphoton_EBEB_138fb_2405.09320.csv", "count", None),
    ]:
        path = pathlib.Path(folder) / "public/dijet_spectra" / file
        table = np.genfromtxt(path, delimiter=",", names=True, skip_header=1)
        edges = np.append(table["low_GeV"], table["high_GeV"][-1])
        n = table[counts]
        everything = np.ones(len(n), bool)
        chi2 = None
        if fit:
            enough = table[fit] > 5
            chi2 = float(np.sum((n - table[fit])[enough] ** 2 / table[fit][enough]))
            print(file, "published fit: chi2", chi2, "over", enough.sum(), "bins")
        deviances = {}
        for name in ["dijet3", "dijet4", "dijet5", "atlas4", "atlasExponential4", "powerLaw4",
                     "exponential6"]:
            _, fval, edm = Model(name, edges).fit(n, everything)
            deviances[name] = 2 * fval
            print(f"  {name:18} deviance {2 * fval:.4f} edm {edm:.1e}")
        rows.append({"file": file, "counts": counts, "fit": fit, "publishedChi2": chi2,
                     "deviances": deviances})
    return rows


if __name__ == "__main__":
    main()
