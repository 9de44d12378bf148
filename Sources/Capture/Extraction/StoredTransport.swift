public import ParserRuntime

extension Transport {
  /// What a row of `flow` says.
  /// - Parameter stored: the column `transport`; databases of older versions lack it, and have connections only.
  public init(stored: QueryValue?) {
    self = if case .text(let name)? = stored { Transport(rawValue: name) ?? .tcp } else { .tcp }
  }
}
