import {h, fill} from './dom.js';
import {Scroller, rowHeight} from './scroller.js';
import {Latest, onAbort, warning} from './visit.js';

let lists = 0;

/**
 * A list of any length, of which only the rows in sight exist.
 *
 * It is told how many rows there are, and asks for pages of them when they come into sight.
 */
export class List {
  /**
   * @param columns [{name, width (of a CSS grid), className, title (a text or an element; else the name)}]
   * @param pageSize rows that are fetched at once
   * @param fetchPage page number, signal that ends the request -> promise of rows
   * @param cells row, its place -> list of what to show in the columns
   * @param choose called with a row that was chosen, by mouse or keyboard
   * @param menu called with an event that asks for a cell's menu, the row and the column
   * @param signal of the page
   */
  constructor({columns, pageSize, fetchPage, cells, choose, menu, label, signal}) {
    Object.assign(this, {pageSize, fetchPage, cells, choose, menu});
    this.name = `list-${++lists}`;
    this.requests = new Latest(signal);
    this.requests.next();
    this.pages = new Map();
    this.chosen = -1;
    this.space = h('.list-space');
    this.box = h('.list', {tabindex: 0, role: 'listbox', 'aria-label': label, onscroll: () => this.draw(), onkeydown: event => this.key(event)}, this.space);
    this.scroller = new Scroller(this.box, this.space);
    this.head = h('.list-head');
    this.setColumns(columns);
    this.element = h('.list-box', this.head, this.box);
    const observer = new ResizeObserver(() => this.draw());
    observer.observe(this.box);
    onAbort(signal, () => observer.disconnect());
  }

  /** Shows these columns; `cells` must have them too. */
  setColumns(columns) {
    this.columns = columns;
    this.template = columns.map(column => column.width).join(' ');
    this.head.style.gridTemplateColumns = this.template;
    fill(this.head, columns.map(column => h(`span${column.className ? '.' + column.className : ''}`, column.title ?? column.name)));
    this.draw();
  }

  /** Says how many rows there are; those that were fetched stay, but for a last page that was not full. */
  setTotal(total) {
    const lastPage = Math.floor((this.total - 1) / this.pageSize);
    if (total !== this.total && this.total % this.pageSize) this.pages.delete(lastPage);
    this.scroller.setTotal(total);
    this.draw();
  }

  /** Forgets the rows, for others. Returns `signal` anew. */
  reset() {
    this.requests.next();
    this.pages.clear();
    this.chosen = -1;
    this.box.scrollTop = 0;
    return this.signal;
  }

  /** Aborted when the list is reset, and when the page is left: for all that is asked about its rows. */
  get signal() { return this.requests.signal; }

  get total() { return this.scroller.total; }

  draw() {
    const {first, visibleCount} = this.scroller;
    const last = Math.min(this.total, first + visibleCount + 2);
    const top = this.box.scrollTop;
    const shown = [];
    for (let index = first; index < last; index++) {
      const row = this.row(index);
      shown.push(h(index === this.chosen ? '.list-row.chosen' : '.list-row', {
        role: 'option', id: `${this.name}-${index}`, 'aria-selected': String(index === this.chosen), 'data-index': index,
        'aria-posinset': index + 1, 'aria-setsize': this.total,
        style: {top: `${top + (index - first) * rowHeight}px`, gridTemplateColumns: this.template},
        onclick: () => this.select(index),
      }, row ? this.cells(row, index).map((cell, column) => h(`span${this.columns[column].className ? '.' + this.columns[column].className : ''}`,
        {oncontextmenu: event => this.menu?.(event, row, this.columns[column])}, cell)) : h('span.faint', '…')));
    }
    fill(this.space, shown);
    // The focus stays on the list: this is how a screen reader knows of the row.
    if (this.chosen >= first && this.chosen < last) this.box.setAttribute('aria-activedescendant', `${this.name}-${this.chosen}`);
    else this.box.removeAttribute('aria-activedescendant');
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
    const {signal} = this;
    const forget = () => { if (this.pages.get(number) === promise) this.pages.delete(number); };
    // Whoever scrolls past a page does not need it.
    const promise = new Promise(resolve => setTimeout(resolve, this.pages.size ? 40 : 0)).then(() => {
      signal.throwIfAborted();
      const {first, visibleCount} = this.scroller;
      const last = first + visibleCount + 2;
      if ((number + 1) * this.pageSize < first || number * this.pageSize > last) return forget();
      return this.fetchPage(number, signal).then(rows => {
        if (this.pages.get(number) !== promise) return;
        this.pages.set(number, rows);
        if (this.pages.size > 60) this.pages.delete(this.pages.keys().next().value);
        this.draw();
      });
    }).catch(problem => {
      warning(signal)(problem);
      forget();
    });
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
    const {scroller, chosen: index} = this;
    const {first, visibleCount} = scroller;
    if (index >= 0 && index < first) scroller.first = index;
    if (index >= first + visibleCount) scroller.first = index - visibleCount + 1;
    this.draw();
  }

  key(event) {
    const step = this.scroller.step(event);
    if (step === undefined) return;
    event.preventDefault();
    this.step(step);
  }

  /** Chooses the row so many rows behind the chosen one, or before it. */
  step(rows) { this.select(Math.max(0, Math.min(this.total - 1, this.chosen + rows))); }
}
