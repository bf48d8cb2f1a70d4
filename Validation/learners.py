"""Reference values for Tests/LearnersTests: XGBoost, scikit-learn, scipy and numpy on small samples.

Run: python Validation/learners.py   (xgboost 1.7, scikit-learn, scipy, numpy)

The samples come from SplitMix64, exactly as Tests/LearnersTests/Samples.swift makes them.
"""

import numpy as np
import scipy
import sklearn
import xgboost
from scipy.stats import norm, percentileofscore, rankdata
from sklearn.decomposition import PCA
from sklearn.metrics import log_loss, roc_auc_score, roc_curve

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


def sample(state, count, shift):
    """Three features: uniform, a power shifted towards 1, and one that follows the first two."""
    generator = SplitMix64(state)
    rows = []
    for _ in range(count):
        a, b, c = generator.uniform(), generator.uniform(), generator.uniform()
        b = b ** (1 / (1 + shift))
        rows.append([a, b, a + 2 * b + 0.5 * c])
    return np.array(rows).astype(np.float32)


def trees():
    positive, negative = sample(1, 400, 1.0), sample(2, 600, 0.0)
    x = np.concatenate([positive, negative])
    y = np.r_[np.ones(400), np.zeros(600)]
    # Total weight of the negatives = that of the positives; mean 1.
    w = np.r_[np.full(400, 1.0), np.full(600, 400 / 600)]
    w = (w * (1000 / w.sum())).astype(np.float32)
    booster = xgboost.train(
        {
            "objective": "binary:logistic", "base_score": 0.5, "tree_method": "hist",
            "max_depth": 3, "eta": 0.3, "min_child_weight": 5, "lambda": 1, "max_bin": 64,
            "nthread": 1, "subsample": 1,
        },
        xgboost.DMatrix(x, y, weight=w), 12,
    )
    test = np.concatenate([sample(3, 4, 1.0), sample(4, 4, 0.0)])
    print("trees: scores of the test events", booster.predict(xgboost.DMatrix(test)).tolist())


def principal_components():
    x = sample(1, 400, 1.0).astype(np.float64)
    mean, deviation = x.mean(0), x.std(0)
    z = (x - mean) / deviation
    pca = PCA(2).fit(z)
    test = (sample(3, 4, 1.0).astype(np.float64) - mean) / deviation
    error = ((test - pca.inverse_transform(pca.transform(test))) ** 2).sum(1)
    print("PCA: reconstruction errors", error.tolist())
    print("PCA: explained variance", PCA().fit(z).explained_variance_ratio_.tolist())
    values, vectors = np.linalg.eigh(np.array([[4.0, 1, -2], [1, 3, 0.5], [-2, 0.5, 5]]))
    print("eigenvalues", values.tolist(), "first vector", (vectors[:, 0] * np.sign(vectors[0, 0])).tolist())


def percentiles():
    training = [3.0, 1.0, 2.0, 2.0, 5.0]
    values = [0.0, 1.0, 1.5, 2.0, 4.0, 5.0, 9.0]
    print("percentiles", [percentileofscore(training, v, kind="mean") / 100 for v in values])


def rank_gaussian():
    training = np.array([3.0, 1.0, 2.0, 2.0, 5.0])
    # rankdata gives ties their mean rank: an equal event counts half.
    fractions = (rankdata(training) - 0.5) / len(training)
    print("rank-Gaussian: training", norm.ppf(fractions).tolist(), "gap", float(norm.ppf(0.8)))


def metrics():
    scores = np.array([0.9, 0.8, 0.8, 0.4, 0.3, 0.8, 0.5, 0.4, 0.2, 0.1])
    labels = np.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 0])
    weights = np.array([1, 2, 1, 1, 0.5, 1, 1, 2, 1, 3])
    fpr, tpr, _ = roc_curve(labels, scores, sample_weight=weights, drop_intermediate=False)
    print("metrics: AUC", roc_auc_score(labels, scores, sample_weight=weights))
    print("metrics: efficiency at 0.05, 0.2, 0.4", np.interp([0.05, 0.2, 0.4], fpr, tpr).tolist())
    print("metrics: -log loss", -log_loss(labels, scores, sample_weight=weights))


if __name__ == "__main__":
    print("numpy", np.__version__, "scipy", scipy.__version__,
          "scikit-learn", sklearn.__version__, "xgboost", xgboost.__version__)
    trees()
    principal_components()
    percentiles()
    rank_gaussian()
    metrics()
