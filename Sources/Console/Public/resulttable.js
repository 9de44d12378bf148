import {h, fill} from './dom.js';
import {valueCell} from './values.js';
import {Scroller} from './scroller.js';

const leastWidth = 30, widthStep = 20;

/** A result of any length as a table, whose columns can be hidden and be given another width. Only the rows in sight exist. */
export class ResultTable {
  /**
   * @param rows what `ResultRows` has; it may still grow, see `update`
   * @param known what the server says of its description
   * @param chart called when the result is wanted as a chart
   * @param sort called with a column's name and whether the greatest is to be first
   */
  constructor(rows, known, {chart, sort}) {
    Object.assign(this, {known, chart, sort, hidden: new Set(), widths: new Map(), sorted: null});
    this.table = h('table');
    this.space = h('.rows-space', this.table);
    this.box = h('.results.rows', {tabindex: 0, role: 'region', 'aria-label': 'result', onscroll: () => this.draw(), onkeydown: event => this.key(event)}, this.space);
    this.tools = h('.row');
    this.element = h('div', this.tools, this.box);
    this.scroller = new Scroller(this.box, this.space, () => this.table.rows[0]?.offsetHeight ?? 0);
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.box);
    this.show(rows);
  }

  destroy() { this.observer.disconnect(); }

  /** Shows other rows of the same columns. */
  show(rows) {
    // Columns are as wide as what they have shown, so that they do not dance while rows come and go.
    this.grown = new Map();
    this.rows = rows;
    const first = rows.length ? rows.row(0) : [];
    this.numeric = rows.columns.map((_, index) => typeof first[index] === 'number');
    fill(this.tools, this.numeric.some(Boolean) ? h('button', {onclick: this.chart, 'data-chart': ''}, 'Chart') : null,
      rows.columns.length > 1 ? this.choices() : null);
    this.tools.hidden = !this.tools.children.length;
    this.box.scrollTop = 0;
    this.draw();
    this.update();
  }

  /** Says that more rows have come. */
  update() {
    this.scroller.setTotal(this.rows.length);
    this.table.setAttribute('aria-rowcount', this.rows.length + 1);
    this.draw();
  }

  choices() {
    return h('details.choices', h('summary', 'Columns'), this.rows.columns.map((name, index) => h('label', h('input', {
      type: 'checkbox', checked: !this.hidden.has(index), 'data-column': name,
      onchange: event => { this.hidden[event.target.checked ? 'delete' : 'add'](index); this.draw(); },
    }), ` ${name}`)));
  }

  draw() {
    const {first, visibleCount} = this.scroller;
    const last = Math.min(this.rows.length, first + visibleCount + 1);
    const visible = this.rows.columns.map((_, index) => index).filter(index => !this.hidden.has(index));
    const shown = [];
    for (let index = first; index < last; index++) {
      const row = this.rows.row(index);
      const object = Object.fromEntries(this.rows.columns.map((name, column) => [name, row[column]]));
      shown.push(h('tr', {'aria-rowindex': index + 2}, visible.map(column => this.cell(row[column], column, object))));
    }
    // What has the focus would be gone.
    const focused = this.table.contains(document.activeElement) ? document.activeElement : null;
    const column = focused?.closest('th')?.dataset.head;
    fill(this.table, h('tr', {'aria-rowindex': 1}, visible.map(index => this.head(index))), shown);
    if (column !== undefined) this.table.querySelector(`th[data-head="${column}"] button`)?.focus({preventScroll: true});
    else if (focused) this.box.focus({preventScroll: true});
    for (const head of this.table.querySelectorAll('th')) {
      const index = Number(head.dataset.head);
      this.grown.set(index, Math.max(this.grown.get(index) ?? 0, head.offsetWidth));
    }
  }

  head(index) {
    const name = this.rows.columns[index];
    const order = this.sorted?.column === name ? this.sorted : null;
    const width = this.widths.get(index);
    const style = width ? {width: `${width}px`, minWidth: `${width}px`, maxWidth: `${width}px`} : {minWidth: `${this.grown.get(index) ?? 0}px`};
    const head = h(this.numeric[index] ? 'th.number' : 'th', {scope: 'col', 'data-head': index, 'aria-sort': order ? (order.descending ? 'descending' : 'ascending') : null, style},
      h('button', {onclick: () => this.sortBy(name), onkeydown: event => this.resizeByKey(event, index, head), title: 'sorts; Shift+arrows: its width'},
        name, order ? (order.descending ? ' ▼' : ' ▲') : ''),
      h('span.grip', {'aria-hidden': 'true', onpointerdown: event => this.resize(event, index, head)}));
    return head;
  }

  cell(value, index, object) {
    const width = this.widths.get(index);
    return h(typeof value === 'number' ? 'td.number' : 'td', {title: typeof value === 'string' && value.length > 40 ? value : null, style: width ? {maxWidth: `${width}px`} : {}},
      valueCell(this.rows.columns[index], value, object, null, this.known.type_column), this.name(index, value));
  }

  /** What an enum's value is called. */
  name(index, value) {
    if (this.rows.columns[index] !== this.known.type_column || !this.known.typeNames.has(value)) return null;
    return h('span.faint', ` ${this.known.typeNames.get(value)}`);
  }

  /** Goes to other rows. */
  key(event) {
    const step = event.target === this.box ? this.scroller.step(event) : undefined;
    if (step === undefined) return;
    event.preventDefault();
    this.scroller.first = Math.max(0, this.scroller.first + step);
    this.draw();
  }

  /** The store sorts, which has all rows. */
  sortBy(column) {
    this.sorted = {column, descending: this.sorted?.column === column && !this.sorted.descending};
    this.sort(this.sorted);
  }

  // Widths

  setWidth(index, width) {
    this.widths.set(index, Math.max(leastWidth, width));
    this.draw();
  }

  /** A column's edge is dragged. */
  resize(event, index, head) {
    event.preventDefault();
    const start = head.getBoundingClientRect().width - event.clientX;
    const move = event => this.setWidth(index, start + event.clientX);
    addEventListener('pointermove', move);
    addEventListener('pointerup', () => removeEventListener('pointermove', move), {once: true});
  }

  resizeByKey(event, index, head) {
    const step = {ArrowLeft: -widthStep, ArrowRight: widthStep}[event.key];
    if (!step || !event.shiftKey) return;
    event.preventDefault();
    this.setWidth(index, head.offsetWidth + step);
  }
}
