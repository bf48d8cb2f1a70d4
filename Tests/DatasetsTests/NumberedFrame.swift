import EventFiles
import Foundation

/// The folder of data that is not ours to ship, if the environment names one.
let publicData = ProcessInfo.processInfo.environment["OVERDENSITY_DATA"]

/// Writes a pandas frame with numbered columns, as `to_hdf` does for particles.
func writeNumberedFrame(_ values: [Double], rows: Int, columns: Int, to path: String) throws {
  try HDF5Output.write(to: path) { file in
    try file.write(values, shape: [rows, columns], to: "/df/block0_values")
    for axis in ["axis0", "block0_items"] {
      try file.write((0..<Int64(columns)).map { $0 }, shape: [columns], to: "/df/\(axis)")
    }
    try file.write((0..<Int64(rows)).map { $0 }, shape: [rows], to: "/df/axis1")
  }
}
