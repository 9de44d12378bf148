import Glibc

/// Runs what follows trees of a description by recursion, where the stack is large enough for any tree that the limits
/// of the language allow. The memory is used only as far as it is needed.
func withDeepStack<Result>(_ body: () -> Result) -> Result {
  var result: Result?
  withoutActuallyEscaping({ result = body() }) { body in
    let work = Work(body)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 512 << 20)
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { work in
        if let work { Unmanaged<Work>.fromOpaque(work).takeUnretainedValue().body() }
        return nil
      }, Unmanaged.passUnretained(work).toOpaque())
    pthread_attr_destroy(&attributes)
    // Where no thread can be had, the stack that is there has to do.
    if status == 0 { pthread_join(thread, nil) } else { work.body() }
    withExtendedLifetime(work) {}
  }
  guard let result else { preconditionFailure("the body has run") }
  return result
}

private final class Work {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}
