"""Bin contents of double-sided Crystal Ball functions, integrated numerically.

Usage: python3 Validation/signal_shapes.py   (needs mpmath; writes the fixture below)
"""
import json
import pathlib
import sys

import mpmath as mp

mp.mp.dps = 40

ROOT = pathlib.Path(__file__).resolve().parent.parent
VERSIONS = {"python": sys.version.split()[0], "mpmath": mp.__version__}


def density(t, alpha_low, power_low, alpha_high, power_high):
    if t < -alpha_low:
        a, n, distance = alpha_low, power_low, -t
    elif t > alpha_high:
        a, n, distance = alpha_high, power_high, t
    else:
        return mp.exp(-t * t / 2)
    return mp.exp(-a * a / 2) * (1 - a / n * (a - distance)) ** (-n)


def main():
    cases = []
    for mass, width, shape in [(3500, 0.03, (1.5, 3, 2, 5)), (1000, 0.02, (0.8, 1.5, 1.2, 20)),
                               (5000, 0.05, (2.5, 2, 0.5, 4))]:
        edges = [mass * x for x in (0.6, 0.8, 0.9, 0.95, 0.98, 1, 1.03, 1.06, 1.2, 1.4)]
        f = lambda t: density(t, *[mp.mpf(x) for x in shape])
        ends = [-mp.inf, -shape[0], shape[2], mp.inf]
        # The tails in 1 / t, where a power law is smooth up to the end.
        tails = [mp.quad(lambda u, side=side: f(side / u) / u**2, [0, 1 / mp.mpf(start)])
                 for side, start in [(-1, shape[0]), (1, shape[2])]]
        norm = mp.quad(f, ends[1:3]) + sum(tails)
        fractions = []
        for low, high in zip(edges, edges[1:]):
            a, b = [(mp.mpf(e) - mass) / (mp.mpf(width) * mass) for e in (low, high)]
            cuts = sorted([a, b] + [mp.mpf(c) for c in ends[1:3] if a < c < b])
            fractions.append(float(mp.quad(f, cuts) / norm))
        cases.append({"mass": mass, "relativeWidth": width, "alphaLow": shape[0],
                      "powerLow": shape[1], "alphaHigh": shape[2], "powerHigh": shape[3],
                      "edges": edges, "fractions": fractions})
    path = ROOT / "Tests" / "StatisticalInferenceTests" / "Fixtures" / "signal_shapes.json"
    path.write_text(json.dumps({"versions": VERSIONS, "cases": cases}, indent=1) + "\n")
    print("wrote", path.relative_to(ROOT))


if __name__ == "__main__":
    main()
