import {sqlTokens} from './sqltokens.js';

const width = 100;
const indent = '  ';

// What begins a line: the longest that fits. Each is followed by items that are parted by commas, or by conditions.
const clauses = [
  'except', 'from', 'group by', 'having', 'intersect', 'limit', 'offset', 'order by', 'prewhere',
  'select', 'select all', 'select distinct', 'union', 'union all', 'union distinct', 'values', 'where', 'window', 'with', 'with recursive',
  ...['', 'natural ', 'inner ', 'cross ', 'left ', 'left outer ', 'right ', 'right outer ', 'full ', 'full outer ', 'any ', 'any left ', 'asof ', 'asof left ', 'array ', 'left array ', 'global '].map(kind => `${kind}join`),
].map(text => text.split(' ')).sort((a, b) => b.length - a.length);
const joints = new Set(['union', 'intersect', 'except']);
const conditions = new Set(['where', 'prewhere', 'having', 'join']);
// Words before '(' that are no function's name.
const plainWords = new Set('all and as between by case distinct else end except exists filter from glob having in intersect is join like limit materialized not offset on or over prewhere select then union using values when where window with'.split(' '));

/** A statement with its clauses on lines of their own. Only blanks are changed: what cannot be read so stays as it is. */
export function formatSQL(sql, language) {
  const tokens = sqlTokens(sql, language);
  const lines = new Layout().statement(nested(tokens)).join('\n');
  const texts = list => list.map(token => token.text.trimEnd()).join('\n');
  return texts(sqlTokens(lines, language)) === texts(tokens) ? lines : sql;
}

/** Puts what is in parentheses into `children` of the token that opens them; `close` is the one that closes them. */
function nested(tokens) {
  const root = {children: []};
  const open = [root];
  for (const {kind, text} of tokens) {
    const token = {kind, text: kind === 'comment' ? text.trimEnd() : text, word: kind === 'word' ? text.toLowerCase() : null};
    if (kind === 'sign' && text === ')' && open.length > 1) open.pop().close = token;
    else {
      open.at(-1).children.push(token);
      if (kind === 'sign' && text === '(') open.push(Object.assign(token, {children: []}));
    }
  }
  return root.children;
}

const isLineComment = token => token.kind === 'comment' && token.text.startsWith('--');
const isQuery = group => group.children.some(token => ['select', 'values'].includes(token.word));
/** Whether a token cannot stand within a line. */
const breaks = token => isLineComment(token) || token.children && (isQuery(token) || token.children.some(breaks));

/** Whether there is a blank between two tokens of a line; `before` is the one before the first. */
function isApart(left, right, before) {
  if (right.kind === 'comment' || left.kind === 'comment') return true;
  if (/^[,;.]$|^::$/.test(right.text) || /^(\.|::)$/.test(left.text) && left.kind === 'sign') return false;
  if (right.text === '[' || right.text === ']' || left.text === '[' || right.text === '}' || left.text === '{') return left.text === ',';
  if (right.children) return !((left.kind === 'word' && !plainWords.has(left.word)) || left.kind === 'name');
  // A sign before its operand.
  if (/^[-+~]$/.test(left.text) && (!before || before.kind === 'sign' && !before.children && before.text !== ']' || plainWords.has(before.word))) return /^[-+]$/.test(right.text);
  return true;
}

class Layout {
  /** The lines of clauses. */
  statement(tokens, depth = 0) {
    const lines = [];
    for (const {head, body} of this.clauses(tokens)) lines.push(...this.clause(head, body, depth));
    return lines;
  }

  clauses(tokens) {
    const found = [{head: [], body: []}];
    for (let at = 0; at < tokens.length;) {
      const words = tokens[at].word && tokens[at - 1]?.text !== '.' && clauses.find(words => words.every((word, index) => tokens[at + index]?.word === word));
      if (words) found.push({head: tokens.slice(at, at + words.length), body: []});
      else found.at(-1).body.push(tokens[at]);
      at += words ? words.length : 1;
    }
    return found.filter(({head, body}) => head.length || body.length);
  }

  clause(head, body, depth) {
    const start = indent.repeat(depth);
    const title = head.map(token => token.text).join(' ');
    const line = start + [title, this.line(body)].filter(Boolean).join(' ');
    if (!body.some(breaks) && line.length <= width) return [line];
    const kind = head.at(-1)?.word;
    if (!head.length || joints.has(head[0].word)) return [...title ? [start + title] : [], ...this.parted(body, 'statement').flatMap(item => this.item(item, depth))];
    // What is one item stays behind its word.
    const items = this.parted(body, conditions.has(kind) ? 'condition' : 'comma');
    if (items.length === 1 && !body.some(isLineComment)) {
      const [first, ...more] = this.item(items[0], depth);
      return [`${start}${title} ${first.trimStart()}`, ...more];
    }
    return [start + title, ...items.flatMap(item => this.item(item, depth + 1))];
  }

  /** The parts: commas end them (semicolons for the kind `statement`), or words between conditions begin them. */
  parted(tokens, kind) {
    const parts = [[]];
    let cases = 0, isBetween = false;
    for (const token of tokens) {
      if (token.word === 'case') cases++;
      if (token.word === 'end') cases--;
      if (kind === 'condition') {
        const isJoint = (token.word === 'and' && !isBetween || token.word === 'or' || token.word === 'on') && !cases;
        if (isJoint && parts.at(-1).length) parts.push([]);
        if (token.word === 'between') isBetween = true;
        else if (token.word === 'and') isBetween = false;
        parts.at(-1).push(token);
      } else {
        parts.at(-1).push(token);
        if (token.kind === 'sign' && token.text === (kind === 'comma' ? ',' : ';')) parts.push([]);
      }
    }
    return parts.filter(part => part.length);
  }

  /** The lines of what is neither a clause nor a list. */
  item(tokens, depth) {
    const start = indent.repeat(depth);
    const line = start + this.line(tokens);
    if (!tokens.some(breaks) && line.length <= width) return [line];
    const lines = [];
    let current = '', before, last;
    const flush = () => { if (current) lines.push(start + current); current = ''; last = before = undefined; };
    for (const token of tokens) {
      const blank = last && current && isApart(last, token, before) ? ' ' : '';
      if (isLineComment(token)) {
        flush();
        lines.push(start + token.text);
        continue;
      }
      if (token.children && (breaks(token) || this.line([token]).length + start.length > width)) {
        lines.push(`${start}${current}${blank}(`);
        lines.push(...this.group(token.children, depth + 1));
        current = token.close ? ')' : '';
      } else current += blank + this.line([token]);
      [before, last] = [last, token];
    }
    flush();
    return lines;
  }

  /** The lines of what is in parentheses. */
  group(tokens, depth) {
    if (isQuery({children: tokens})) return this.statement(tokens, depth);
    return this.parted(tokens, tokens.some(token => token.text === ',') ? 'comma' : 'condition').flatMap(part => this.item(part, depth));
  }

  /** Tokens one behind the other. */
  line(tokens) {
    let line = '';
    tokens.forEach((token, index) => {
      if (index && isApart(tokens[index - 1], token, tokens[index - 2])) line += ' ';
      line += token.text;
      if (token.children) line += this.line(token.children) + (token.close?.text ?? '');
    });
    return line;
  }
}
