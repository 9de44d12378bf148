import {h, fill, ask, askText} from './dom.js';
import {get, post} from './api.js';

const stored = (key, fallback) => { try { return JSON.parse(localStorage.getItem(key)) ?? fallback; } catch { return fallback; } };
const store = (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* private windows have no storage */ } };

/** Queries to choose from: examples, those that are saved for all, and those that were run in this browser. */
export class QueryChoices {
  /**
   * @param examples [{name, query}]
   * @param choose called with the text of a query that was chosen
   * @param tell called with what is to be said, and whether it went wrong
   */
  constructor(examples, choose, tell) {
    Object.assign(this, {choose, tell, shared: []});
    this.history = this.picker('History', () => stored('history', []).map(query => ({name: query.replace(/\s+/g, ' ').slice(0, 80), query})));
    // Those of earlier versions are in the browser alone.
    this.saved = this.picker('Saved', () => [...this.shared, ...stored('saved', []).map(([name, query]) => ({name: `${name} (this browser)`, query}))]);
    this.examples = this.picker('Examples', () => examples);
    this.elements = [this.examples.select, this.saved.select, this.history.select];
    get('queries').then(answer => this.take(answer), problem => tell(problem.message, true));
  }

  picker(title, list) {
    const select = h('select', {'aria-label': title, onchange: () => {
      if (select.value !== '') this.choose(list()[select.value].query);
      select.value = '';
    }});
    const refresh = () => fill(select, h('option', {value: ''}, title), list().map(({name}, index) => h('option', {value: index}, name)));
    refresh();
    return {select, refresh};
  }

  take({queries}) {
    this.shared = queries;
    this.saved.refresh();
  }

  /** Keeps a query that was run. */
  remember(query) {
    store('history', [query, ...stored('history', []).filter(other => other !== query)].slice(0, 50));
    this.history.refresh();
  }

  /** Saves a query for all who use the console. */
  async save(query) {
    const name = await askText('Save the query', 'Its name, which all who use this console will see', 'Save');
    if (!name) return;
    const replaces = () => ask(`Replace '${name}'?`, 'Another query of this name is saved. It is replaced for all who use this console.', 'Replace');
    const known = this.shared.find(one => one.name === name && one.query !== query);
    if (known && !await replaces()) return;
    try {
      const send = replace => post('queries/save', {name, query, ...(replace ? {replace} : {})});
      // Somebody else may have saved one meanwhile.
      this.take(await send(Boolean(known)).catch(async problem => {
        if (problem.kind === 'exists' && await replaces()) return send(true);
        throw problem;
      }));
      this.tell(`saved as ${name}`);
    } catch (problem) { this.tell(problem.message, true); }
  }

  /** Removes the saved query that is shown; without one, those that this browser alone has. */
  async forget(query) {
    const shown = this.shared.find(one => one.query === query);
    if (!shown && !stored('saved', []).length) return this.tell('choose a saved query first');
    const [title, text] = shown ? [`Forget '${shown.name}'?`, 'It is removed for all who use this console.']
      : ['Forget saved queries?', 'All queries that only this browser has are removed.'];
    if (!await ask(title, text, 'Forget')) return;
    if (!shown) store('saved', []);
    else try { this.take(await post('queries/remove', {name: shown.name})); } catch (problem) { this.tell(problem.message, true); }
    this.saved.refresh();
  }
}
