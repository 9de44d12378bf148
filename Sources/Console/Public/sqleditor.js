import {h} from './dom.js';
import {editorLibrary} from './vendor.js';
import {formatSQL} from './sqlformat.js';

/** A field for SQL: with colours and completion where there is the library for it. */
export class SQLEditor {
  /**
   * @param known what the server says of its description
   * @param changed called with the text when it was changed
   * @param run called when the text is to be run
   */
  constructor(text, known, {changed, run}) {
    Object.assign(this, {known, changed, run});
    this.area = h('textarea.sql', {
      spellcheck: 'false', 'aria-label': 'SQL', rows: 6, value: text, oninput: () => changed(this.area.value),
      onkeydown: event => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
        if (event.code === 'KeyF' && event.shiftKey && event.altKey) this.format(event);
      },
    });
  }

  /** Puts the library's editor into the place of the field, which must be on the page. */
  async enrich() {
    const Library = await editorLibrary();
    if (!Library || !this.area.isConnected) return;
    const tables = Object.fromEntries(this.known.tables.map(table => [table.name, table.columns.map(column => column.name)]));
    this.editor = Library.fromTextArea(this.area, {
      mode: this.known.language === 'SQLite' ? 'text/x-sqlite' : 'text/x-sql', lineNumbers: true, matchBrackets: true, dragDrop: false, viewportMargin: Infinity,
      hintOptions: {tables, completeSingle: false}, screenReaderLabel: 'SQL',
      extraKeys: {'Ctrl-Enter': () => this.run(), 'Cmd-Enter': () => this.run(), 'Ctrl-Space': 'autocomplete', 'Shift-Alt-F': () => this.format(), Tab: false, 'Shift-Tab': false},
    });
    this.editor.on('inputRead', (_, change) => { if (/^[\w.]$/.test(change.text[0] ?? '')) this.editor.showHint?.({tables, completeSingle: false}); });
    this.editor.on('change', () => this.changed(this.editor.getValue()));
    // What can be scrolled can be reached by keyboard.
    Object.assign(this.editor.getScrollerElement(), {tabIndex: 0, role: 'group', ariaLabel: 'SQL, scrolled'});
  }

  get text() { return this.editor ? this.editor.getValue() : this.area.value; }

  set text(text) {
    if (this.editor) return this.editor.setValue(text);
    this.area.value = text;
    this.changed(text);
  }

  focus() { (this.editor ?? this.area).focus(); }

  /** Puts clauses on lines of their own. */
  format(event) {
    event?.preventDefault();
    const formatted = formatSQL(this.text, this.known.language);
    if (formatted !== this.text) this.text = formatted;
  }

  /** Shows the place of an error, the word there. */
  mark(start) {
    const length = this.text.slice(start).match(/^(\w+|\S|$)/)?.[0].length || 1;
    if (!this.editor) {
      this.area.focus();
      return this.area.setSelectionRange(start, start + length);
    }
    const [from, to] = [this.editor.posFromIndex(start), this.editor.posFromIndex(start + length)];
    this.marked = this.editor.markText(from, to, {className: 'sql-error'});
    this.editor.setCursor(from);
  }

  unmark() {
    this.marked?.clear();
    this.marked = undefined;
  }
}
