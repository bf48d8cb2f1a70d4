"""Makes the dimuon events that come with the program, from files that compose_dimuon.py made.

    python Simulation/make_dimuon_sample.py --input dimuon --output Sources/Datasets/Resources

dimuon-reference.h5   REFERENCE_EVENTS of the Standard Model, from sm_reference.h5
dimuon-data.h5        DATA_EVENTS of the Standard Model, from sm_data.h5: independent of the reference
dimuon-zprime300.h5   SIGNAL_EVENTS of a Z' of 300 GeV, from zprime_300.h5

The first events of files in random order; columns pt1 pt2 eta1 eta2 deltaphi mll (GeV, radian).
Numbers are rounded to MANTISSA_BITS bits behind the leading one, an error below
2^-(MANTISSA_BITS + 1) = 6e-5, far below the resolution of 1 % and more; the angle is rounded to
2^-ANGLE_BITS, so that it stays in [0, pi].  The same inputs give the same bytes.
"""

import argparse
import hashlib
import pathlib

import h5py
import numpy as np
import pandas as pd

from make_demo_sample import MANTISSA_BITS, rounded

REFERENCE_EVENTS = 60_000
DATA_EVENTS = 30_000
SIGNAL_EVENTS = 1_500
ANGLE_BITS = 14
COLUMNS = ["pt1", "pt2", "eta1", "eta2", "deltaphi", "mll"]


def write(path, frame, source):
    with h5py.File(path, "w", libver="v108") as file:
        file.attrs["format"] = np.bytes_("overdensity features")
        file.attrs["formatVersion"] = np.int64(1)
        file.attrs["units"] = np.bytes_("GeV")
        file.attrs["columnNames"] = np.bytes_(" ".join(COLUMNS))
        file.attrs["sourceName"] = np.bytes_(source.name)
        file.attrs["sourceSha256"] = np.bytes_(hashlib.sha256(source.read_bytes()).hexdigest())
        for name in COLUMNS:
            values = frame[name].to_numpy(np.float32)
            if name == "deltaphi":
                values = np.minimum(np.round(values * 2.0**ANGLE_BITS) / 2.0**ANGLE_BITS,
                                    np.float32(np.pi)).astype(np.float32)
            else:
                values = rounded(values)
            file.create_dataset(f"columns/{name}", data=values, chunks=(min(32_768, len(values)),),
                                shuffle=True, compression="gzip", compression_opts=9)
    print(f"{path.name}: {len(frame)} events, {path.stat().st_size} bytes")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", required=True, type=pathlib.Path)
    parser.add_argument("--output", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    for name, origin, count in (("dimuon-reference", "sm_reference", REFERENCE_EVENTS),
                                ("dimuon-data", "sm_data", DATA_EVENTS),
                                ("dimuon-zprime300", "zprime_300", SIGNAL_EVENTS)):
        source = arguments.input / f"{origin}.h5"
        frame = pd.read_hdf(source).iloc[:count]
        if len(frame) < count:
            raise SystemExit(f"{source}: {len(frame)} events, {count} needed")
        write(arguments.output / f"{name}.h5", frame, source)


if __name__ == "__main__":
    main()
