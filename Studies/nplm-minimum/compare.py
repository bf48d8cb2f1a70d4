"""The deepest minimum against the paper's training, data set by data set.

Reads what `overdensity toy nplm PROBLEM -o FOLDER` left, once with the global search and once with
`--minimiser adam`: equal numbers are equal data sets. Prints a row of a Markdown table for each pair.

    python3 compare.py GLOBAL_FOLDER ADAM_FOLDER [GLOBAL_FOLDER ADAM_FOLDER ...]

Needs Python 3.9 and scipy.
"""

import json
import pathlib
import statistics
import sys

from scipy import stats

from compare_variants import depth


def read(folder):
    return json.loads((pathlib.Path(folder) / "toy-nplm.json").read_text())


def power(result, level):
    """Data sets with signal above the quantile of those without, and how many there are."""
    null = sorted(result["withoutSignal"])
    threshold = null[min(len(null) - 1, int((1 - level) * len(null)))]
    return sum(t > threshold for t in result["withSignal"]), len(result["withSignal"])


def separation(result):
    """Significance of the median t with signal by the chi-square fitted to those without."""
    null = result["withoutSignal"]
    degrees, _, _ = stats.chi2.fit(null, floc=0, fscale=1)
    log_p = stats.chi2.logsf(statistics.median(result["withSignal"]), degrees)
    # Z of a small probability, by iteration on the logarithm of the normal tail.
    low, high = -10.0, 60.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if stats.norm.logsf(middle) > log_p else (low, middle)
    return degrees, low


def main(folders):
    if not folders or len(folders) % 2:
        sys.exit(__doc__)
    print(
        "| problem | signal | data sets | t(global) >= t(adam) - 0.1 | median difference, range "
        "| fitted dof, global / adam | Z of the median, global / adam |"
    )
    print("|---|---|---|---|---|---|---|")
    for deep_folder, adam_folder in zip(folders[::2], folders[1::2]):
        deep, adam = read(deep_folder), read(adam_folder)
        for name in ("problem", "network", "clipping"):
            if deep[name] != adam[name]:
                sys.exit(f"{deep_folder} and {adam_folder} differ in {name}")
        for kind, label in (("withoutSignal", "no"), ("withSignal", "yes")):
            count = min(len(deep[kind]), len(adam[kind]))
            row = [deep["problem"], label, str(count)] + depth(adam[kind], deep[kind])
            if kind == "withSignal":
                (a, z), (b, y) = separation(deep), separation(adam)
                row += [f"{a:.1f} / {b:.1f}", f"{z:.1f} / {y:.1f}"]
            else:
                row += ["", ""]
            print("| " + " | ".join(row) + " |")
    for level in (0.1,):
        for deep_folder, adam_folder in zip(folders[::2], folders[1::2]):
            (a, n), (b, m) = power(read(deep_folder), level), power(read(adam_folder), level)
            print(
                f"{read(deep_folder)['problem']}: above the null's {1 - level:.0%} quantile: "
                f"global {a} of {n}, adam {b} of {m}"
            )


main(sys.argv[1:])
