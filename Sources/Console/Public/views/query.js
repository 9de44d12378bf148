import {h, fill, ask} from '../dom.js';
import {post, query, schema, statement} from '../api.js';
import {Chart} from '../charts.js';
import {grouped} from '../format.js';
import {editorLibrary} from '../vendor.js';
import {valueCell} from '../values.js';

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
  const saved = picker('Saved', () => stored('saved', []));
  const sample = picker('Examples', () => examples);

  fill(view, h('.row', sample.select, saved.select, history.select,
    h('button', {onclick: save}, 'Save'), h('button', {onclick: forget}, 'Forget saved')), area,
  h('.row', {style: {marginTop: '8px'}}, runButton, cancelButton, h('button', {onclick: explain}, 'Explain'), link,
    download('csv', 'CSV'), download('json', 'JSON'), state), chart, output);

  let editor, abort, result;
  const Library = await editorLibrary();
  if (Library && area.isConnected) {
    const tables = Object.fromEntries(known.tables.map(table => [table.name, table.columns.map(column => column.name)]));
    editor = Library.fromTextArea(area, {
      mode: known.language === 'SQLite' ? 'text/x-sqlite' : 'text/x-sql', lineNumbers: true, matchBrackets: true, viewportMargin: Infinity, hintOptions: {tables, completeSingle: false},
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
    link.href = `#/query?${new URLSearchParams({sql: draft, run: 1})}`;
    for (const anchor of view.querySelectorAll('[data-download]')) {
      const format = anchor.dataset.download;
      anchor.href = `api/v1/capture/query?${new URLSearchParams({query: draft, format, download: 1})}`;
    }
  }

  function download(format, title) {
    return h('a', {'data-download': format, download: `result.${format}`, title: 'the whole result'}, title);
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
      result = await query(draft, {signal: mine.signal});
      remember(draft);
      history.refresh();
      fill(state, `${grouped(result.rows.length)} rows${result.truncated ? ', and there are more (download them all, or ask for fewer)' : ''}, ${grouped(Math.round(performance.now() - start))} ms`);
      showResult();
    } catch (error) {
      fill(state);
      fill(chart);
      fill(output, h('p.bad', mine.signal.aborted ? 'The query was cancelled.' : error.message));
      if (editor && error.position) editor.setCursor(editor.posFromIndex(error.position - 1));
    }
    if (mine === abort) cancelButton.disabled = true;
  }

  function showResult() {
    fill(chart);
    fill(output, new ResultTable(result, known, () => showChart()).element);
  }

  function showChart() {
    const numeric = result.columns.map((name, index) => ({name, index})).filter(({index}) =>
      result.rows.some(row => typeof row[index] === 'number') && result.rows.every(row => row[index] === null || typeof row[index] === 'number'));
    const labels = result.columns.map((_, index) => index).find(index => !numeric.some(one => one.index === index))
      ?? (numeric.length > 1 ? numeric.at(-1).index : -1);
    const shown = numeric.filter(one => one.index !== labels).slice(0, 6);
    const drawing = new Chart(result.rows.length > 60 ? 'line' : 'bar');
    fill(chart, h('.panel', drawing.element));
    drawing.show(result.rows.slice(0, 2000).map((row, index) => labels < 0 ? index + 1 : String(row[labels])),
      shown.map(one => ({name: one.name, values: result.rows.slice(0, 2000).map(row => row[one.index])})));
  }

  async function explain() {
    try {
      const {plan} = await post('explain', {query: draft});
      const depth = new Map([[0, 0]]);
      for (const step of plan) depth.set(step.id, (depth.get(step.parent) ?? 0) + 1);
      fill(chart);
      fill(output, h('h2', 'Query plan'), h('pre', plan.map(step => '  '.repeat(depth.get(step.id) - 1) + step.detail).join('\n')),
        plan.some(step => /^SCAN/.test(step.detail)) ? h('p.faint', 'SCAN reads a whole table; the page Schema can make indices.') : null);
    } catch (error) { fill(output, h('p.bad', error.message)); }
  }

  function save() {
    const name = prompt('A name for the query');
    if (!name) return;
    store('saved', [...stored('saved', []).filter(([other]) => other !== name), [name, draft]]);
    saved.refresh();
  }

  async function forget() {
    if (!await ask('Forget saved queries?', 'All saved queries of this browser are removed.', 'Forget')) return;
    store('saved', []);
    saved.refresh();
  }

  return () => abort?.abort();
}

function remember(sql) { store('history', [sql, ...stored('history', []).filter(other => other !== sql)].slice(0, 50)); }

/** A result as a table that can be sorted. */
class ResultTable {
  constructor({columns, rows}, known, onChart) {
    Object.assign(this, {columns, known, rows: [...rows], sorted: -1, up: true, shown: 500});
    this.numeric = columns.map((_, index) => rows.length > 0 && typeof rows[0][index] === 'number');
    const hasNumbers = this.numeric.some(Boolean);
    this.table = h('table');
    this.element = h('div', hasNumbers ? h('.row', h('button', {onclick: onChart, 'data-chart': ''}, 'Chart')) : null, h('.results', this.table));
    this.draw();
  }

  draw() {
    const names = Object.fromEntries(this.columns.map((name, index) => [name, index]));
    fill(this.table,
      h('tr', this.columns.map((name, index) => h(this.numeric[index] ? 'th.number' : 'th', {'aria-sort': index === this.sorted ? (this.up ? 'ascending' : 'descending') : null},
        h('button', {onclick: () => this.sort(index)}, name, index === this.sorted ? (this.up ? ' ▲' : ' ▼') : '')))),
      this.rows.slice(0, this.shown).map(row => {
        const object = Object.fromEntries(Object.entries(names).map(([name, index]) => [name, row[index]]));
        return h('tr', row.map((value, index) => h(typeof value === 'number' ? 'td.number' : 'td', {title: typeof value === 'string' && value.length > 40 ? value : null}, valueCell(this.columns[index], value, object, null, this.known.type_column), this.name(index, value))));
      }),
      this.rows.length > this.shown ? h('tr', h('td', {colspan: this.columns.length}, h('button', {onclick: () => { this.shown += 2000; this.draw(); }}, `${grouped(this.rows.length - this.shown)} more`))) : null);
  }

  /** What an enum's value is called. */
  name(index, value) {
    if (this.columns[index] !== this.known.type_column || !this.known.typeNames.has(value)) return null;
    return h('span.faint', ` ${this.known.typeNames.get(value)}`);
  }

  sort(index) {
    this.up = this.sorted === index ? !this.up : true;
    this.sorted = index;
    const order = (a, b) => a === b ? 0 : a === null ? -1 : b === null ? 1 : typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1;
    this.rows.sort((a, b) => order(a[index], b[index]) * (this.up ? 1 : -1));
    this.draw();
  }
}
