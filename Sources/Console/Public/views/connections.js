import {h, fill} from '../dom.js';
import {ask, get, lastStatus, schema} from '../api.js';
import {List} from '../list.js';
import {FilterField} from '../filter.js';
import {bytes, endpoint, grouped, time} from '../format.js';
import {Selection} from '../selection.js';
import {repeat} from '../visit.js';

export const isFixed = true;

const pageSize = 200;
const orders = {'latest first': 'latest', 'first first': 'first', 'most bytes': 'bytes', 'most packets': 'packets', 'most lost': 'lost'};

export async function show(view, parameters, signal) {
  if (parameters.get('flow')) return showFlow(view, parameters.get('flow'), signal);
  const address = h('input', {placeholder: 'address', 'aria-label': 'address', value: parameters.get('address') ?? '', onchange: reload});
  const order = h('select', {'aria-label': 'order', onchange: reload}, Object.entries(orders).map(([name, value]) => h('option', {selected: value === parameters.get('order')}, name)));
  const count = h('span.faint');
  const given = new URLSearchParams(parameters);
  given.delete('address');
  // Of connections those with such messages.
  const selection = Selection.of(given);
  const messages = new FilterField({value: selection.filter, apply: () => { location.hash = selection.with({filter: messages.value}).address('connections', ofAddress()); }});
  const ofAddress = () => address.value.trim() ? {address: address.value.trim()} : {};
  const filter = () => ({...ofAddress(), filter: selection.asked});
  const list = new List({
    label: 'connections', pageSize, signal,
    fetchPage: (page, signal) => ask('flows', {...filter(), order: orders[order.value], limit: pageSize, offset: page * pageSize}, {signal}),
    columns: [
      {name: 'id', width: '70px', className: 'number'}, {name: 'over', width: '50px', className: 'narrow'}, {name: 'opened', width: '215px', className: 'narrow'}, {name: 'initiator', width: 'minmax(130px, 1fr)'},
      {name: 'responder', width: 'minmax(130px, 1fr)'}, {name: 'packets', width: '80px', className: 'number'}, {name: 'sent', width: '80px', className: 'number'},
      {name: 'received', width: '80px', className: 'number'}, {name: 'lost', width: '70px', className: 'number'}, {name: 'end', width: '120px', className: 'narrow'},
    ],
    cells: row => [row.id, transport(row), time(row.opened_us), endpoint(row.srcip, row.srcport), endpoint(row.dstip, row.dstport), row.packets === null ? '' : grouped(row.packets),
      row.bytes_forward === null ? '' : bytes(row.bytes_forward), row.bytes_backward === null ? '' : bytes(row.bytes_backward),
      row.lost_bytes ? h('span.bad', bytes(row.lost_bytes)) : row.lost_bytes ?? '', row.close_reason ?? 'open'],
    choose: (row, index) => { if (index === chosen) location.hash = `#/connections?flow=${row.id}`; chosen = index; },
  });
  let chosen = -1;
  list.box.addEventListener('dblclick', () => openChosen());
  list.box.addEventListener('keydown', event => { if (event.key === 'Enter') openChosen(); });
  const openChosen = () => { const row = list.row(list.chosen); if (row) location.hash = `#/connections?flow=${row.id}`; };
  fill(view, h('h1.unseen', 'Connections'), h('.row', messages.element, selection.timeChip('connections')), h('.row', address, order, count, h('span.faint', 'Click twice, or press Enter, for the conversation.')), list.element);

  async function reload() {
    list.reset();
    await update();
  }
  async function update() {
    const {signal} = list;
    try {
      const [all] = await ask('flow_totals', filter(), {signal});
      fill(count, `${grouped(all.n)} connections`);
      list.setTotal(all.n);
    } catch (problem) {
      if (signal.aborted) return;
      list.setTotal(0);
      if (problem.column) messages.showError(problem); else fill(count, h('span.bad', problem.message));
    }
  }
  await reload();
  list.box.focus({preventScroll: true});
  repeat(3000, signal, async () => { if (lastStatus?.capturing || lastStatus?.importing) await update(); });
}

/** What carries its messages; databases of older versions have connections of TCP only. */
const transport = flow => flow.transport ?? 'tcp';

/** One connection's conversation. */
async function showFlow(view, id, signal) {
  await schema();
  const ladder = h('.ladder');
  const more = h('button', {hidden: true, onclick: () => load()}, 'more');
  const box = h('.scroll');
  fill(view, box);
  let next = 0, isFirst = true;
  let rest = [];

  async function load() {
    // Whoever asks for more twice gets it once.
    more.disabled = true;
    const page = await get(`flow/${id}?after=${next}&limit=500`, {signal}).finally(() => { more.disabled = false; });
    if (isFirst) {
      const flow = page.flow;
      const isUDP = transport(flow) === 'udp';
      fill(box,
        h('.row', h('h1', `${isUDP ? 'UDP flow' : 'Connection'} ${id}`), h('span', endpoint(flow.srcip, flow.srcport), ' ⇄ ', endpoint(flow.dstip, flow.dstport)),
          h('a', {href: `#/messages?flow=${id}`}, 'its messages'), h('a', {href: '#/connections'}, 'all connections')),
        h('p.faint', `${flow.packets === null ? '' : grouped(flow.packets) + ' packets, '}${bytes(flow.bytes_forward ?? 0)} there, ${bytes(flow.bytes_backward ?? 0)} back, `,
          h(flow.lost_bytes ? 'span.bad' : 'span', `${bytes(flow.lost_bytes ?? 0)} lost`), `; ${flow.closed_us === null ? 'open' : isUDP ? 'over' : 'closed'}${flow.close_reason ? ` (${flow.close_reason})` : ''}`,
          flow.midstream ? '; the capture begins in its middle' : '', flow.detected ? '; told by what it carries, not by its ports' : ''),
        ladder, more);
      ladder.append(h('span'), h('.head', h('span', endpoint(flow.srcip, flow.srcport)), h('span', endpoint(flow.dstip, flow.dstport))));
      rest = [...page.events.map(event => ({at: event.time_us, event})), ...page.issues.filter(issue => issue.message_id === null || issue.kind !== 'gap').map(issue => ({at: issue.time_us, issue}))]
        .sort((a, b) => a.at - b.at);
      isFirst = false;
    }
    const last = page.next === null ? Infinity : page.messages.at(-1).time_us;
    const items = page.messages.map(message => ({at: message.time_us, message}));
    while (rest.length && rest[0].at <= last) items.push(rest.shift());
    // A message and its connection's opening have one time where the capture begins with it; the event comes first.
    items.sort((a, b) => a.at - b.at || (a.message ? 1 : 0) - (b.message ? 1 : 0));
    for (const item of items) ladder.append(h('span.faint.mono', time(item.at, false)), rung(item));
    next = page.next;
    more.hidden = next === null;
  }
  await load();
}

function rung({message, event, issue}) {
  if (event) return h('.rung.event', event.event);
  if (issue) {
    const from = issue.direction === 0 ? 'from the initiator' : 'to the initiator';
    return h('.rung.lost', `${issue.kind}: ${grouped(issue.length ?? 0)} bytes ${from}${issue.path ? `, ${issue.path}` : ''}${issue.detail ? ` (${issue.detail})` : ''}`);
  }
  return h(message.direction === 0 ? '.rung.forward' : '.rung.backward',
    h('a', {href: `#/messages?id=${message.id}`}, String(message.type)), h('span.faint', `${message.length} B`), h('span.arrow'));
}
