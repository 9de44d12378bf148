// What ends when a page is left: its signal is aborted then.

/** Calls back when a signal is aborted; at once where it is already. */
export function onAbort(signal, callback) {
  if (signal.aborted) callback(); else signal.addEventListener('abort', () => callback(), {once: true});
}

/** What tells on the browser's console of a problem that the page does without; that work was ended is none. */
export const warning = signal => problem => { if (!signal.aborted) console.warn(problem.message); };

/** Does something until a signal is aborted: each time so many milliseconds after the last time was over. */
export async function repeat(interval, signal, work) {
  for (;;) {
    await new Promise(resolve => setTimeout(resolve, interval));
    if (signal.aborted) return;
    await work().catch(warning(signal));
  }
}

/** Requests of which the last one is wanted: each ends the former, and all end with the page. */
export class Latest {
  /** @param page the page's signal */
  constructor(page) { this.page = page; }

  /** Ends the request before, and returns the signal for another; it is in `signal` too. */
  next() {
    this.end();
    this.request = new AbortController();
    this.signal = AbortSignal.any([this.page, this.request.signal]);
    return this.signal;
  }

  /** Ends the request that there is. */
  end() { this.request?.abort(); }
}
