import Foundation
import Synchronization

/// Notices SIGINT and SIGTERM, so that the program can end in order, SIGHUP, so that it reads its configuration again, and
/// SIGUSR1, so that its capture goes on in another file.
struct Signals {
  init() {
    // Made before a handler can need them: a handler may do no more than set them.
    Self.stop.store(false, ordering: .relaxed)
    Self.reload.store(false, ordering: .relaxed)
    Self.rotation.store(false, ordering: .relaxed)
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
    sigaddset(&unblocked, SIGUSR1)
    signal(SIGUSR1) { _ in Signals.rotation.store(true, ordering: .relaxed) }
    // Whoever started the program may have had them blocked, which is inherited.
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
  }

  /// Whether the program is to end.
  var isStopRaised: Bool { Self.stop.load(ordering: .relaxed) }

  /// Whether the configuration is to be read again; asked once for each signal.
  func takeReload() -> Bool { Self.take(Self.reload) }

  /// Whether the capture is to go on in another file; asked once for each signal.
  func takeRotation() -> Bool { Self.take(Self.rotation) }

  private static func take(_ flag: borrowing Atomic<Bool>) -> Bool {
    flag.load(ordering: .relaxed) && flag.exchange(false, ordering: .relaxed)
  }

  private static let stop = Atomic(false)
  private static let reload = Atomic(false)
  private static let rotation = Atomic(false)
}
