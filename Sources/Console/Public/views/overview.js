import {h, fill} from '../dom.js';
import {ask, listen, schema} from '../api.js';
import {FilterField} from '../filter.js';
import {bytes, duration, grouped, rate} from '../format.js';
import {Described} from '../overview/described.js';
import {Issues, Runs, issuesLink} from '../overview/issues.js';
import {Latency} from '../overview/latency.js';
import {Span, TimeChart} from '../overview/timechart.js';
import {Talkers, Traffic} from '../overview/traffic.js';
import {Selection} from '../selection.js';
import {onAbort} from '../visit.js';

/** Whether a filter has led here that was typed on this page: its field keeps the focus. */
let isTyping = false;

/** What a selection's messages are, and what else is told of its time: everything leads to what is behind it. */
export async function show(view, parameters, signal) {
  const known = await schema();
  const selection = Selection.of(parameters);
  const filter = new FilterField({value: selection.filter, apply: () => {
    isTyping = document.activeElement === filter.input;
    location.hash = selection.with({filter: filter.value}).overview;
  }});
  const error = h('p.bad');
  const {tiles, element: tileRow, busy: busyTile} = makeTiles(selection);
  const progress = h('.panel.wide', {hidden: true});
  const traffic = new Traffic(selection, known);
  const issues = new Issues(selection);
  const hasAnswers = known.matches && known.byName.has('message_answer');
  const parts = [traffic, new Talkers(selection), issues, ...(hasAnswers ? [new Latency(selection, known)] : []), new Runs(selection), new Described(selection, known)];
  const grid = h('.grid', {'aria-busy': 'true'}, progress, parts.map(part => part.panels));
  fill(view,
    h('.row', filter.element, selection.timeChip('overview')), error, tileRow,
    h('p.faint', 'In charts over time a drag shows only that time, here; a click leads to its messages. By keyboard: arrows, with Shift for more; Enter shows only that, M its messages.'),
    grid);
  if (isTyping) filter.input.focus();
  isTyping = false;

  let isBusy = false, isAsking = false, isDue = false, timer;

  onAbort(signal, listen((name, value) => {
    if (name === 'issue' && selection.isAll) issues.add(value);
    if (name !== 'status') return;
    const wasBusy = isBusy;
    isBusy = value.capturing || value.importing;
    busyTile.hidden = !isBusy;
    if (isBusy) {
      fill(tiles.rate, rate(value.rates.packets));
      if (selection.isAll) showPackets(value.packets, value.dropped.kernel + value.dropped.queue);
    }
    fill(tiles.size, bytes(value.database.bytes));
    showProgress(progress, value);
    traffic.live.add(value);
    if (wasBusy && !isBusy) refresh();
  }));

  function showPackets(count, dropped) {
    fill(tiles.packets, grouped(count));
    fill(tiles.dropped, grouped(dropped));
    tiles.dropped.classList.toggle('bad', dropped > 0);
  }

  async function refresh() {
    clearTimeout(timer);
    if (isAsking) { isDue = true; return; }
    const start = performance.now();
    const options = {signal};
    const context = {options, tiles, showPackets: (...counts) => { if (!isBusy || !selection.isAll) showPackets(...counts); }};
    isAsking = true;
    const problems = new Map();
    // What one part lacks, such as a table of older stores, is no reason to leave out the others.
    const attempt = work => work.catch(problem => problems.set(problem.message, problem));
    const span = await attempt(findSpan(selection, options));
    if (!problems.size) for (const part of parts) if (!signal.aborted) await attempt(part.update(span, context));
    isAsking = false;
    if (signal.aborted) return;
    const wrong = [...problems.values()].find(problem => problem.column);
    filter.showError(wrong);
    fill(error, wrong ? '' : [...problems.keys()].join('; '));
    grid.setAttribute('aria-busy', 'false');
    TimeChart.focused = null;
    if (isDue) { isDue = false; refresh(); return; }
    // Large databases are asked less often.
    timer = setTimeout(wait, Math.max(2000, 5 * (performance.now() - start)));
  }

  /** Asks again as long as there is something new. */
  function wait() {
    if (isBusy) refresh(); else timer = setTimeout(wait, 1000);
  }

  refresh();
  onAbort(signal, () => {
    clearTimeout(timer);
    for (const part of parts) part.destroy();
  });
}

function makeTiles(selection) {
  const tiles = {};
  const tile = (name, title, wrap = (...parts) => h('div', parts)) => {
    tiles[name] = h('b', '–');
    const element = wrap(tiles[name], h('span.faint', title));
    element.classList.add('tile');
    element.dataset.tile = name;
    return element;
  };
  const link = href => (...parts) => h('a', {href}, parts);
  const busy = tile('rate', 'packets a second');
  busy.hidden = true;
  const element = h('.tiles', tile('packets', selection.isAll ? 'packets' : 'packets of these runs'), busy, tile('messages', 'messages', link(selection.messages)),
    tile('flows', 'connections', link(selection.address('connections'))), tile('issues', 'issues', (...parts) => issuesLink(selection, null, ...parts)),
    tile('dropped', 'packets dropped'), tile('size', 'database'));
  return {tiles, element, busy};
}

/** The time that is chosen; where none is, that of the messages. Nothing where there are none. */
async function findSpan(selection, options) {
  const [{first_us: first, last_us: last}] = await ask('times', {filter: selection.asked}, options);
  const from = selection.from ?? first, to = selection.to ?? (last === null ? null : last + 1);
  return from === null || to === null ? null : new Span(from, to);
}

function showProgress(panel, status) {
  panel.hidden = !status.importing;
  if (!status.importing || !status.progress) return;
  const {position, size, seconds_left: left} = status.progress;
  fill(panel, h('h2', `Importing ${status.source}`),
    h('progress', size ? {max: size, value: position} : {}),
    h('p.faint', `${bytes(position)}${size ? ` of ${bytes(size)}` : ''}`, left === null ? '' : `, ${duration(left)} left`));
}
