import {h} from './dom.js';
import {both, filterOf} from './filter.js';
import {microseconds, time} from './format.js';

/** Which messages a page is about: those that a filter lets through, of a time. The page's address says so. */
export class Selection {
  /** @param from @param to times in µs, the second one excluded; null for no bound. */
  constructor({filter = '', from = null, to = null} = {}) { Object.assign(this, {filter, from, to}); }

  /** What an address asks for; a time that is no instant is a part of the filter. */
  static of(parameters) {
    const rest = new URLSearchParams(parameters);
    const bound = name => {
      const value = microseconds(rest.get(name) ?? '');
      if (value !== null) rest.delete(name);
      return value;
    };
    const [from, to] = [bound('from'), bound('to')];
    return new Selection({filter: filterOf(rest), from, to});
  }

  get hasTime() { return this.from !== null || this.to !== null; }
  get isAll() { return !this.filter && !this.hasTime; }

  /** As the server takes it. */
  get asked() {
    return {
      ...(this.filter ? {where: this.filter} : {}), ...(this.from === null ? {} : {start_us: this.from}), ...(this.to === null ? {} : {end_us: this.to}),
    };
  }

  with(changes) { return new Selection({filter: this.filter, from: this.from, to: this.to, ...changes}); }

  /** Those of them for which a further filter holds. */
  and(term) { return this.with({filter: term ? both(this.filter, term) : this.filter}); }

  // Addresses

  address(page, more = {}) {
    const parameters = {
      ...more, ...(this.filter ? {filter: this.filter} : {}), ...(this.from === null ? {} : {from: time(this.from)}), ...(this.to === null ? {} : {to: time(this.to)}),
    };
    const text = new URLSearchParams(parameters).toString();
    return `#/${page}${text ? `?${text}` : ''}`;
  }

  get overview() { return this.address('overview'); }
  get messages() { return this.address('messages'); }

  /** What says the time, and goes back to all times; nothing where all are meant. */
  timeChip(page) {
    if (!this.hasTime) return null;
    return h('span.chip', {'data-time': ''}, `${this.from === null ? 'until' : time(this.from)}${this.from !== null && this.to !== null ? ' – ' : this.to === null ? ' and later' : ' '}${time(this.to)} `,
      h('a', {href: this.with({from: null, to: null}).address(page), 'aria-label': 'all times', title: 'all times'}, '×'));
  }
}
