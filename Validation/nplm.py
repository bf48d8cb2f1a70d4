"""Reference values for Tests/LearnedTestStatisticsTests: NPLM's deepest minimum, chi-square fits.

Run: python Validation/nplm.py   (numpy, scipy)

The samples come from SplitMix64, exactly as Tests/LearnedTestStatisticsTests/NPLMTests.swift makes
them. The loss and its gradient are written out in double precision; the minimum is the deepest of
200 descents of scipy's bounded quasi-Newton method from random starts.
"""

import numpy as np
import scipy
from scipy.optimize import minimize
from scipy.stats import chi2

MASK = (1 << 64) - 1


class SplitMix64:
    """The generator of Sources/Randomness."""

    def __init__(self, state):
        self.state = state

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def uniform(self):
        return (self.next() >> 11) * 2.0**-53


def exponential(generator, count):
    return np.array([-np.log(1 - generator.uniform()) for _ in range(count)])


def samples():
    generator = SplitMix64(5)
    reference = exponential(generator, 3000)
    data = exponential(generator, 550)
    bump = np.array([1.6 + 0.2 * (generator.uniform() - 0.5) for _ in range(50)])
    return (reference.astype(np.float32).astype(float),
            np.concatenate([data, bump]).astype(np.float32).astype(float))


def loss(parameters, x, is_data, weight, hidden):
    w, b = parameters[:hidden], parameters[hidden:2 * hidden]
    v, c = parameters[2 * hidden:3 * hidden], parameters[3 * hidden]
    h = 1 / (1 + np.exp(-(np.outer(x, w) + b)))
    f = h @ v + c
    value = np.sum(np.where(is_data, -f, weight * np.expm1(f)))
    d = np.where(is_data, -1.0, weight * np.exp(f))
    back = d[:, None] * v * h * (1 - h)
    return value, np.concatenate([back.T @ x, back.sum(0), h.T @ d, [d.sum()]])


def main():
    print("numpy", np.__version__, "scipy", scipy.__version__)
    reference, data = samples()
    x = np.concatenate([reference, data])
    x /= x.mean()
    is_data = np.arange(len(x)) >= len(reference)
    expected, hidden, clipping = 560.0, 3, 4.0
    rng = np.random.default_rng(1)
    ends = []
    for _ in range(200):
        start = rng.uniform(-clipping, clipping, 3 * hidden + 1)
        end = minimize(loss, start, jac=True, method="L-BFGS-B",
                       args=(x, is_data, expected / len(reference), hidden),
                       bounds=[(-clipping, clipping)] * len(start),
                       options={"ftol": 1e-13, "gtol": 1e-7, "maxiter": 5000, "maxfun": 10000})
        ends.append(-2 * end.fun)
    print("1-3-1, clipping 4: deepest t", max(ends), "found", np.sum(np.array(ends) > max(ends) - 0.1))

    values = np.array([3.1, 7.9, 12.4, 9.7, 5.5, 10.2, 8.8, 14.9, 6.3, 11.1])
    degrees, _, _ = chi2.fit(values, floc=0, fscale=1)
    print("chi-square fit", degrees)
    print("ln survival of 250 with 10.5 degrees of freedom", chi2.logsf(250, 10.5))
    print("quantile of 0.95 with 26 degrees of freedom", chi2.ppf(0.95, 26))


if __name__ == "__main__":
    main()
