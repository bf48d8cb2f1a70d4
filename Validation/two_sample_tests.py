"""Reference values for tests that compare two samples.

Run: python Validation/two_sample_tests.py   (numpy, scipy)

Log ratios of expected densities for Tests/DatasetsTests/ComparisonProblemTests.swift, by
scipy.stats; ideal significances by numerical integration; nearest-neighbour statistics for Tests/LearnedTestStatisticsTests/, by
scipy.spatial.cKDTree, into Fixtures/nearest_neighbours.json there.
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy.spatial import cKDTree
from scipy.stats import multivariate_normal

print("numpy", np.__version__, "scipy", scipy.__version__)

unit = np.eye(2)
reference = multivariate_normal([1, 1], unit)
shifted = multivariate_normal([1.12, 1.12], unit)
deformed = multivariate_normal([1, 1], [[0.95, 0.1], [0.1, 0.8]])
wide, narrow = multivariate_normal([0, 0], unit), multivariate_normal([1.5, 1.5], 0.1 * unit)
event = [2, 0.5]
print("shifted-gaussian", repr(shifted.logpdf(event) - reference.logpdf(event)))
print("deformed-gaussian", repr(deformed.logpdf(event) - reference.logpdf(event)))
event = [1.5, 1.25]
print("gaussian-bump", repr(np.log1p(500 * narrow.pdf(event) / (10_000 * wide.pdf(event)))))


def ideal_significance(n_reference, n_signal, half_width=8, steps=2001):
    """Median significance of the likelihood ratio: saddle point, integrals on a grid."""
    grid = np.linspace(-half_width, half_width, steps)
    places = np.dstack(np.meshgrid(grid, grid))
    a, b = n_signal(places), n_reference(places)
    area = (grid[1] - grid[0]) ** 2
    w = np.sqrt(2 * area * np.sum(a * np.log(a / b) - a + b))
    u = np.sqrt(area * np.sum(a * np.log(a / b) ** 2))
    return w + np.log(u / w) / w


for name, n_reference, n_signal in [
        ("shifted-gaussian", lambda x: 20_000 * reference.pdf(x),
         lambda x: 20_000 * shifted.pdf(x)),
        ("deformed-gaussian", lambda x: 20_000 * reference.pdf(x),
         lambda x: 20_000 * deformed.pdf(x)),
        ("gaussian-bump", lambda x: 10_000 * wide.pdf(x),
         lambda x: 10_000 * wide.pdf(x) + 500 * narrow.pdf(x))]:
    print("ideal significance,", name, ideal_significance(n_reference, n_signal))


def distances(sample, other, k):
    """To the k-th neighbour, where an event is none of its own."""
    found = cKDTree(other).query(sample, k=[k + 1 if sample is other else k])[0][:, 0]
    assert found.min() > 0
    return found


def scaled(reference, data):
    scale = np.concatenate([reference, data]).std(axis=0)
    return reference / scale, data / scale


def nearest_neighbours(reference, data, k):
    """De Simone & Jacques, arXiv:1807.06038."""
    reference, data = scaled(reference, data)
    ratios = distances(data, reference, k) / distances(data, data, k)
    return (data.shape[1] * np.mean(np.log(ratios))
            + np.log(len(reference) / (len(data) - 1)))


def novelty(reference, data, k, expected, fraction):
    """After Hajer et al., arXiv:1807.10261: data events beyond a cut on a local S / sqrt(B)."""
    scale = expected / len(reference)
    reference, data = scaled(reference, data)

    def evaluator(sample):
        d = sample.shape[1]
        b = scale * distances(sample, reference, k) ** -d
        return (distances(sample, data, k) ** -d - b) / np.sqrt(b)

    ranked = np.sort(evaluator(reference))[::-1]
    cut = ranked[max(1, int(fraction * len(reference))) - 1]
    b = scale * np.sum(ranked >= cut)
    return (np.sum(evaluator(data) >= cut) - b) / np.sqrt(b)


generator = np.random.default_rng(1)


def normal(count, dimensions, mean):
    values = generator.normal(mean, 1 + np.arange(dimensions), (count, dimensions))
    return np.round(values * 65_536) / 65_536  # exact in single precision, short in text


samples = [("normal, 1 column", normal(150, 1, 0), normal(60, 1, 0.5)),
           ("normal, 2 columns", normal(300, 2, 0), normal(80, 2, 0.3)),
           ("normal, 5 columns", normal(150, 5, 0), normal(60, 5, 0))]
# Whole numbers: many distances, and many coordinates, are equal.
samples.append(("on a lattice", np.floor(normal(200, 2, 0) * 20), np.floor(normal(90, 2, 0) * 20)))
fixture = {"numpy": np.__version__, "scipy": scipy.__version__, "cases": [
    {"name": name, "reference": reference.T.tolist(), "data": data.T.tolist(),
     "statistics": [{"neighbour": k, "value": nearest_neighbours(reference, data, k)}
                    for k in (1, 5, 20)],
     "novelty": [{"neighbour": k, "value": novelty(reference, data, k, 75, 0.1)}
                 for k in (5, 20)]}
    for name, reference, data in samples]}
target = (Path(__file__).parent.parent
          / "Tests/LearnedTestStatisticsTests/Fixtures/nearest_neighbours.json")
target.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
for case in fixture["cases"]:
    print(case["name"], case["statistics"], case["novelty"])
