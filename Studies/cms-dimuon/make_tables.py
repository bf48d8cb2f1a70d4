"""Tables for `overdensity nplm` from 100,000 muon pairs that CMS measured in 2010 (CERN Open Data, record 700).

    make_tables.py cms_record700_MuRun2010B_dimuons_100k.hdf5 tables

tables/opposite-sign.csv, same-sign.csv   the first 20,000 and 30,000 pairs of either kind
tables/even.csv, odd.csv                  every other pair of the first 6,000: the reference, and as data a
                                          quarter as many

Columns: natural logarithms of mass, leading and second transverse momentum (GeV), and the mass in GeV.
Needs numpy and h5py.
"""

import argparse
import pathlib

import h5py
import numpy as np

COLUMNS = ("ln_mass", "ln_pt1", "ln_pt2", "mass")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    with h5py.File(arguments.input) as file:
        # Two muons an event, one after the other.
        e, px, py, pz, charge = (
            file["muons"][name][...].astype(np.float64).reshape(-1, 2)
            for name in ("e", "px", "py", "pz", "q"))
    mass = np.sqrt(sum(sign * p.sum(axis=1) ** 2 for sign, p in ((1, e), (-1, px), (-1, py), (-1, pz))))
    momenta = np.sort(np.hypot(px, py), axis=1)
    table = np.stack([np.log(mass), np.log(momenta[:, 1]), np.log(momenta[:, 0]), mass], axis=1)
    is_opposite = charge.prod(axis=1) < 0
    samples = {
        "opposite-sign": table[is_opposite][:20_000], "same-sign": table[~is_opposite][:30_000],
        "even": table[0:6_000:2], "odd": table[1:1_500:2],
    }
    for name, rows in samples.items():
        path = arguments.output / f"{name}.csv"
        np.savetxt(path, rows, "%.7g", ",", header=",".join(COLUMNS), comments="")
        print(f"{path}: {len(rows)} pairs")


if __name__ == "__main__":
    main()
