import {h, fill, isForPage} from '../dom.js';
import {ask, lastStatus, schema, statement} from '../api.js';
import {MessageColumns} from '../columns.js';
import {List} from '../list.js';
import {splitter} from '../splitter.js';
import {grouped, whole} from '../format.js';
import {Summaries} from '../summaries.js';
import {showMessage} from './message.js';

export const isFixed = true;

const pageSize = 500;

export async function show(view, parameters) {
  const known = await schema();
  const type = h('select', {'aria-label': 'type', onchange: apply}, h('option', {value: ''}, 'all types'),
    known.types.map(one => h('option', {value: one.value, title: one.doc}, one.name)));
  const field = (name, placeholder, size) => h('input', {name, placeholder, size, 'aria-label': placeholder, value: parameters.get(name) ?? '', onchange: apply});
  const fields = {address: field('address', 'address', 18), flow: field('flow', 'connection', 9), from: field('from', 'from (UTC) 2026-01-31 12:00', 22), to: field('to', 'to (UTC)', 18)};
  type.value = parameters.get('type') ?? '';
  const count = h('span.faint', {'data-count': ''});
  const error = h('p.bad');
  const detail = h('.detail', {hidden: true});
  const queryLink = h('a', {href: '#/query', onclick: openQuery}, 'as a query');
  const panes = h('.split');
  const messages = new Messages();
  const summaries = new Summaries(() => list.draw());
  const columns = new MessageColumns(known, {at: place => list.row(place), firstTime: () => messages.firstTime}, () => list.setColumns(columns.shown));

  const list = new List({
    label: 'messages', pageSize, fetchPage: async page => summaries.add(await messages.page(page)),
    columns: columns.shown, cells: (row, place) => columns.cells(row, place), choose: row => open(row.id),
  });

  fill(view, h('.row', type, Object.values(fields), count, queryLink, columns.chooser), error, panes);
  fill(panes, list.element, splitter({name: 'list', label: 'between list and message', range: [10, 38, 85], panes}), detail);
  document.addEventListener('keydown', key);

  function filters() {
    return {type: type.value, ...Object.fromEntries(Object.entries(fields).map(([name, input]) => [name, input.value.trim()]))};
  }

  /** Other filters are another place, so that a link leads back to them. */
  function apply() {
    const given = Object.entries(filters()).filter(([, value]) => value !== '');
    history.replaceState(null, '', `#/messages${given.length ? '?' + new URLSearchParams(given) : ''}`);
    reload();
  }

  async function reload() {
    fill(error);
    fill(count, 'counting…');
    list.reset();
    try {
      messages.filter = new Filter(known, filters());
      await messages.index();
      update();
      messages.findFirst().then(() => list.draw()).catch(problem => console.warn(problem.message));
    } catch (problem) {
      fill(count);
      fill(error, problem.message);
    }
  }

  async function openQuery(event) {
    event.preventDefault();
    const sql = await statement({filter: messages.filter?.values ?? {}});
    location.hash = `#/query?${new URLSearchParams({sql, run: 1})}`;
  }

  function update() {
    list.setTotal(messages.total);
    fill(count, `${grouped(messages.total)}${messages.isCut ? ' and more' : ''} messages`);
  }

  /** j and k: the list's next and former message; n and p: the connection's; r and a: what it answers, what answers it; Enter: to the fields; b: back. */
  function key(event) {
    if (!isForPage(event)) return;
    const link = detail.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (link) link.click();
    else if (event.key === 'j' || event.key === 'k') list.step(event.key === 'j' ? 1 : -1);
    else if (event.key === 'Enter' && event.target === list.box) detail.querySelector('.node')?.focus();
    else if (event.key === 'b') history.back();
    else return;
    event.preventDefault();
  }

  async function open(id) {
    detail.hidden = false;
    try { await showMessage(detail, id); } catch (problem) { fill(detail, h('p.bad', problem.message)); }
    // The list may be shorter now.
    list.reveal();
  }

  let isGone = false;
  const timer = setInterval(async () => {
    if (isGone || !messages.isReady || !(lastStatus?.capturing || lastStatus?.importing)) return;
    const total = messages.total;
    await messages.extend().catch(() => {});
    if (!isGone && messages.total !== total) update();
  }, 2000);

  const id = parameters.get('id');
  await reload();
  if (id) {
    const place = messages.place(id);
    if (place !== null) list.select(place); else await open(id);
  } else list.box.focus({preventScroll: true});
  return () => { isGone = true; clearInterval(timer); document.removeEventListener('keydown', key); columns.destroy(); list.destroy(); };
}

/** What messages are to be shown, as the server takes it. */
class Filter {
  constructor(known, {type, address, flow, from, to}) {
    this.values = {};
    if (type !== '') this.values.type = known.type_column ? Number(type) : type;
    if (address) {
      const match = address.match(/^\[?([^\]]+?)\]?(?::(\d+))?$/);
      const [ip, port] = address.split(':').length > 2 && !address.startsWith('[') ? [address, undefined] : [match?.[1] ?? address, match?.[2]];
      Object.assign(this.values, {address: ip, ...(port ? {port: Number(port)} : {})});
    }
    if (flow) {
      if (!/^\d+$/.test(flow)) throw new Error(`a connection is a number, not '${flow}'`);
      this.values.flow = whole(flow);
    }
    if (from) this.values.start_us = this.time(from);
    if (to) this.values.end_us = this.time(to);
  }

  get isEmpty() { return !Object.keys(this.values).length; }

  time(text) {
    const value = Date.parse(`${text.trim().replace(' ', 'T')}${text.trim().length > 10 ? 'Z' : 'T00:00:00Z'}`);
    if (Number.isNaN(value)) throw new Error(`'${text}' is no time; write 2026-01-31 or 2026-01-31 12:00:00, in UTC`);
    return value * 1000;
  }
}

/**
 * The messages that a filter lets through, as a list in which any place can be gone to: every 500th message's id is known,
 * so a page is one range of the primary key.
 */
class Messages {
  constructor() {
    this.total = 0;
    this.isReady = false;
  }

  async index() {
    this.isReady = false;
    this.total = 0;
    this.fences = [];
    this.firstID = null;
    this.firstTime = null;
    this.isCut = false;
    const filter = this.filter;
    if (filter.isEmpty) {
      const [all] = await ask('span');
      if (this.filter !== filter) return;
      this.total = all.n;
      // Ids without holes are places. They may be larger than a number can be.
      const count = all.n === 0 ? 0n : BigInt(all.last_id) - BigInt(all.first_id) + 1n;
      if (count === BigInt(all.n)) this.firstID = BigInt(all.first_id ?? 1);
    }
    if (this.firstID === null) await this.addFences(filter, 0);
    this.isReady = true;
  }

  /** Finds out when the first message was, which times may be told from. */
  async findFirst() {
    const filter = this.filter;
    const start = this.start(0);
    const [first] = start === undefined ? [] : await ask('messages', {filter: filter.values, from: start, limit: 1});
    if (this.filter === filter) this.firstTime = first?.time_us ?? null;
  }

  /** The id of the first message of a page; undefined where there is none. */
  start(page) { return this.firstID !== null ? whole(this.firstID + BigInt(page * pageSize)) : this.fences[page]; }

  async addFences(filter, from) {
    const known = this.fences.length;
    const base = known ? (known - 1) * pageSize : 0;
    const found = await ask('fences', {filter: filter.values, from, every: pageSize});
    if (this.filter !== filter) return;
    if (known) this.fences.pop();
    for (const one of found) if (one.n % pageSize === 1) this.fences.push(one.id);
    this.total = found.length ? base + found.at(-1).n : base;
    this.isCut = found.length >= 10_000;
  }

  async extend() {
    if (this.firstID !== null) {
      const [last] = await ask('last');
      this.total = last ? Number(BigInt(last.id) - this.firstID + 1n) : 0;
    } else await this.addFences(this.filter, this.fences.at(-1) ?? 0);
  }

  /** Where in the list a message is, if that can be told without looking. */
  place(id) {
    if (this.firstID === null || !/^\d+$/.test(id)) return null;
    const place = BigInt(id) - this.firstID;
    return place >= 0n && place < BigInt(this.total) ? Number(place) : null;
  }

  page(number) {
    const filter = this.filter;
    const start = this.start(number);
    if (start === undefined) return Promise.resolve([]);
    return ask('messages', {filter: filter.values, from: start, limit: pageSize});
  }
}
