import {h, fill, isForPage} from '../dom.js';
import {onFilterMenu} from '../filtermenu.js';
import {delay, grouped} from '../format.js';
import {splitter} from '../splitter.js';
import {valueCell} from '../values.js';

/** A message's fields beside its bytes, each showing where the other is. */
export function showMessage(element, id, message) {
  const row = message.message;
  const step = (other, text, key) => other === null ? null
    : h('a', {href: `#/messages?id=${other}`, 'data-key': key, title: `of the same connection: key ${key}`}, text);
  const counterpart = (other, text, key) => other === null ? null
    : h('p', {'data-counterpart': key}, `${text} `, h('a', {href: `#/messages?id=${other.message}`, 'data-key': key, title: `key ${key}`}, `message ${other.message}`), ` after ${delay(other.delay_us)}`);
  const shown = message.bytes ? parts(message) : null;
  fill(element,
    h('.row', h('h1', `${message.type} `, h('span.faint', `message ${id}`)),
      h('span', message.source, ' → ', message.destination), h('span.faint', message.time),
      h('a', {href: `#/connections?flow=${row.flow_id}`}, `connection ${row.flow_id}`), step(message.previous, '← previous', 'p'), step(message.next, 'next →', 'n')),
    message.type_doc ? h('p.faint', message.type_doc) : null,
    counterpart(message.answers, 'answers', 'r'), counterpart(message.answered_by, 'answered by', 'a'),
    faults(message).map(fault => h('p.bad', fault.text, ' ', shown ? h('button', {'data-fault': fault.offset, onclick: () => shown.showFault(fault)}, `byte ${fault.offset}`) : null)),
    shown?.panes ?? h('p.faint', message.bytes_missing),
    message.content ? [h('h2', message.content.table), rowTable(message.content.row, message.content.table)] : null,
    message.bytes ? null : [h('h2', 'message'), rowTable(row, 'message')],
    shown?.doc);
}

/** What is wrong with a message, with the bytes that are meant. */
function faults({message: row, failure, issues}) {
  return [
    ...failure ? [{text: `The bytes cannot be parsed at ${failure.field}: ${failure.reason}`, offset: failure.offset, length: 1}] : [],
    ...issues.map(issue => ({text: `${issue.kind} at ${issue.path}: ${issue.detail}`, offset: Number(issue.stream_offset) - Number(row.stream_offset), length: Math.max(1, issue.length)})),
  ];
}

function rowTable(row, table) {
  return h('table', Object.entries(row).map(([name, value]) => h('tr', h('th', {scope: 'row'}, name), h('td.mono', valueCell(name, value, row, table)))));
}

/** Fields and bytes side by side, and what the description says of a field. */
function parts(message) {
  const bytes = message.bytes.match(/../g) ?? [];
  const nodes = [];
  const cells = [];

  const doc = h('.field-doc.faint', {role: 'status'});
  let chosen = null;
  const explain = (node, isShort) => {
    doc.classList.toggle('short', isShort);
    fill(doc, node?.doc ? [h('b', node.name), ` ${node.doc}`] : '');
  };

  const mark = node => {
    chosen = node;
    explain(node, false);
    for (const one of nodes) {
      one.element.classList.toggle('marked', one === node);
      one.element.setAttribute('aria-pressed', String(one === node));
    }
    cells.forEach((pair, index) => {
      const isIn = node && index >= node.offset && index < node.offset + node.length;
      for (const cell of pair) cell.classList.toggle('marked', !!isIn);
    });
  };
  const choose = (node, scrolls) => {
    mark(node);
    if (scrolls === 'tree') node?.element.scrollIntoView({block: 'nearest'});
    else cells[node?.offset]?.[0].scrollIntoView({block: 'nearest'});
  };
  /** Arrows go from field to field, each with its bytes; f to what a filter can do with the field. */
  const key = (event, node) => {
    if (event.key === 'f' && isForPage(event) && node.filter) return onFilterMenu(event, node.element, [node.filter]);
    const steps = {Enter: 0, ArrowDown: 1, ArrowUp: -1};
    const next = event.key in steps ? nodes[nodes.indexOf(node) + steps[event.key]] : undefined;
    if (!next) return;
    event.preventDefault();
    next.element.focus();
    choose(next, 'hex');
  };
  /** The innermost field that has a byte. */
  const at = offset => nodes.filter(node => offset >= node.offset && offset < node.offset + node.length)
    .reduce((best, node) => !best || node.length <= best.length ? node : best, null);

  const tree = fields => h('ul', fields.map(field => {
    const node = {name: field.name, offset: field.offset, length: field.length, doc: field.doc, filter: field.filter};
    node.element = h('.node', {
      tabindex: 0, role: 'button', 'aria-pressed': 'false', 'data-field': field.name, 'data-offset': field.offset, 'data-length': field.length,
      onclick: () => choose(node, 'hex'), onkeydown: event => key(event, node), onfocus: () => explain(node, false),
      oncontextmenu: event => { if (node.filter) onFilterMenu(event, node.element, [node.filter]); },
      onpointerenter: () => explain(node, true), onpointerleave: () => explain(chosen, false),
    }, h(field.computed ? 'b.computed' : 'b', field.name + (field.index === null ? '' : `[${field.index}]`)),
    field.value === null ? null : h('span.mono', ` ${field.value}`), field.text === null ? null : ` (${field.text})`);
    nodes.push(node);
    return h('li', node.element, field.fields.length ? tree(field.fields) : null);
  }));

  const hex = h('.hex', {tabindex: 0, role: 'group', 'aria-label': 'bytes'});
  for (let line = 0; line < bytes.length; line += 16) {
    const left = [], right = [];
    for (let at_ = line; at_ < Math.min(line + 16, bytes.length); at_++) {
      const code = parseInt(bytes[at_], 16);
      const handlers = {'data-at': at_, onclick: () => choose(at(at_), 'tree')};
      const pair = [h('span', handlers, bytes[at_]), h('span', {...handlers, 'data-at': null}, code >= 32 && code < 127 ? String.fromCharCode(code) : '.')];
      cells.push(pair);
      left.push(pair[0], at_ % 16 === 7 ? '  ' : ' ');
      right.push(pair[1]);
    }
    const width = 16 * 3 + 1;
    const used = Math.min(16, bytes.length - line) * 3 + (bytes.length - line > 7 ? 1 : 0);
    hex.append(h('span.offset', `${line.toString(16).padStart(4, '0')}  `), ...left, ' '.repeat(width - used + 1), ...right, '\n');
  }
  const panes = h('.detail-parts');
  fill(panes, h('.tree', tree(message.fields)),
    splitter({name: 'fields', label: 'between fields and bytes', range: [20, 60, 80], panes}),
    h('.detail-bytes', h('p.faint', `${grouped(bytes.length)} bytes, from the ${message.bytes_from === 'file' ? 'capture file' : 'database'}`), hex));
  const showFault = ({offset}) => {
    choose(at(offset), 'tree');
    cells[offset]?.[0].scrollIntoView({block: 'nearest'});
  };
  for (const {offset, length} of faults(message)) {
    for (const cell of cells.slice(Math.max(0, offset), offset + length).flat()) cell.classList.add('fault');
  }
  return {panes, doc, showFault};
}
