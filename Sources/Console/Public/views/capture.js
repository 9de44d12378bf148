import {h, fill, ask} from '../dom.js';
import {get, lastStatus, listen, post, refreshStatus} from '../api.js';
import {bytes, duration, grouped} from '../format.js';
import {CaptureForm, filterField} from '../interfaces.js';
import {takeWaiting, upload} from '../upload.js';
import {onAbort, repeat} from '../visit.js';

export async function show(view, parameters, signal) {
  const state = h('p', {role: 'status'});
  const error = h('p.bad', {role: 'alert'});
  const form = new CaptureForm();
  const start = h('button.main', {onclick: () => act('capture/start', form.values)}, 'Start capture');
  const stop = h('button', {onclick: () => act('capture/stop')}, 'Stop');
  const rotate = h('button', {onclick: () => act('capture/rotate'), title: 'The capture goes on in another database file; this one is complete then.'}, 'Rotate');
  const bar = h('progress', {hidden: true});
  const files = h('div');
  const filter = filterField('BPF filter, such as tcp port 7075', 'filter');
  const chosen = h('input', {type: 'file', multiple: true, 'aria-label': 'capture files', onchange: () => send([...chosen.files])});
  fill(view, h('h1', 'Capture'),
    h('.panel', state, bar, error, form.element, h('.row', start, stop, rotate),
      h('p.faint', 'What is not said here is as in the configuration that the program was started with.')),
    h('.panel', {style: {marginTop: '14px'}}, h('h2', 'Import a file'),
      h('p.faint', 'Drop capture files anywhere on this page, or choose them here: pcap or pcapng, also compressed.'),
      h('.row', chosen, filter.element), filter.fault, files),
    h('.panel', {style: {marginTop: '14px'}}, h('h2', 'Remove data'),
      h('p.faint', 'Ends what runs, and empties the database.'), h('button.danger', {onclick: destroy}, 'Remove all data…')));

  async function act(path, body) {
    fill(error);
    try { await post(path, body); } catch (problem) { fill(error, problem.message); }
    await refreshStatus().catch(() => {});
  }

  /** Sends files, one after another, each when the former is imported. */
  async function send(list) {
    fill(error);
    for (const file of list) {
      try {
        await idle();
        isSending = true;
        await upload(file, filter.input.value.trim(), sent => {
          bar.hidden = false;
          Object.assign(bar, {max: Math.max(file.size, 1), value: sent});
          fill(state, `Sending ${file.name}: ${bytes(sent)} of ${bytes(file.size)}. `);
        });
        isSending = false;
      } catch (problem) {
        fill(error, `${file.name}: ${problem.message}`);
        break;
      }
    }
    isSending = false;
    chosen.value = '';
    await refreshStatus().catch(() => {});
    await listFiles();
  }

  /** Waits until nothing runs. */
  async function idle() {
    for (;;) {
      await refreshStatus();
      if (!lastStatus.importing && !lastStatus.capturing) return;
      await new Promise(resolve => setTimeout(resolve, 300));
    }
  }

  async function destroy() {
    if (await ask('Remove all data?', 'Everything that was captured and imported is removed from the database. This cannot be undone.', 'Remove')) {
      await act('capture/destroy');
    }
  }

  let isSending = false;
  onAbort(signal, listen((name, status) => {
    if (name !== 'status') return;
    const busy = status.capturing || status.importing;
    start.disabled = busy;
    stop.disabled = !busy;
    rotate.disabled = !status.capturing;
    if (isSending) return;
    bar.hidden = !status.progress?.size;
    if (status.progress?.size) Object.assign(bar, {max: status.progress.size, value: status.progress.position});
    const messages = Object.values(status.messages).reduce((sum, one) => sum + one, 0);
    const dropped = status.dropped.kernel + status.dropped.queue;
    const work = status.capturing ? `Capturing on ${status.source}` : status.importing ? `Importing ${status.source}` : 'Nothing runs';
    fill(state, `${work}. `, status.seconds ? `${grouped(status.packets)} packets and ${grouped(messages)} messages in ${duration(status.seconds)}, ${grouped(dropped)} dropped. ` : '',
      status.detection.candidates ? `Of ${grouped(status.detection.candidates)} flows on other ports ${grouped(status.detection.detected)} are of the protocol. ` : '',
      `The database ${status.database.path} has ${bytes(status.database.bytes)}. `, waiting(status.store),
      !busy && status.end_reason ? `The last run ended: ${status.end_reason}. ` : '', !busy && status.error ? h('span.bad', status.error) : '');
    for (const button of files.querySelectorAll('button')) button.disabled = busy;
  }));

  const listFiles = () => get('import/files').then(list => {
    if (list.folder === null) return fill(files, h('p.faint', 'Imports are switched off (web.import_folder).'));
    fill(files, list.files.length ? h('table', list.files.map(file => h('tr', h('td.mono', file.file), h('td.number', bytes(file.bytes)),
      h('td', h('button', {onclick: () => act('import', {file: file.file, filter: filter.input.value.trim() || null})}, 'Import'))))) : h('p.faint', `There are no capture files in ${list.folder}.`));
  }).catch(problem => fill(files, h('p.bad', problem.message)));

  const refresh = () => form.refresh().catch(problem => fill(error, problem.message));
  repeat(2000, signal, refresh);
  await Promise.all([listFiles(), refresh()]);
  const dropped = takeWaiting();
  if (dropped.length) send(dropped);
}

/** What waits for a store on a server, and what became of the rest. */
function waiting(store) {
  if (!store) return '';
  return [
    store.waiting_rows ? `${grouped(store.waiting_rows)} rows (${bytes(store.waiting_bytes)}) wait for it, the oldest for ${duration(store.oldest_seconds ?? 0)}. ` : '',
    store.dropped_rows ? h('span.bad', `${grouped(store.dropped_rows)} rows were dropped, because there was no room to keep them. `) : '',
    store.rejected_batches ? h('span.bad', `${grouped(store.rejected_batches)} batches were set aside, because it does not take them. `) : '',
    store.error ? h('span.bad', `It takes no rows: ${store.error}. `) : '',
  ];
}
