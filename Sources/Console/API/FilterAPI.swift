import Capture
import Hummingbird

// Filters for messages, in the language that users write them in.
extension ConsoleDesk {
  /// What a filter asks for.
  func condition(_ text: String) throws(APIError) -> MessageCondition {
    do throws(FilterError) { return try filterLanguage.condition(text) } catch { throw APIError(error) }
  }

  /// The values that a name of filters stands for.
  func values(of name: String) throws(APIError) -> FieldValues {
    do throws(FilterError) { return try filterLanguage.values(of: name) } catch { throw APIError(error) }
  }

  var filterNamesOperation: Operation {
    let value = Schema.object([("name", .string()), ("doc", .nullable(.string("from the description")))])
    let name = Schema.object([
      ("name", .string()),
      ("kind", .nullable(.string("what values it has; null where it is compared with nothing"))),
      ("doc", .nullable(.string("from the description"))), ("values", .array(of: value)),
    ])
    return Operation(
      [.get], "/api/v1/filter/names", "Names that filters of messages may have, and the names of their values",
      answers: [.json(.object([("names", .array(of: name))]))]
    ) { [self] _, _ in
      let names = filterLanguage.names.map { name -> JSON in
        [
          "name": .text(name.name), "kind": .optional(name.kind), "doc": .optional(name.doc),
          "values": .array(name.values.map { ["name": .text($0.name), "doc": .optional($0.doc)] }),
        ]
      }
      return .json(["names": .array(names)])
    }
  }
}
