import CLinux
import Capture
import Foundation
import HTTPTypes
import Hummingbird

extension ConsoleDesk {
  private static let databaseSchema = Schema.object([
    ("name", .string("of the file")), ("bytes", .integer()), ("modified", .string("UTC")),
    ("is_shown", .boolean("whether it is the one that is asked")),
    ("is_own", .boolean("whether captures and imports go into it")),
    ("problem", .nullable(.string("why it cannot be shown"))),
  ])

  var databasesOperation: Operation {
    Operation(
      [.get], "/api/v1/databases",
      "The databases of the folder web.database_folder; each has its page and API below databases/NAME/",
      answers: [
        .json(
          .object([
            ("folder", .nullable(.string("null where there is none"))),
            ("shown", .string("the database that is asked")),
            ("own", .string("the one that captures and imports go into")),
            ("databases", .array(of: Self.databaseSchema)),
          ]))
      ]
    ) { [self] _, context in
      try await answer(to: context) { [self] in
        let (shown, own) = (runner.store.name, (main ?? self).runner.store.name)
        let found = try await queries.work { [folder = databaseFolder, info = runner.info] cancellation in
          let control = QueryControl(limits: QueryLimits(seconds: 5), cancellation: cancellation)
          guard let folder = folder.map({ DatabaseFolder(path: $0, info: info) }) else { return [JSON]() }
          let entries: [DatabaseFolder.Entry]
          do throws(DatabaseFolderError) { entries = try folder.entries() } catch { throw APIError(error) }
          return entries.map { entry in
            let file = folder.file(entry.name)
            return [
              "name": .text(entry.name), "bytes": .integer(entry.bytes),
              "modified": .text(UTCTime.text(Int64(entry.modified.timeIntervalSince1970))),
              "is_shown": .bool(isSameFile(file.path, shown)), "is_own": .bool(isSameFile(file.path, own)),
              "problem": .optional(file.problem(control)?.description),
            ]
          }
        }
        return .json([
          "folder": .optional(databaseFolder), "shown": .text(shown), "own": .text(own), "databases": .array(found),
        ])
      }
    }
  }
}

/// Whether two paths lead to one file.
private func isSameFile(_ first: String, _ second: String) -> Bool {
  var (one, other) = (stat(), stat())
  guard stat(first, &one) == 0, stat(second, &other) == 0 else { return false }
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino
}
