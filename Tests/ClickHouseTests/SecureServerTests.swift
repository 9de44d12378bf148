import Foundation
import Testing

@testable import ClickHouseStore

/// The program and a server that speaks TLS.
@Suite struct SecureServerTests {
  private let folder: TestFolder
  private let certificates: Certificates
  private let server: ClickHouseServer
  private let port: Int

  init() throws {
    folder = try TestFolder()
    certificates = try Certificates(for: "DNS:localhost", in: folder)
    (server, port) = try FreePorts.take { [certificates] ports in
      let server = try ClickHouseServer(
        extra: """
          <https_port>\(ports[0])</https_port>
          <openSSL><server>
            <certificateFile>\(certificates.server)</certificateFile>
            <privateKeyFile>\(certificates.serverKey)</privateKeyFile>
            <verificationMode>none</verificationMode>
          </server></openSSL>
          """, otherPorts: ports)
      return (server, ports[0])
    }
  }

  /// Runs the program with the password of the user `secret`, which is shown nowhere.
  private func nanocap(_ arguments: [String], store: String, authority: String?) throws -> ProgramRun {
    let secret = ClickHouseServer.password
    let run = try ProgramRun.ended(
      arguments + ["--store", store] + (authority.map { ["--store-ca-file", $0] } ?? []),
      environment: ["NANOCAP_STORE_PASSWORD": secret], in: folder)
    #expect(!run.output.contains(secret) && !run.errors.contains(secret))
    return run
  }

  @Test func `rows arrive through TLS`() throws {
    let store = "clickhouses://secret@localhost:\(port)/nano"
    let sample = CopiedStore.samples.appending(path: "node-v24-bootstrap.pcap").path
    for arguments in [["store", "create"], ["import", sample]] {
      let run = try nanocap(arguments, store: store, authority: certificates.authority)
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(try server.client().value("SELECT count() FROM message") == "1441")
    let asked = try nanocap(
      ["query", "select count() as n from message", "--format", "csv"], store: store, authority: certificates.authority)
    #expect(asked.output.contains("1441"))
    #expect(!server.log.contains(ClickHouseServer.password))
  }

  @Test func `who is not trusted gets nothing, and it is told what to do`() throws {
    for (store, authority, reason) in [
      // Signed by nobody who is known, and by somebody else.
      ("clickhouses://secret@localhost:\(port)/nano", nil, "--store-ca-file"),
      ("clickhouses://secret@localhost:\(port)/nano", certificates.stranger, "--store-ca-file"),
      // The certificate has a name, and no address.
      ("clickhouses://secret@127.0.0.1:\(port)/nano", certificates.authority, "the certificate is of another host"),
      // TLS is spoken by one side only.
      ("clickhouse://secret@127.0.0.1:\(port)/nano", nil, "clickhouses://"),
      ("clickhouses://secret@127.0.0.1:\(server.port)/nano", certificates.authority, "clickhouse://"),
      ("clickhouses://secret@127.0.0.1:\(port)/nano", certificates.serverKey, "no file of certificates"),
    ] as [(String, String?, String)] {
      for arguments in [["query", "select 1"], ["store", "create"]] {
        let run = try nanocap(arguments, store: store, authority: authority)
        #expect(run.status == 1 && run.errors.contains(reason), "\(store) \(authority ?? ""): \(run.errors)")
      }
    }
    // Nobody who asked without TLS was answered.
    #expect(!server.log.contains(ClickHouseServer.password))
  }
}
