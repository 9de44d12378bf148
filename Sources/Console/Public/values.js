import {h} from './dom.js';
import {knownSchema} from './api.js';

/** A link to rows of a table; with a column and a value, to those that have it. */
export const rowsLink = (table, column, value) =>
  `#/query?${new URLSearchParams({table, ...(column === undefined ? {} : {column, value: JSON.stringify(value)}), run: 1})}`;

/** A link to a value's own page; with `everywhere` it is looked for in all columns. */
export const valueLink = (value, everywhere) => `#/value?${new URLSearchParams({v: value, ...(everywhere ? {all: 1} : {})})}`;

/** What columns are called that name a connection, in tables and in views. */
const flowColumn = /^flow_?(id|key)$/;

/** A value of a result, with a link where it names something. `row` has the other values by column; of `table` and
 *  `typeColumn`, which tells what kind a message is, only one needs to be known. */
export function valueCell(column, value, row, table, typeColumn) {
  if (value === null) return h('span.null', 'NULL');
  const found = described(column, table);
  if (found?.kinds.length && found.list) {
    return h('span', String(value).split(',').map((one, index) => [index ? ', ' : '', one ? h('a', {href: valueLink(one)}, one) : '']));
  }
  const link = target(column, value, row, table ?? (isMessage(row, typeColumn) ? 'message' : null), found);
  return link ? h('a', {href: link}, String(value)) : String(value);
}

/** What the description says of a column: of the table's, or where that is not known of one that is called so. */
function described(column, table) {
  const known = knownSchema();
  return known?.byName.get(table)?.columns.find(one => one.name === column) ?? known?.namesakes.get(column);
}

function isMessage(row, typeColumn) {
  return (typeColumn ?? 'content_table') in row && Object.keys(row).some(name => flowColumn.test(name));
}

function target(column, value, row, table, found) {
  if (flowColumn.test(column)) return `#/connections?flow=${value}`;
  if (/^(packet_id|message_id)$/.test(column)) return `#/messages?id=${value}`;
  if (column === 'id' && table === 'message') return `#/messages?id=${value}`;
  if (column === 'id' && table === 'flow') return `#/connections?flow=${value}`;
  if (column === 'content_id' && row.content_table) return rowsLink(row.content_table, 'id', value);
  // Where else does it occur? Of a column that nobody has described, what looks like a hash is taken for one.
  if (found ? found.kinds.length && value !== '' : typeof value === 'string' && /^[0-9A-F]{64}$/.test(value)) return valueLink(value);
  return null;
}
