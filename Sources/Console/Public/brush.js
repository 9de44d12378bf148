import {h} from './dom.js';

/** So many pixels a pointer may move in a click. */
const still = 4;

/**
 * Lets pieces of a chart's x axis be chosen. A drag over several narrows to them, a click opens one; by keyboard the arrow
 * keys move, with Shift they extend, Enter narrows, M opens, Escape gives up.
 *
 * @param chart whose x axis has labels
 * @param label what it is called
 * @param narrow called with the places of the first and the last piece, and whether a key was pressed
 * @param open called with the same
 * @returns what ends it
 */
export function brush(chart, {label, narrow, open}) {
  const mark = h('.brush', {hidden: true});
  const element = chart.element;
  /** {at, first, last, x}: where it began, what is chosen, and the pointer's place if there is one. */
  let chosen = null;
  // Without the library there is a table.
  chart.library.then(library => {
    const attributes = {tabindex: 0, role: 'slider', 'aria-label': label, 'aria-valuemin': 0, 'aria-valuenow': 0, 'aria-valuetext': 'nothing is chosen'};
    if (library) for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  });

  const labels = () => chart.chart?.data.labels ?? [];
  const inside = place => Math.max(0, Math.min(labels().length - 1, place));
  const place = event => inside(Math.round(chart.chart.scales.x.getValueForPixel(event.clientX - element.getBoundingClientRect().left)));
  const pixel = value => chart.chart.scales.x.getPixelForValue(value);

  function choose(at, to, x = null) {
    const [first, last] = [at, to].sort((a, b) => a - b);
    chosen = {at, to, first, last, x};
    const {top, bottom} = chart.chart.chartArea;
    const half = labels().length > 1 ? (pixel(1) - pixel(0)) / 2 : 4;
    element.append(mark);
    mark.hidden = false;
    Object.assign(mark.style, {top: `${top}px`, height: `${bottom - top}px`, left: `${pixel(first) - half}px`, width: `${pixel(last) - pixel(first) + 2 * half}px`});
    element.setAttribute('aria-valuemax', labels().length - 1);
    element.setAttribute('aria-valuenow', to);
    element.setAttribute('aria-valuetext', first === last ? labels()[first] : `${labels()[first]} to ${labels()[last]}`);
  }

  function clear() {
    chosen = null;
    mark.hidden = true;
  }

  function down(event) {
    if (event.button !== 0 || !chart.chart?.chartArea || !labels().length) return;
    const {top, bottom, left, right} = chart.chart.chartArea;
    const box = element.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    // Elsewhere there is the legend.
    if (x < left || x > right || y < top || y > bottom) return;
    element.setPointerCapture(event.pointerId);
    choose(place(event), place(event), event.clientX);
  }

  function move(event) {
    if (chosen?.x !== null && chosen) choose(chosen.at, place(event), chosen.x);
  }

  function up(event) {
    if (!chosen || chosen.x === null) return;
    const {first, last, x} = chosen;
    clear();
    if (event.type !== 'pointerup') return;
    if (Math.abs(event.clientX - x) < still) open(first, last, false); else narrow(first, last, false);
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !chart.chart?.chartArea || !labels().length) return;
    const end = labels().length - 1;
    const to = {ArrowLeft: (chosen?.to ?? end + 1) - 1, ArrowRight: (chosen?.to ?? -1) + 1, Home: 0, End: end}[event.key];
    if (to !== undefined) choose(event.shiftKey && chosen ? chosen.at : inside(to), inside(to));
    else if (!chosen) return;
    else if (event.key === 'Enter') narrow(chosen.first, chosen.last, true);
    else if (event.key === 'm' || event.key === 'M') open(chosen.first, chosen.last, true);
    else if (event.key === 'Escape') clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const handlers = {pointerdown: down, pointermove: move, pointerup: up, pointercancel: up, keydown: key, blur: clear};
  for (const [name, handler] of Object.entries(handlers)) element.addEventListener(name, handler);
  return () => { for (const [name, handler] of Object.entries(handlers)) element.removeEventListener(name, handler); };
}
