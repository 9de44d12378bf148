import {h, fill} from './dom.js';
import {Chart} from './charts.js';

const greatestCount = 5000;
const kinds = {bar: 'bars', line: 'line', scatter: 'points', histogram: 'histogram'};

/** A chart of a result, whose kind and columns can be chosen; they begin as the columns suggest. */
export class ResultChart {
  /** @param result what `ResultRows` has. */
  constructor(result) {
    const {columns} = result;
    this.columns = columns;
    this.rows = result.firstRows(greatestCount);
    const isNumeric = index => this.rows.some(row => typeof row[index] === 'number') && this.rows.every(row => row[index] === null || typeof row[index] === 'number');
    this.numeric = columns.map((_, index) => index).filter(isNumeric);
    const suggested = this.suggestion();
    const select = (label, options, value, isMultiple) => h('select', {'aria-label': label, multiple: isMultiple, size: isMultiple ? Math.min(4, options.length) : null, onchange: () => this.draw()},
      options.map(([key, text]) => h('option', {value: key, selected: isMultiple ? value.includes(key) : key === value}, text)));
    this.kind = select('kind of chart', Object.entries(kinds), suggested.kind);
    this.x = select('along', [['-1', 'row number'], ...columns.map((name, index) => [String(index), name])], String(suggested.x));
    this.y = select('values', this.numeric.map(index => [String(index), columns[index]]), suggested.y.map(String), true);
    this.place = h('div');
    this.note = h('p.faint');
    this.element = h('.panel', {'data-result-chart': ''}, h('.row', this.kind, h('span', 'along'), this.x, h('span', 'values'), this.y), this.place, this.note);
    this.draw();
  }

  get isPossible() { return this.numeric.length > 0; }

  suggestion() {
    const {columns, numeric} = this;
    const time = columns.findIndex(name => /(^|_)(time|bucket|second|minute|hour|day)(_us)?$|_us$/.test(name));
    const others = index => numeric.filter(one => one !== index);
    if (time >= 0 && others(time).length) return {kind: 'line', x: time, y: others(time).slice(0, 6)};
    const label = columns.findIndex((_, index) => !numeric.includes(index));
    if (label >= 0) return {kind: this.rows.length > 60 ? 'line' : 'bar', x: label, y: numeric.slice(0, 6)};
    if (numeric.length === 1) return {kind: this.rows.length > 30 ? 'histogram' : 'bar', x: -1, y: numeric};
    return {kind: this.rows.length > 60 ? 'scatter' : 'bar', x: numeric.at(-1), y: numeric.slice(0, -1).slice(0, 6)};
  }

  draw() {
    const kind = this.kind.value;
    const x = Number(this.x.value);
    const y = [...this.y.selectedOptions].map(option => Number(option.value));
    this.x.disabled = kind === 'histogram';
    this.chart?.destroy();
    this.chart = new Chart(kind === 'histogram' ? 'bar' : kind);
    fill(this.place, this.chart.element);
    const at = (row, index) => x < 0 ? index + 1 : row[x];
    if (kind === 'histogram') this.showHistogram(y);
    else if (kind === 'scatter') {
      this.chart.show([], y.map(column => ({name: this.columns[column], values: this.rows.map((row, index) => ({x: Number(at(row, index)), y: row[column]})).filter(one => Number.isFinite(one.x) && one.y !== null)})));
    } else {
      this.chart.show(this.rows.map((row, index) => String(at(row, index))), y.map(column => ({name: this.columns[column], values: this.rows.map(row => row[column])})));
    }
    fill(this.note, this.rows.length === greatestCount ? `The first ${greatestCount} rows are drawn.` : '');
  }

  /** How many rows have a value in each of some ranges that are as wide as one another. */
  showHistogram(y) {
    const values = y.flatMap(column => this.rows.map(row => row[column])).filter(value => value !== null);
    const [least, greatest] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
    const count = values.length ? Math.min(60, Math.max(1, Math.ceil(Math.sqrt(this.rows.length)))) : 0;
    const width = (greatest - least) / count || 1;
    const labels = Array.from({length: count}, (_, index) => String(Number((least + index * width).toPrecision(6))));
    this.chart.show(labels, y.map(column => {
      const counts = new Array(count).fill(0);
      for (const row of this.rows) if (row[column] !== null) counts[Math.min(count - 1, Math.floor((row[column] - least) / width))]++;
      return {name: this.columns[column], values: counts};
    }));
  }

  destroy() { this.chart?.destroy(); }
}
