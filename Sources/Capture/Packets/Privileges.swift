import CLinux
import Foundation

/// Gives up root for another user, and keeps what a device needs to be opened again: the capability CAP_NET_RAW.
enum Privileges {
  private static let netRaw: UInt32 = 1 << 13

  /// Makes the process run as `user`; only root can.
  static func drop(to user: String) throws(CaptureError) {
    guard let entry = getpwnam(user) else { throw CaptureError("there is no user '\(user)'") }
    let (uid, gid) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
    guard getuid() == 0 else { throw CaptureError("only root can become another user; start without --user") }
    guard keep_capabilities(1) == 0, initgroups(user, gid) == 0, setgid(gid) == 0, setuid(uid) == 0 else {
      throw CaptureError("cannot become the user '\(user)': \(String(cString: strerror(errno)))")
    }
    // Version 3 has two words for each set, the low one first.
    var header = __user_cap_header_struct(version: 0x2008_0522, pid: 0)
    var sets = [
      __user_cap_data_struct(effective: netRaw, permitted: netRaw, inheritable: 0),
      __user_cap_data_struct(effective: 0, permitted: 0, inheritable: 0),
    ]
    guard capset(&header, &sets) == 0 else {
      throw CaptureError("cannot give up root's capabilities: \(String(cString: strerror(errno)))")
    }
  }
}
