import Glibc

/// A program that parses a file and prints what is in it.
///
///     program ID FILE FORMAT [SECONDS]
///
/// ID is that of one of the program's roots. FORMAT is `json`, or `tree` for people, or `result`, which is a job's result
/// without its id. The program ends with status 0 if the file was parsed, 1 if not, and 2 if it could not begin. It bounds
/// its memory, and its processor time if SECONDS are given, since the file decides what it does.
public enum DumpProgram {
  /// Runs the program with the arguments of the command line.
  public static func main(_ roots: [DumpRoot]) -> Never {
    let arguments = CommandLine.arguments
    guard arguments.count >= 4, let format = DumpFormat(rawValue: arguments[3]) else {
      complain("usage: \(arguments[0]) ID FILE json|tree|result [SECONDS]")
      exit(2)
    }
    guard let root = roots.first(where: { $0.id == arguments[1] }) else {
      complain("no description '\(arguments[1])' in this program")
      exit(2)
    }
    limitResources(seconds: arguments.count > 4 ? UInt(arguments[4]) : nil)
    let report = Report(file: arguments[2], root)
    write(report.text(format), to: STDOUT_FILENO)
    if format == .json, let failure = report.failure { complain("\(arguments[2]): \(failure)") }
    exit(report.failure == nil ? 0 : 1)
  }
}

/// How a dump is printed.
enum DumpFormat: String {
  case json, tree, result
}
