import ArgumentParser
import Capture
import Settings
import ParserRuntime

struct CaptureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture",
    abstract: "Capture on a network interface into a database.",
    discussion: """
      Runs until ctrl-c. The database can be queried meanwhile, in the web console too. Capturing needs a right: run as
      root, or once 'sudo setcap cap_net_raw+p $(which \(Program.name))'. SIGHUP reads the configuration again;
      at SIGUSR1 the capture goes on in another database file.

      EXAMPLES
        \(Program.name) capture --interface eth0 --database live.db
        \(Program.name) capture --device-ip 192.0.2.10 --filter '\(Program.portFilter)' --duration 60
        \(Program.name) capture --write packets.pcap --set capture.write_megabytes=100 --set capture.write_files=10
        \(Program.name) capture --database live.db --set capture.rotate_seconds=86400 --set capture.rotate_files=7
      """)

  @Option(help: ArgumentHelp("The interface; without one it is guessed.", valueName: "name"))
  var interface: String?
  @Option(help: ArgumentHelp("The interface with this address.", valueName: "ip"))
  var deviceIP: String?
  @Option(
    help: ArgumentHelp(
      "Which packets; by default those on the ports of \(Program.info.program.protocolName), with --detect on all.",
      valueName: "bpf"))
  var filter: String?
  @OptionGroup var detection: DetectionOptions
  @OptionGroup var common: ConfigurationOptions
  @Option(help: ArgumentHelp("End after so long.", valueName: "seconds"))
  var duration: Double?
  @Option(help: ArgumentHelp("End after so many packets.", valueName: "number"))
  var packets: Int?
  @Flag(help: "Take packets for other hosts too.")
  var promiscuous = false
  @Flag(help: "Hand over each packet at once.")
  var immediate = false
  @Option(help: ArgumentHelp("The kernel's buffer for packets.", valueName: "megabytes"))
  var buffer: Int?
  @Option(help: ArgumentHelp("Keep the packets in a pcap file too.", valueName: "file"))
  var write: String?
  @Flag(help: "Capture without the web console.")
  var noConsole = false
  @OptionGroup var web: WebOptions
  @Option(help: ArgumentHelp("Become this user once the device is open.", valueName: "name"))
  var user: String?

  func validate() throws {
    guard interface == nil || deviceIP == nil else {
      throw ValidationError("give --interface or --device-ip, not both")
    }
    guard (1...1024).contains(buffer ?? 1) else { throw ValidationError("--buffer is from 1 to 1024 megabytes") }
    guard (duration ?? 1) > 0, (packets ?? 1) > 0 else { throw ValidationError("--duration and --packets are above 0") }
  }

  func run() throws {
    try reportingErrors {
      let session = try Session(
        hasConsole: noConsole ? false : nil, seconds: duration, packets: packets
      ) { [common, arguments] () throws(CaptureError) in try common.resolve(arguments) }
      try session.capture()
    }
  }

  private var arguments: [String: Setting.Value?] {
    // An interface that is named here counts before an address elsewhere, and the other way round.
    let own: [String: Setting.Value?] = [
      "capture.interface": interface.map { .text($0) } ?? deviceIP.map { _ in .text("") },
      "capture.device_ip": deviceIP.map { .text($0) },
      "capture.filter": filter.map { .text($0) },
      "capture.promiscuous": promiscuous ? .flag(true) : nil,
      "capture.immediate": immediate ? .flag(true) : nil,
      "capture.buffer_megabytes": buffer.map { .integer($0) },
      "capture.write": write.map { .text($0) },
      "capture.user": user.map { .text($0) },
    ]
    return own.merging(web.arguments) { own, _ in own }.merging(detection.arguments) { own, _ in own }
  }
}
