#!/usr/bin/env python3
"""The real LHC Olympics signal region: what scikit-learn reaches, for Tests/ReferenceLinesTests.

    python3 lhco_signal_region.py FOLDER

FOLDER holds innerdata_train.npy, innerdata_test.npy and innerdata_extrasig.npy of the CATHODE
repository (m_JJ in 3.3-3.7 TeV; lighter jet mass, mass difference, tau21 of both jets, label). The
"data" are the training file, its signal cut down to a number; background beside it is the test
file's first background; 40,000 more background events and all further signal are scored by
HistGradientBoosting, as the idealised anomaly detector (data against background) and supervised.
Its settings matter; early stopping costs half of the maximum here. "x 20" is the mean of twenty
models, each trained on a random half of the events, as our ensembles are. One thread; the script
prints versions and processor times.
"""
import os

os.environ["OMP_NUM_THREADS"] = "1"  # read when scikit-learn is imported

import sys
import time
from pathlib import Path

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

SCORED_BACKGROUND = 40_000
FLOOR = 25


def scores(positive, negative, scored, members=1):
    if members > 1:
        random = np.random.default_rng(1)
        halves = [[part[random.permutation(len(part))[: len(part) // 2]] for part in (positive, negative)]
                  for _ in range(members)]
        return np.mean([scores(*half, scored) for half in halves], axis=0)
    x = np.concatenate([positive, negative])
    y = np.concatenate([np.ones(len(positive)), np.zeros(len(negative))])
    w = np.where(y == 1, 0.5 / len(positive), 0.5 / len(negative)) * len(y)
    model = HistGradientBoostingClassifier(
        max_iter=100, early_stopping=False, max_leaf_nodes=15, min_samples_leaf=100,
        l2_regularization=50, learning_rate=0.05)
    return model.fit(x, y, sample_weight=w).predict_proba(scored)[:, 1]


def improvement(score, is_signal):
    background = np.sort(score[~is_signal])[::-1]
    signal = np.sort(score[is_signal])
    count = np.arange(FLOOR, len(background) + 1)
    efficiency = 1 - np.searchsorted(signal, background[count - 1], side="left") / len(signal)
    curve = efficiency / np.sqrt(count / len(background))
    at = int(1e-3 * len(background)) - FLOOR
    return curve.max(), curve[at]


def main(folder):
    print("python", sys.version.split()[0], "numpy", np.__version__, "sklearn", sklearn.__version__)
    train, test, extra = (
        np.load(folder / f"innerdata_{name}.npy") for name in ("train", "test", "extrasig"))
    features = slice(1, 5)
    signal = train[train[:, 5] == 1]
    measured = train[train[:, 5] == 0]
    background = test[test[:, 5] == 0]
    beside, scored = background[:-SCORED_BACKGROUND], background[-SCORED_BACKGROUND:]
    events = np.concatenate([scored, extra])[:, features]
    is_signal = np.concatenate([np.zeros(len(scored)), np.ones(len(extra))]) == 1
    print(len(measured), "background and", len(signal), "signal events in the data,", len(beside),
          "background beside,", len(scored), "+", len(extra), "scored; floor", FLOOR / len(scored))
    for count in [len(signal), 200, 100]:
        data = np.concatenate([measured, signal[:count]])[:, features]
        for members in (1, 20):
            start = time.process_time()
            score = scores(data, beside[:, features], events, members)
            seconds = time.process_time() - start
            best, at = improvement(score, is_signal)
            print(f"idealised, {count} signal, x {members}: AUC {roc_auc_score(is_signal, score):.4f}, max SIC "
                  f"{best:.2f}, at 1e-3 {at:.2f} ({seconds:.1f} s)")
    start = time.process_time()
    half = len(extra) // 2
    score = scores(
        np.concatenate([signal, extra[:half]])[:, features],
        np.concatenate([measured, beside])[:, features],
        np.concatenate([scored, extra[half:]])[:, features])
    is_signal = np.concatenate([np.zeros(len(scored)), np.ones(len(extra) - half)]) == 1
    best, at = improvement(score, is_signal)
    print(f"supervised: AUC {roc_auc_score(is_signal, score):.4f}, max SIC {best:.2f}, at 1e-3 "
          f"{at:.2f} ({time.process_time() - start:.1f} s)")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
