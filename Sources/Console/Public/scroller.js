/** Height of a row, in pixels, as in style.css. */
export const rowHeight = 24;
// Browsers do not draw elements that are higher than some 16 million pixels.
const maximumHeight = 8_000_000;

/** Which of many rows are in sight in a box that is scrolled. Where they are higher than an element can be, a pixel stands
 *  for many rows. */
export class Scroller {
  /**
   * @param box that is scrolled
   * @param space the element in it that is as high as all rows
   * @param head () -> the height of what stays above the rows, in pixels
   */
  constructor(box, space, head = () => 0) {
    Object.assign(this, {box, space, head, total: 0, height: 0});
  }

  /** Says how many rows there are. */
  setTotal(total) {
    this.total = total;
    this.height = this.head() + Math.min(total * rowHeight, maximumHeight);
    this.space.style.height = `${this.height}px`;
  }

  /** How many rows have room. */
  get visibleCount() { return Math.max(1, Math.floor((this.box.clientHeight - this.head()) / rowHeight)); }

  /** The first row in sight. */
  get first() {
    const scrollable = this.height - this.box.clientHeight;
    const rows = this.total - this.visibleCount;
    if (scrollable <= 0 || rows <= 0) return 0;
    return Math.min(rows, Math.round(this.box.scrollTop / scrollable * rows));
  }

  set first(row) {
    const scrollable = this.height - this.box.clientHeight;
    const rows = Math.max(1, this.total - this.visibleCount);
    this.box.scrollTop = Math.max(0, Math.min(1, row / rows)) * scrollable;
  }

  /** How many rows a key goes on; undefined where it is none for that. */
  step(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const page = this.visibleCount;
    return {ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.total, End: this.total}[event.key];
  }
}
