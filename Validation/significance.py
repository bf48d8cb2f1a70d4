"""Reference values of tails and significances, in 60 digits.

Usage: python3 Validation/significance.py   (needs mpmath; writes the two fixtures below)
"""
import json
import pathlib
import sys

import mpmath as mp

mp.mp.dps = 60
ROOT = pathlib.Path(__file__).resolve().parent.parent
VERSIONS = {"python": sys.version.split()[0], "mpmath": mp.__version__}


def log_normal_tail(z):
    return mp.log(mp.erfc(mp.mpf(z) / mp.sqrt(2)) / 2)


def log_poisson_at_least(n, mean):
    """The lower incomplete gamma function by its all-positive series."""
    a, x = mp.mpf(n), mp.mpf(mean)
    if x > a + 200 * mp.sqrt(a + 1):
        return mp.log1p(-mp.gammainc(a, x, mp.inf, regularized=True))
    total, term, k = mp.mpf(1), mp.mpf(1), a
    while term > total * mp.eps:
        k += 1
        term *= x / k
        total += term
    return a * mp.log(x) - x - mp.loggamma(a + 1) + mp.log(total)


def log_poisson_at_most(n, mean):
    return log_chi_square_tail(2 * mp.mpf(mean), 2 * (mp.mpf(n) + 1))


def log_chi_square_tail(value, ndf):
    a, x = mp.mpf(ndf) / 2, mp.mpf(value) / 2
    lower = mp.gammainc(a, 0, x, regularized=True)
    if lower < 0.5:
        return mp.log1p(-lower)
    return mp.log(mp.gammainc(a, x, mp.inf, regularized=True))


def profile_significance(n, b, sigma):
    """Maximises over theta with a root finder, not with the closed formula."""
    n, b, sigma = mp.mpf(n), mp.mpf(b), mp.mpf(sigma)

    def log_likelihood(mean, theta):
        pull = (theta / sigma) ** 2 / 2 if sigma > 0 else mp.mpf(0)
        return (n * mp.log(mean) if n > 0 else mp.mpf(0)) - mean - pull

    best = n * mp.log(n) - n if n > 0 else mp.mpf(0)
    if sigma == 0:
        theta = mp.mpf(0)
    elif n == 0:
        theta = max(-sigma**2, -b)
    else:
        slope = lambda t: n / (b + t) - 1 - t / sigma**2
        low, high = -b * (1 - mp.mpf(10) ** -30), n + sigma**2 + 1
        theta = mp.findroot(slope, (low, high), solver="anderson", tol=1e-80, maxsteps=2000,
                            verify=False)
        for _ in range(5):  # Newton's method to full precision
            theta -= slope(theta) / (-n / (b + theta) ** 2 - 1 / sigma**2)
        assert abs(slope(theta)) < mp.mpf(10) ** -40, (n, b, sigma, slope(theta))
    q0 = 2 * (best - log_likelihood(b + theta, theta))
    return mp.sign(n - b) * mp.sqrt(max(q0, 0))


def simultaneous(counts, fractions):
    """Z of counts that share a signal: Newton's method in the signal and every pull at once."""
    counts = [tuple(map(mp.mpf, c)) for c in counts]
    total = mp.fsum(fractions)
    fractions = [mp.mpf(f) / total for f in fractions]

    def log_likelihood(signal, thetas):
        value = mp.mpf(0)
        for (n, b, sigma), w, theta in zip(counts, fractions, thetas):
            mean = b + theta + w * signal
            value += (n * mp.log(mean) if n > 0 else 0) - mean
            value -= (theta / sigma) ** 2 / 2 if sigma > 0 else 0
        return value

    def gradient(*point):
        signal, thetas = point[0], point[1:]
        ratios = [n / (b + t + w * signal) - 1
                  for (n, b, _), w, t in zip(counts, fractions, thetas)]
        return ([mp.fsum(w * r for w, r in zip(fractions, ratios))]
                + [r - t / s**2 if s > 0 else t
                   for (_, _, s), r, t in zip(counts, ratios, thetas)])

    start = [mp.fsum(n - b for n, b, _ in counts)] + [0] * len(counts)
    found = list(mp.findroot(gradient, start, tol=1e-50, maxsteps=200))
    fixed = []
    for n, b, sigma in counts:  # without signal, each count for itself
        z = profile_significance(n, b, sigma)
        fixed.append(-z**2 / 2 + (n * mp.log(n) - n if n > 0 else 0))
    q0 = 2 * (log_likelihood(found[0], found[1:]) - mp.fsum(fixed))
    return found[0], mp.sign(found[0]) * mp.sqrt(max(q0, 0))


def log_marginal(n, b, sigma):
    """Poisson tail averaged over the Gaussian at b > 0, around the integrand's peak."""
    if n == 0:
        return mp.mpf(0)
    if sigma == 0:
        return log_poisson_at_least(n, b)
    n, b, sigma = mp.mpf(n), mp.mpf(b), mp.mpf(sigma)
    tail = lambda m: log_poisson_at_least(n, m)
    log_f = lambda m: tail(m) - ((m - b) / sigma) ** 2 / 2
    top = max(b, n) + 12 * sigma
    low, high = b, top
    with mp.workdps(20):  # the integrand is log-concave: narrow down on the best of a grid
        for _ in range(12):
            grid = [low + (high - low) * i / 20 for i in range(21)]
            best = max(range(21), key=lambda i: log_f(grid[i]))
            low, high = grid[max(best - 1, 0)], grid[min(best + 1, 20)]
    peak = (low + high) / 2
    height = log_f(peak)
    width = min(sigma, mp.sqrt(peak + 1))
    cuts = [max(mp.mpf(0), peak + width * k) for k in range(-14, 15)]
    cuts = sorted(set([c for c in cuts if c > 0] + [mp.mpf(0), b, peak]))
    with mp.workdps(18):
        integral, error = mp.quad(
            lambda m: mp.exp(log_f(m) - height) if m > 0 else mp.mpf(0), cuts,
            method="gauss-legendre", maxdegree=4, error=True)
        assert error < 1e-10 * integral, (n, b, sigma, error)
    norm = sigma * mp.sqrt(2 * mp.pi) * mp.erfc(-b / sigma / mp.sqrt(2)) / 2
    return height + mp.log(integral) - mp.log(norm)


def on_off(n, b, sigma):
    n, b, s2 = mp.mpf(n), mp.mpf(b), mp.mpf(sigma) ** 2
    if s2 == 0:
        q = 2 * ((n * mp.log(n / b) if n > 0 else 0) - n + b)
    else:
        on = n * mp.log(n * (b + s2) / (b * b + n * s2)) if n > 0 else mp.mpf(0)
        q = 2 * (on - b * b / s2 * mp.log(1 + s2 * (n - b) / (b * (b + s2))))
    return mp.sign(n - b) * mp.sqrt(max(q, 0))


def log_binomial_tail(n, b, sigma):
    """n or more of the events of both regions fall into the "on" region: a sum of binomials."""
    n, b, s2 = mp.mpf(n), mp.mpf(b), mp.mpf(sigma) ** 2
    if n == 0:
        return mp.mpf(0)
    off, tau = b * b / s2, b / s2
    return log_beta_lower(n, off + 1, 1 / (1 + tau))


def log_beta_lower(a, b, x):
    """The hypergeometric series with positive terms, x^a (1-x)^b / (a B) 2F1(a + b, 1; a + 1; x)."""
    a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
    total, term, k = mp.mpf(1), mp.mpf(1), 0
    while term > total * mp.eps or k < (a + b) * x - a:
        term *= (a + b + k) / (a + 1 + k) * x
        total += term
        k += 1
    return (a * mp.log(x) + b * mp.log1p(-x) - mp.log(a) - mp.loggamma(a) - mp.loggamma(b)
            + mp.loggamma(a + b) + mp.log(total))


def normal_quantile(log_tail):
    """z above which a Gaussian has a given probability; p = 1 has none."""
    if log_tail > -mp.mpf(10) ** -50:
        return None
    if log_tail > mp.log(mp.mpf(1) / 2):
        return -normal_quantile(mp.log(-mp.expm1(log_tail)))
    guess = mp.sqrt(max(mp.mpf("0.01"), -2 * log_tail - mp.log(2 * mp.pi * max(1, -2 * log_tail))))
    return mp.findroot(lambda z: log_normal_tail(z) - log_tail, guess)


def main():
    tails = {
        "versions": VERSIONS,
        "normal": [
            {"z": z, "logSurvival": float(log_normal_tail(mp.mpf(z)))}
            for z in [-8, -3, -1, -0.5, 0, 1e-3, 0.5, 1, 2, 5, 10, 20, 30, 37, 38, 50, 100, 300]
        ],
        "poisson": [
            {
                "n": n,
                "mean": m,
                "logAtLeast": float(log_poisson_at_least(n, m)),
                "logAtMost": float(log_poisson_at_most(n, m)),
            }
            for n, m in [
                (1, 1e-6), (1, 3), (3, 0.1), (5, 5), (8, 2.5), (20, 40), (100, 60), (100, 100),
                (150, 100), (1000, 20), (1000, 1001), (2.5, 1.2), (30000, 29000), (400000, 398000),
                (1000000, 1000000),
            ]
        ],
        "chiSquare": [
            {"value": x, "ndf": k,
             "logSurvival": float(log_chi_square_tail(x, k))}
            for x, k in [(0.1, 1), (3.84, 1), (50, 48), (91, 77), (400, 60), (5000, 60), (1, 100)]
        ],
        "beta": [
            {"a": a, "b": b, "x": x, "logLower": float(log_beta_lower(a, b, x)),
             "logUpper": float(mp.log(-mp.expm1(log_beta_lower(a, b, x))))}
            for a, b, x in [(1, 1, 0.3), (2.5, 4, 0.1), (3, 7, 0.9), (50, 60, 0.5), (200, 3000, 0.02),
                            (1000, 1000, 0.49), (100000, 300000, 0.251), (0.5, 0.5, 0.01)]
        ],
    }
    write("NumericalCoreTests", "tails.json", tails)

    cases = [
        (150, 100, 10), (100, 100, 5), (90, 100, 5), (1, 3, 1), (0, 3, 1), (0, 3, 2), (0, 3, 0),
        (5, 1, 3), (9, 0.22, 0.33), (4, 0.01, 0), (300, 1e-3, 1e-4), (1000, 20, 3),
        (2500, 100, 5), (100.5, 100, 5), (100.001, 100, 5), (10050, 10000, 30),
        (41000, 40000, 100), (101000, 100000, 200), (12.75, 7.5, 1.25),
        # About 0.1, 30 and more than 37 standard deviations, with and without uncertainty.
        (10.3, 10, 0), (101, 100, 0), (101.4, 100, 10), (10010, 10000, 20), (1001000, 1000000, 500),
        (60, 1, 0), (470, 100, 0), (500, 100, 5), (13300, 10000, 40), (1031000, 1000000, 300),
        (90, 1, 0), (800, 100, 5), (15000, 10000, 40),
    ]
    rows = []
    for n, b, sigma in cases:
        z = profile_significance(n, b, sigma)
        tail = (log_binomial_tail(n, b, sigma) if sigma
                else log_poisson_at_least(n, b) if n else mp.mpf(0))
        rows.append({
            "observed": n, "background": b, "uncertainty": sigma,
            "localSignificance": float(z),
            "log10LocalPValue": float(log_normal_tail(z) / mp.log(10)),
            "log10MarginalPValue": float(log_marginal(n, b, sigma) / mp.log(10)),
            "onOffSignificance": float(on_off(n, b, sigma)),
            "poissonSignificance": number(normal_quantile(log_poisson_at_least(n, b) if n else mp.mpf(0))),
            "log10PoissonPValue": float((log_poisson_at_least(n, b) if n else mp.mpf(0)) / mp.log(10)),
            "binomialSignificance": number(normal_quantile(tail)),
            "log10BinomialPValue": float(tail / mp.log(10)),
        })
        print(rows[-1])
    asimov = [
        {"signal": s, "background": b, "uncertainty": u, "significance": float(on_off(s + b, b, u))}
        for s, b, u in [(10, 100, 0), (50, 100, 0), (50, 100, 10), (5, 1, 0.3), (0, 4, 1),
                        (1, 100, 0), (1.4, 100, 10), (370, 100, 0), (100000, 1000000, 3000),
                        (1000, 100, 3)]
    ]
    shared = []
    for counts, fractions in [
        ([(150, 100, 10), (140, 100, 10)], [1, 1]),
        ([(150, 100, 10), (90, 100, 10)], [1, 1]),
        ([(150, 100, 10), (90, 100, 10)], [3, 1]),
        ([(12, 7.5, 1.25), (4, 7, 2), (9, 6, 0)], [2, 1, 1]),
        ([(0, 3, 1), (6, 2.5, 0.5)], [1, 1]),
        ([(20, 40, 3), (30, 40, 4), (25, 35, 2), (28, 33, 5)], [1, 1, 1, 1]),
        ([(600, 400, 10), (330, 400, 30)], [1, 1]),
        ([(60, 1, 0), (55, 1.5, 0.25)], [1, 2]),
    ]:
        signal, z = simultaneous(counts, fractions)
        shared.append({"counts": counts, "exposures": fractions, "signalEvents": float(signal),
                       "localSignificance": float(z)})
        print(shared[-1])
    write("StatisticalInferenceTests", "significance.json",
          {"versions": VERSIONS, "cases": rows, "asimov": asimov, "simultaneous": shared})


def number(value):
    return None if value is None else float(value)


def write(tests, name, content):
    path = ROOT / "Tests" / tests / "Fixtures" / name
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")
    print("wrote", path.relative_to(ROOT))


if __name__ == "__main__":
    main()
