import {h} from './dom.js';

const formats = [
  ['pcap', 'the packets that carry the messages'], ['pcapng', 'the same, of any link types'],
  ['json', 'all fields, a list'], ['ndjson', 'all fields, a message a line'], ['csv', 'rows'],
];

/** What downloads the messages that a filter lets through. `filter` gives it, `tell` is called with what goes wrong, or null. */
export function exportMenu(filter, tell) {
  const menu = h('details.chooser.export', h('summary', 'export'), h('.chooser-list', formats.map(([format, about]) =>
    h('button.plain', {'data-export': format, title: about, onclick: () => download(format)}, `${format}: ${about}`))));
  const address = format => `api/v1/export?${new URLSearchParams({format, ...(filter() ? {where: filter()} : {})})}`;

  async function download(format) {
    menu.open = false;
    tell(null);
    // A link tells nobody why there is no file: that is asked for first.
    const begun = new AbortController();
    try {
      const answer = await fetch(address(format), {signal: begun.signal});
      if (!answer.ok) return tell((await answer.json()).error);
      begun.abort();
      h('a', {href: address(format), download: `messages.${format}`}).click();
    } catch (problem) { tell(problem.message); }
  }

  return menu;
}
