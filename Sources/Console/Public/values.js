import {h} from './dom.js';

/** A link to rows of a table; with a column and a value, to those that have it. */
export const rowsLink = (table, column, value) =>
  `#/query?${new URLSearchParams({table, ...(column === undefined ? {} : {column, value: JSON.stringify(value)}), run: 1})}`;

/** What columns are called that name a connection, in tables and in views. */
const flowColumn = /^flow_?(id|key)$/;

/** A value of a result, with a link where it names something. `row` has the other values by column; of `table` and
 *  `typeColumn`, which tells what kind a message is, only one needs to be known. */
export function valueCell(column, value, row, table, typeColumn) {
  if (value === null) return h('span.null', 'NULL');
  const link = target(column, value, row, table ?? (isMessage(row, typeColumn) ? 'message' : null));
  return link ? h('a', {href: link}, String(value)) : String(value);
}

function isMessage(row, typeColumn) {
  return (typeColumn ?? 'content_table') in row && Object.keys(row).some(name => flowColumn.test(name));
}

function target(column, value, row, table) {
  if (flowColumn.test(column)) return `#/connections?flow=${value}`;
  if (/^(packet_id|message_id)$/.test(column)) return `#/messages?id=${value}`;
  if (column === 'id' && table === 'message') return `#/messages?id=${value}`;
  if (column === 'id' && table === 'flow') return `#/connections?flow=${value}`;
  if (column === 'content_id' && row.content_table) return rowsLink(row.content_table, 'id', value);
  // Hashes, keys and the like: where else do they occur?
  if (typeof value === 'string' && (/^[0-9A-F]{64}$/.test(value) || /^[a-z]+_[a-z0-9]{50,}$/.test(value))) {
    return `#/query?${new URLSearchParams({find: value})}`;
  }
  return null;
}
