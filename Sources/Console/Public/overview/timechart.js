import {brush} from '../brush.js';
import {Chart} from '../charts.js';
import {time} from '../format.js';

/** So many pieces a time is cut into. */
const pieces = 80;

/** The time that an overview is about, cut into pieces. */
export class Span {
  /** @param first @param end in µs; the end is excluded. */
  constructor(first, end) {
    this.first = first;
    this.end = Math.max(end, first + 1);
    this.width = Math.ceil((this.end - first) / pieces);
    this.count = Math.ceil((this.end - first) / this.width);
  }

  /** When a piece begins. */
  start(piece) { return this.first + piece * this.width; }

  /** Of a value for each piece, a second. */
  perSecond(value) { return value * 1e6 / this.width; }

  /** Zero for each piece. */
  get zeros() { return new Array(this.count).fill(0); }

  /** Times as far as they differ: with a date where there are several, without a year. */
  get labels() {
    const isLong = this.end - this.first > 86_400e6;
    const digits = this.width >= 60e6 ? -10 : this.width >= 1e6 ? -7 : this.width >= 1000 ? -3 : undefined;
    return this.zeros.map((_, piece) => time(this.start(piece), isLong).slice(isLong ? 5 : 0, digits));
  }
}

/** A chart over a span. Its pieces lead to a narrower overview, and to their messages. */
export class TimeChart {
  /**
   * @param kind as a chart has it
   * @param label what it is called
   * @param selection what the page is about
   * @param term a filter for the messages that it tells of
   */
  constructor(kind, {label, selection, term = '', stacked = false, hasPoints = false}) {
    this.chart = new Chart(kind, {stacked, hasPoints});
    this.element = this.chart.element;
    const part = (first, last) => selection.with({from: this.span.start(first), to: Math.min(this.span.end, this.span.start(last + 1))});
    this.unbrush = brush(this.chart, {
      label,
      narrow: (first, last, isKey) => {
        TimeChart.focused = isKey ? label : null;
        location.hash = part(first, last).overview;
      },
      open: (first, last) => { location.hash = part(first, last).and(term).messages; },
    });
  }

  /** The chart from which a key has led here, which is to have the focus again. */
  static focused = null;

  async show(span, series) {
    this.span = span;
    await this.chart.show(span.labels, series);
    if (TimeChart.focused !== this.element.getAttribute('aria-label')) return;
    TimeChart.focused = null;
    this.element.focus({preventScroll: true});
  }

  destroy() {
    this.unbrush();
    this.chart.destroy();
  }
}
