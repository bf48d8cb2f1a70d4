"""Reference fits of dijet functions by iminuit and scipy, on counts drawn here.

Independent of the Swift code in every part: bins are integrated with 20 Gauss-Legendre points, the
basis comes from a QR decomposition, minimisers are MIGRAD + HESSE and scipy's Newton-CG, and the
published ATLAS chi-square is recomputed if its table is there.

Usage: [OVERDENSITY_DATA=folder] python3 Validation/background_fit.py
"""
import json
import os
import pathlib
import sys

import iminuit
import numpy as np
import scipy
from iminuit import Minuit
from scipy import optimize, stats

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIXTURE = ROOT / "Tests/StatisticalInferenceTests/Fixtures/background_fit.json"
SQRT_S = 13000.0
POINTS, WEIGHTS = np.polynomial.legendre.leggauss(20)


def features(mass, count):
    """1, ln(1 - y), -ln y, -ln^2 y, -ln^3 y, whose coefficients are ln p0, p1, p2 ..."""
    y = mass / SQRT_S
    log_y = np.log(y)
    columns = [np.ones_like(y), np.log1p(-y), -log_y, -(log_y**2), -(log_y**3)]
    return np.stack(columns[:count], axis=-1)


class Spectrum:
    def __init__(self, edges, count):
        half = np.diff(edges)[:, None] / 2
        center = (edges[1:] + edges[:-1])[:, None] / 2
        self.edges = edges
        self.weights = half * WEIGHTS
        raw = features(center + half * POINTS, count)
        flat = raw.reshape(-1, count)
        _, self.r = np.linalg.qr(flat / np.sqrt(len(flat)))
        self.basis = np.linalg.solve(self.r.T, flat.T).T.reshape(raw.shape)

    def density(self, q):
        return np.exp(self.basis @ q)

    def counts(self, q):
        return (self.weights * self.density(q)).sum(axis=1)

    def jacobian(self, q):
        return ((self.weights * self.density(q))[:, :, None] * self.basis).sum(axis=1)

    def plain(self, q, covariance):
        """Coefficients of the features, i.e. ln p0, p1 ..., and their covariance."""
        inverse = np.linalg.inv(self.r)
        return inverse @ q, inverse @ covariance @ inverse.T


def half_deviance(n, mu):
    if np.any(mu <= 0) or not np.all(np.isfinite(mu)):
        return 1e30
    return float(np.sum(mu - n + np.where(n > 0, n * np.log(np.maximum(n, 1e-300) / mu), 0)))


def minimise(function, start, gradient=None):
    minuit = Minuit(function, start, grad=gradient)
    minuit.errordef = 0.5
    minuit.strategy = 2
    minuit.tol = 1e-5
    for _ in range(10):
        minuit.migrad(ncall=100000)
        if minuit.valid and minuit.fmin.edm < 1e-9:
            break
    minuit.hesse()
    return minuit


def background_case(name, edges, counts, mask, count):
    spectrum = Spectrum(edges, count)
    used = ~((edges[1:] > mask[0]) & (edges[:-1] < mask[1]))
    n = counts[used]

    def value(q):
        return half_deviance(n, spectrum.counts(q)[used])

    def gradient(q):
        mu = spectrum.counts(q)[used]
        return spectrum.jacobian(q)[used].T @ (1 - n / mu)

    centers = np.sqrt(edges[1:] * edges[:-1])
    rows = spectrum.basis[:, 10, :][used]
    weight = np.sqrt(n + 0.5)
    start = np.linalg.lstsq(
        rows * weight[:, None], weight * np.log((n + 0.5) / np.diff(edges)[used]), rcond=None)[0]
    minuit = minimise(value, start, gradient)
    q = np.array(minuit.values)

    def fisher(q):
        j = spectrum.jacobian(q)[used]
        return j.T @ (j / spectrum.counts(q)[used][:, None])

    other = optimize.minimize(value, start, jac=gradient, hess=fisher, method="trust-exact",
                              options={"gtol": 1e-9})
    assert abs(other.fun - minuit.fval) < 1e-6, (name, other.fun, minuit.fval)

    covariance = np.linalg.inv(fisher(q))
    plain, plain_covariance = spectrum.plain(q, covariance)
    region = (edges[:-1] >= mask[0]) & (edges[1:] <= mask[1])
    g = spectrum.jacobian(q)[region].sum(axis=0)
    hesse = np.array(minuit.covariance)
    print(name, "dNLL scipy - iminuit", other.fun - minuit.fval, "edm", minuit.fmin.edm)
    return {
        "name": name, "parameterCount": count, "counts": counts.tolist(), "mask": list(mask),
        "parameters": plain.tolist(), "covariance": plain_covariance.tolist(),
        "deviance": 2 * minuit.fval,
        "expected": float(spectrum.counts(q)[region].sum()),
        "expectedUncertainty": float(np.sqrt(g @ covariance @ g)),
        "expectedUncertaintyHesse": float(np.sqrt(g @ hesse @ g)),
        "expectedPerBin": spectrum.counts(q).tolist(),
        "scipyDeviance": 2 * float(other.fun),
    }


def signal_case(name, edges, counts, mask, count, fixed_width=None):
    spectrum = Spectrum(edges, count)
    used = ~((edges[1:] > mask[0]) & (edges[:-1] < mask[1]))
    reference = background_case(name + " (background)", edges, counts, mask, count)
    q = spectrum.r @ np.array(reference["parameters"])

    def signal(mass, width):
        return np.diff(stats.norm.cdf(edges, mass, width * mass))

    def value(parameters):
        *q, events, mass, width = parameters
        return half_deviance(counts, spectrum.counts(np.array(q)) + events * signal(mass, width))

    best = None
    for mass in np.linspace(mask[0], mask[1], 9):
        minuit = Minuit(value, [*q, max(10.0, counts.sum() * 0.001), mass, fixed_width or 0.03])
        minuit.errordef = 0.5
        minuit.strategy = 2
        minuit.tol = 1e-4
        minuit.limits = [(None, None)] * count + [(0, None), tuple(mask), (0.015, 0.06)]
        minuit.fixed[count + 2] = fixed_width is not None
        minuit.migrad(ncall=100000)
        minuit.migrad(ncall=100000)
        if minuit.valid and (best is None or minuit.fval < best.fval):
            best = minuit
    best.hesse()
    print(name, best.values[count:], best.errors[count:], best.fmin.edm)
    return {
        "name": name, "parameterCount": count, "counts": counts.tolist(), "mask": list(mask),
        "fixedWidth": fixed_width, "deviance": 2 * best.fval,
        "signalEvents": best.values[count], "signalEventsUncertainty": best.errors[count],
        "mass": best.values[count + 1], "massUncertainty": best.errors[count + 1],
        "relativeWidth": best.values[count + 2],
    }


def main():
    generator = np.random.default_rng(20250101)
    edges = np.geomspace(2700, 6500, 65)
    edges = np.round(edges, 6)
    truth = np.array([0.0, 8.0, 5.0, 0.2])
    shape = Spectrum(edges, 4)
    expected = shape.counts(shape.r @ truth)
    expected /= expected.sum()
    mask = (float(edges[16]), float(edges[28]))
    cases = []
    for total, count in [(400_000, 4), (90_000, 5), (9_000, 4), (900, 3), (180, 4), (180, 3)]:
        counts = generator.poisson(expected * total).astype(float)
        cases.append(background_case(f"{total} events, {count} parameters", edges, counts, mask,
                                     count))
    signals = []
    masses = 3500 * (1 + 0.03 * generator.standard_normal(2000))
    for total, events, count, width in [
        (90_000, 500, 4, None), (900, 100, 4, None), (180, 60, 3, None), (9_000, 300, 4, 0.03)
    ]:
        counts = generator.poisson(expected * total).astype(float)
        counts += np.histogram(masses[:events], edges)[0]
        signals.append(signal_case(f"{events} on {total} events", edges, counts, mask, count, width))
    result = {
        "versions": {
            "python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__,
            "iminuit": iminuit.__version__,
        },
        "collisionEnergy": SQRT_S, "edges": edges.tolist(), "cases": cases, "signals": signals,
    }
    FIXTURE.write_text(json.dumps(result, sort_keys=True, separators=(",", ":")) + "\n")
    print("wrote", FIXTURE.relative_to(ROOT), FIXTURE.stat().st_size, "bytes")
    atlas()


def atlas():
    folder = os.environ.get("OVERDENSITY_DATA")
    if not folder:
        print("OVERDENSITY_DATA is not set: the ATLAS spectrum is skipped")
        return
    path = pathlib.Path(folder) / "public/dijet_spectra/atlas_run2_139fb_1910.08447_mjj.csv"
    table = np.genfromtxt(path, delimiter=",", names=True, skip_header=1)
    enough = table["fit"] > 5
    n, fit = table["observed"][enough], table["fit"][enough]
    print("ATLAS: published fit, chi2", np.sum((n - fit) ** 2 / fit), "over", enough.sum(), "bins")
    edges = np.append(table["low_GeV"], table["high_GeV"][-1])
    for count in (3, 4, 5):
        case = background_case(f"ATLAS {count}", edges, table["observed"], (9000.0, 9001.0), count)
        mu = np.array(case["expectedPerBin"])
        print(f"ATLAS: {count} parameters: {case['parameters']} chi2",
              np.sum((n - mu[enough]) ** 2 / mu[enough]), "deviance", case["deviance"])


if __name__ == "__main__":
    main()
