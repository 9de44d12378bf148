import {h, fill} from '../dom.js';
import {post, query, schema} from '../api.js';
import {grouped, time} from '../format.js';
import {queryLink} from '../querylinks.js';
import {Result, scrolled} from '../results.js';
import {Selection} from '../selection.js';
import {rowsLink, valueLink} from '../values.js';

/** A value's own page: where it occurs, and what the description lets ask about values of its kind. */
export async function show(view, parameters, signal) {
  const text = (parameters.get('v') ?? '').trim();
  const everywhere = parameters.has('all');
  if (!text) return fill(view, h('h1', 'A value'), h('p.faint', 'Put a hash, an address, a name or a number into the field above.'));
  fill(view, h('h1.value.mono', text), h('p.faint', {role: 'status'}, 'looking for it…'));
  const known = await schema();
  const found = await post('value', {value: text, everywhere}, {signal});
  fill(view, h('h1.value.mono', found.value),
    found.kinds.map(kind => h('p', {'data-kind': kind.name}, h('b', kind.name.replaceAll('_', ' ')), kind.doc ? ` ${kind.doc}` : '')),
    found.spellings.length > 1 ? h('p.faint.value', `Looked for as ${found.spellings.join(', ')}.`) : null,
    found.places.length ? [places(found), found.kinds.flatMap(kind => kind.queries).map(one => panel(one, known, signal)), occurrences(found)]
      : h('p', {role: 'status'}, found.everywhere ? 'It occurs nowhere.' : 'No column of a kind has it.'),
    found.everywhere ? null : h('p', h('a', {href: valueLink(text, true)}, 'Look into all columns'), h('span.faint', ', which takes longer')));
}

const messageLink = id => h('a', {href: `#/messages?id=${id}`}, id);

function places(found) {
  return h('.panel.value-panel', {'data-places': ''}, h('h2', 'Where it occurs'), h('.results', scrolled, h('table',
    h('tr', h('th', 'column'), h('th', 'kind'), h('th.number', 'rows'), h('th', 'first'), h('th', 'last'), h('th', 'first message')),
    found.places.map(place => h('tr', {'data-place': `${place.table}.${place.column}`},
      h('td', h('a', {href: `#/schema?table=${place.table}`}, `${place.table}.${place.column}`)), h('td', place.kinds.join(', ')),
      h('td.number', grouped(place.rows)), h('td', time(place.first_us)), h('td', time(place.last_us)),
      h('td', place.first_message === null ? '' : messageLink(place.first_message)))))));
}

function occurrences(found) {
  return h('.panel.value-panel', {'data-occurrences': ''}, h('h2', 'The latest occurrences'), h('.results', scrolled, h('table',
    h('tr', ['time', 'message', 'type', 'from', 'to', 'connection', 'row'].map(name => h('th', name))),
    found.occurrences.map(one => h('tr', h('td', time(one.time_us)), h('td', one.message === null ? '' : messageLink(one.message)),
      h('td', one.type ?? ''), h('td', one.source ?? ''), h('td', one.destination ?? ''),
      h('td', one.flow === null ? '' : h('a', {href: `#/connections?flow=${one.flow}`}, one.flow)),
      h('td', h('a', {href: rowsLink(one.table, 'id', one.row)}, `${one.table}.${one.column}`)))))));
}

/** What the description lets ask, with its answer. */
function panel(one, known, signal) {
  const body = h('div', h('p.faint', {role: 'status'}, 'asking…'));
  const messages = filter => new Selection({filter}).messages;
  query(one.query, {signal}).then(result => fill(body, result.rows.length ? new Result(result, known, messages).table : h('p.faint', 'Nothing.')), error => {
    if (!signal.aborted) fill(body, h('p.bad', error.message));
  });
  return h('.panel.value-panel', {'data-query': one.title},
    h('.row', h('h2', {style: {margin: 0}}, one.title), queryLink(one.query)),
    one.doc ? h('p.faint', one.doc) : null, body);
}
