"""Reference values for the numbers that figures derive: bin significances, error bars, sigma lines.

Run: python Validation/report_numbers.py   (prints Swift literals for Tests/ReportingTests)
"""

import math
import sys

import scipy
from scipy.optimize import minimize_scalar
from scipy.stats import chi2, norm

print(f"Python {sys.version.split()[0]}, scipy {scipy.__version__}")


def significance(n, b, s):
    """Signed root of the profile likelihood of Poisson(n | beta + mu) Gauss(beta | b, s)."""

    def nll(beta):
        return beta - n * math.log(beta) + (0 if s == 0 else 0.5 * ((beta - b) / s) ** 2)

    if s == 0:
        background = nll(b)
    else:
        background = minimize_scalar(
            nll, bounds=(1e-12, b + n + 20 * s), method="bounded", options={"xatol": 1e-13}
        ).fun
    # The best signal makes the mean n and leaves the background at b.
    free = n - (n * math.log(n) if n > 0 else 0)
    return math.copysign(math.sqrt(max(0, 2 * (background - free))), n - b)


print("significance (count, expected, uncertainty, Z)")
for n, b, s in [(10, 5, 0), (117, 13.5, 1), (0, 3, 0.5), (2133, 1782, 44), (3, 0.2, 0.1), (90, 100, 0)]:
    print(f"  ({n}, {b}, {s}, {significance(n, b, s):.9f}),")

print("68 % interval (count, low, high)")
tail = norm.sf(1)
for n in [0, 1, 3, 10, 100]:
    low = chi2.ppf(tail, 2 * n) / 2 if n else 0
    print(f"  ({n}, {low:.6f}, {chi2.isf(tail, 2 * n + 2) / 2:.6f}),")

print("log10 tail (sigma, log10 p)")
for z in [0, 1, 5, 29, 31, 46, 120]:
    print(f"  ({z}, {norm.logsf(z) / math.log(10):.12g}),")
