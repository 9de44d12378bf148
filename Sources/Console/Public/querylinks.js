import {h} from './dom.js';
import {statement} from './api.js';

// What leads to the page Query, with a query that runs there.

const address = sql => `#/query?${new URLSearchParams({sql, run: 1})}`;

/** A link to a query, to go on with it. */
export const queryLink = sql => h('a', {href: address(sql)}, 'as a query');

/** Goes there with the query for a topic, as `statement` takes it, unless somebody has gone elsewhere before it is known. */
export async function goToQuery(topic) {
  const {hash} = location;
  const sql = await statement(topic);
  if (location.hash === hash) location.hash = address(sql);
}
