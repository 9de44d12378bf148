import Glibc

/// The system's zlib, loaded when it is first needed.
///
/// Whoever compiles against the runtime, or against a generated parser, then needs no header and no module of zlib, and a
/// parser that decompresses nothing needs no zlib at all.
enum CompressionLibrary {
  /// zlib's `uncompress`: destination and the room there, which becomes the count of bytes written; source and its length.
  typealias Uncompress =
    @convention(c) (
      UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt>, UnsafePointer<UInt8>?, UInt
    ) -> Int32

  // From zlib.h.
  static let ok: Int32 = 0
  static let dataError: Int32 = -3
  static let bufferError: Int32 = -5

  /// nil where there is no zlib.
  static let uncompress: Uncompress? = {
    guard let library = dlopen("libz.so.1", RTLD_NOW), let function = dlsym(library, "uncompress") else { return nil }
    return unsafeBitCast(function, to: Uncompress.self)
  }()
}
