"""Reference scans by pyBumpHunter 0.5.1, and intervals of binomial probabilities by scipy.

Writes Tests/StatisticalInferenceTests/Fixtures/bumphunter.json: the histograms that were scanned,
what pyBumpHunter found in every window, and its global p-values. The first histogram is that of
pyBumpHunter's own example data, the others are drawn here.

Usage: OVERDENSITY_DATA=folder python3 Validation/bumphunter.py
Needs pyBumpHunter==0.5.1 and uproot; the folder holds public/bumphunter/pyBumpHunter_data.root.
"""
import contextlib
import io
import json
import os
import pathlib
import sys
from importlib.metadata import version

import numpy as np
import pyBumpHunter as BH
import scipy
import uproot
from scipy import stats

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIXTURE = ROOT / "Tests/StatisticalInferenceTests/Fixtures/bumphunter.json"
DATA = pathlib.Path(os.environ["OVERDENSITY_DATA"]) / "public/bumphunter/pyBumpHunter_data.root"
PSEUDO_EXPERIMENTS = 10_000


def example(bins):
    with uproot.open(DATA) as file:
        values = {name: file[name].arrays(library="np") for name in ("data", "bkg")}
    values = {name: next(iter(arrays.values())) for name, arrays in values.items()}
    edges = np.linspace(0, 20, bins + 1)
    return edges, *(np.histogram(values[name], edges)[0] for name in ("data", "bkg"))


def quietly(function, *arguments, **options):
    with contextlib.redirect_stdout(io.StringIO()):
        return function(*arguments, **options)


def scan_1d(edges, data, reference, pseudo=True, **settings):
    hunter = BH.BumpHunter1D(
        rang=[edges[0], edges[-1]], bins=edges, npe=PSEUDO_EXPERIMENTS, nworker=1, seed=666,
        **settings)
    quietly(hunter.bump_scan, data, reference, is_hist=True, do_pseudo=pseudo)
    result = {
        "settings": settings,
        "start": int(hunter.min_loc_ar[0]),
        "width": int(hunter.min_width_ar[0]),
        "pValue": float(hunter.min_Pval_ar[0]),
        "signal": float(hunter.signal_eval),
        "pValues": [float(p) for row in hunter.res_ar for p in row],
    }
    if settings.get("use_sideband"):
        result["scale"] = float(hunter.norm_scale)
    if pseudo:
        result["globalPValue"] = float(hunter.global_Pval)
    return result


def scan_2d(edges, data, reference, **settings):
    hunter = BH.BumpHunter2D(
        rang=[[e[0], e[-1]] for e in edges], bins=edges, npe=2000, nworker=1, seed=666, **settings)
    quietly(hunter.bump_scan, data, reference, is_hist=True)
    result = {
        "settings": settings,
        "start": [int(i) for i in hunter.min_loc_ar[0]],
        "width": [int(i) for i in hunter.min_width_ar[0]],
        "pValue": float(hunter.min_Pval_ar[0]),
        "signal": float(hunter.signal_eval),
        "pValues": [float(p) for row in hunter.res_ar for p in row],
        "globalPValue": float(hunter.global_Pval),
    }
    if settings.get("use_sideband"):
        result["scale"] = float(hunter.norm_scale)
    return result


def scan_channels(edges, data, reference, count=PSEUDO_EXPERIMENTS, **settings):
    hunter = BH.BumpHunter1D(
        rang=[edges[0], edges[-1]], bins=[edges] * len(data), npe=count, nworker=1, seed=666,
        **settings)
    quietly(hunter.bump_scan, data, reference, is_hist=True, multi_chan=True)
    return {
        "settings": settings,
        "statistic": float(hunter.t_ar[0]),
        "pValues": [float(p) for p in hunter.min_Pval_ar[0]],
        "globalPValue": float(hunter.global_Pval),
    }


def injection(edges, reference, signal, strengths, **settings):
    """Median significance at each strength; pyBumpHunter's loop needs equal steps."""
    hunter = BH.BumpHunter1D(
        rang=[edges[0], edges[-1]], bins=edges, npe=PSEUDO_EXPERIMENTS, npe_inject=1000, nworker=1,
        seed=666, signal_exp=float(signal.sum()), str_min=strengths[0],
        str_step=strengths[1] - strengths[0], str_scale="lin", sigma_limit=3.0, **settings)
    quietly(hunter.signal_inject, signal, reference, is_hist=True)
    return {
        "settings": settings,
        "strengths": [strengths[0] + i * (strengths[1] - strengths[0])
                      for i in range(len(hunter.sigma_ar))],
        "significances": [float(row[0]) for row in hunter.sigma_ar],
    }


def plain(value):
    """Numpy's numbers and arrays as JSON's."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def main():
    versions = {
        "python": sys.version.split()[0], "pyBumpHunter": version("pyBumpHunter"),
        "numpy": np.__version__, "scipy": scipy.__version__, "uproot": uproot.__version__}
    print(versions)
    random = np.random.default_rng(2026)

    edges, data, background = example(60)
    public = {"edges": edges, "data": data, "reference": background, "scans": [
        scan_1d(edges, data, background, width_min=2, width_max=6),
        scan_1d(edges, data, background, width_min=2, width_max=6, use_sideband=True),
        scan_1d(edges, data, background, width_min=2, width_max=6, mode="deficit"),
        scan_1d(edges, data, background, width_min=1, width_max=9, width_step=2, scan_step="half",
                pseudo=False),
        scan_1d(edges, data, background, width_min=3, width_max=12, width_step=3, scan_step="full",
                pseudo=False),
        scan_1d(edges, data, background, width_min=2, width_max=5, scan_step=3, use_sideband=True,
                sideband_width=7, pseudo=False),
    ]}

    # Few events, empty bins at both ends and in the middle of the reference.
    sparse = np.concatenate([[0, 0], 6 * np.exp(-np.arange(25) / 6), [0, 0, 0]])
    sparse[14] = 0
    counts = random.poisson(sparse) + np.eye(30, dtype=int)[[9, 10, 29]].sum(axis=0)
    few = {"edges": np.arange(31.0), "data": counts, "reference": sparse, "scans": [
        scan_1d(np.arange(31.0), counts, sparse, width_min=1, width_max=5, mode=mode,
                use_sideband=sideband)
        for mode in ("excess", "deficit") for sideband in (False, True)]}

    # A grid: a falling plane with a bump.
    x, y = np.meshgrid(np.arange(15) + 0.5, np.arange(12) + 0.5, indexing="ij")
    plane = 60 * np.exp(-x / 6 - y / 9)
    bump = 40 * np.exp(-0.5 * ((x - 6) ** 2 + (y - 5) ** 2))
    counts = random.poisson(plane + 0.5 * bump)
    grid_edges = [np.arange(16.0), np.arange(13.0)]
    grid = {"rowEdges": grid_edges[0], "columnEdges": grid_edges[1],
            "data": counts.ravel(), "reference": plane.ravel(), "scans": [
                scan_2d(grid_edges, counts, plane, width_min=[2, 1], width_max=[4, 3],
                        width_step=[1, 2], scan_step=[1, 2], **settings)
                for settings in ({}, {"use_sideband": True}, {"mode": "deficit"})]}

    # Two channels: bumps at the same place, at different ones, and background whose best windows
    # happen to overlap.
    shapes = [400 * np.exp(-np.arange(40) / 12), 150 * np.exp(-np.arange(40) / 20)]
    place = lambda mean, size: size * np.exp(-0.5 * ((np.arange(40) + 0.5 - mean) / 1.2) ** 2)
    channel_edges = np.arange(41.0)
    channels = []
    for means in [(15, 15.5), (15, 30)]:
        counts = [random.poisson(shape + place(mean, size))
                  for shape, mean, size in zip(shapes, means, (28, 22))]
        channels.append({
            "edges": channel_edges, "data": counts, "references": shapes,
            "scan": scan_channels(channel_edges, counts, shapes, width_min=2, width_max=6)})

    while True:
        counts = [random.poisson(shape) for shape in shapes]
        scan = scan_channels(
            channel_edges, counts, shapes, count=1, width_min=2, width_max=6)
        if scan["statistic"] > 7:
            break
    channels.append({
        "edges": channel_edges, "data": counts, "references": shapes,
        "scan": scan_channels(channel_edges, counts, shapes, width_min=2, width_max=6)})

    inject = injection(
        edges, background.astype(float), 1000 * stats.norm(5.5, 0.5).pdf(edges[:-1] + 1 / 6) / 3,
        [0.02, 0.06], width_min=2, width_max=6)
    inject["signal"] = 1000 * stats.norm(5.5, 0.5).pdf(edges[:-1] + 1 / 6) / 3

    for k, n, level in [(0, 10_000, 0.68), (1, 99, 0.68), (177, 10_000, 0.68), (50, 50, 0.95),
                        (3, 20, 0.95), (9999, 100_000, 0.6827)]:
        tail = (1 - level) / 2
        low = stats.beta.ppf(tail, k, n - k + 1) if k else 0.0
        high = stats.beta.ppf(1 - tail, k + 1, n - k) if k < n else 1.0
        print(f"{k} of {n}, {level}: {low!r} ... {high!r}, Z {stats.norm.isf((k + 1) / (n + 1))!r}")
    for scan in public["scans"][:3]:
        print({k: v for k, v in scan.items() if k != "pValues"})
    FIXTURE.write_text(json.dumps(plain({
        "versions": versions, "pseudoExperiments": PSEUDO_EXPERIMENTS, "public": public,
        "few": few, "grid": grid, "channels": channels, "injection": inject})) + "\n")
    print(f"wrote {FIXTURE.relative_to(ROOT)}, {FIXTURE.stat().st_size} bytes")


main()
