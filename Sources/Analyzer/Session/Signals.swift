import Foundation
import Synchronization

/// Notices SIGINT and SIGTERM, so that the program can end in order, and SIGHUP, so that it reads its configuration again.
struct Signals {
  init() {
    // Made before a handler can need them: a handler may do no more than set them.
    Self.stop.store(false, ordering: .relaxed)
    Self.reload.store(false, ordering: .relaxed)
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&unblocked, number)
      signal(number) { number in
        Signals.stop.store(true, ordering: .relaxed)
        // Whoever asks twice means at once.
        signal(number, SIG_DFL)
      }
    }
    sigaddset(&unblocked, SIGHUP)
    signal(SIGHUP) { _ in Signals.reload.store(true, ordering: .relaxed) }
    // Whoever started the program may have had them blocked, which is inherited.
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
  }

  /// Whether the program is to end.
  var isStopRaised: Bool { Self.stop.load(ordering: .relaxed) }

  /// Whether the configuration is to be read again; asked once for each signal.
  func takeReload() -> Bool {
    Self.reload.load(ordering: .relaxed) && Self.reload.exchange(false, ordering: .relaxed)
  }

  private static let stop = Atomic(false)
  private static let reload = Atomic(false)
}
