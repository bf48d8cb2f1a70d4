"""Reference values for Evaluation from scikit-learn: ROC, area under the curve, significance
improvement, with ties and weights.

    python Validation/roc.py

The sample is arithmetic, so that the test can make it again: event i of 2000 is signal if
i % 5 == 0; its score is ((i * 7919) % 1009 + 300 * signal) // 4 / 100 (many ties); its weight is
0.5 + (i % 7) / 4.  Needs: numpy scikit-learn scipy.  Prints the versions.
"""

import numpy as np
import sklearn
from sklearn.metrics import roc_auc_score, roc_curve

print(f"numpy {np.__version__}, scikit-learn {sklearn.__version__}")
i = np.arange(2000)
label = (i % 5 == 0).astype(int)
score = ((i * 7919) % 1009 + 300 * label) // 4 / 100
weight = 0.5 + (i % 7) / 4

for name, w in [("unweighted", None), ("weighted", weight)]:
    fpr, tpr, thresholds = roc_curve(label, score, sample_weight=w, drop_intermediate=False)
    fpr, tpr, thresholds = fpr[1:], tpr[1:], thresholds[1:]
    print(name, "points", len(fpr), "auc", repr(roc_auc_score(label, score, sample_weight=w)))
    for k in (0, 50, 100, len(fpr) - 1):
        print("  ", k, thresholds[k], repr(fpr[k]), repr(tpr[k]))
    passed = np.array([np.sum((score >= t) & (label == 0)) for t in thresholds])
    allowed = passed >= 25
    sic = tpr / np.sqrt(np.where(fpr > 0, fpr, 1))
    best = np.flatnonzero(allowed)[np.argmax(sic[allowed])]
    first = np.flatnonzero(allowed)[0]
    at = np.flatnonzero(fpr <= 0.1)[-1]
    print("   floor", repr(fpr[first]), "maximum", repr(sic[best]), "at", repr(fpr[best]),
          "at 0.1", repr(sic[at]), repr(fpr[at]))

# The best area under the curve for two Gaussians of deviation 5, 5 apart (Tests/DatasetsTests).
import scipy  # noqa: E402
from scipy.stats import norm  # noqa: E402

print(f"scipy {scipy.__version__}: optimal AUC", repr(norm.cdf(5 / (5 * np.sqrt(2)))))
