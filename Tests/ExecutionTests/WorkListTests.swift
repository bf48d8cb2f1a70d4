import Execution
import Foundation
import Synchronization
import Testing

struct WorkListTests {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("overdensity-work-\(UUID().uuidString)")

  func squares(_ count: Int, onWork: @escaping @Sendable (Int) -> Void = { _ in }) -> [WorkUnit] {
    (0..<count).map { number in
      WorkUnit(label: "unit-\(number)") { _ in
        onWork(number)
        return Data("\(number * number)".utf8)
      }
    }
  }

  @Test func `Results come in the order of the list, whatever the number of jobs`() throws {
    let one = try perform(squares(40), jobs: 1, store: nil)
    let four = try perform(squares(40), jobs: 4, store: nil)
    #expect(one == four)
    #expect(String(decoding: one[7], as: UTF8.self) == "49")
  }

  @Test func `A finished unit is not done again`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try UnitStore(folder: folder)
    let first = try perform(squares(5), jobs: 2, store: store)
    let counter = Mutex(0)
    let second = try perform(
      squares(8) { _ in counter.withLock { $0 += 1 } }, jobs: 2, store: store)
    #expect(counter.withLock { $0 } == 3)
    #expect(Array(second.prefix(5)) == first)
  }

  @Test func `A damaged unit is done again`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try UnitStore(folder: folder)
    let first = try perform(squares(3), jobs: 1, store: store)
    let file = folder.appendingPathComponent("unit-1.unit")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: file)
    #expect(try store.load("unit-1") == nil)
    #expect(try perform(squares(3), jobs: 1, store: store) == first)
    #expect(try store.load("unit-1") == first[1])
  }

  @Test func `An error stops the list and keeps what was finished`() throws {
    struct Failure: Error {}
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try UnitStore(folder: folder)
    var units = squares(3)
    units.append(WorkUnit(label: "bad") { _ in throw Failure() })
    units += [WorkUnit(label: "after") { _ in Data() }]
    #expect(throws: Failure.self) { try perform(units, jobs: 1, store: store) }
    #expect(try store.load("unit-2") != nil)
    #expect(try store.load("after") == nil)
  }

  @Test func `A folder of another run is refused with the difference named`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    _ = try RunFolder(folder, key: ["plan": "a", "seed": "1"])
    _ = try RunFolder(folder, key: ["plan": "a", "seed": "1"])
    #expect(
      throws: StoreError.differentRun(
        path: folder.path, differences: ["seed is 1 there and 2 now"])
    ) { try RunFolder(folder, key: ["plan": "a", "seed": "2"]) }
  }

  @Test func `Two runs cannot share a folder at the same time`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try RunFolder(folder, key: [:])
    let lock = try run.lock()
    #expect(throws: StoreError.self) { try run.lock() }
    withExtendedLifetime(lock) {}
  }

  @Test func `A folder that cannot be made is an error that names it`() throws {
    #expect(throws: StoreError.self) {
      try UnitStore(folder: URL(fileURLWithPath: "/proc/overdensity/units"))
    }
  }
}
