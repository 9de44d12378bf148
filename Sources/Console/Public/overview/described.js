import {h, fill} from '../dom.js';
import {post, query} from '../api.js';
import {Chart} from '../charts.js';
import {queryLink} from '../querylinks.js';
import {Result} from '../results.js';
import {TimeChart} from './timechart.js';

/** What the description's author wants to be told besides. */
export class Described {
  constructor(selection, known) {
    Object.assign(this, {selection, known});
    this.all = new Map();
    this.box = h('.described', {hidden: true});
    this.panels = [this.box];
  }

  async update(span, {options}) {
    if (!span) return;
    const {queries} = await post('overview', {from_us: span.first, to_us: span.end, width_us: span.width}, options);
    this.box.hidden = !queries.length;
    for (const one of queries) {
      if (!this.all.has(one.title)) {
        const panel = new DescribedPanel(one, this.selection, this.known);
        this.all.set(one.title, panel);
        this.box.append(panel.element);
      }
      await this.all.get(one.title).update(one, span, options);
    }
  }

  destroy() { for (const one of this.all.values()) one.destroy(); }
}

/** One query's result. */
class DescribedPanel {
  constructor({title, doc, chart: kind}, selection, known) {
    Object.assign(this, {title, kind, selection, known});
    this.link = h('span');
    this.body = h('div');
    this.element = h('.panel', {'data-query': title}, h('.row', h('h2', {style: {margin: 0}}, title), this.link), doc ? h('p.faint', doc) : null,
      selection.filter ? h('p.faint', 'Of all messages of the time: the filter does not count here.') : null, this.body);
  }

  async update({query: sql}, span, options) {
    fill(this.link, queryLink(sql));
    try {
      const answer = await query(sql, options);
      const time = this.selection.with({filter: ''});
      const result = new Result(answer, this.known, filter => time.and(filter).messages);
      if (!answer.rows.length) fill(this.body, h('p.faint', 'Nothing.'));
      else if (this.kind === 'bar' && result.numbers.length) fill(this.body, result.bars);
      else if (this.kind === 'line' && result.numbers.length) await this.draw(result, span);
      else fill(this.body, result.table);
    } catch (error) {
      if (options.signal.aborted) throw error;
      fill(this.body, h('p.bad', error.message));
    }
  }

  /** Lines over the time where the first column is one, else from row to row. */
  async draw({columns, rows, numbers}, span) {
    const isTime = columns[0] === 'time_us';
    this.chart ??= isTime ? new TimeChart('line', {label: this.title, selection: this.selection}) : new Chart('line');
    if (this.chart.element.parentNode !== this.body) fill(this.body, this.chart.element);
    if (!isTime) return this.chart.show(rows.map(({row}) => String(row[0])), numbers.map(index => ({name: columns[index], values: rows.map(({row}) => row[index])})));
    const series = numbers.map(index => ({name: columns[index], values: span.zeros}));
    for (const {row} of rows) {
      const piece = Math.floor((row[0] - span.first) / span.width);
      if (piece >= 0 && piece < span.count) numbers.forEach((index, place) => { series[place].values[piece] += row[index] ?? 0; });
    }
    await this.chart.show(span, series);
  }

  destroy() { this.chart?.destroy(); }
}
