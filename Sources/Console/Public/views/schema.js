import {h, fill} from '../dom.js';
import {ask, forgetSchema, get, post, schema} from '../api.js';
import {grouped} from '../format.js';
import {rowsLink} from '../values.js';

export async function show(view, parameters, signal) {
  const known = await schema();
  const {indices} = await get('indices', {signal});
  const missing = indices.filter(index => !index.exists).length;
  const message = h('span');
  const button = h('button', {onclick: make, disabled: missing === 0}, missing ? `Make ${missing} suggested indices` : 'All suggested indices are there');

  async function make() {
    button.disabled = true;
    fill(message, 'making them…');
    try {
      await post('indices/make');
      forgetSchema();
      await show(view, parameters, signal);
    } catch (error) {
      button.disabled = false;
      fill(message, h('span.bad', error.message));
    }
  }

  const counts = new Map();
  fill(view, h('h1', 'Schema'),
    h('p.faint', `Of the description '${known.specification}', version ${known.fingerprint}. Indices make queries faster and captures slower: make them afterwards.`),
    h('.row', button, message),
    h('.row', known.tables.map(table => h('a', {href: `#/schema?table=${table.name}`}, table.name))),
    known.tables.filter(table => !parameters.get('table') || parameters.get('table') === table.name).map(table => {
      const count = h('span.faint');
      if (table.kind === 'table') counts.set(table.name, count);
      return h('.panel', {'data-table': table.name, style: {marginBottom: '12px'}},
        h('.row', h('h2', table.name), h('span.faint', table.kind), count, h('a', {href: rowsLink(table.name)}, 'rows')),
        table.doc ? h('p', table.doc) : null,
        h('table', h('tr', h('th', 'column'), h('th', 'type'), h('th', 'what it is')), table.columns.map(column => h('tr',
          h('td.mono', column.name), h('td.mono.faint', column.type),
          h('td', column.doc ?? '', column.names ? h('span.faint', ' named in ', h('a', {href: `#/schema?table=${column.names}`}, column.names)) : null)))),
        table.indices.length ? h('p.faint', 'Indices: ', table.indices.map(index => index.name).join(', ')) : null,
        h('details', h('summary', 'DDL'), h('pre', table.sql)));
    }));

  for (const [name, element] of counts) {
    if (signal.aborted) return;
    const result = await ask('count', {table: name}, {signal}).catch(() => null);
    if (result) fill(element, `${grouped(Object.values(result[0])[0])} rows`);
  }
}
