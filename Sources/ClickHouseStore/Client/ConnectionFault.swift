import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Puts what can go wrong with a connection into a few words.
enum ConnectionFault {
  /// Somebody was there, and has gone.
  static let end = "the connection ended"

  static func text(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first { return text(first.error) }
      return error.dnsAError == nil && error.dnsAAAAError == nil
        ? "there was no connection in time" : "the host's name has no address"
    case let error as IOError where [ECONNRESET, EPIPE].contains(error.errnoCode): return end
    case let error as IOError: return String(cString: strerror(error.errnoCode))
    case let error as NIOSSLError: return text(error)
    case let error as NIOSSLExtraError:
      return error == .failedToValidateHostname
        ? "the certificate is of another host; the store's address has to name the one that it is of"
        : "TLS failed: \(error.description)"
    case is BoringSSLError: return "TLS failed: \(error)"
    case let error as HTTPClientError: return text(error)
    case is ChannelError: return end
    default: return "\(error)"
    }
  }

  private static func text(_ error: NIOSSLError) -> String {
    switch error {
    case .handshakeFailed(let reason):
      let text = "\(reason)"
      if text.contains("CERTIFICATE_VERIFY_FAILED") {
        return "the certificate is signed by nobody who is trusted; --store-ca-file names those who are"
      }
      if text.contains("WRONG_VERSION_NUMBER") {
        return "it does not speak TLS; either the port is another, or the store's address begins with clickhouse://"
      }
      return "TLS failed: \(text.prefix(200))"
    case .uncleanShutdown: return end
    default: return "TLS failed: \("\(error)".prefix(200))"
    }
  }

  private static func text(_ error: HTTPClientError) -> String {
    switch error {
    case .connectTimeout, .getConnectionFromPoolTimeout: "there was no connection in time"
    case .tlsHandshakeTimeout: "TLS was not there in time"
    case .deadlineExceeded, .readTimeout, .writeTimeout: "it took too long"
    case .remoteConnectionClosed: end
    default: error.shortDescription
    }
  }
}
