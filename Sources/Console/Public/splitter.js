import {h} from './dom.js';

const step = 2;

/**
 * A border between two panes that is dragged, or moved by arrow keys; a double click puts it back. Where it was put is
 * remembered in this browser.
 *
 * @param name under which its place is remembered
 * @param label what it is between, for screen readers
 * @param range [least, usual, greatest] percent of the panes' length that are before it
 * @param panes the element whose CSS variable `--NAME` is told the percentage; nothing is told until it is moved
 */
export function splitter({name, label, range: [least, usual, greatest], panes}) {
  const key = `split-${name}`;
  const bar = h('.splitter', {role: 'separator', tabindex: 0, 'aria-label': label, 'aria-valuemin': least, 'aria-valuemax': greatest});
  const kept = Number(localStorage.getItem(key) ?? NaN);
  // Nothing until it is moved: the style sheet decides.
  let share = null;

  // Panes stand one above the other or side by side, as the window's width allows.
  const isUpright = () => bar.offsetHeight > bar.offsetWidth;

  function show(value) {
    share = Math.min(greatest, Math.max(least, value));
    panes.style.setProperty(`--${name}`, `${share}%`);
    bar.setAttribute('aria-valuenow', Math.round(share));
  }

  /** How much of the panes is before a place of the window. */
  function percent(x, y) {
    const box = panes.getBoundingClientRect();
    return 100 * (isUpright() ? (x - box.left) / box.width : (y - box.top) / box.height);
  }

  function measured() {
    const own = bar.getBoundingClientRect();
    return percent(own.left, own.top);
  }

  function reset() {
    share = null;
    panes.style.removeProperty(`--${name}`);
    bar.setAttribute('aria-valuenow', usual);
    localStorage.removeItem(key);
  }

  function keep() {
    if (share !== null) localStorage.setItem(key, share);
  }

  bar.addEventListener('pointerdown', event => {
    event.preventDefault();
    bar.setPointerCapture(event.pointerId);
    bar.focus();
  });
  bar.addEventListener('pointermove', event => {
    if (bar.hasPointerCapture(event.pointerId)) show(percent(event.clientX, event.clientY));
  });
  bar.addEventListener('lostpointercapture', keep);
  bar.addEventListener('dblclick', reset);
  bar.addEventListener('keydown', event => {
    const [less, more] = isUpright() ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const current = share ?? measured();
    const places = {[less]: current - step, [more]: current + step, Home: least, End: greatest};
    if (event.key === 'Escape') reset();
    else if (places[event.key] !== undefined) {
      show(places[event.key]);
      keep();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  bar.setAttribute('aria-valuenow', usual);
  if (kept >= least && kept <= greatest) show(kept);
  return bar;
}
