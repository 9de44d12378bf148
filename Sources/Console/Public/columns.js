import {h} from './dom.js';
import {typeName} from './api.js';
import {endpoint, seconds, time} from './format.js';

const key = 'message-columns';
const times = {day: 'time', date: 'date and time', first: 'since first', delta: 'since former'};
const widths = {day: '128px', date: '205px', first: '128px', delta: '128px'};
const colours = 12;

/** A text that can be read where there is no room for it. */
const titled = text => h('span', {title: text}, text);

/**
 * The columns of the list of messages: which of them are shown, and how times are, as it was chosen in this browser.
 *
 * @param known what the server says of its description
 * @param rows {at: place in the list -> row or undefined, firstTime: () -> the time of the list's first message or null}
 * @param changed called when other columns are to be shown
 * @param signal of the page
 */
export class MessageColumns {
  constructor(known, rows, changed, signal) {
    Object.assign(this, {known, rows, changed});
    this.narrow = matchMedia('(max-width: 860px)');
    this.narrow.addEventListener('change', changed, {signal});
    const kept = this.kept();
    this.time = Object.hasOwn(times, kept.time) ? kept.time : 'day';
    this.timeChoice = h('select.head-choice', {'aria-label': 'how times are shown', onchange: () => this.set({time: this.timeChoice.value})},
      Object.entries(times).map(([value, name]) => h('option', {value}, name)));
    this.timeChoice.value = this.time;
    this.all = [
      {name: 'id', width: '64px', className: 'number', isWide: true, cell: row => row.id},
      {name: 'time', title: this.timeChoice, className: 'number', cell: (row, place) => h('span', {title: time(row.time_us)}, this.timeText(row, place))},
      {name: 'from', width: 'minmax(130px, 1fr)', isWide: true, cell: row => titled(endpoint(row.srcip, row.srcport))},
      {name: 'to', width: 'minmax(130px, 1fr)', isWide: true, cell: row => titled(endpoint(row.dstip, row.dstport))},
      {name: 'type', width: 'minmax(100px, 150px)', narrowWidth: '92px', cell: row => this.type(row)},
      {name: 'info', width: 'minmax(80px, 4fr)', cell: row => row.info ? titled(row.info) : ''},
      {name: 'bytes', width: '56px', className: 'number', isWide: true, cell: row => row.length},
      {name: 'connection', title: 'conn.', width: '50px', className: 'number', isWide: true, cell: row => row.flow_id},
    ];
    this.hidden = new Set(this.all.map(one => one.name).filter(name => Array.isArray(kept.hidden) && kept.hidden.includes(name)));
  }

  /** Those that are shown; on a narrow screen only those that have room there. */
  get shown() {
    const fitting = this.all.filter(one => !(one.isWide && this.narrow.matches));
    const wanted = fitting.filter(one => !this.hidden.has(one.name));
    return (wanted.length ? wanted : fitting).map(one => ({...one, width: this.width(one)}));
  }

  width(column) {
    if (column.name === 'time') return widths[this.time];
    return this.narrow.matches ? column.narrowWidth ?? column.width : column.width;
  }

  cells(row, place) { return this.shown.map(one => one.cell(row, place)); }

  /** Hides and shows columns. */
  get chooser() {
    return h('details.chooser', h('summary', 'columns'), h('.chooser-list', this.all.map(one => h('label',
      h('input', {
        type: 'checkbox', name: `column-${one.name}`, checked: !this.hidden.has(one.name),
        onchange: event => this.toggle(one.name, event.target),
      }), ` ${one.name}`))));
  }

  // What is chosen

  toggle(name, box) {
    const hidden = new Set(this.hidden);
    if (box.checked) hidden.delete(name); else hidden.add(name);
    // A list without columns would have no way back.
    if (hidden.size === this.all.length) box.checked = true; else this.set({hidden});
  }

  set(chosen) {
    Object.assign(this, chosen);
    localStorage.setItem(key, JSON.stringify({time: this.time, hidden: [...this.hidden]}));
    this.changed();
  }

  kept() {
    try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; }
  }

  // Cells

  timeText(row, place) {
    if (this.time === 'day' || this.time === 'date') return time(row.time_us, this.time === 'date');
    if (this.time === 'first') return seconds(row.time_us, this.rows.firstTime());
    return place === 0 ? seconds(0, 0) : seconds(row.time_us, this.rows.at(place - 1)?.time_us ?? null);
  }

  type(row) {
    const name = typeName(this.known, row.type);
    const words = `${row.issues} decode ${row.issues === 1 ? 'issue' : 'issues'}`;
    return [row.issues ? h('span.issue-mark', {role: 'img', 'aria-label': words, title: words}, '⚠ ') : null,
      h(`span.type-${this.colour(row.type, name)}`, name)];
  }

  /** The same for a type wherever it is shown: by its place in the description, else by its name. */
  colour(type, name) {
    const place = this.known.types.findIndex(one => one.value === type);
    if (place >= 0) return place % colours;
    return [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 65521, 7) % colours;
  }
}
