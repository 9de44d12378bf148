// What the server is asked. Addresses are relative: a proxy may have the console below a path of its own.

import {ResultRows} from './resultrows.js';

async function answer(response) {
  // What is broken off on the way is no answer.
  if (response.ok) return response.json();
  const value = await response.json().catch(() => ({}));
  throw Object.assign(new Error(value.error ?? `the server answered ${response.status}`), value);
}

export const get = async (path, options = {}) => answer(await fetch(`api/v1/${path}`, options));

const send = (path, body, options) => fetch(`api/v1/${path}`, {
  method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body), ...options,
});

export const post = async (path, body = {}, options = {}) => answer(await send(path, body, options));

/** Runs a query that somebody has written. */
export const query = (text, options = {}) => post('capture/query', {query: text, big_integers: 'text'}, options);

/**
 * Runs a query, and takes its rows while they come.
 * @param asked {query, and if wanted parameters, order, timeout}
 * @param signal that ends it
 * @param changed called with the rows when there are some, and when there are more
 */
export async function queryRows(asked, signal, changed) {
  const response = await send('capture/query', {...asked, format: 'rows', big_integers: 'text'}, {signal});
  if (!response.ok) return answer(response);
  const rows = new ResultRows();
  await rows.read(response, () => { if (rows.columns) changed(rows); });
  return rows;
}

/** What the page itself wants to know, by name: the server has the words for it. The rows are objects. */
export async function ask(question, parameters = {}, options = {}) {
  const result = await post('ask', {question, ...parameters}, options);
  return result.rows.map(row => Object.fromEntries(result.columns.map((name, index) => [name, row[index]])));
}

/** A query to go on with: for `{table, column, value}`, `{filter}`, `{issues, filter}`, `{values, filter}` or `{find}`. */
export const statement = async (topic, options) => (await post('statement', topic, options)).query;

let schemaPromise;
let loaded = null;

/** The schema, if it is there already; else null. */
export const knownSchema = () => loaded;

/** Tables, columns and the names of enums' values; asked for once. */
export function schema() {
  schemaPromise ??= load().catch(error => { schemaPromise = undefined; throw error; });
  return schemaPromise;
}

export const forgetSchema = () => { schemaPromise = undefined; };

async function load() {
  const result = await get('description');
  result.byName = new Map(result.tables.map(table => [table.name, table]));
  const column = result.byName.get('message')?.columns.find(column => column.name === result.type_column);
  result.types = column?.names ? await ask('rows', {table: column.names}) : [];
  result.typeNames = new Map(result.types.map(type => [type.value, type.name]));
  // By its name alone a column is told where its table is not known: rather one that has values of a kind.
  result.namesakes = new Map();
  for (const column of result.tables.flatMap(table => table.columns)) {
    if (!result.namesakes.get(column.name)?.kinds.length) result.namesakes.set(column.name, column);
  }
  loaded = result;
  return result;
}

/** The name for a value of what tells a message's type. */
export const typeName = (schema, value) => schema.typeNames.get(value) ?? String(value ?? 'message');

const listeners = new Set();
let source;
export let lastStatus = null;

/** Calls back with each event until the returned function is called. */
export function listen(callback) {
  listeners.add(callback);
  if (lastStatus) callback('status', lastStatus);
  return () => listeners.delete(callback);
}

/**
 * Listens to the server's events while the page is in sight: a browser gives a server six connections for all its
 * pages, and those that nobody sees must not hold them.
 */
export function connect() {
  addEventListener('visibilitychange', () => document.hidden ? disconnect() : open());
  addEventListener('pagehide', disconnect);
  addEventListener('pageshow', open);
  open();
}

function disconnect() {
  source?.close();
  source = undefined;
}

function open() {
  if (source || document.hidden) return;
  source = new EventSource('api/v1/events');
  const tell = (name, value) => {
    if (name === 'status') lastStatus = value;
    for (const callback of listeners) callback(name, value);
  };
  source.addEventListener('status', event => tell('status', JSON.parse(event.data)));
  source.addEventListener('issue', event => tell('issue', JSON.parse(event.data)));
  // The browser connects again by itself.
  source.onerror = () => tell('offline', null);
}

export async function refreshStatus() {
  lastStatus = await get('status');
  for (const callback of listeners) callback('status', lastStatus);
}
