/// How far the evaluation of an instance is: an instance is evaluated when it is asked for, and once.
public enum Evaluation<Value> {
  /// Nobody has asked yet.
  case unasked
  /// It is being evaluated; whoever asks now asks for what depends on itself.
  case running
  case known(Value)
  /// Whoever asks again gets the same error.
  case failed(ParseError)

  /// The value if there is one, and `nil` if it is to be evaluated; throws if that has failed, or is going on.
  /// - Parameter name: the instance, for the error.
  public func settled(_ name: StaticString) throws(ParseError) -> Value? {
    switch self {
    case .unasked: return nil
    case .running: throw ParseError(.recursion, field: name.description, offset: 0)
    case .known(let value): return value
    case .failed(let error): throw error
    }
  }
}

extension Evaluation: Sendable where Value: Sendable {}
