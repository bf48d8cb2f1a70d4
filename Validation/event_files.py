"""Writes the small files that the tests of EventFiles read, with the libraries that made the
originals: pandas (PyTables), h5py and NumPy.

    python Validation/event_files.py Tests/EventFilesTests/Fixtures

Needs: numpy pandas tables h5py hdf5plugin (PyPI). Prints the versions.
"""

import pathlib
import sys
import warnings

import h5py
import numpy as np
import pandas as pd
import tables

warnings.filterwarnings("ignore")


def main(folder):
    print(f"numpy {np.__version__}, pandas {pd.__version__}, tables {tables.__version__}, "
          f"h5py {h5py.__version__}")
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)

    def write(name, frame, **options):
        path = folder / name
        path.unlink(missing_ok=True)
        frame.to_hdf(path, mode="w", **{"key": "df", **options})

    # Blocks by type, in another order than the columns'.
    row = np.arange(5)
    blocks = pd.DataFrame({
        "label": (row % 2).astype(np.int64),
        "mj1": 100.5 + row,
        "nj1": (10 + row).astype(np.int32),
        "mj2": (50.25 + row).astype(np.float32),
        "pxj1": -1000.125 * (1 + row),
        "isTagged": row > 2,
    })
    write("blocks.h5", blocks)
    write("blocks-zlib.h5", blocks, complib="zlib", complevel=5)
    write("blocks-blosc.h5", blocks, complib="blosc", complevel=5)
    write("blocks-bzip2.h5", blocks, complib="bzip2", complevel=5)
    write("blocks-events.h5", blocks, key="events")
    write("table-format.h5", blocks, format="table")
    write("text-column.h5", pd.DataFrame({"mj1": [1.0, 2.0], "name": ["a", "b"]}), complib="zlib", complevel=5)
    write("numbered.h5", pd.DataFrame(np.arange(12.0).reshape(4, 3)))
    write("empty-frame.h5", pd.DataFrame({"mj1": np.zeros(0), "mj2": np.zeros(0)}))

    with h5py.File(folder / "arrays.h5", "w") as file:
        file["muons/px"] = np.arange(6, dtype=">f4")
        file["muons/charge"] = np.array([1, -1], np.int8)
        file["muons/isGlobal"] = np.array([True, False])
        file["value"] = 2.5
        file.attrs["title"] = "two muons"
        file.attrs["count"] = 2

    with h5py.File(folder / "columns.h5", "w") as file:
        file["events/mass"] = np.array([3.1, 9.5, 91.2])
        file["events/charge"] = np.array([0, 2, 0], np.int8)
        file["events/isIsolated"] = np.array([True, False, True])
        file["unequal/x"] = np.arange(3.0)
        file["unequal/y"] = np.arange(2.0)
        file["texts/name"] = np.array([b"a", b"b"])
        file["nested/events/x"] = np.arange(2.0)
        file["matrix/x"] = np.zeros((2, 2))
        # hepfile: an attribute names the dataset that counts the objects of each event.
        file["muons/pt"] = np.array([30, 20, 50, 40], np.float32)
        file["muons/q"] = np.array([1, -1, 1, 1])
        file["muons/nmuons"] = np.array([2, 2])
        file["muons"].attrs["counter"] = np.bytes_("muons/nmuons")
        file["jets/pt"] = np.arange(3.0)
        file["jets/njets"] = np.array([1, 2])
        file["jets"].attrs["counter"] = np.bytes_("jets/njets")
        file["photons/pt"] = np.arange(3.0)
        file["photons/nphotons"] = np.array([1, 1])
        file["photons"].attrs["counter"] = np.bytes_("photons/nphotons")
    with h5py.File(folder / "only-columns.h5", "w") as file:
        file["pt"] = np.array([20.0, 30.0])
        file["eta"] = np.array([-1.0, 1.0])

    table = np.arange(12.0).reshape(4, 3) / 8
    np.save(folder / "float64.npy", table)
    np.save(folder / "float32-fortran.npy", np.asfortranarray(table.astype(np.float32)))
    np.save(folder / "int32.npy", np.arange(-3, 3, dtype=np.int32).reshape(2, 3))
    np.save(folder / "big-endian.npy", table.astype(">f8"))
    np.save(folder / "one-axis.npy", np.arange(3.0))
    with open(folder / "version2.npy", "wb") as file:
        np.lib.format.write_array(file, table, version=(2, 0))


if __name__ == "__main__":
    main(sys.argv[1])
