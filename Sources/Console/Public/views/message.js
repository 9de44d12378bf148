import {h, fill} from '../dom.js';
import {get} from '../api.js';
import {grouped} from '../format.js';
import {valueCell} from '../values.js';

/** A message's fields beside its bytes, each showing where the other is. */
export async function showMessage(element, id) {
  const message = await get(`message/${id}`);
  const row = message.message;
  const step = (other, text, key) => other === null ? null : h('a', {href: `#/messages?id=${other}`, title: key}, text);
  fill(element,
    h('.row', h('h1', `${message.type} `, h('span.faint', `message ${id}`)),
      h('span', message.source, ' → ', message.destination), h('span.faint', message.time),
      h('a', {href: `#/connections?flow=${row.flow_id}`}, `connection ${row.flow_id}`), step(message.previous, '← previous'), step(message.next, 'next →')),
    message.type_doc ? h('p.faint', message.type_doc) : null,
    message.failure ? h('p.bad', `The bytes cannot be parsed at ${message.failure.offset} (${message.failure.field}): ${message.failure.reason}`) : null,
    message.issues.map(issue => h('p.bad', `${issue.kind} at ${issue.path}: ${issue.detail}`)),
    message.bytes ? parts(message) : h('p.faint', message.bytes_missing),
    message.content ? [h('h2', message.content.table), rowTable(message.content.row, message.content.table)] : null,
    message.bytes ? null : [h('h2', 'message'), rowTable(row, 'message')]);
}

function rowTable(row, table) {
  return h('table', Object.entries(row).map(([name, value]) => h('tr', h('td', name), h('td.mono', valueCell(name, value, row, table)))));
}

function parts(message) {
  const bytes = message.bytes.match(/../g) ?? [];
  const nodes = [];
  const cells = [];

  const mark = node => {
    for (const one of nodes) one.element.classList.toggle('marked', one === node);
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
  /** The innermost field that has a byte. */
  const at = offset => nodes.filter(node => offset >= node.offset && offset < node.offset + node.length)
    .reduce((best, node) => !best || node.length <= best.length ? node : best, null);

  const tree = fields => h('ul', fields.map(field => {
    const node = {offset: field.offset, length: field.length};
    node.element = h('.node', {
      tabindex: 0, 'data-field': field.name, 'data-offset': field.offset, 'data-length': field.length,
      onclick: () => choose(node, 'hex'), onkeydown: event => { if (event.key === 'Enter') choose(node, 'hex'); },
    }, h(field.computed ? 'b.computed' : 'b', field.name + (field.index === null ? '' : `[${field.index}]`)),
    field.value === null ? null : h('span.mono', ` ${field.value}`), field.text === null ? null : ` (${field.text})`,
    field.doc ? h('span.doc', ` ${field.doc}`) : null);
    nodes.push(node);
    return h('li', node.element, field.fields.length ? tree(field.fields) : null);
  }));

  const hex = h('.hex', {'aria-label': 'bytes'});
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
  return h('.detail-parts', h('.tree', tree(message.fields)),
    h('.detail-bytes', h('p.faint', `${grouped(bytes.length)} bytes, from the ${message.bytes_from === 'file' ? 'capture file' : 'database'}`), hex));
}
