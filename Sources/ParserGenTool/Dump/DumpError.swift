/// Why `parsergen dump` cannot do what it is asked; the text says what to do about it.
struct DumpError: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
