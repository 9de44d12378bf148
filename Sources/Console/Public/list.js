import {h, fill} from './dom.js';

const rowHeight = 24;
// Browsers do not draw elements that are higher than some 16 million pixels.
const maximumHeight = 8_000_000;

/**
 * A list of any length, of which only the rows in sight exist.
 *
 * It is told how many rows there are, and asks for pages of them when they come into sight.
 */
export class List {
  /**
   * @param columns [{name, width (of a CSS grid), className, title (a text or an element; else the name)}]
   * @param pageSize rows that are fetched at once
   * @param fetchPage page number -> promise of rows
   * @param cells row, its place -> list of what to show in the columns
   * @param choose called with a row that was chosen, by mouse or keyboard
   * @param menu called with an event that asks for a cell's menu, the row and the column
   */
  constructor({columns, pageSize, fetchPage, cells, choose, menu, label}) {
    Object.assign(this, {pageSize, fetchPage, cells, choose, menu});
    this.total = 0;
    this.pages = new Map();
    this.chosen = -1;
    this.space = h('.list-space');
    this.box = h('.list', {tabindex: 0, role: 'listbox', 'aria-label': label, onscroll: () => this.draw(), onkeydown: event => this.key(event)}, this.space);
    this.head = h('.list-head');
    this.setColumns(columns);
    this.element = h('.list-box', this.head, this.box);
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.box);
  }

  /** Shows these columns; `cells` must have them too. */
  setColumns(columns) {
    this.columns = columns;
    this.template = columns.map(column => column.width).join(' ');
    this.head.style.gridTemplateColumns = this.template;
    fill(this.head, columns.map(column => h(`span${column.className ? '.' + column.className : ''}`, column.title ?? column.name)));
    this.draw();
  }

  destroy() { this.observer.disconnect(); }

  /** Says how many rows there are; those that were fetched stay, but for the last page. */
  setTotal(total) {
    const lastPage = Math.floor((this.total - 1) / this.pageSize);
    if (total !== this.total) this.pages.delete(lastPage);
    this.total = total;
    this.height = Math.min(total * rowHeight, maximumHeight);
    this.space.style.height = `${this.height}px`;
    this.draw();
  }

  reset() {
    this.pages.clear();
    this.chosen = -1;
    this.box.scrollTop = 0;
  }

  get visibleCount() { return Math.max(1, Math.floor(this.box.clientHeight / rowHeight)); }

  /** The first row in sight. Where the list is higher than an element can be, a pixel stands for many rows. */
  get first() {
    const scrollable = this.height - this.box.clientHeight;
    const rows = this.total - this.visibleCount;
    if (scrollable <= 0 || rows <= 0) return 0;
    return Math.min(rows, Math.round(this.box.scrollTop / scrollable * rows));
  }

  set first(row) {
    const scrollable = this.height - this.box.clientHeight;
    const rows = Math.max(1, this.total - this.visibleCount);
    this.box.scrollTop = Math.max(0, Math.min(1, row / rows)) * scrollable;
  }

  draw() {
    const first = this.first;
    const last = Math.min(this.total, first + this.visibleCount + 2);
    const top = this.box.scrollTop;
    const shown = [];
    for (let index = first; index < last; index++) {
      const row = this.row(index);
      shown.push(h(index === this.chosen ? '.list-row.chosen' : '.list-row', {
        role: 'option', 'aria-selected': String(index === this.chosen), 'data-index': index,
        style: {top: `${top + (index - first) * rowHeight}px`, gridTemplateColumns: this.template},
        onclick: () => this.select(index),
      }, row ? this.cells(row, index).map((cell, column) => h(`span${this.columns[column].className ? '.' + this.columns[column].className : ''}`,
        {oncontextmenu: event => this.menu?.(event, row, this.columns[column])}, cell)) : h('span.faint', '…')));
    }
    fill(this.space, shown);
  }

  /** The row that was chosen; undefined where there is none yet. */
  get chosenRow() { return this.chosen < 0 ? undefined : this.row(this.chosen); }

  row(index) {
    const number = Math.floor(index / this.pageSize);
    const page = this.pages.get(number);
    if (!page) this.fetch(number);
    return Array.isArray(page) ? page[index % this.pageSize] : undefined;
  }

  fetch(number) {
    // Whoever scrolls past a page does not need it.
    const promise = new Promise(resolve => setTimeout(resolve, this.pages.size ? 40 : 0)).then(() => {
      const [first, last] = [this.first, this.first + this.visibleCount + 2];
      if ((number + 1) * this.pageSize < first || number * this.pageSize > last) { this.pages.delete(number); return; }
      return this.fetchPage(number).then(rows => {
        if (this.pages.get(number) !== promise) return;
        this.pages.set(number, rows);
        if (this.pages.size > 60) this.pages.delete(this.pages.keys().next().value);
        this.draw();
      });
    }).catch(error => { console.warn(error.message); this.pages.delete(number); });
    this.pages.set(number, promise);
  }

  select(index) {
    if (index < 0 || index >= this.total) return;
    this.chosen = index;
    this.reveal();
    const row = this.row(index);
    if (row) this.choose(row, index);
    else Promise.resolve(this.pages.get(Math.floor(index / this.pageSize))).then(() => {
      const row = this.row(index);
      if (row && this.chosen === index) this.choose(row, index);
    });
  }

  /** Scrolls until the chosen row is in sight. */
  reveal() {
    const [first, index] = [this.first, this.chosen];
    if (index >= 0 && index < first) this.first = index;
    if (index >= first + this.visibleCount) this.first = index - this.visibleCount + 1;
    this.draw();
  }

  key(event) {
    const steps = {ArrowDown: 1, ArrowUp: -1, PageDown: this.visibleCount, PageUp: -this.visibleCount, Home: -this.total, End: this.total};
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.step(step);
  }

  /** Chooses the row so many rows behind the chosen one, or before it. */
  step(rows) { this.select(Math.max(0, Math.min(this.total - 1, this.chosen + rows))); }
}
