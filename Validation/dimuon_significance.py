"""Reference significances of the dimuon problem, arXiv:1912.12155, eqs. (8), (9) and (11).

Usage: python3 Validation/dimuon_significance.py   (needs numpy scipy mpmath; writes the fixture below)

Eq. (9) from scipy's Poisson distribution at whole counts and from mpmath's incomplete gamma function
in between.  Eqs. (8) and (11) from the distribution of t under the alternative, bin by bin convolved
on a fine grid (no pseudo-experiments), and weighted with exp(-t / 2) for the reference.
"""
import json
import pathlib
import sys

import mpmath as mp
import numpy as np
import scipy
from scipy import stats

mp.mp.dps = 40
ROOT = pathlib.Path(__file__).resolve().parent.parent
VERSIONS = {"python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__,
            "mpmath": mp.__version__}

# Table 2: Z' mass, N(S), window, f_sig, f_bkg; N(R) = 20,000.
WINDOWS = [(200, (40, 60, 80), (185, 215), 0.62, 9.0e-4), (300, (20, 30), (278, 322), 0.72, 2.3e-4),
           (300, (25, 35), (279, 321), 0.71, 2.2e-4), (600, (6, 10), (554, 656), 0.77, 2.4e-5),
           (600, (15,), (549, 662), 0.83, 2.8e-5)]
# Table 3.
EDGES = [60, 148, 296, 444, 592, 740, 888, 1241, 1594, 1947, 2300]
ALPHA = [9.93e-1, 4.95e-3, 4.01e-4, 8.5e-5, 2.64e-5, 9.84e-6, 7.59e-6, 1.4e-6, 3.6e-7, 1.10e-7]
BETA = [7.0e-4, 5.06e-4, 1.52e-4, 6.7e-5, 3.37e-5, 1.85e-5, 2.30e-5, 6e-6, 2.2e-6, 1.34e-6]
GAMMA = [1.21e-5, 2.28e-5, 2.20e-5, 1.96e-5, 1.703e-5, 1.432e-5, 2.90e-5, 1.6e-5, 1.09e-5, 6.769e-6]


def counting(signal, background):
    """Z[1 - CDF(s + b)]; P(N > k) = P(k + 1, b), the regularised lower incomplete gamma function."""
    tail = mp.gammainc(mp.mpf(signal) + background + 1, 0, background, regularized=True)
    return mp.findroot(lambda z: mp.log(mp.erfc(z / mp.sqrt(2)) / 2) - mp.log(tail),
                       (signal / mp.sqrt(background) * 0.7 + 0.1, signal / mp.sqrt(background)))


def ideal(reference, alternative, step=5e-4):
    """(median t, log10 p, Z): the pmf of t = sum of steps times counts, under the alternative."""
    reference, alternative = np.asarray(reference), np.asarray(alternative)
    slopes = 2 * np.log(alternative / reference)
    offset = 2 * (reference - alternative).sum()
    span = 16 * np.sqrt((alternative * slopes**2).sum()) + 40 * np.abs(slopes).max()
    size = scipy.fft.next_fast_len(int(2 * span / step))
    # Every count moves t by a slope: the transform of each bin's compound Poisson distribution is
    # exp(n (E - 1)), with E of a slope shared between its two neighbours on the grid.
    frequency = np.arange(size // 2 + 1)
    exponent = np.zeros(len(frequency), complex)
    mean = (alternative * slopes).sum()
    for n, slope in zip(alternative, slopes):
        low = int(np.floor(slope / step))
        share = slope / step - low
        phase = lambda k: np.exp(-2j * np.pi * frequency * k / size)
        exponent += n * ((1 - share) * phase(low) + share * phase(low + 1) - 1)
    shift = int(round(mean / step)) - size // 2
    pmf = np.fft.irfft(np.exp(exponent + 2j * np.pi * frequency * shift / size), size)
    pmf = np.maximum(pmf, 0)
    t = offset + (np.arange(size) + shift) * step
    median = t[np.searchsorted(np.cumsum(pmf), 0.5)]
    above = t >= median
    p = (pmf[above] * np.exp(-(t[above] - median) / 2)).sum()
    log_p = np.log(p) - median / 2
    z = float(mp.findroot(lambda z: mp.log(mp.erfc(z / mp.sqrt(2)) / 2) - log_p, float(np.sqrt(-2 * log_p))))
    return median, log_p / np.log(10), z


def check_by_toys(reference, alternative, count=2_000_000):
    """The same from pseudo-experiments of both hypotheses, for a check of small significances."""
    random = np.random.default_rng(1)
    reference, alternative = np.asarray(reference), np.asarray(alternative)
    t = lambda means: 2 * ((reference - alternative).sum()
                           + random.poisson(means, (count, len(means))) @ np.log(alternative / reference))
    median = np.median(t(alternative))
    return median, float(stats.norm.isf((t(reference) >= median).mean()))


def resonance(mass, width, signal, background=20_000):
    """Bins of 2 GeV of a falling tail and a normal peak: eq. (8) on m_ll."""
    edges = np.arange(100, 1000.1, 2)
    tail = background * 0.045 * ((edges[:-1] / 100)**-3.2 - (edges[1:] / 100)**-3.2)
    peak = signal * np.diff(stats.norm.cdf(edges, mass, width))
    return edges, tail, tail + peak


def main():
    table2 = []
    for mass, counts, window, f_sig, f_bkg in WINDOWS:
        for count in counts:
            s, b = f_sig * count, f_bkg * 20_000
            table2.append(dict(mass=mass, signal=count, background=20_000, window=window, signalFraction=f_sig,
                               backgroundFraction=f_bkg, significance=float(counting(s, b))))
            print(f"Table 2, eq. (9): m {mass} N(S) {count}: s {s:.2f} b {b:.2f} s/sqrt(b) {s / b**0.5:.2f} "
                  f"Z_ref {table2[-1]['significance']:.3f}")
    whole = [dict(signal=s, background=b, significance=float(stats.norm.isf(stats.poisson.sf(s + b, b))))
             for s, b in ((3, 4), (14, 4), (11, 18), (1, 100), (0, 5), (60, 100))]

    table3 = []
    for c in (0.1, 0.25, 0.5, 1.0, 1.5):
        yields = [np.array([20_000 * (a + b * x + g * x * x) for a, b, g in zip(ALPHA, BETA, GAMMA)])
                  for x in (0, c)]
        median, log10_p, z = ideal(*yields)
        table3.append(dict(coupling=c, medianStatistic=median, log10PValue=log10_p, significance=z))
        print(f"Table 3, eq. (11): c_W {c}: t {median:.4f} log10 p {log10_p:.4f} Z {z:.4f}",
              "toys: t %.4f Z %.4f" % check_by_toys(*yields) if z < 4.5 else "")
    peaks = []
    for mass, width, signal in ((300, 9, 10), (300, 9, 20), (600, 25, 6)):
        edges, reference, alternative = resonance(mass, width, signal)
        median, log10_p, z = ideal(reference, alternative)
        peaks.append(dict(mass=mass, width=width, signal=signal, medianStatistic=median,
                          log10PValue=log10_p, significance=z))
        print(f"eq. (8): m {mass} N(S) {signal}: t {median:.4f} log10 p {log10_p:.4f} Z {z:.4f}")
    fixture = dict(versions=VERSIONS, table2=table2, whole=whole, table3=dict(
        edges=EDGES, alpha=ALPHA, beta=BETA, gamma=GAMMA, background=20_000, cases=table3), peaks=peaks)
    path = ROOT / "Tests/StatisticalInferenceTests/Fixtures/dimuon_significance.json"
    path.write_text(json.dumps(fixture, indent=1) + "\n")
    print(VERSIONS, path.name)


if __name__ == "__main__":
    main()
