import {h} from './dom.js';

/**
 * Lets a piece of a chart's x axis be chosen: by a click, or by a drag over several.
 *
 * @param chart whose x axis has labels
 * @param choose called with the first and the last label's place
 * @returns what ends it
 */
export function brush(chart, choose) {
  const mark = h('.brush', {hidden: true});
  const element = chart.element;
  let start = null;

  const place = event => {
    const axis = chart.chart?.scales.x;
    if (!axis) return null;
    const value = axis.getValueForPixel(event.clientX - element.getBoundingClientRect().left);
    return Math.max(0, Math.min(chart.chart.data.labels.length - 1, Math.round(value)));
  };
  const pixel = value => chart.chart.scales.x.getPixelForValue(value);

  function down(event) {
    if (event.button !== 0 || !chart.chart?.chartArea) return;
    const {top, bottom, left, right} = chart.chart.chartArea;
    const box = element.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    // Elsewhere there is the legend.
    if (x < left || x > right || y < top || y > bottom) return;
    start = place(event);
    element.setPointerCapture(event.pointerId);
    element.append(mark);
    Object.assign(mark.style, {top: `${top}px`, height: `${bottom - top}px`});
    move(event);
  }

  function move(event) {
    if (start === null) return;
    const [first, last] = [start, place(event)].sort((a, b) => a - b);
    const half = (pixel(1) - pixel(0)) / 2;
    mark.hidden = false;
    Object.assign(mark.style, {left: `${pixel(first) - half}px`, width: `${pixel(last) - pixel(first) + 2 * half}px`});
  }

  function up(event) {
    if (start === null) return;
    const [first, last] = [start, place(event)].sort((a, b) => a - b);
    start = null;
    mark.hidden = true;
    if (event.type === 'pointerup') choose(first, last);
  }

  const handlers = {pointerdown: down, pointermove: move, pointerup: up, pointercancel: up};
  for (const [name, handler] of Object.entries(handlers)) element.addEventListener(name, handler);
  return () => { for (const [name, handler] of Object.entries(handlers)) element.removeEventListener(name, handler); };
}
