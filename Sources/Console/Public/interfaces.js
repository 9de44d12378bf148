import {h, fill} from './dom.js';
import {get, post} from './api.js';
import {bytes, rate} from './format.js';

/** What a capture is to be started with: interface, filter, limits. */
export class CaptureForm {
  constructor() {
    this.interface = h('select', {'aria-label': 'interface'}, h('option', {value: ''}, 'interface of the configuration'));
    this.filter = filterField('BPF filter; empty: as configured', 'capture filter');
    this.seconds = h('input', {type: 'number', min: 1, step: 1, size: 6, 'aria-label': 'seconds', placeholder: 'seconds'});
    this.packets = h('input', {type: 'number', min: 1, step: 1, size: 8, 'aria-label': 'packets', placeholder: 'packets'});
    this.detect = h('input', {type: 'checkbox', id: 'capture-detect'});
    this.bytes = h('input', {type: 'checkbox', id: 'capture-bytes'});
    this.element = h('div',
      h('.row', this.interface, this.filter.element),
      h('.row', h('span', 'ends after'), this.seconds, this.packets,
        h('label', this.detect, ' any port, told by the bytes'), h('label', this.bytes, ' keep the bytes of messages')),
      this.filter.fault);
    this.former = new Map();
  }

  /** The members of a request; what is left empty is as configured. */
  get values() {
    const given = {interface: this.interface.value || undefined, filter: this.filter.input.value.trim() || undefined};
    for (const name of ['seconds', 'packets']) if (this[name].value.trim() !== '') given[name] = Number(this[name].value);
    if (this.detect.checked) given.detect = true;
    if (this.bytes.checked) given.raw_details = true;
    return given;
  }

  /** Asks what interfaces there are, and what they carry. */
  async refresh() {
    const {interfaces, filter} = await get('interfaces');
    this.filter.input.title = `without a filter: ${filter}`;
    const now = performance.now();
    const chosen = this.interface.value;
    const options = new Map([...this.interface.options].map(option => [option.value, option]));
    const shown = interfaces.map(one => {
      const former = this.former.get(one.name);
      const seconds = former ? (now - former.at) / 1000 : 0;
      this.former.set(one.name, {at: now, packets: one.packets, bytes: one.bytes});
      const traffic = one.packets === null || !seconds ? ''
        : ` · ${rate((one.packets - former.packets) / seconds)} packets/s, ${bytes(Math.round((one.bytes - former.bytes) / seconds))}/s`;
      const option = options.get(one.name) ?? h('option', {value: one.name});
      option.textContent = `${one.name}${one.up ? '' : ' (down)'} ${one.addresses.slice(0, 2).join(', ')}${traffic}`;
      return option;
    });
    // Who is choosing keeps the list: it is made anew only where there are other interfaces.
    const names = list => list.map(option => option.value).join();
    const known = [...this.interface.options].slice(1);
    if (names(known) === names(shown)) return;
    fill(this.interface, this.interface.options[0], shown);
    this.interface.value = chosen;
  }
}

/** A field for a BPF filter that is checked while it is typed. */
export function filterField(placeholder, label) {
  const fault = h('p.bad', {hidden: true, role: 'status'});
  const input = h('input.grow.mono', {placeholder, 'aria-label': label, spellcheck: 'false', oninput: check});
  let timer;

  function check() {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const text = input.value.trim();
      const error = text === '' ? null : await post('capture/filter', {filter: text}).then(answer => answer.error, problem => problem.message);
      if (input.value.trim() !== text) return;
      fill(fault, error ?? '');
      fault.hidden = error === null;
      input.toggleAttribute('aria-invalid', error !== null);
    }, 250);
  }

  return {element: input, input, fault};
}
