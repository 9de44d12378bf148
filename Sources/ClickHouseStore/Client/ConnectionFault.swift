import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Puts what can go wrong with a connection into a few words.
enum ConnectionFault {
  static func text(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first { return text(first.error) }
      return error.dnsAError == nil && error.dnsAAAAError == nil
        ? "there was no connection in time" : "the host's name has no address"
    case let error as IOError: return String(cString: strerror(error.errnoCode))
    case let error as NIOSSLError: return text(error)
    case let error as NIOSSLExtraError:
      return error == .failedToValidateHostname
        ? "the certificate is not that of this host" : "TLS failed: \(error.description)"
    case is BoringSSLError: return "TLS failed: \(error)"
    case let error as HTTPClientError: return text(error)
    case is ChannelError: return "the connection ended"
    default: return "\(error)"
    }
  }

  private static func text(_ error: NIOSSLError) -> String {
    switch error {
    case .handshakeFailed(let reason):
      let text = "\(reason)"
      return text.contains("CERTIFICATE_VERIFY_FAILED")
        ? "the certificate is signed by nobody who is trusted" : "TLS failed: \(text.prefix(200))"
    case .uncleanShutdown: return "the connection ended"
    default: return "TLS failed: \("\(error)".prefix(200))"
    }
  }

  private static func text(_ error: HTTPClientError) -> String {
    switch error {
    case .connectTimeout, .getConnectionFromPoolTimeout: "there was no connection in time"
    case .tlsHandshakeTimeout: "TLS was not there in time"
    case .deadlineExceeded, .readTimeout, .writeTimeout: "it took too long"
    case .remoteConnectionClosed: "the connection ended"
    default: error.shortDescription
    }
  }
}
