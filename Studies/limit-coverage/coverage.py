"""How often limits by retraining lie below the signal that is in the data.

Usage: python3 Studies/limit-coverage/coverage.py --tool .build/release/overdensity \
           --background rnd_qcd.features.h5 --signal rnd_sig_mm500.features.h5 --output coverage/ \
           [--sets 100] [--events 40000] [--strength N] [--jobs 2] [--plan plan.yaml]

Every data set holds background events drawn without replacement (at most a tenth of the pool) and
the signal of the quoted strength; its events come from one half of the signal file, those that
`overdensity limits` injects and measures the efficiency with from the other. Without --strength the
limit quoted on one set without signal is taken, rounded. Finished sets are kept: the same
command continues. Needs h5py, numpy, pandas, tables and scipy; prints versions.
"""
import argparse
import json
import pathlib
import subprocess
import sys

import h5py
import numpy as np
import pandas as pd
import scipy.stats

STRENGTHS = [0.35, 0.6, 1.0, 1.7]
SAMPLINGS = 3


def write(path, frame, identifiers):
    """Writes the layout of Documentation/feature-files.md."""
    names = [name for name in frame.columns if name != "label"]
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "overdensity features"
        file.attrs["formatVersion"] = 1
        file.attrs["units"] = "GeV"
        file.attrs["columnNames"] = " ".join(names)
        for name in names:
            file.create_dataset(f"columns/{name}", data=frame[name].to_numpy(dtype=np.float64))
        file.create_dataset("identifier", data=np.asarray(identifiers, dtype=np.int64))


def main():
    parser = argparse.ArgumentParser()
    for name in ("tool", "background", "signal", "output"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--plan", default=str(pathlib.Path(__file__).parent / "plan.yaml"))
    parser.add_argument("--sets", type=int, default=100)
    parser.add_argument("--events", type=int, default=40000)
    parser.add_argument("--strength", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    output = pathlib.Path(options.output)
    output.mkdir(parents=True, exist_ok=True)
    print({"python": sys.version.split()[0], "numpy": np.__version__, "pandas": pd.__version__,
           "h5py": h5py.__version__, "scipy": scipy.__version__,
           "overdensity": subprocess.run([options.tool, "--version"], capture_output=True,
                                         text=True, check=True).stdout.strip()})

    background = pd.read_hdf(options.background, "df")
    signal = pd.read_hdf(options.signal, "df")
    if options.events > len(background) // 10:
        sys.exit(f"--events: at most a tenth of the pool, {len(background) // 10}")
    order = np.random.default_rng(1).permutation(len(signal))
    held, hidden = order[: len(order) // 2], order[len(order) // 2:]
    model = output / "signal.h5"
    write(model, signal.iloc[held], np.arange(len(held)))

    def limit(number, injected, strengths):
        """The quoted and the inclusive limit on one data set."""
        folder = output / f"set-{number}-{injected}"
        result = folder / "limits.json"
        if not result.exists():
            rng = np.random.default_rng([2, number])
            rows = np.sort(rng.choice(len(background), options.events, replace=False))
            chosen = rng.choice(hidden, injected, replace=False)
            frame = pd.concat([background.iloc[rows], signal.iloc[chosen]])
            data = output / "data.h5"
            write(data, frame, np.arange(len(frame)))
            command = [options.tool, "limits", str(data), "--signal", str(model), "--plan",
                       options.plan, "-o", str(folder), "--samplings", str(SAMPLINGS), "--jobs",
                       str(options.jobs), "--seed", str(number), "--quiet"]
            if strengths:
                command += ["--strengths", ",".join(str(s) for s in strengths)]
            subprocess.run(command, check=True)
        entry = json.loads(result.read_text())["signals"][0]
        quoted = None if entry["quotedCut"] is None else entry["cuts"][entry["quotedCut"]]["limit"]
        return quoted, entry["inclusive"]["limit"]

    strength = options.strength
    if strength is None:
        quoted, _ = limit(10000, 0, None)
        if quoted is None:
            sys.exit("the set without signal has no limit: give --strength")
        strength = round(quoted["observed"])
    strengths = sorted({max(1, round(f * strength)) for f in STRENGTHS})
    print(f"signal in every set: {strength} events; injected strengths {strengths}, "
          f"{SAMPLINGS} samplings")

    below = {"learned": 0, "inclusive": 0}
    missing = 0
    for number in range(options.sets):
        quoted, inclusive = limit(number, strength, strengths)
        # A set without a limit excludes nothing, so it covers; it is counted and named.
        missing += quoted is None
        below["learned"] += quoted is not None and quoted["observed"] < strength
        below["inclusive"] += inclusive is not None and inclusive["observed"] < strength
        if (number + 1) % 10 == 0:
            print(f"{number + 1} sets: {below}, without a limit {missing}", flush=True)
    for name, count in below.items():
        interval = scipy.stats.binomtest(count, options.sets).proportion_ci(0.6827)
        print(f"{name}: {count} of {options.sets} limits below the signal, "
              f"{100 * count / options.sets:.1f} % [{100 * interval.low:.1f}, "
              f"{100 * interval.high:.1f}]")


if __name__ == "__main__":
    main()
