"""One experiment of the dimuon problem from the files that make_dimuon.sh made, for `overdensity nplm`.

    one_dimuon_experiment.py dimuon experiment --zprime 300=40
    one_dimuon_experiment.py dimuon experiment --contact 1.0

experiment/data.h5       a Poisson number of events: the Standard Model (--expected) and Z' events, or
                         the contact interaction instead of the Standard Model
experiment/reference.h5  --reference events of the Standard Model
experiment/more.h5       the rest of sm_reference.h5, for --pseudo-data

No event is in two files.  Prints the --truth options that name the law behind the data, made of files
that hold other events than the data where there are enough.
"""

import argparse
import json
import pathlib

import numpy as np
import pandas as pd

from muon_tables import write


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--expected", type=float, default=20_000, help="Standard Model, before cuts")
    parser.add_argument("--reference", type=int, default=100_000)
    parser.add_argument("--zprime", metavar="MASS=EVENTS", help="such as 300=40")
    parser.add_argument("--contact", metavar="C_W", help="0.25, 0.5, 0.75, 1.0 or 1.5")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    random = np.random.default_rng(arguments.seed)

    def law(name, expected):
        return arguments.input / f"{name}.h5", expected

    if arguments.contact:
        yields = json.loads((arguments.input / "dimuon.json").read_text())["yields"]
        expected = arguments.expected * yields[arguments.contact]
        parts = [law(f"eft_cw_{arguments.contact}", expected)]
        truth = list(parts)
    else:
        parts = [law("sm_data", arguments.expected)]
        truth = [law("sm_reference", arguments.expected)]
    if arguments.zprime:
        mass, events = arguments.zprime.split("=")
        parts.append(law(f"zprime_{mass}", float(events)))
        truth.append(parts[-1])

    arguments.output.mkdir(parents=True, exist_ok=True)
    drawn = []
    for path, expected in parts:
        frame = pd.read_hdf(path)
        rows = random.choice(len(frame), random.poisson(expected), replace=False)
        drawn.append(frame.iloc[rows])
    data = pd.concat(drawn)
    write(arguments.output / "data.h5", data.iloc[random.permutation(len(data))])
    model = pd.read_hdf(arguments.input / "sm_reference.h5")
    order = random.permutation(len(model))
    write(arguments.output / "reference.h5", model.iloc[order[: arguments.reference]])
    write(arguments.output / "more.h5", model.iloc[order[arguments.reference :]])
    print(" ".join(f"--truth {path}={expected:g}" for path, expected in truth))


if __name__ == "__main__":
    main()
