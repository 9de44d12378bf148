/// What is wrong with a configuration, in words that name the place and what is expected.
package struct ConfigurationError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
