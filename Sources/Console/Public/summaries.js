import {ask} from './api.js';
import {warning} from './visit.js';

const maximum = 30_000;

/** What messages are about, in a line each, and how many decode issues they have: asked for when their rows are there. */
export class Summaries {
  /** @param changed called when rows have got theirs */
  constructor(changed) {
    this.changed = changed;
    this.known = new Map();
  }

  /** Gives rows their `info` and `issues`: at once where they are known, else as soon as they are, unless a signal ends that. */
  add(rows, signal) {
    this.fill(rows);
    const ids = rows.map(row => row.id).filter(id => !this.known.has(id));
    if (ids.length) this.load(ids, signal).then(() => { this.fill(rows); this.changed(); }).catch(warning(signal));
    return rows;
  }

  fill(rows) {
    for (const row of rows) Object.assign(row, this.known.get(row.id));
  }

  async load(ids, signal) {
    const found = await ask('summaries', {ids}, {signal});
    if (this.known.size > maximum) this.known.clear();
    for (const {id, info, issues} of found) this.known.set(id, {info, issues});
  }
}
