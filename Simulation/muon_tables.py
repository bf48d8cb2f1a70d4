"""Tables of muon pairs as files: pandas, key df, float32, zlib."""

import os

import numpy as np


def write(path, frame):
    """Writes a table with new row numbers, and says what it wrote."""
    frame.astype(np.float32).reset_index(drop=True).to_hdf(
        path, key="df", mode="w", complib="zlib", complevel=9)
    print(f"{path}: {len(frame)} events, m_ll up to {frame['mll'].max():.0f} GeV, "
          f"{os.path.getsize(path) / 1e6:.1f} MB", flush=True)
