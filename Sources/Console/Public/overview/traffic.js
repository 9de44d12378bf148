import {h, fill} from '../dom.js';
import {ask, typeName} from '../api.js';
import {Chart, colors} from '../charts.js';
import {comparison} from '../filter.js';
import {bytes, grouped} from '../format.js';
import {TimeChart} from './timechart.js';

/** Types that are told apart in charts. */
const shownTypes = 7;
const lastSeconds = 120;
const units = {messages: 'messages a second', bytes: 'bytes a second'};

/** A filter for the messages of a type. */
export const typeTerm = (known, type) => type === null ? 'not type' : comparison({name: 'type', value: typeName(known, type)});

/** What is chosen for the time line, and stays so while the page is open. */
let unit = 'messages';

/** Messages by type, and by type over time. */
export class Traffic {
  constructor(selection, known) {
    Object.assign(this, {selection, known});
    this.bars = h('.bars');
    this.chart = new TimeChart('bar', {label: 'time line', selection, stacked: true});
    this.live = new LiveTraffic();
    this.choice = h('select', {'aria-label': 'what is counted', onchange: () => { unit = this.choice.value; this.draw(); this.live.draw(); }},
      Object.entries(units).map(([value, name]) => h('option', {value}, name)));
    this.choice.value = unit;
    this.panels = [
      this.live.panel, h('.panel.wide', {'data-panel': 'traffic'}, h('.row', h('h2', 'Over time, by type'), this.choice), this.chart.element),
      h('.panel', h('h2', 'Messages by type'), this.bars),
    ];
  }

  async update(span, {options, tiles}) {
    const rows = span ? await ask('traffic', {filter: this.selection.asked, from: span.first, width: span.width}, options) : [];
    const types = new Map();
    for (const row of rows) {
      const one = types.get(row.type) ?? {type: row.type, n: 0};
      one.n += row.n;
      types.set(row.type, one);
    }
    this.types = [...types.values()].sort((a, b) => b.n - a.n);
    Object.assign(this, {span, rows});
    fill(tiles.messages, grouped(this.types.reduce((sum, one) => sum + one.n, 0)));
    this.showTypes();
    await this.draw();
  }

  /** A bar for each type, which leads to its messages. */
  showTypes() {
    const greatest = Math.max(1, ...this.types.map(one => one.n));
    fill(this.bars, this.types.length ? null : h('p.faint', 'No messages.'), this.types.map(({type, n}, index) => h('a.bar', {href: this.selection.and(typeTerm(this.known, type)).messages},
      h('span', typeName(this.known, type)), h('span.track', h('span.length', {style: {width: `${100 * n / greatest}%`, background: index < shownTypes ? colors[index] : ''}})),
      h('span.number', grouped(n)))));
  }

  async draw() {
    const {span} = this;
    if (!span) return;
    const shown = this.types.slice(0, shownTypes).map(one => one.type);
    const series = new Map(shown.map(type => [type, {name: typeName(this.known, type), values: span.zeros}]));
    const others = {name: 'others', values: span.zeros};
    for (const row of this.rows) (series.get(row.type) ?? others).values[row.bucket] += span.perSecond(unit === 'bytes' ? row.bytes : row.n);
    await this.chart.show(span, [...series.values(), ...(others.values.some(Boolean) ? [others] : [])]);
  }

  destroy() {
    this.chart.destroy();
    this.live.destroy();
  }
}

/** What a capture or an import does by the second; of a database at rest there is nothing to be said. */
class LiveTraffic {
  constructor() {
    this.chart = new Chart('line');
    this.past = [];
    this.panel = h('.panel.wide', {'data-panel': 'live', hidden: true}, h('h2', 'By the second, lately'), this.chart.element);
  }

  add(status) {
    const isBusy = status.capturing || status.importing;
    this.panel.hidden = !isBusy;
    this.past.push({at: new Date().toTimeString().slice(0, 8), rates: status.rates});
    if (this.past.length > lastSeconds) this.past.shift();
    if (isBusy) this.draw();
  }

  draw() {
    if (this.panel.hidden) return;
    const labels = this.past.map(one => one.at);
    if (unit === 'bytes') return this.chart.show(labels, [{name: 'captured bytes/s', values: this.past.map(one => one.rates.bytes)}]);
    const totals = new Map();
    for (const {rates} of this.past) for (const [name, rate] of Object.entries(rates.messages)) totals.set(name, (totals.get(name) ?? 0) + rate);
    const names = [...totals].sort((a, b) => b[1] - a[1]).slice(0, shownTypes).map(([name]) => name);
    return this.chart.show(labels, names.map(name => ({name, values: this.past.map(one => one.rates.messages[name] ?? 0)})));
  }

  destroy() { this.chart.destroy(); }
}

/** The addresses that most bytes went to and came from. */
export class Talkers {
  constructor(selection) {
    this.selection = selection;
    this.body = h('div');
    this.panels = [h('.panel', {'data-panel': 'talkers'}, h('h2', 'Top talkers'), this.body)];
  }

  async update(span, {options}) {
    const rows = span ? await ask('talkers', {filter: this.selection.asked, limit: 10}, options) : [];
    fill(this.body, rows.length ? h('table', h('tr', h('th', 'address'), h('th.number', 'connections'), h('th.number', 'sent'), h('th.number', 'received')),
      rows.map(one => h('tr', h('td', h('a', {href: this.selection.and(comparison({name: 'address', value: one.address})).messages}, one.address)),
        h('td.number', h('a', {href: this.selection.address('connections', {address: one.address})}, grouped(one.flows))),
        h('td.number', bytes(one.sent ?? 0)), h('td.number', bytes(one.received ?? 0)))))
      : h('p.faint', 'None.'), this.selection.isAll ? null : h('p.faint', 'Bytes of these messages.'));
  }

  destroy() {}
}
