import {h} from './dom.js';

const quoted = text => `'${String(text).replaceAll("'", "''")}'`;

export const queryLink = sql => `#/query?${new URLSearchParams({sql, run: 1})}`;

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
  if (column === 'content_id' && row.content_table) return queryLink(`select * from "${String(row.content_table).replaceAll('"', '""')}" where id = ${value}`);
  // Hashes, keys and accounts: where else do they occur?
  if (typeof value === 'string' && (/^[0-9A-F]{64}$/.test(value) || /^[a-z]+_[a-z0-9]{50,}$/.test(value))) {
    return `#/query?${new URLSearchParams({find: value})}`;
  }
  return null;
}

/** SQL that looks for a text in all columns of the tables that messages are stored in. */
export function findSQL(schema, text) {
  const parts = [];
  for (const table of schema.tables) {
    if (table.kind !== 'table' || !table.columns.some(column => column.name === 'packet_id')) continue;
    for (const column of table.columns) {
      if (column.type !== 'TEXT' || column.name === 'content_table') continue;
      parts.push(`select '${table.name}' as content_table, id as content_id, packet_id, '${column.name}' as column_name from "${table.name}" where "${column.name}" = ${quoted(text)}`);
    }
  }
  return parts.join('\nunion all ') + '\nlimit 500';
}
