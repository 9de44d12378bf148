import {h, fill} from '../dom.js';
import {ask} from '../api.js';
import {comparison} from '../filter.js';
import {bytes, grouped} from '../format.js';
import {goToQuery} from '../querylinks.js';
import {TimeChart} from './timechart.js';

/** A link to rows of issues of a selection, of a kind or of any. */
export function issuesLink(selection, kind, ...parts) {
  const open = event => {
    event.preventDefault();
    goToQuery({issues: kind === null ? {} : {kind}, filter: selection.asked});
  };
  return h('a', {href: '#/query', onclick: open}, parts);
}

/** What could not be decoded, by kind and over time, and bytes that are not in the capture. */
export class Issues {
  constructor(selection) {
    this.selection = selection;
    this.chart = new TimeChart('bar', {label: 'issues over time', selection, term: 'issue', stacked: true});
    this.body = h('div');
    this.fresh = h('div');
    this.newest = [];
    this.panels = [h('.panel', {'data-panel': 'issues'}, h('h2', 'Losses and issues'), this.chart.element, this.body, this.fresh)];
  }

  async update(span, {options, tiles}) {
    const filter = this.selection.asked;
    const [flows] = await ask('flow_totals', {filter}, options);
    const rows = span ? await ask('issues', {filter, from: span.first, width: span.width}, options) : [];
    fill(tiles.flows, grouped(flows.n));
    fill(tiles.issues, grouped(rows.reduce((sum, one) => sum + one.n, 0)));
    const kinds = new Map();
    for (const row of rows) {
      const one = kinds.get(row.kind) ?? {kind: row.kind, n: 0, bytes: 0, messages: 0, values: span.zeros};
      for (const name of ['n', 'bytes', 'messages']) one[name] += row[name] ?? 0;
      // Of a connection that begins before its first message, an issue may come before both.
      if (row.bucket >= 0 && row.bucket < span.count) one.values[row.bucket] += row.n;
      kinds.set(row.kind, one);
    }
    const all = [...kinds.values()].sort((a, b) => b.n - a.n);
    this.chart.element.hidden = !all.length;
    if (all.length) await this.chart.show(span, all.map(one => ({name: one.kind, values: one.values})));
    fill(this.body, all.length ? this.table(all) : h('p.faint', this.selection.filter ? 'None of these messages.' : 'Every byte is a message or an entry of a response.'),
      this.selection.filter ? h('p.faint', 'Issues that belong to no message, such as gaps, are told without a filter.') : null,
      h('p.faint', `${bytes(flows.lost)} of ${this.selection.isAll ? 'all' : 'these'} connections are not in the capture. `,
        flows.lost ? h('a.line', {href: this.selection.address('connections', {order: 'lost'})}, 'Those that lack most') : null));
  }

  /** Kinds lead to their messages, numbers to the rows. */
  table(kinds) {
    return h('table', h('tr', h('th', 'kind'), h('th.number', 'issues'), h('th.number', 'bytes')), kinds.map(one => h('tr',
      h('td', one.messages ? h('a', {href: this.selection.and(comparison({name: 'issue.kind', value: one.kind})).messages}, one.kind) : one.kind),
      h('td.number', issuesLink(this.selection, one.kind, grouped(one.n))), h('td.number', bytes(one.bytes)))));
  }

  /** One that has just been found. */
  add(issue) {
    this.newest.unshift(issue);
    this.newest.length = Math.min(this.newest.length, 5);
    fill(this.fresh, h('h2', 'Lately'), this.newest.map(one => h('div', h('a', {href: `#/connections?flow=${one.flow_id}`}, `connection ${one.flow_id}`), ` ${one.kind}`,
      one.path ? ` at ${one.path}` : '', one.length ? `, ${grouped(one.length)} bytes` : '')));
  }

  destroy() { this.chart.destroy(); }
}

/** The runs that took the messages, and what they dropped. */
export class Runs {
  static shown = 12;

  constructor(selection) {
    this.selection = selection;
    this.body = h('div');
    this.panels = [h('.panel', {'data-panel': 'runs'}, h('h2', 'Runs'), this.body)];
  }

  async update(span, {options, showPackets}) {
    const runs = await ask('runs', {filter: this.selection.asked, limit: 10_000}, options);
    const dropped = run => Number(run.dropped_kernel ?? 0) + Number(run.dropped_queue ?? 0);
    const sum = count => runs.reduce((total, run) => total + count(run), 0);
    showPackets(sum(run => Number(run.packets ?? 0)), sum(dropped));
    const rest = runs.length - Runs.shown;
    fill(this.body, runs.length ? h('table', h('tr', h('th', 'source'), h('th', 'started'), h('th.number', 'packets'), h('th.number', 'dropped')),
      runs.slice(0, Runs.shown).map(run => h('tr',
        h('td.line', h('a', {href: this.selection.and(comparison({name: 'flow.run_id', value: run.id})).messages, title: run.source}, String(run.source).split('/').at(-1))),
        h('td', run.started), h('td.number', run.packets === null ? '' : grouped(run.packets)), h(dropped(run) ? 'td.number.bad' : 'td.number', grouped(dropped(run))))))
      : h('p.faint', 'None.'), rest > 0 ? h('p.faint', `and ${grouped(rest)} before`) : null);
  }

  destroy() {}
}
