"""Answers of pyhf on models with linear backgrounds.

Usage: python3 Validation/pyhf_limits.py   (needs pyhf, scipy and iminuit; writes the fixture below)

Every case is given as its workspace; the tests build the same model, compare the workspace that they
export with it, and their numbers with pyhf's.
"""
import json
import pathlib
import sys

import iminuit
import numpy as np
import pyhf
import scipy
from scipy.optimize import brentq

ROOT = pathlib.Path(__file__).resolve().parent.parent
VERSIONS = {"python": sys.version.split()[0], "pyhf": pyhf.__version__, "scipy": scipy.__version__,
            "iminuit": iminuit.__version__}
pyhf.set_backend("numpy", pyhf.optimize.minuit_optimizer(tolerance=1e-6, strategy=2))


def workspace(signal, background, counts, modes=None, control=None, largest=10.0, variations=()):
    if control is not None:
        modifiers = [{"name": "spectrum_bins", "type": "shapesys", "data": control}]
    else:
        modifiers = [
            {"name": f"spectrum_mode_{i + 1}", "type": "histosys",
             "data": {"hi_data": [b + e for b, e in zip(background, mode)],
                      "lo_data": [b - e for b, e in zip(background, mode)]}}
            for i, mode in enumerate(modes)
        ]
    return {
        "channels": [{"name": "spectrum", "samples": [
            {"name": "signal", "data": signal,
             "modifiers": [{"name": "mu", "type": "normfactor", "data": None}] + [
                 {"name": name, "type": "histosys", "data": {"hi_data": up, "lo_data": down}}
                 for name, up, down in variations]},
            {"name": "background", "data": background, "modifiers": modifiers}]}],
        "observations": [{"name": "spectrum", "data": counts}],
        "measurements": [{"name": "limit", "config": {"poi": "mu", "parameters": [
            {"name": "mu", "bounds": [[0, largest]], "inits": [1]}]}}],
        "version": "1.0.0",
    }


def answers(spec, strengths):
    ws = pyhf.Workspace(spec)
    # The interpolation of HistFactory: a polynomial within one standard deviation.
    model = ws.model(modifier_settings={"histosys": {"interpcode": "code4p"}})
    largest = spec["measurements"][0]["config"]["parameters"][0]["bounds"][0][1]
    data = ws.data(model)
    par_bounds = model.config.suggested_bounds()
    q0_value = pyhf.infer.test_statistics.q0(
        0.0, data, model, model.config.suggested_init(), par_bounds, model.config.suggested_fixed())
    points = []
    for mu in strengths:
        statistic = pyhf.infer.test_statistics.qmu_tilde(
            mu, data, model, model.config.suggested_init(), par_bounds,
            model.config.suggested_fixed())
        cls, (clsb, clb), band = pyhf.infer.hypotest(
            mu, data, model, test_stat="qtilde", return_tail_probs=True, return_expected_set=True)
        points.append({"strength": mu, "qMuTilde": float(statistic), "cls": float(cls),
                       "clsPlusB": float(clsb), "clB": float(clb),
                       "expected": [float(x) for x in band]})

    def hypotest(mu):
        return pyhf.infer.hypotest(mu, data, model, test_stat="qtilde", return_expected_set=True)

    def crossing(f):
        return brentq(lambda mu: np.log(max(f(mu), 1e-12)) - np.log(0.05), 1e-3 * largest,
                      0.99 * largest, xtol=1e-7 * largest, rtol=1e-7)

    return {
        "q0": float(q0_value), "points": points,
        "limit": crossing(lambda mu: float(hypotest(mu)[0])),
        "expectedLimits": [crossing(lambda mu, i=i: float(hypotest(mu)[1][i])) for i in range(5)],
    }


def main():
    rng = np.random.default_rng(7)
    cases = []

    def add(name, strengths, **kwargs):
        spec = workspace(**kwargs)
        cases.append({"name": name, "workspace": spec, **answers(spec, strengths)})
        print(name, {k: v for k, v in cases[-1].items() if k not in ("workspace", "name", "points")})

    add("two bins with control regions", [0.5, 1.0, 2.0], signal=[12.0, 11.0],
        background=[50.0, 52.0], control=[3.0, 7.0], counts=[51.0, 48.0])
    add("two bins with control regions and an excess", [0.5, 1.0, 2.0], signal=[12.0, 11.0],
        background=[50.0, 52.0], control=[3.0, 7.0], counts=[60.0, 65.0])
    add("two bins with Gaussians", [0.5, 1.0, 2.0], signal=[12.0, 11.0], background=[50.0, 52.0],
        modes=[[3.0, 0.0], [0.0, 7.0]], counts=[51.0, 48.0])
    # A falling spectrum with the modes of a fit, a signal in the middle, strengths in events.
    edges = np.linspace(2.5, 4.5, 21)
    centres = (edges[1:] + edges[:-1]) / 2
    for name, total, injected in [("spectrum", 20000, 0), ("spectrum with a signal", 20000, 250),
                                  ("small spectrum with a deficit", 400, -8)]:
        b = np.exp(-3.2 * (centres - 2.5))
        b *= total / b.sum()
        s = np.exp(-0.5 * ((centres - 3.4) / 0.1) ** 2)
        s /= s.sum()
        u = (centres - 3.4) / 0.6
        modes = [0.012 * b, 0.010 * b * u, 0.007 * b * (u * u - 0.8)]
        counts = rng.poisson(np.maximum(b + injected * s, 0.01)).astype(float)
        scale = np.sqrt(b[8:10].sum() * 2)
        add(name, [round(float(k * scale), 1) for k in (0.5, 1, 2, 4)], signal=s.tolist(),
            background=b.tolist(), modes=[m.tolist() for m in modes], counts=counts.tolist(),
            largest=round(float(20 * scale), 1))

    # Uncertainties of the signal: of its number, of its shape, and one with unlike sides.
    signal = [12.0, 11.0]
    add("signal with an uncertain number", [0.5, 1.0, 2.0], signal=signal, background=[50.0, 52.0],
        modes=[[3.0, 0.0], [0.0, 7.0]], counts=[51.0, 48.0],
        variations=[("efficiency", [s * 1.2 for s in signal], [s * 0.8 for s in signal])])
    add("signal with unlike variations and an excess", [0.5, 1.0, 2.0], signal=signal,
        background=[50.0, 52.0], modes=[[3.0, 0.0], [0.0, 7.0]], counts=[60.0, 65.0],
        variations=[("scale", [15.0, 8.0], [10.5, 12.0]), ("resolution", [11.0, 12.5], [13.0, 9.5])])
    b = 20000 * np.exp(-3.2 * (centres - 2.5)) / np.exp(-3.2 * (centres - 2.5)).sum()
    def peak(mass, width):
        s = np.exp(-0.5 * ((centres - mass) / width) ** 2)
        return (s / s.sum()).tolist()
    scale = np.sqrt(b[8:10].sum() * 2)
    add("spectrum with a signal of uncertain mass and width",
        [round(float(k * scale), 1) for k in (1, 2, 4)], signal=peak(3.4, 0.1),
        background=b.tolist(), modes=[(0.012 * b).tolist(), (0.010 * b * (centres - 3.4) / 0.6).tolist()],
        counts=rng.poisson(b).astype(float).tolist(), largest=round(float(20 * scale), 1),
        variations=[("scale", peak(3.44, 0.1), peak(3.37, 0.1)),
                    ("resolution", peak(3.4, 0.13), peak(3.4, 0.08))])

    path = ROOT / "Tests" / "StatisticalInferenceTests" / "Fixtures" / "pyhf.json"
    path.write_text(json.dumps({"versions": VERSIONS, "cases": cases}, indent=1) + "\n")
    print("wrote", path.relative_to(ROOT))


if __name__ == "__main__":
    main()
