import Foundation
import Synchronization

/// Notices SIGINT and SIGTERM, so that the program can end in order.
struct StopSignal {
  init() {
    // Made before a handler can need it: a handler may do no more than set it.
    Self.raised.store(false, ordering: .relaxed)
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&unblocked, number)
      signal(number) { _ in StopSignal.raised.store(true, ordering: .relaxed) }
    }
    // Whoever started the program may have had them blocked, which is inherited.
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
  }

  var isRaised: Bool { Self.raised.load(ordering: .relaxed) }

  private static let raised = Atomic(false)
}
