import {h} from './dom.js';

/** A link to rows of a table; with a column and a value, to those that have it. */
export const rowsLink = (table, column, value) =>
  `#/query?${new URLSearchParams({table, ...(column === undefined ? {} : {column, value: JSON.stringify(value)}), run: 1})}`;

/** A value of a result, with a link where it names something. `row` has the other values by column. */
export function valueCell(column, value, row, table) {
  if (value === null) return h('span.null', 'NULL');
  const link = target(column, value, row, table);
  return link ? h('a', {href: link}, String(value)) : String(value);
}

function target(column, value, row, table) {
  if (/^(flow_id|flow_key|flowkey)$/.test(column)) return `#/connections?flow=${value}`;
  if (/^(packet_id|message_id)$/.test(column)) return `#/messages?id=${value}`;
  if (column === 'id' && (table === 'message' || table === 'packet' || ('flow_id' in row && 'msg_type' in row) || 'flow_key' in row)) return `#/messages?id=${value}`;
  if (column === 'id' && table === 'flow') return `#/connections?flow=${value}`;
  if (column === 'content_id' && row.content_table) return rowsLink(row.content_table, 'id', value);
  // Hashes, keys and accounts: where else do they occur?
  if (typeof value === 'string' && (/^[0-9A-F]{64}$/.test(value) || /^[a-z]+_[a-z0-9]{50,}$/.test(value))) {
    return `#/query?${new URLSearchParams({find: value})}`;
  }
  return null;
}
