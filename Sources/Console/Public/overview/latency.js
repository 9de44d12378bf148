import {h, fill} from '../dom.js';
import {ask, typeName} from '../api.js';
import {comparison} from '../filter.js';
import {delay, endpoint, grouped} from '../format.js';
import {TimeChart} from './timechart.js';
import {typeTerm} from './traffic.js';

const measures = {median_us: 'median', p95_us: 'p95', max_us: 'longest'};

/** How long answers took, where the description says which messages answer which. */
export class Latency {
  constructor(selection, known) {
    Object.assign(this, {selection, known});
    this.chart = new TimeChart('line', {label: 'delays over time', selection, term: 'answered', hasPoints: true});
    this.types = h('div');
    this.flows = h('div');
    this.unit = h('p.faint', {hidden: true}, 'Over time, in ms:');
    this.panels = [h('.panel.wide', {'data-panel': 'latency'}, h('h2', 'From requests to answers'),
      h('.columns', this.types, this.flows), this.unit, this.chart.element)];
  }

  async update(span, {options}) {
    const filter = this.selection.asked;
    const none = !span;
    const types = none ? [] : await ask('latency', {filter, by: 'type'}, options);
    const requests = new Map((none ? [] : await ask('requests', {filter}, options)).map(one => [one.type, one.n]));
    const flows = none ? [] : await ask('latency', {filter, by: 'flow', limit: 10}, options);
    for (const type of requests.keys()) if (!types.some(one => one.type === type)) types.push({type, answers: 0});
    fill(this.types, types.length ? this.typeTable(types, requests) : h('p.faint', 'No answers.'));
    fill(this.flows, flows.length ? this.flowTable(flows) : null);
    this.unit.hidden = this.chart.element.hidden = !flows.length;
    if (!flows.length) return;
    const pieces = new Map((await ask('latency', {filter, by: 'time', from: span.first, width: span.width}, options)).map(one => [one.bucket, one]));
    // Where nothing was asked there is nothing to be drawn.
    await this.chart.show(span, Object.entries(measures).map(([column, name]) => ({name, values: span.zeros.map((_, piece) => pieces.has(piece) ? pieces.get(piece)[column] / 1000 : null)})));
  }

  /** @param term what holds for the requests. */
  cells(row, term) {
    const link = (more, ...parts) => h('a', {href: this.selection.and(`${term} and ${more}`).messages}, parts);
    return [h('td.number', row.answers ? link('answered', grouped(row.answers)) : '0'),
      Object.keys(measures).map(column => h('td.number', row[column] === undefined ? '' : link(`answered.delay >= ${row[column]}us`, delay(row[column]))))];
  }

  heads() { return [h('th.number', 'answers'), Object.values(measures).map(name => h('th.number', name))]; }

  typeTable(types, requests) {
    return h('table', h('tr', h('th', 'request'), requests.size ? [h('th.number', 'sent'), h('th.number', 'unanswered')] : null, this.heads()), types.map(row => {
      const term = typeTerm(this.known, row.type);
      const link = (filter, ...parts) => h('a', {href: this.selection.and(filter).messages}, parts);
      const sent = requests.get(row.type);
      return h('tr', h('td', link(term, typeName(this.known, row.type))), requests.size ? [h('td.number', sent === undefined ? '' : grouped(sent)),
        h('td.number', sent === undefined ? '' : link(`${term} and not answered`, grouped(Math.max(0, sent - row.answers))))] : null, this.cells(row, term));
    }));
  }

  flowTable(flows) {
    return h('table', h('tr', h('th', 'the slowest connections'), this.heads()), flows.map(row => h('tr',
      h('td', h('a', {href: `#/connections?flow=${row.flow_id}`}, `${endpoint(row.srcip, row.srcport)} ⇄ ${endpoint(row.dstip, row.dstport)}`)),
      this.cells(row, comparison({name: 'flow', value: row.flow_id})))));
  }

  destroy() { this.chart.destroy(); }
}
