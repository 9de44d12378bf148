import {h, fill, isForPage} from './dom.js';
import {connect, listen} from './api.js';
import {grouped, rate, duration} from './format.js';
import {showDatabases} from './databases.js';
import {takeDrops} from './upload.js';
import {showKeys} from './keys.js';
import * as overview from './views/overview.js';
import * as messages from './views/messages.js';
import * as connections from './views/connections.js';
import * as query from './views/query.js';
import * as schema from './views/schema.js';
import * as capture from './views/capture.js';
import * as value from './views/value.js';
import {valueLink} from './values.js';

const pages = {overview, messages, connections, query, schema, capture};
const views = {...pages, value};
const titles = {overview: 'Overview', messages: 'Messages', connections: 'Connections', query: 'Query', schema: 'Schema', capture: 'Capture', value: 'A value'};

const program = document.title;

/** Aborted when the page that is shown is left. */
let visit = new AbortController();
/** The file that is shown. */
let database;

/** '#/messages?type=5' -> ['messages', URLSearchParams]. */
function place() {
  const [path, search] = location.hash.replace(/^#\/?/, '').split('?');
  return [views[path] ? path : 'overview', new URLSearchParams(search)];
}

async function go() {
  const [name, parameters] = place();
  visit.abort();
  visit = new AbortController();
  // What a page that was left still writes goes nowhere.
  const former = document.getElementById('view');
  const view = former.cloneNode(false);
  const hadFocus = former.contains(document.activeElement);
  // A field that was not finished changes as it is removed: a filter would lead back to the page that is left.
  former.addEventListener('change', event => event.stopImmediatePropagation(), {capture: true});
  former.replaceWith(view);
  // Whoever follows a link by keyboard goes on from the page, and not from the top.
  if (hadFocus) view.focus({preventScroll: true});
  view.className = views[name].isFixed ? 'fixed' : '';
  view.scrollTop = 0;
  document.title = `${titles[name]} · ${program}`;
  finder.elements.v.value = name === 'value' ? parameters.get('v') ?? '' : '';
  for (const tab of document.querySelectorAll('#tabs a')) {
    if (tab.dataset.view === name) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
  }
  fill(view);
  try {
    await views[name].show(view, parameters, visit.signal);
  } catch (error) {
    fill(view, h('p.bad', error.message));
  }
}

function showState(name, status) {
  const state = document.getElementById('state');
  if (name === 'offline') return fill(state, h('span.bad', 'the program does not answer'));
  if (name !== 'status') return;
  const packets = `${grouped(status.packets)} packets`;
  if (status.capturing) fill(state, h('span.on', '● '), `capturing on ${status.source}  ${rate(status.rates.packets)} packets/s  ${packets}`);
  else if (status.importing) {
    const left = status.progress?.seconds_left;
    fill(state, h('span.on', '● '), `importing  ${packets}${left === null || left === undefined ? '' : `  ${duration(left)} left`}`);
  } else fill(state, status.error ? h('span.bad', status.error) : 'idle');
}

/** Shows another database once the capture goes on in it. */
function followDatabase(name, status) {
  if (name !== 'status' || status.database.path === database) return;
  const isOther = database !== undefined;
  database = status.database.path;
  showDatabases(document.getElementById('database')).catch(problem => console.warn(problem.message));
  // The page of captures is that of all files.
  if (isOther && place()[0] !== 'capture') go();
}

function keys(event) {
  if (!isForPage(event)) return;
  const names = Object.keys(pages);
  if (/^[1-6]$/.test(event.key)) location.hash = `#/${names[event.key - 1]}`;
  else if (event.key === '?') showKeys();
  else if (event.key === '/') {
    event.preventDefault();
    finder.elements.v.focus();
    finder.elements.v.select();
  }
}

const finder = document.getElementById('find');
finder.addEventListener('submit', event => {
  event.preventDefault();
  const text = finder.elements.v.value.trim();
  if (text) location.hash = valueLink(text);
});
fill(document.getElementById('tabs'), Object.keys(pages).map((name, index) =>
  h('a', {href: `#/${name}`, 'data-view': name, title: `key ${index + 1}`}, titles[name])));
document.getElementById('keys').onclick = showKeys;
addEventListener('hashchange', go);
addEventListener('keydown', keys);
listen(showState);
listen(followDatabase);
takeDrops();
connect();
go();
