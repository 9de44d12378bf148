import Glibc

// What the program needs of the system. Foundation would make it start more slowly than most files are parsed.

/// Why a file cannot be read.
struct FileError: Error, CustomStringConvertible {
  var file: String
  var code: Int32

  var description: String { "\(file): cannot be read: \(String(cString: strerror(code)))" }
}

/// All bytes of a file.
func readFile(_ path: String) throws(FileError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileError(file: path, code: errno) }
  defer { close(descriptor) }
  var status = stat()
  // What is no plain file does not know its size.
  let size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  var bytes: [UInt8] = []
  bytes.reserveCapacity(size)
  return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { buffer throws(FileError) in
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      guard count >= 0 else { throw FileError(file: path, code: errno) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
  }
}

/// Writes all bytes; what nobody reads any more is dropped.
func write(_ bytes: [UInt8], to descriptor: Int32) {
  bytes.withUnsafeBytes { bytes in
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}

func complain(_ message: String) { write(Array("error: \(message)\n".utf8), to: STDERR_FILENO) }

/// Bounds memory and processor time, and leaves no core behind when a bound is met.
func limitResources(seconds: UInt?) {
  func limit(_ resource: __rlimit_resource, _ value: UInt) {
    var limits = rlimit(rlim_cur: value, rlim_max: value)
    setrlimit(Int32(resource.rawValue), &limits)
  }
  limit(RLIMIT_CORE, 0)
  limit(RLIMIT_AS, 2 << 30)
  if let seconds { limit(RLIMIT_CPU, seconds) }
}
