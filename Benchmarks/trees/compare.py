"""Trains the same boosted trees with ours, the XGBoost Python package and scikit-learn, and prints one table.

usage: compare.py [--rounds 5] [--events 120000]
Needs xgboost, scikit-learn and numpy. Build ours first: swift build -c release --product benchmark-trees

Every tool uses one thread and the same events and settings (those of the default plan: depth 6, learning rate 0.1,
256 bins, minimum child weight 50, l2 50). Rounds alternate between the tools; a tool's time is the median over
rounds of its processor time from arrays of numbers to the scores of all events: binning, training, validation,
scoring. Two cases: 100 trees, and 20 trees or more until the validation loss has made no progress for five.
"""
import os

os.environ["OMP_NUM_THREADS"] = "1"  # read when scikit-learn is imported

import argparse
import json
import platform
import statistics
import subprocess
import tempfile
import time

import numpy as np
import sklearn
import xgboost
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
OURS = os.environ.get("BENCHMARK_TREES", os.path.join(ROOT, ".build", "release", "benchmark-trees"))


def events(count):
    """Half of them a mixed sample, of which one in ten is signal."""
    r = np.random.default_rng(5)
    x = r.standard_normal((count, 4)).astype(np.float32)
    label = np.arange(count) % 2
    signal = np.flatnonzero(label)[: count // 20]
    x[signal] = 1.5 + 0.3 * r.standard_normal((len(signal), 4))
    return x, label, r.random(count) < 0.5


def with_xgboost(x, label, validates, case):
    start = time.process_time()
    matrices = [xgboost.DMatrix(x[rows], label[rows], nthread=1) for rows in (~validates, validates)]
    parameters = {
        "objective": "binary:logistic", "tree_method": "hist", "max_depth": 6, "eta": 0.1, "min_child_weight": 50,
        "lambda": 50, "max_bin": 256, "nthread": 1, "base_score": 0.5, "eval_metric": "logloss"}
    minimum, maximum = case
    booster = xgboost.train(parameters, matrices[0], num_boost_round=minimum)
    if maximum > minimum:
        booster = xgboost.train(
            parameters, matrices[0], num_boost_round=maximum - minimum, evals=[(matrices[1], "validation")],
            early_stopping_rounds=5, verbose_eval=False, xgb_model=booster)
        kept = booster.best_iteration + 1
    else:
        kept = maximum
        booster.eval(matrices[1])  # every training of ours tells how good it is on the validation events
    scores = booster.predict(xgboost.DMatrix(x, nthread=1), iteration_range=(0, kept))
    return time.process_time() - start, kept, roc_auc_score(label[validates], scores[validates])


def with_sklearn(x, label, validates, case):
    start = time.process_time()
    model = HistGradientBoostingClassifier(
        max_iter=case[1], early_stopping=False, max_depth=6, max_leaf_nodes=None, learning_rate=0.1,
        l2_regularization=50, min_samples_leaf=200)
    scores = model.fit(x[~validates], label[~validates]).predict_proba(x)[:, 1]
    return time.process_time() - start, case[1], roc_auc_score(label[validates], scores[validates])


def with_ours(file, case):
    output = json.loads(subprocess.run(
        [OURS, file, str(case[0]), str(case[1]), "1"], check=True, capture_output=True).stdout)
    return output["seconds"][0], output["rounds"], output["areaUnderCurve"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--events", type=int, default=120_000)
    options = parser.parse_args()
    x, label, validates = events(options.events)
    print(f"xgboost {xgboost.__version__}, scikit-learn {sklearn.__version__}, Python {platform.python_version()}, "
          f"{options.events} events, one thread, median of {options.rounds} rounds")
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        np.save(file, np.column_stack([x, label, validates]).astype(np.float64))
        file.flush()
        cases = {"100 trees": (100, 100), "early stopping": (20, 100)}
        print(f"{'case':>15} {'tool':>14} {'seconds':>8} {'of ours':>8}  trees   AUC")
        for name, case in cases.items():
            tools = {"ours": lambda: with_ours(file.name, case), "xgboost": lambda: with_xgboost(x, label, validates, case)}
            if case[0] == case[1]:
                tools["scikit-learn"] = lambda: with_sklearn(x, label, validates, case)
            results = {tool: [] for tool in tools}
            for _ in range(options.rounds):
                for tool, run in tools.items():
                    results[tool].append(run())
            ours = statistics.median(r[0] for r in results["ours"])
            for tool, result in results.items():
                seconds = statistics.median(r[0] for r in result)
                print(f"{name:>15} {tool:>14} {seconds:8.3f} {seconds / ours:8.2f}  {result[0][1]:5}   {result[0][2]:.4f}")


main()
