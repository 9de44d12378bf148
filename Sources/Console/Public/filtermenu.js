import {h} from './dom.js';
import {both, comparison} from './filter.js';
import {goToQuery} from './querylinks.js';

/** What a place on the page does when another filter is wanted there: `change` makes one filter of another. */
export const changeFilter = (element, change) => element.dispatchEvent(new CustomEvent('filter', {bubbles: true, detail: change}));

/** What can be done with a field's value. */
function choices(element, {name, value}) {
  const text = comparison({name, value});
  const change = make => () => changeFilter(element, make);
  return [
    {text, title: 'only messages that have this value', act: change(() => text)},
    {text: `… and ${text}`, title: 'besides what the filter says', act: change(filter => both(filter, text))},
    {text: `… and not ${text}`, title: 'leaves out messages that have this value', act: change(filter => both(filter, `not ${text}`))},
    {text: `count by ${name}`, title: 'as a query', act: change(filter => { goToQuery({values: name, ...(filter ? {filter: {where: filter}} : {})}); return filter; })},
  ];
}

/**
 * Opens a menu at a place of the page.
 * @param element where the menu is asked for; it gets the focus back
 * @param comparisons [{name, value}] of fields
 * @param place {x, y} in the window
 */
export function showFilterMenu(element, comparisons, place) {
  const items = comparisons.flatMap(one => choices(element, one)).map(({text, title, act}) =>
    h('button', {role: 'menuitem', type: 'button', title, tabindex: -1, onclick: () => { close(); act(); }}, text));
  const menu = h('.filter-menu', {role: 'menu', 'aria-label': 'filter', popover: 'auto', onkeydown: key, ontoggle: event => { if (event.newState === 'closed') menu.remove(); }}, items);
  document.body.append(menu);
  menu.showPopover();
  const {width, height} = menu.getBoundingClientRect();
  Object.assign(menu.style, {left: `${Math.max(0, Math.min(place.x, innerWidth - width))}px`, top: `${Math.max(0, Math.min(place.y, innerHeight - height))}px`});
  items[0].focus();

  function close() {
    menu.hidePopover();
    element.focus?.({preventScroll: true});
  }

  function key(event) {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter') document.activeElement.click();
    else if (step) items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Opens it for an event: at the pointer, or below the element that a key was pressed on. */
export function onFilterMenu(event, element, comparisons) {
  event.preventDefault();
  event.stopPropagation();
  const box = element.getBoundingClientRect();
  showFilterMenu(element, comparisons, event.type === 'contextmenu' && event.clientX ? {x: event.clientX, y: event.clientY} : {x: box.left + 20, y: box.bottom});
}
