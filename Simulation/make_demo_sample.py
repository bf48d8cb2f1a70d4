"""Makes the events that come with the program, from files that simulate.py made.

    python Simulation/make_demo_sample.py --background rnd_qcd.features.h5 \
        --signal rnd_sig_xy.features.h5 --output Sources/Datasets/Resources
    ... --background-raw rnd_qcd.raw.h5 --signal-raw rnd_sig_xy.raw.h5   (also tiny.raw.h5)

demo-signal.h5  the first BACKGROUND_EVENTS background events and SIGNAL_EVENTS of a hidden
                Z'(3500) -> X(500) Y(100), shuffled
demo-null.h5    the next BACKGROUND_EVENTS background events, no signal
tiny.raw.h5     a few events at particle level (LHC Olympics layout, float32)

Only events with m_JJ > MINIMUM_DIJET_MASS are kept, so that they fit into the package: the trigger
(leading jet pT > 1.2 TeV) shapes the spectrum below, and no search looks there.  Signal events are
drawn before this cut and have to pass it like the others.  Numbers are rounded to MANTISSA_BITS
bits after the leading one, a relative error below 2^-(MANTISSA_BITS + 1), far below the detector's
resolution, so that they compress well.  The layout is described in Documentation/feature-files.md.

The same inputs give the same bytes (but for a time stamp that PyTables puts into tiny.raw.h5).  Needs: numpy h5py pandas tables.
"""

import argparse
import hashlib
import pathlib

import h5py
import numpy as np
import pandas as pd

SIGNAL_EVENTS = 400
BACKGROUND_EVENTS = 95_000
MINIMUM_DIJET_MASS = 2_500.0  # GeV
MANTISSA_BITS = 13
SEED = 20_201_104
COLUMNS = [f"{quantity}j{jet}" for jet in (1, 2)
           for quantity in ("px", "py", "pz", "m", "tau1", "tau2", "tau3", "n")]
RAW_BACKGROUND_EVENTS = 90
RAW_SIGNAL_EVENTS = 10


def rounded(values):
    """float32 with MANTISSA_BITS bits behind the leading one, to nearest, ties to even."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    drop = np.uint32(23 - MANTISSA_BITS)
    half = (np.uint32(1) << (drop - np.uint32(1))) - np.uint32(1)
    odd = (bits >> drop) & np.uint32(1)
    return (((bits + half + odd) >> drop) << drop).view(np.float32)


def dijet_mass(frame):
    p = {c: frame[c].to_numpy(np.float64) for c in COLUMNS if c[0] in "pm"}
    e = sum(np.sqrt(p[f"pxj{j}"]**2 + p[f"pyj{j}"]**2 + p[f"pzj{j}"]**2 + p[f"mj{j}"]**2)
            for j in (1, 2))
    p2 = sum((p[f"p{axis}j1"] + p[f"p{axis}j2"])**2 for axis in "xyz")
    return np.sqrt(np.maximum(e**2 - p2, 0))


def selected(frame):
    return frame[dijet_mass(frame) > MINIMUM_DIJET_MASS]


def write(path, frame, source, digest):
    with h5py.File(path, "w", libver="v108") as file:
        file.attrs["format"] = np.bytes_("overdensity features")
        file.attrs["formatVersion"] = np.int64(1)
        file.attrs["units"] = np.bytes_("GeV")
        file.attrs["columnNames"] = np.bytes_(" ".join(COLUMNS))
        file.attrs["sourceName"] = np.bytes_(source)
        file.attrs["sourceSha256"] = np.bytes_(digest)
        for name in COLUMNS:
            values = rounded(frame[name])
            file.create_dataset(f"columns/{name}", data=values, chunks=(min(32_768, len(values)),),
                                shuffle=True, compression="gzip", compression_opts=9)
        file.create_dataset("label", data=frame["label"].to_numpy(np.uint8), compression="gzip",
                            compression_opts=9)
    mass = dijet_mass(frame)
    window = (mass > 3_300) & (mass < 3_700)
    label = frame["label"] == 1
    print(f"{path.name}: {len(frame)} events, {label.sum()} signal; 3300-3700 GeV: "
          f"{(window & label).sum()} signal, {(window & ~label).sum()} background; "
          f"{path.stat().st_size} bytes")


def write_raw(path, arrays, generator):
    events = np.concatenate(arrays).astype(np.float32)
    events = events[generator.permutation(len(events))]
    events[:, :2100] = rounded(events[:, :2100])
    pd.DataFrame(events).to_hdf(path, key="df", mode="w", complib="zlib", complevel=9)
    print(f"{path.name}: {len(events)} events, {int(events[:, 2100].sum())} signal; "
          f"{path.stat().st_size} bytes")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--background", required=True)
    parser.add_argument("--signal", required=True)
    parser.add_argument("--background-raw")
    parser.add_argument("--signal-raw")
    parser.add_argument("--output", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    generator = np.random.default_rng(SEED)
    pool = selected(pd.read_hdf(arguments.background))
    if len(pool) < 2 * BACKGROUND_EVENTS:
        raise SystemExit(f"only {len(pool)} background events pass")
    signal = pd.read_hdf(arguments.signal)
    signal = selected(signal.iloc[generator.permutation(len(signal))[:SIGNAL_EVENTS]])
    digest = hashlib.sha256(pathlib.Path(arguments.background).read_bytes()).hexdigest()
    source = pathlib.Path(arguments.background).name

    mixed = pd.concat([pool.iloc[:BACKGROUND_EVENTS], signal])
    mixed = mixed.iloc[generator.permutation(len(mixed))]
    write(arguments.output / "demo-signal.h5", mixed, source, digest)
    write(arguments.output / "demo-null.h5", pool.iloc[BACKGROUND_EVENTS:2 * BACKGROUND_EVENTS],
          source, digest)
    if arguments.background_raw and arguments.signal_raw:
        write_raw(arguments.output / "tiny.raw.h5",
                  [pd.read_hdf(arguments.background_raw).to_numpy()[:RAW_BACKGROUND_EVENTS],
                   pd.read_hdf(arguments.signal_raw).to_numpy()[:RAW_SIGNAL_EVENTS]], generator)


if __name__ == "__main__":
    main()
