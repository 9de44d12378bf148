import ArgumentParser
import Capture
import Foundation
import NanoParser

struct CaptureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture",
    abstract: "Capture on a network interface into a database.",
    discussion: """
      Runs until ctrl-c. The database can be queried meanwhile. Capturing needs a right: run as root, or once
      'sudo setcap cap_net_raw+ep $(which nanocap)'.

      EXAMPLES
        nanocap capture --interface eth0 --database live.db
        nanocap capture --device-ip 192.0.2.10 --filter 'tcp port 7075' --duration 60
      """)

  @Option(help: ArgumentHelp("The interface; without one it is guessed.", valueName: "name"))
  var interface: String?
  @Option(help: ArgumentHelp("The interface with this address.", valueName: "ip"))
  var deviceIP: String?
  @Option(help: ArgumentHelp("Which packets; by default those on Nano's ports.", valueName: "bpf"))
  var filter: String?
  @OptionGroup var target: DatabaseOption
  @Option(help: ArgumentHelp("End after so long.", valueName: "seconds"))
  var duration: Double?
  @Option(help: ArgumentHelp("End after so many packets.", valueName: "number"))
  var packets: Int?
  @Flag(help: "Take packets for other hosts too.")
  var promiscuous = false
  @Flag(help: "Hand over each packet at once.")
  var immediate = false
  @Option(help: ArgumentHelp("The kernel's buffer for packets.", valueName: "megabytes"))
  var buffer = 32

  func validate() throws {
    guard interface == nil || deviceIP == nil else {
      throw ValidationError("give --interface or --device-ip, not both")
    }
    guard (1...1024).contains(buffer) else { throw ValidationError("--buffer is from 1 to 1024 megabytes") }
    guard (duration ?? 1) > 0, (packets ?? 1) > 0 else { throw ValidationError("--duration and --packets are above 0") }
  }

  func run() throws {
    let stop = StopSignal()
    let summary = try reportingErrors {
      let name = try chosenInterface()
      var options = DeviceOptions()
      options.isPromiscuous = promiscuous
      options.isImmediate = immediate
      options.bufferSize = buffer << 20
      let capture = LiveCapture(
        into: target.database, as: NanoSpecification.self, interface: name, filter: filter, options: options,
        limits: .init(seconds: duration, packets: packets)
      ) { show($0, name) }
      return try capture.run { !stop.isRaised }
    }
    let messages = summary.decoding.messages.values.reduce(0, +)
    print(
      "packets: \(grouped(summary.packets)), messages: \(grouped(messages)), issues: \(grouped(summary.decoding.issues))"
    )
    print(
      "dropped by the kernel: \(grouped(summary.droppedByKernel)), by the queue: \(grouped(summary.droppedByQueue))")
    print("database: \(target.database)")
  }

  private func chosenInterface() throws -> String {
    if let interface { return interface }
    let all = try NetworkInterface.all()
    if let deviceIP {
      guard let found = all.first(where: { $0.addresses.contains(deviceIP) }) else {
        throw CaptureError("no interface has the address \(deviceIP); 'nanocap interfaces' lists them")
      }
      return found.name
    }
    let usable = all.filter { $0.isUp && !$0.addresses.isEmpty }
    guard let guess = usable.first(where: { !$0.isLoopback }) ?? usable.first else {
      throw CaptureError("there is no interface to capture on; name one with --interface")
    }
    log("no interface was named: taking \(guess.name)")
    return guess.name
  }

  private func show(_ event: LiveCapture<NanoSpecification>.CaptureEvent, _ name: String) {
    switch event {
    case .started: log("capturing on \(name) into \(target.database); ctrl-c ends it")
    case .failed(let error): log("\(error); trying again")
    case .progress(let progress):
      guard isatty(STDERR_FILENO) == 1 else { return }
      let messages = progress.decoding.messages.values.reduce(0, +)
      let dropped = progress.droppedByKernel + progress.droppedByQueue
      FileHandle.standardError.write(
        Data(
          "\r\u{1B}[K\(grouped(progress.packets)) packets  \(grouped(messages)) messages  \(grouped(dropped)) dropped"
            .utf8))
    }
  }

  private func log(_ text: String) { FileHandle.standardError.write(Data("nanocap: \(text)\n".utf8)) }
}
