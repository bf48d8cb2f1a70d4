"""Reference values for the dependence of two numbers: distance correlation from dcor, and its
plain definition in NumPy; mutual information of cells from scikit-learn.

    python Validation/dependence.py

The sample is arithmetic, so that the test can make it again: x_i = ((7919 i) mod 1009) / 100,
y_i = sin x_i + ((104729 i) mod 997) / 500 for i < 500; with ties x and y are rounded down to
multiples of 1/2.  Needs: dcor numpy scikit-learn.  Prints the versions.
"""

import dcor
import numpy as np
import sklearn
from sklearn.metrics import mutual_info_score

print(f"dcor {dcor.__version__}, numpy {np.__version__}, scikit-learn {sklearn.__version__}")
i = np.arange(500)
x = ((7919 * i) % 1009) / 100
y = np.sin(x) + ((104729 * i) % 997) / 500


def plain(x, y):
    a, b = (np.abs(v[:, None] - v[None, :]) for v in (x, y))

    def covariance(a, b):
        return (a * b).mean() + a.mean() * b.mean() - 2 * (a.mean(0) * b.mean(0)).mean()

    return np.sqrt(covariance(a, b) / np.sqrt(covariance(a, a) * covariance(b, b)))


for name, u, v in [
    ("plain", x, y),
    ("ties", np.floor(2 * x) / 2, np.floor(2 * y) / 2),
    ("shifted", x + 1e6, -3 * y),
    ("unrelated", x, ((104729 * i) % 997) / 500),
]:
    print(name, repr(float(dcor.distance_correlation(u, v))), repr(float(plain(u, v))))

# Tenths of the ranks, as MassDependence cuts them.
rank = lambda v: np.argsort(np.argsort(v, kind="stable"), kind="stable")  # noqa: E731
print("mutual information", repr(float(mutual_info_score(rank(x) * 10 // 500, rank(y) * 10 // 500))))
