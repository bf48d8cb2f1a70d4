"""How deep the minima of the variants of `overdensity toy dimuon` are, data set by data set.

Variants of one selection, in one run folder or several made with one seed, saw the same data sets. For
every pair: how often t of the second is at least that of the first, less 0.1; without a signal and with
each that both have. A larger clipping, or more searches, can only make the deepest minimum deeper.

    python3 compare_variants.py FOLDER [FOLDER ...]

Needs Python 3.9.
"""

import itertools
import json
import pathlib
import statistics
import sys

TOLERANCE = 0.1


def depth(first, second):
    """How often t of the second is at least that of the first, and by how much: two table cells."""
    differences = [b - a for a, b in zip(first, second)]
    good = sum(d >= -TOLERANCE for d in differences)
    return [
        f"{good} of {len(differences)}",
        f"{statistics.median(differences):.2f}, {min(differences):.2f} to {max(differences):.2f}",
    ]


def samples(folders):
    """(folder, variant), what data it saw, and t of each data set."""
    for folder in folders:
        outcome = json.loads((pathlib.Path(folder) / "toy-dimuon.json").read_text())
        seed = json.loads((pathlib.Path(folder) / "run-key.json").read_text())["seed"]
        for entry in outcome["nulls"] + outcome["points"]:
            data = json.dumps([seed, entry["setting"], entry.get("signal")], sort_keys=True)
            yield f"{folder}: {entry['variant']}", data, entry


def main(folders):
    if not folders:
        sys.exit(__doc__)
    print("| first | second | signal | second >= first - 0.1 | median difference, range |")
    print("|---|---|---|---|---|")
    for (name, data, first), (other, same, second) in itertools.combinations(samples(folders), 2):
        if data != same:
            continue
        signal = json.dumps(first["signal"]) if "signal" in first else "none"
        cells = [name, other, signal] + depth(first["testStatistics"], second["testStatistics"])
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main(sys.argv[1:])
