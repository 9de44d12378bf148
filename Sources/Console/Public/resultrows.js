// Text is kept in pieces of about so many bytes, and some of them as lines besides.
const blockBytes = 256 << 10;
const decodedBlocks = 8;
/** Bytes that a result may have. */
export const maximumBytes = 200_000_000;
const newline = 10, brace = 123;

const text = bytes => new TextDecoder().decode(bytes);

/**
 * The rows of a result of any length. They are kept as the bytes that came; only those that are looked at are made values.
 *
 * `columns` are their names, null until they are there; `length` is how many rows have come; `end` is what the server says
 * behind them (`truncated`, `limit`, `error`), or `{full: true}` where there were more bytes than are kept.
 */
export class ResultRows {
  constructor() {
    Object.assign(this, {columns: null, length: 0, bytes: 0, end: null, blocks: [], decoded: new Map()});
  }

  /**
   * Takes the rows that a server sends in the format `rows`.
   * @param response of fetch
   * @param changed called when there are more
   */
  async read(response, changed) {
    const reader = response.body.getReader();
    let parts = [], size = 0;
    for (;;) {
      const {done, value} = await reader.read();
      if (value) {
        parts.push(value);
        size += value.length;
      }
      if (!done && size < (this.length ? blockBytes : 1)) continue;
      const data = joined(parts, size);
      if (done) {
        this.finish(data);
        return changed();
      }
      // The last line may be what the server says at the end.
      const cut = lineStart(data, data.lastIndexOf(newline));
      this.add(data.subarray(0, cut));
      parts = [data.slice(cut)];
      size = parts[0].length;
      if (cut) changed();
      if (this.bytes > maximumBytes) {
        this.end = {full: true};
        return reader.cancel();
      }
    }
  }

  /** Takes whole lines. */
  add(data) {
    let start = 0;
    if (!this.columns && data.length) {
      start = data.indexOf(newline) + 1;
      this.columns = JSON.parse(text(data.subarray(0, start)));
    }
    let count = 0;
    for (let at = data.indexOf(newline, start); at >= 0; at = data.indexOf(newline, at + 1)) count++;
    if (!count) return;
    this.blocks.push({bytes: data.subarray(start), first: this.length});
    this.length += count;
    this.bytes += data.length;
  }

  /** Takes the last lines, behind whose rows the server says how it ended. */
  finish(data) {
    const start = lineStart(data, data.length - 1);
    if (data[start] !== brace || data.at(-1) !== newline) throw new Error('the answer was cut off');
    this.add(data.subarray(0, start));
    this.end = JSON.parse(text(data.subarray(start)));
  }

  /** The values of a row. */
  row(index) {
    let [low, high] = [0, this.blocks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.blocks[middle].first <= index) low = middle; else high = middle - 1;
    }
    return JSON.parse(this.lines(low)[index - this.blocks[low].first]);
  }

  lines(block) {
    let lines = this.decoded.get(block);
    if (!lines) {
      lines = text(this.blocks[block].bytes).split('\n');
      this.decoded.set(block, lines);
      if (this.decoded.size > decodedBlocks) this.decoded.delete(this.decoded.keys().next().value);
    }
    return lines;
  }

  /** The values of the first rows, of no more than `count`. */
  firstRows(count) { return Array.from({length: Math.min(count, this.length)}, (_, index) => this.row(index)); }
}

/** Where the line begins that ends there. */
const lineStart = (data, end) => end < 1 ? 0 : data.lastIndexOf(newline, end - 1) + 1;

function joined(parts, size) {
  if (parts.length === 1) return parts[0];
  const all = new Uint8Array(size);
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return all;
}
