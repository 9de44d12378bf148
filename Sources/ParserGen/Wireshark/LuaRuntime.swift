/// The part of a dissector that is the same for every description: it reads fields by the tables that `LuaPrinter`
/// writes, puts messages together over segments, follows response streams, and finds answers.
///
/// Lua 5.2, as Wireshark 3 and 4.0 have it, knows neither integers nor bit operators: numbers are doubles, and what may
/// need more than 53 bits is a UInt64 or Int64 of Wireshark's.
enum LuaRuntime {
  static let text = arithmetic + fields + matches + streams
}
