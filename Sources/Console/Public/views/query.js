import {h, fill} from '../dom.js';
import {post, queryRows, schema, statement} from '../api.js';
import {grouped} from '../format.js';
import {ParameterFields} from '../parameters.js';
import {ResultChart} from '../resultchart.js';
import {ResultTable} from '../resulttable.js';
import {QueryChoices} from '../savedqueries.js';
import {SQLEditor} from '../sqleditor.js';
import {Latest, onAbort} from '../visit.js';

/** Seconds that somebody who wants to wait is given. */
const patience = 300;

let draft;

export async function show(view, parameters, signal) {
  const known = await schema();
  draft ??= known.examples[0]?.query ?? '';
  if (parameters.has('sql')) draft = parameters.get('sql');
  if (parameters.has('find')) draft = await statement({find: parameters.get('find')}, {signal});
  if (parameters.has('table')) {
    draft = await statement({table: parameters.get('table'), ...(parameters.has('column')
      ? {column: parameters.get('column'), value: JSON.parse(parameters.get('value'))} : {})}, {signal});
  }
  const editor = new SQLEditor(draft, known, {changed, run: () => run()});
  const cancelButton = h('button', {onclick: () => requests.end(), disabled: true}, 'Cancel');
  const link = h('a', {'data-permalink': ''}, 'permalink');
  const state = h('span.faint', {'data-state': '', role: 'status'});
  const output = h('div');
  const chart = h('div');
  const tell = (text, isBad) => fill(state, isBad ? h('span.bad', text) : text);
  const choices = new QueryChoices(known.examples, text => { editor.text = text; }, tell);
  // Values of parameters are in the address too: p.name=value.
  const given = [...parameters].filter(([name]) => name.startsWith('p.')).map(([name, value]) => [name.slice(2), value]);
  const fields = new ParameterFields(Object.fromEntries(given), known.language, updateLinks);
  const downloads = ['csv', 'json'].map(format => h('a', {'data-download': format, download: `result.${format}`, title: 'the whole result'}, format.toUpperCase()));
  const requests = new Latest(signal);
  let table, shownChart;
  onAbort(signal, () => { showChart(null); showTable(null); });

  fill(view, h('h1.unseen', 'Query'),
    h('.row', choices.elements, h('button', {onclick: () => choices.save(draft)}, 'Save'), h('button', {onclick: () => choices.forget(draft)}, 'Forget…')),
    editor.area, fields.element,
    h('.row', {style: {marginTop: '8px'}}, h('button.main', {onclick: () => run(), title: 'Ctrl+Enter'}, 'Run'), cancelButton,
      h('button', {onclick: explain}, 'Explain'), h('button', {onclick: () => editor.format(), title: 'Shift+Alt+F'}, 'Format'), link, downloads, state),
    chart, output);
  await editor.enrich();
  changed(draft);
  editor.focus();
  // What runs puts itself into the address, which is another page's by now.
  if (signal.aborted) return;
  if (parameters.has('run') || parameters.has('find')) run();

  function changed(text) {
    draft = text;
    editor.unmark();
    fields.update(draft);
    updateLinks();
  }

  function updateLinks() {
    const typed = Object.entries(fields.typed).map(([name, value]) => [`p.${name}`, value]);
    link.href = `#/query?${new URLSearchParams([['sql', draft], ...typed, ['run', 1]])}`;
    const values = fields.values ? {parameters: JSON.stringify(fields.values)} : {};
    for (const anchor of downloads) anchor.href = `api/v1/capture/query?${new URLSearchParams({query: draft, ...values, format: anchor.dataset.download, download: 1})}`;
  }

  async function run(timeout) {
    // The place names the query, so that a reload runs it again.
    history.replaceState(null, '', link.href);
    const asked = {query: draft, parameters: fields.values, ...(timeout ? {timeout} : {})};
    const problem = await load(asked, rows => {
      choices.remember(asked.query);
      showChart(null);
      showTable(new ResultTable(rows, known, {chart: () => showChart(new ResultChart(table.rows)), sort: order => sort({...asked, order})}));
    });
    if (!problem) return;
    showChart(null);
    showTable(null);
    fill(output, h('p.bad', problem.message));
    if (problem.position) editor.mark(problem.position - 1);
  }

  /** Asks again: the store has all rows, the page may not. */
  async function sort(asked) {
    const problem = await load(asked, rows => table.show(rows));
    if (problem) tell(problem.message, true);
  }

  /**
   * Asks, and says how far it has come.
   * @param begin called with the rows when the first ones are there
   * @returns why there are none
   */
  async function load(asked, begin) {
    const mine = requests.next();
    cancelButton.disabled = false;
    tell('running…');
    const start = performance.now();
    let shown = null;
    const show = rows => {
      if (shown) table.update(); else begin(rows);
      shown = rows;
      if (!rows.end) tell(`${grouped(rows.length)} rows so far…`);
    };
    try {
      const rows = await queryRows(asked, mine, show);
      fill(state, `${grouped(rows.length)} rows, ${grouped(Math.round(performance.now() - start))} ms`, ending(rows, asked));
      return null;
    } catch (error) {
      // Something else is asked now.
      if (mine !== requests.signal) return null;
      const problem = mine.aborted ? new Error('The query was cancelled.') : error;
      if (!shown) {
        tell('');
        return problem;
      }
      tell(`${grouped(shown.length)} rows; and then: ${problem.message}`, true);
      return null;
    } finally {
      if (mine === requests.signal) cancelButton.disabled = true;
    }
  }

  /** What is to be said of rows that are not all. */
  function ending({end}, asked) {
    if (end.full) return '; there are more, but the page keeps no more bytes: download them, or ask for fewer columns';
    if (end.truncated) return `; there are more, but the page shows ${grouped(end.limit)} (web.max_page_rows): download them, or ask for fewer`;
    if (!end.error) return '';
    return [h('span.bad', `; and then: ${end.error} `), end.kind === 'timeout' && !asked.timeout ? h('button', {onclick: () => run(patience)}, `Wait for ${patience} s`) : null];
  }

  function showTable(one) {
    table?.destroy();
    table = one;
    fill(output, one?.element);
  }

  function showChart(one) {
    shownChart?.destroy();
    shownChart = one;
    fill(chart, one?.element);
  }

  /** Shows how a query would run, in the place of one that runs. */
  async function explain() {
    const mine = requests.next();
    cancelButton.disabled = true;
    tell('');
    try {
      const {plan} = await post('explain', {query: draft, parameters: fields.values}, {signal: mine});
      const depth = new Map([[0, 0]]);
      for (const step of plan) depth.set(step.id, (depth.get(step.parent) ?? 0) + 1);
      showChart(null);
      showTable(null);
      fill(output, h('h2', 'Query plan'), h('pre', {tabindex: 0}, plan.map(step => '  '.repeat(depth.get(step.id) - 1) + step.detail).join('\n')),
        plan.some(step => /^SCAN/.test(step.detail)) ? h('p.faint', 'SCAN reads a whole table; the page Schema can make indices.') : null);
    } catch (error) { if (!mine.aborted) fill(output, h('p.bad', error.message)); }
  }
}
