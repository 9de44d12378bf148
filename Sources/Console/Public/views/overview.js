import {h, fill} from '../dom.js';
import {ask, listen, schema, typeName} from '../api.js';
import {Chart, colors} from '../charts.js';
import {brush} from '../brush.js';
import {bytes, duration, grouped, rate, time} from '../format.js';
import {rowsLink} from '../values.js';

const seconds = 120;
const buckets = 80;

export async function show(view) {
  const known = await schema();
  const tiles = {};
  const tile = (name, title, href) => {
    tiles[name] = h('b', '–');
    return h(href ? 'a.tile' : '.tile', {'data-tile': name, href}, tiles[name], h('span.faint', title));
  };
  const progress = h('.panel.wide', {hidden: true});
  const live = new Chart('line');
  const types = h('.bars');
  const traffic = new Chart('bar', {stacked: true});
  const talkers = h('div'), issues = h('div'), fresh = h('div');
  // Of a database at rest there is nothing to be said by the second.
  const livePanel = h('.panel', {hidden: true}, h('h2', 'Messages a second, lately'), live.element);
  const busyTile = tile('rate', 'packets a second');
  busyTile.hidden = true;
  let traffics = null;
  const unbrush = brush(traffic, (first, last) => {
    if (!traffics) return;
    location.hash = `#/messages?${new URLSearchParams({from: time(traffics.first + first * traffics.width), to: time(traffics.first + (last + 1) * traffics.width)})}`;
  });
  fill(view,
    h('h1', 'Overview'),
    h('.tiles', tile('packets', 'packets'), busyTile, tile('messages', 'messages', '#/messages'),
      tile('flows', 'connections', '#/connections'), tile('issues', 'issues', rowsLink('decode_issue')), tile('dropped', 'packets dropped', rowsLink('run')),
      tile('size', 'database')),
    h('.grid', progress, livePanel,
      h('.panel', h('h2', 'Messages by type'), types),
      h('.panel.wide', h('h2', 'Messages over time ', h('span.faint', 'a click or a drag shows those of a time')), traffic.element),
      h('.panel', h('h2', 'Top talkers'), talkers),
      h('.panel', h('h2', 'Losses and issues'), issues, fresh)));

  const past = [];
  let wasBusy = false, isGone = false, timer;
  const newest = [];

  const stop = listen((name, value) => {
    if (name === 'issue') {
      newest.unshift(value);
      newest.length = Math.min(newest.length, 5);
      fill(fresh, h('h2', 'Lately'), newest.map(issue => h('div', issueText(issue))));
    }
    if (name !== 'status') return;
    const busy = value.capturing || value.importing;
    busyTile.hidden = livePanel.hidden = !busy;
    if (busy) {
      fill(tiles.packets, grouped(value.packets));
      fill(tiles.rate, rate(value.rates.packets));
      showDropped(tiles, value.dropped.kernel + value.dropped.queue);
    }
    fill(tiles.size, bytes(value.database.bytes));
    showProgress(progress, value);
    const total = Object.values(value.rates.messages).reduce((sum, one) => sum + one, 0);
    past.push({at: new Date().toTimeString().slice(0, 8), total});
    if (past.length > seconds) past.shift();
    if (busy) live.show(past.map(one => one.at), [{name: 'messages/s', values: past.map(one => one.total)}]);
    if (wasBusy && !busy) refresh();
    wasBusy = busy;
  });

  async function refresh() {
    clearTimeout(timer);
    const start = performance.now();
    try {
      const counts = (await ask('types')).map(typeCount).sort((a, b) => b.n - a.n);
      if (isGone) return;
      fill(tiles.messages, grouped(counts.reduce((sum, one) => sum + one.n, 0)));
      showTypes(types, known, counts);
      if (!wasBusy) await showRuns(tiles);
      traffics = await showTraffic(traffic, known, counts.slice(0, 7).map(one => one.type));
      await showTalkers(talkers);
      await showIssues(issues, tiles);
    } catch (error) {
      fill(issues, h('p.bad', error.message));
    }
    // Large databases are asked less often.
    if (!isGone) timer = setTimeout(() => wasBusy ? refresh() : wait(), Math.max(2000, 5 * (performance.now() - start)));
  }
  const wait = () => { if (!isGone) timer = setTimeout(() => wasBusy ? refresh() : wait(), 1000); };

  refresh();
  return () => { isGone = true; clearTimeout(timer); stop(); unbrush(); for (const chart of [live, traffic]) chart.destroy(); };
}

function showProgress(panel, status) {
  panel.hidden = !status.importing;
  if (!status.importing || !status.progress) return;
  const {position, size, seconds_left: left} = status.progress;
  fill(panel, h('h2', `Importing ${status.source}`),
    h('progress', size ? {max: size, value: position} : {}),
    h('p.faint', `${bytes(position)}${size ? ` of ${bytes(size)}` : ''}`, left === null ? '' : `, ${duration(left)} left`));
}

/** The result of a count by one column. */
function typeCount(row) {
  const [type, n] = Object.values(row);
  return {type, n};
}

/** A bar for each type, which leads to its messages. */
function showTypes(element, known, counts) {
  const greatest = Math.max(1, ...counts.map(one => one.n));
  fill(element, counts.map(({type, n}, index) => h('a.bar', {href: `#/messages?${new URLSearchParams({type: type ?? ''})}`},
    h('span', typeName(known, type)), h('span.track', h('span.length', {style: {width: `${100 * n / greatest}%`, background: index < 7 ? colors[index] : ''}})),
    h('span.number', grouped(n)))));
}

/** What all runs together have taken and lost. */
async function showRuns(tiles) {
  const runs = await ask('rows', {table: 'run'});
  const sum = (...columns) => runs.reduce((total, run) => total + columns.reduce((part, column) => part + Number(run[column] ?? 0), 0), 0);
  fill(tiles.packets, grouped(sum('packets')));
  showDropped(tiles, sum('dropped_kernel', 'dropped_queue'));
}

function showDropped(tiles, count) {
  fill(tiles.dropped, grouped(count));
  tiles.dropped.classList.toggle('bad', count > 0);
}

/** @returns the time of the first piece, and how long a piece is, in µs. */
async function showTraffic(chart, known, types) {
  const [{first_us: first, last_us: last}] = await ask('times');
  if (first === null) { await chart.show([], []); return null; }
  const width = Math.max(1000, Math.ceil((last - first + 1) / buckets));
  const counts = await ask('traffic', {from: first, width});
  const series = new Map(types.map(type => [type, {name: typeName(known, type), values: new Array(buckets).fill(0)}]));
  const others = {name: 'others', values: new Array(buckets).fill(0)};
  for (const one of counts) (series.get(one.type) ?? others).values[one.bucket] += one.n;
  const labels = Array.from({length: buckets}, (_, index) => time(first + index * width, last - first > 86_400e6).slice(0, -7));
  await chart.show(labels, [...series.values(), ...(others.values.some(Boolean) ? [others] : [])]);
  return {first, width};
}

async function showTalkers(element) {
  const result = await ask('talkers', {limit: 10});
  fill(element, h('table', h('tr', h('th', 'address'), h('th.number', 'connections'), h('th.number', 'sent'), h('th.number', 'received')),
    result.map(one => h('tr', h('td', h('a', {href: `#/connections?address=${encodeURIComponent(one.address)}`}, one.address)),
      h('td.number', grouped(one.flows)), h('td.number', bytes(one.sent ?? 0)), h('td.number', bytes(one.received ?? 0))))));
}

async function showIssues(element, tiles) {
  const [flows] = await ask('flow_totals');
  const kinds = await ask('issue_kinds', {limit: 12});
  fill(tiles.flows, grouped(flows.n));
  fill(tiles.issues, grouped(kinds.reduce((sum, one) => sum + one.n, 0)));
  fill(element,
    kinds.length ? h('table', h('tr', h('th', 'kind'), h('th.number', 'rows'), h('th.number', 'bytes')),
      kinds.map(one => h('tr', h('td', h('a', {href: rowsLink('decode_issue', 'kind', one.kind)}, one.kind)), h('td.number', grouped(one.n)), h('td.number', bytes(one.bytes ?? 0)))))
      : h('p.faint', 'Every byte is a message or an entry of a response.'),
    h('p.faint', `${bytes(flows.lost)} are not in the capture.`));
}

function issueText(issue) {
  return h('span', h('a', {href: `#/connections?flow=${issue.flow_id}`}, `connection ${issue.flow_id}`), ` ${issue.kind}`,
    issue.path ? ` at ${issue.path}` : '', issue.length ? `, ${grouped(issue.length)} bytes` : '');
}
