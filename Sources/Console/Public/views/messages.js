import {h, fill, isForPage} from '../dom.js';
import {ask, get, lastStatus, schema, typeName} from '../api.js';
import {MessageColumns} from '../columns.js';
import {exportMenu} from '../export.js';
import {FilterField, filterOf} from '../filter.js';
import {onFilterMenu} from '../filtermenu.js';
import {List} from '../list.js';
import {splitter} from '../splitter.js';
import {endpoint, grouped, whole} from '../format.js';
import {goToQuery} from '../querylinks.js';
import {Summaries} from '../summaries.js';
import {Latest, repeat, warning} from '../visit.js';
import {showMessage} from './message.js';

export const isFixed = true;

const pageSize = 500;

export async function show(view, parameters, signal) {
  const known = await schema();
  const filter = new FilterField({value: filterOf(parameters), apply});
  const count = h('span.faint', {'data-count': ''});
  const error = h('p.bad');
  const detail = h('.detail', {hidden: true});
  const queryLink = h('a', {href: '#/query', onclick: openQuery}, 'as a query');
  const panes = h('.split');
  let messages;
  const summaries = new Summaries(() => list.draw());
  const columns = new MessageColumns(known, {at: place => list.row(place), firstTime: () => messages.firstTime}, () => list.setColumns(columns.shown), signal);

  /** What filters compare for the cells of a row, by column. */
  const compared = {
    from: row => ({name: 'src.endpoint', value: endpoint(row.srcip, row.srcport)}), to: row => ({name: 'dst.endpoint', value: endpoint(row.dstip, row.dstport)}),
    type: row => ({name: 'type', value: typeName(known, row.type)}), bytes: row => ({name: 'length', value: row.length}),
    connection: row => ({name: 'flow', value: row.flow_id}),
  };

  const list = new List({
    label: 'messages', pageSize, signal, fetchPage: async (page, signal) => summaries.add(await messages.page(page), signal),
    columns: columns.shown, cells: (row, place) => columns.cells(row, place), choose: row => open(row.id),
    menu: (event, row, column) => { if (compared[column.name]) onFilterMenu(event, list.box, [compared[column.name](row)]); },
  });

  const exporting = exportMenu(() => filter.value, problem => fill(error, problem));
  fill(view, h('h1.unseen', 'Messages'), h('.row', filter.element, count, queryLink, columns.chooser, exporting), error, panes);
  fill(panes, list.element, splitter({name: 'list', label: 'between list and message', range: [10, 38, 85], panes}), detail);
  document.addEventListener('keydown', key, {signal});
  panes.addEventListener('filter', event => { filter.value = event.detail(filter.value); });

  /** Another filter is another place, so that a link leads back to it. */
  function apply() {
    history.replaceState(null, '', `#/messages${filter.value ? '?' + new URLSearchParams({filter: filter.value}) : ''}`);
    reload();
  }

  async function reload() {
    fill(error);
    filter.showError(null);
    fill(count, 'counting…');
    const wanted = list.reset();
    messages = new Messages(filter.value ? {where: filter.value} : {}, wanted);
    try {
      await messages.indexed;
      update();
      messages.findFirst().then(() => list.draw()).catch(warning(wanted));
      messages.counted.then(update).catch(problem => { if (!wanted.aborted) fill(error, problem.message); });
    } catch (problem) {
      if (wanted.aborted) return;
      fill(count);
      list.setTotal(0);
      if (problem.column) filter.showError(problem); else fill(error, problem.message);
    }
  }

  function openQuery(event) {
    event.preventDefault();
    goToQuery({filter: messages.filter});
  }

  function update() {
    list.setTotal(messages.total);
    fill(count, `${grouped(messages.total)}${messages.isCut || !messages.isReady ? ' and more' : ''} messages`, messages.isReady ? '' : ', counting…');
  }

  /** j and k: the list's next and former message; n and p: the connection's; r and a: what it answers, what answers it; Enter: to the fields; b: back; f: what a filter can do with the chosen message. */
  function key(event) {
    if (!isForPage(event)) return;
    const link = detail.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (link) link.click();
    else if (event.key === 'j' || event.key === 'k') list.step(event.key === 'j' ? 1 : -1);
    else if (event.key === 'Enter' && event.target === list.box) detail.querySelector('.node')?.focus();
    else if (event.key === 'b') history.back();
    else if (event.key === 'f' && list.chosenRow) onFilterMenu(event, list.box, ['type', 'connection', 'from', 'to'].map(name => compared[name](list.chosenRow)));
    else return;
    event.preventDefault();
  }

  async function open(id) {
    detail.hidden = false;
    // Whoever chooses a message twice waits for one answer.
    if (awaited === id) return;
    awaited = id;
    const wanted = details.next();
    try {
      const message = await get(`message/${id}`, {signal: wanted});
      // A message that is chosen again, as a double click does, keeps the field that is marked unless more is known of it.
      const answer = JSON.stringify(message);
      if (answer !== shown) showMessage(detail, id, message);
      shown = answer;
    } catch (problem) {
      if (wanted.aborted) return;
      fill(detail, h('p.bad', problem.message));
      shown = undefined;
    }
    awaited = undefined;
    // The list may be shorter now.
    list.reveal();
  }

  const details = new Latest(signal);
  /** The id of the message that is asked for, and the answer that is shown. */
  let awaited, shown;
  repeat(2000, signal, async () => {
    if (!messages.isReady || !(lastStatus?.capturing || lastStatus?.importing)) return;
    const total = messages.total;
    await messages.extend();
    if (messages.total !== total) update();
  });

  const id = parameters.get('id');
  await reload();
  if (id) {
    const place = messages.place(id);
    if (place !== null) list.select(place); else await open(id);
  } else list.box.focus({preventScroll: true});
}

/**
 * The messages that a filter lets through, as a list in which any place can be gone to: every 500th message's id is known,
 * so a page is one range of the primary key. The first page is there before it is known how many there are.
 */
class Messages {
  /**
   * Finds out what comes first (`indexed`), which pages that are asked for meanwhile wait for; then counts the rest (`counted`).
   * @param filter as the server takes it
   * @param signal that ends all requests about these messages
   */
  constructor(filter, signal) {
    Object.assign(this, {filter, signal});
    this.total = 0;
    this.fences = [];
    this.firstID = null;
    this.firstTime = null;
    this.firstPage = null;
    this.isCut = false;
    /** Whether all are counted. */
    this.isReady = false;
    this.indexed = this.begin();
    this.counted = this.indexed.then(() => this.count());
    // Whoever waits for the beginning is told already.
    this.counted.catch(() => {});
  }

  ask(question, parameters) { return ask(question, parameters, {signal: this.signal}); }

  async begin() {
    if (!this.filter.where) {
      const [all] = await this.ask('span');
      this.total = all.n;
      // Ids without holes are places. They may be larger than a number can be.
      const count = all.n === 0 ? 0n : BigInt(all.last_id) - BigInt(all.first_id) + 1n;
      if (count === BigInt(all.n)) this.firstID = BigInt(all.first_id ?? 1);
    }
    if (this.firstID !== null) return;
    const first = await this.rows(0, pageSize);
    this.firstPage = first;
    this.firstTime = first[0]?.time_us ?? null;
    this.fences = first.slice(0, 1).map(row => row.id);
    this.total = first.length;
  }

  /** Counts what comes behind the first page, which may take a look at all messages. */
  async count() {
    if (this.firstID === null && this.total === pageSize) await this.addFences(this.fences[0]);
    this.isReady = true;
  }

  /** Finds out when the first message was, which times may be told from. */
  async findFirst() {
    const start = this.firstTime === null ? this.start(0) : undefined;
    const [first] = start === undefined ? [] : await this.rows(start, 1);
    this.firstTime ??= first?.time_us ?? null;
  }

  /** So many messages from an id on. */
  rows(from, limit) { return this.ask('messages', {filter: this.filter, from, limit}); }

  /** The id of the first message of a page; undefined where there is none. */
  start(page) { return this.firstID !== null ? whole(this.firstID + BigInt(page * pageSize)) : this.fences[page]; }

  async addFences(from) {
    const known = this.fences.length;
    const base = known ? (known - 1) * pageSize : 0;
    const found = await this.ask('fences', {filter: this.filter, from, every: pageSize});
    if (known) this.fences.pop();
    for (const one of found) if (one.n % pageSize === 1) this.fences.push(one.id);
    this.total = found.length ? base + found.at(-1).n : base;
    this.isCut = found.length >= 10_000;
  }

  async extend() {
    this.firstPage = null;
    if (this.firstID !== null) {
      const [last] = await this.ask('last');
      this.total = last ? Number(BigInt(last.id) - this.firstID + 1n) : 0;
    } else await this.addFences(this.fences.at(-1) ?? 0);
  }

  /** Where in the list a message is, if that can be told without looking. */
  place(id) {
    if (this.firstID === null || !/^\d+$/.test(id)) return null;
    const place = BigInt(id) - this.firstID;
    return place >= 0n && place < BigInt(this.total) ? Number(place) : null;
  }

  async page(number) {
    await this.indexed;
    if (this.start(number) === undefined) await this.counted;
    const start = this.start(number);
    if (start === undefined) return [];
    const first = number === 0 ? this.firstPage : null;
    this.firstPage = null;
    if (first) return first;
    return this.rows(start, pageSize);
  }
}
