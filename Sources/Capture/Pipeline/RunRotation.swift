/// A place between two batches where a capture leaves one file, and goes on in another.
struct RunRotation {
  /// What has written to the file that is left, and its run, which has ended.
  let former: any StoreSession
  let record: RunRecord
  /// What rows go to from there on.
  let next: any StoreSession
  /// What has these files, and how many of them are kept; nil keeps all.
  let store: any CaptureStore
  let files: Int?

  /// Ends the former run, closes its file, and removes files that are too many.
  func finish() throws(CaptureError) {
    try former.end(record)
    try former.close()
    if let files { store.removeOldest(keeping: files) }
  }
}
