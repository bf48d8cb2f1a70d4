import EventFiles
import Foundation
import Testing

struct NullableTests {
  private struct Record: Codable, Equatable {
    @Nullable var mass: Double?
    let events: Int
  }

  @Test func `A value that does not exist is written as null`() throws {
    let json = try JSONEncoder.sorted.encode(Record(mass: nil, events: 3))
    #expect(String(decoding: json, as: UTF8.self) == #"{"events":3,"mass":null}"#)
  }

  @Test(arguments: [
    (#"{"events":3,"mass":null}"#, nil), (#"{"events":3}"#, nil),
    (#"{"events":3,"mass":1.5}"#, 1.5),
  ])
  func `Null and a key that an older version did not write are read alike`(
    json: String, mass: Double?
  ) throws {
    let record = try JSONDecoder().decode(Record.self, from: Data(json.utf8))
    #expect(record == Record(mass: mass, events: 3))
  }

  @Test func `A value of another type is still an error`() {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Record.self, from: Data(#"{"events":3,"mass":"heavy"}"#.utf8))
    }
  }
}
