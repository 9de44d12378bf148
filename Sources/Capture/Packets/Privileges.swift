import CLinux
import Foundation

/// The right to capture, the capability CAP_NET_RAW: taken up when it is needed, and all that is kept of root's rights.
///
/// The program's file has the capability as permitted only (`setcap cap_net_raw+p`). With the effective bit
/// (`cap_net_raw+ep`) Linux would refuse to start the program at all where the capability is not in the bounding set, as
/// in many containers: see capabilities(7), "Capability-dumb binaries".
enum Privileges {
  private static let netRaw: UInt32 = 1 << UInt32(CAP_NET_RAW)

  /// Whether the process could have the capability at all, if somebody gave it.
  static var mayEverCapture: Bool { is_in_bounding_set(CAP_NET_RAW) == 1 }

  /// Makes the capability effective for the calling thread, if it is permitted; else nothing changes, and opening the
  /// device tells what is missing.
  static func raise() {
    guard var sets = capabilities(), sets[0].permitted & netRaw != 0, sets[0].effective & netRaw == 0 else { return }
    sets[0].effective |= netRaw
    _ = setCapabilities(sets)
  }

  /// Makes the process run as `user`; only root can.
  static func drop(to user: String) throws(CaptureError) {
    guard let entry = getpwnam(user) else { throw CaptureError("there is no user '\(user)'") }
    let (uid, gid) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
    guard getuid() == 0 else { throw CaptureError("only root can become another user; start without --user") }
    guard keep_capabilities(1) == 0, initgroups(user, gid) == 0, setgid(gid) == 0, setuid(uid) == 0 else {
      throw CaptureError("cannot become the user '\(user)': \(String(cString: strerror(errno)))")
    }
    let onlyNetRaw = [
      __user_cap_data_struct(effective: netRaw, permitted: netRaw, inheritable: 0),
      __user_cap_data_struct(effective: 0, permitted: 0, inheritable: 0),
    ]
    guard setCapabilities(onlyNetRaw) else {
      throw CaptureError("cannot give up root's capabilities: \(String(cString: strerror(errno)))")
    }
  }

  // MARK: System calls

  /// Of the calling thread. Version 3 has two words for each set, the low one first.
  private static var header: __user_cap_header_struct { __user_cap_header_struct(version: 0x2008_0522, pid: 0) }

  private static func capabilities() -> [__user_cap_data_struct]? {
    var header = header
    var sets = [__user_cap_data_struct](repeating: __user_cap_data_struct(), count: 2)
    return capget(&header, &sets) == 0 ? sets : nil
  }

  private static func setCapabilities(_ sets: [__user_cap_data_struct]) -> Bool {
    var (header, sets) = (header, sets)
    return capset(&header, &sets) == 0
  }
}
