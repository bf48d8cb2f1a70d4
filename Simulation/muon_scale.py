"""Muon momenta mis-calibrated by a relative shift: the appendix of arXiv:1912.12155.

    muon_scale.py --shift 0.005 sm_reference.h5 sm_reference_up.h5

pT -> pT (1 + shift) for |eta| < 1.2 and pT (1 + 3 shift) beyond; order and mass follow.  Afterwards
pT > 21 GeV and m_ll > 100 GeV: above the cuts of the file by more than the shift, so that no event is
missing.  Make the calibrated sample with --shift 0: it needs the same cuts.
"""

import argparse

import numpy as np
import pandas as pd

from muon_tables import write

BARREL = 1.2
FORWARD_FACTOR = 3.0


def shifted(frame, shift):
    """A table like `frame` with mis-calibrated momenta."""
    pt, eta = (frame[[name + "1", name + "2"]].to_numpy(np.float64) for name in ("pt", "eta"))
    pt = pt * (1 + shift * np.where(np.abs(eta) < BARREL, 1, FORWARD_FACTOR))
    order = np.argsort(-pt, axis=1, kind="stable")
    pt, eta = (np.take_along_axis(x, order, axis=1) for x in (pt, eta))
    result = frame.copy()
    result[["pt1", "pt2"]], result[["eta1", "eta2"]] = pt, eta
    result["mll"] = np.sqrt(2 * pt.prod(axis=1) * (
        np.cosh(eta[:, 0] - eta[:, 1]) - np.cos(frame["deltaphi"].to_numpy(np.float64))))
    return result.astype(np.float32)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shift", type=float, required=True)
    parser.add_argument("--minimum-pt", type=float, default=21.0)
    parser.add_argument("--minimum-mass", type=float, default=100.0)
    parser.add_argument("input")
    parser.add_argument("output")
    arguments = parser.parse_args()
    frame = shifted(pd.read_hdf(arguments.input), arguments.shift)
    frame = frame[(frame["pt2"] > arguments.minimum_pt) & (frame["mll"] > arguments.minimum_mass)]
    write(arguments.output, frame)


if __name__ == "__main__":
    main()
