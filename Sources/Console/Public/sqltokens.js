// The words of SQL, as far as the page needs them. What a statement means the server says.

const comment = String.raw`(?<comment>--[^\n]*|/\*[\s\S]*?(?:\*/|$))`;
const rest = String.raw`(?<parameter>(?<![:\w])[:@$][A-Za-z_]\w*|\?\d*)|(?<number>0[xX][0-9A-Fa-f]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|(?<sign>::|\|\||<<|>>|<=|>=|<>|!=|==|->>|->|[^\s])`;
// In ClickHouse a backslash makes a quote a part of the text, and brackets are for lists.
const dialects = {
  sqlite: String.raw`(?<string>[xX]?'(?:[^']|'')*(?:'|$))|(?<name>"(?:[^"]|"")*(?:"|$)|` + '`(?:[^`]|``)*(?:`|$)' + String.raw`|\[[^\]]*(?:\]|$))`,
  other: String.raw`(?<string>'(?:[^'\\]|''|\\[\s\S])*(?:'|$))|(?<name>"(?:[^"\\]|""|\\[\s\S])*(?:"|$)|` + '`(?:[^`\\\\]|``|\\\\[\\s\\S])*(?:`|$))',
};
const patterns = Object.fromEntries(Object.entries(dialects).map(([name, quoted]) => [name, new RegExp(`${comment}|${quoted}|${rest}`, 'gu')]));

/** [{kind, text}] of a statement; kinds are comment, string, name (in quotes), parameter, number, word and sign. */
export function sqlTokens(sql, language = 'SQLite') {
  return [...sql.matchAll(language === 'SQLite' ? patterns.sqlite : patterns.other)].map(({groups}) => {
    const [kind, text] = Object.entries(groups).find(([, text]) => text !== undefined);
    return {kind, text};
  });
}
