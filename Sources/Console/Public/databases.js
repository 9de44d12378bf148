import {h, fill} from './dom.js';
import {get} from './api.js';

/** The page of the database that the console was started with, whichever is shown. */
const home = location.pathname.replace(/databases\/[^/]+\/$/, '');
const fileName = path => path.slice(path.lastIndexOf('/') + 1);

/** Shows which database is seen, and lets one choose another of the folder. The choice is in the address. */
export async function showDatabases(element) {
  const {databases, shown, own} = await get('databases');
  if (shown === own && databases.every(one => one.is_shown)) return fill(element, h('span', {title: shown}, fileName(shown)));
  const select = h('select', {
    'aria-label': 'database', title: shown,
    onchange: () => location.assign(select.value + location.hash.replace(/[?].*$/, '')),
  });
  const page = one => one.is_own ? home : `${home}databases/${encodeURIComponent(one.name)}/`;
  // The console's own may be in another folder.
  if (!databases.some(one => one.is_own)) select.append(h('option', {value: home, selected: shown === own}, fileName(own)));
  for (const one of databases) {
    select.append(h('option', {value: page(one), selected: one.is_shown, disabled: Boolean(one.problem) && !one.is_shown},
      one.problem ? `${one.name} (${one.problem})` : one.name));
  }
  return fill(element, select);
}
