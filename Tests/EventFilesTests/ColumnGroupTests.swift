import EventFiles
import Testing

struct ColumnGroupTests {
  private func group(_ name: String) throws -> ColumnGroup {
    try ColumnGroup(HDF5File(reading: fixture("columns.h5")), group: name)
  }

  private func refusal(_ name: String) -> String {
    #expect(throws: FileError.self) { try group(name) }?.description ?? ""
  }

  @Test func `Columns of every kind of number are read under their names`() throws {
    let events = try group("events")
    #expect(events.columnNames == ["charge", "isIsolated", "mass"])
    #expect(events.rowCount == 3)
    #expect(try events.columns() == [[0, 2, 0], [1, 0, 1], [3.1, 9.5, 91.2]])
  }

  @Test func `A file can be a group of columns itself`() throws {
    let file = try HDF5File(reading: fixture("only-columns.h5"))
    let columns = try ColumnGroup(file, group: "/")
    #expect(columns.columnNames == ["eta", "pt"])
    #expect(try columns.columns() == [[-1, 1], [20, 30]])
  }

  @Test func `Two muons an event make one row`() throws {
    let muons = try group("muons")
    #expect(muons.columnNames == ["pt1", "pt2", "q1", "q2"])
    #expect(muons.rowCount == 2)
    #expect(try muons.columns() == [[30, 50], [20, 40], [1, 1], [-1, 1]])
  }

  @Test func `What is no table is refused with the reason`() {
    #expect(refusal("unequal").contains("'/unequal/y' has shape 2 where a column of length 3"))
    #expect(refusal("texts").contains("'/texts/name' holds texts"))
    #expect(refusal("matrix").contains("'/matrix/x' has shape 2 x 2"))
    #expect(refusal("nested").contains("key, such as 'nested/events'"))
    #expect(refusal("/").contains("key, such as 'events'"))
    #expect(refusal("nothing").contains("has no '/nothing'"))
    #expect(refusal("events/mass").contains("holds no arrays"))
  }

  @Test func `Events with different numbers of objects are no rows`() {
    #expect(refusal("jets").contains("between 1 and 2 objects each ('jets/njets')"))
    #expect(refusal("photons").contains("2 events of 1 objects, the columns have length 3"))
  }
}
