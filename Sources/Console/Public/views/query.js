import {h, fill, ask, askText} from '../dom.js';
import {get, post, query, schema, statement} from '../api.js';
import {ParameterFields} from '../parameters.js';
import {ResultChart} from '../resultchart.js';
import {ResultTable} from '../resulttable.js';
import {grouped} from '../format.js';
import {editorLibrary} from '../vendor.js';

const stored = (key, fallback) => { try { return JSON.parse(localStorage.getItem(key)) ?? fallback; } catch { return fallback; } };
const store = (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* private windows have no storage */ } };

let draft;

export async function show(view, parameters) {
  const known = await schema();
  const examples = known.examples.map(({name, query}) => [name, query]);
  draft ??= examples[0]?.[1] ?? '';
  if (parameters.has('sql')) draft = parameters.get('sql');
  if (parameters.has('find')) draft = await statement({find: parameters.get('find')});
  if (parameters.has('table')) {
    draft = await statement({table: parameters.get('table'), ...(parameters.has('column')
      ? {column: parameters.get('column'), value: JSON.parse(parameters.get('value'))} : {})});
  }
  const area = h('textarea.sql', {spellcheck: 'false', 'aria-label': 'SQL', rows: 6, value: draft});
  const runButton = h('button.main', {onclick: run, title: 'Ctrl-Enter'}, 'Run');
  const cancelButton = h('button', {onclick: () => abort?.abort(), disabled: true}, 'Cancel');
  const link = h('a', {'data-permalink': ''}, 'permalink');
  const state = h('span.faint', {'data-state': '', role: 'status'});
  const output = h('div');
  const chart = h('div');
  const picker = (title, list) => {
    const select = h('select', {'aria-label': title, onchange: () => { if (select.value !== '') setSQL(list()[select.value][1]); select.value = ''; }});
    const refresh = () => fill(select, h('option', {value: ''}, title), list().map(([name], index) => h('option', {value: index}, name)));
    refresh();
    return {select, refresh};
  };
  const history = picker('History', () => stored('history', []).map(sql => [sql.replace(/\s+/g, ' ').slice(0, 80), sql]));
  let shared = [];
  const saved = picker('Saved', () => [...shared, ...stored('saved', []).map(([name, sql]) => [`${name} (this browser)`, sql])]);
  get('queries').then(setShared, problem => fill(state, problem.message));
  const sample = picker('Examples', () => examples);

  // Values of parameters are in the address too: p.name=value.
  const given = [...parameters].filter(([name]) => name.startsWith('p.')).map(([name, value]) => [name.slice(2), value]);
  const fields = new ParameterFields(Object.fromEntries(given), updateLink);

  fill(view, h('.row', sample.select, saved.select, history.select,
    h('button', {onclick: save}, 'Save'), h('button', {onclick: forget}, 'Forget…')), area, fields.element,
  h('.row', {style: {marginTop: '8px'}}, runButton, cancelButton, h('button', {onclick: explain}, 'Explain'), link,
    download('csv', 'CSV'), download('json', 'JSON'), state), chart, output);

  let editor, abort, result, marked, shownChart;
  const Library = await editorLibrary();
  if (Library && area.isConnected) {
    const tables = Object.fromEntries(known.tables.map(table => [table.name, table.columns.map(column => column.name)]));
    editor = Library.fromTextArea(area, {
      mode: known.language === 'SQLite' ? 'text/x-sqlite' : 'text/x-sql', lineNumbers: true, matchBrackets: true, dragDrop: false, viewportMargin: Infinity, hintOptions: {tables, completeSingle: false},
      extraKeys: {'Ctrl-Enter': run, 'Cmd-Enter': run, 'Ctrl-Space': 'autocomplete', Tab: false, 'Shift-Tab': false},
    });
    editor.on('inputRead', (_, change) => { if (/^[\w.]$/.test(change.text[0] ?? '')) editor.showHint?.({tables, completeSingle: false}); });
    editor.on('change', () => { draft = editor.getValue(); updateLink(); });
  } else {
    area.addEventListener('input', () => { draft = area.value; updateLink(); });
    area.addEventListener('keydown', event => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run(); });
  }
  updateLink();
  (editor ?? area).focus();
  if (parameters.has('run') || parameters.has('find')) run();

  function setSQL(sql) {
    draft = sql;
    if (editor) editor.setValue(sql); else area.value = sql;
    updateLink();
  }

  function updateLink() {
    unmark();
    fields.update(draft);
    const typed = Object.entries(fields.typed).map(([name, value]) => [`p.${name}`, value]);
    link.href = `#/query?${new URLSearchParams([['sql', draft], ...typed, ['run', 1]])}`;
    for (const anchor of view.querySelectorAll('[data-download]')) {
      const format = anchor.dataset.download;
      anchor.href = `api/v1/capture/query?${new URLSearchParams({query: draft, format, download: 1})}`;
    }
  }

  function download(format, title) {
    return h('a', {'data-download': format, download: `result.${format}`, title: 'the whole result', onclick: event => downloadFilled(event, format)}, title);
  }

  /** An address cannot have the values of parameters: what they give is fetched first. */
  async function downloadFilled(event, format) {
    if (!fields.values) return;
    event.preventDefault();
    const answer = await fetch('api/v1/capture/query', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({query: draft, parameters: fields.values, format, download: true})});
    if (!answer.ok) return fill(state, h('span.bad', (await answer.json()).error));
    const address = URL.createObjectURL(await answer.blob());
    h('a', {href: address, download: `result.${format}`}).click();
    URL.revokeObjectURL(address);
  }

  async function run() {
    abort?.abort();
    const mine = abort = new AbortController();
    cancelButton.disabled = false;
    fill(state, 'running…');
    const start = performance.now();
    // The place names the query, so that a reload runs it again.
    window.history.replaceState(null, '', link.href);
    try {
      result = await query(draft, {signal: mine.signal}, fields.values);
      remember(draft);
      history.refresh();
      fill(state, `${grouped(result.rows.length)} rows${result.truncated ? ', and there are more (download them all, or ask for fewer)' : ''}, ${grouped(Math.round(performance.now() - start))} ms`);
      showResult();
    } catch (error) {
      fill(state);
      showChart(null);
      fill(output, h('p.bad', mine.signal.aborted ? 'The query was cancelled.' : error.message));
      if (error.position) mark(error.position - 1);
    }
    if (mine === abort) cancelButton.disabled = true;
  }

  /** Shows the place of an error: the word there. */
  function mark(start) {
    const length = draft.slice(start).match(/^(\w+|\S|$)/)?.[0].length || 1;
    if (!editor) {
      area.focus();
      return area.setSelectionRange(start, start + length);
    }
    const [from, to] = [editor.posFromIndex(start), editor.posFromIndex(start + length)];
    marked = editor.markText(from, to, {className: 'sql-error'});
    editor.setCursor(from);
  }

  function unmark() {
    marked?.clear();
    marked = undefined;
  }

  function showResult() {
    showChart(null);
    fill(output, new ResultTable(result, known, () => showChart(new ResultChart(result))).element);
  }

  function showChart(one) {
    shownChart?.destroy();
    shownChart = one;
    fill(chart, one?.element);
  }

  async function explain() {
    try {
      const {plan} = await post('explain', {query: draft, parameters: fields.values});
      const depth = new Map([[0, 0]]);
      for (const step of plan) depth.set(step.id, (depth.get(step.parent) ?? 0) + 1);
      showChart(null);
      fill(output, h('h2', 'Query plan'), h('pre', plan.map(step => '  '.repeat(depth.get(step.id) - 1) + step.detail).join('\n')),
        plan.some(step => /^SCAN/.test(step.detail)) ? h('p.faint', 'SCAN reads a whole table; the page Schema can make indices.') : null);
    } catch (error) { fill(output, h('p.bad', error.message)); }
  }

  function setShared({queries}) {
    shared = queries.map(({name, query}) => [name, query]);
    saved.refresh();
  }

  /** For all who use the console. */
  async function save() {
    const name = await askText('Save the query', 'Its name, which all who use this console will see', 'Save');
    if (!name) return;
    try {
      setShared(await post('queries/save', {name, query: draft}));
      fill(state, `saved as ${name}`);
    } catch (error) { fill(state, h('span.bad', error.message)); }
  }

  /** The saved query that is shown; without one, those that this browser alone has. */
  async function forget() {
    const shown = shared.find(([, sql]) => sql === draft);
    if (!shown && !stored('saved', []).length) return fill(state, 'choose a saved query first');
    const [title, text] = shown ? [`Forget '${shown[0]}'?`, 'It is removed for all who use this console.']
      : ['Forget saved queries?', 'All queries that only this browser has are removed.'];
    if (!await ask(title, text, 'Forget')) return;
    if (!shown) store('saved', []);
    else try { setShared(await post('queries/remove', {name: shown[0]})); } catch (error) { fill(state, h('span.bad', error.message)); }
    saved.refresh();
  }

  return () => { abort?.abort(); shownChart?.destroy(); };
}

function remember(sql) { store('history', [sql, ...stored('history', []).filter(other => other !== sql)].slice(0, 50)); }
