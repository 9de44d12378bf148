import {h, fill, ask} from '../dom.js';
import {get, listen, post, refreshStatus} from '../api.js';
import {bytes, duration, grouped} from '../format.js';

export async function show(view) {
  const state = h('p', {role: 'status'});
  const error = h('p.bad', {role: 'alert'});
  const start = h('button.main', {onclick: () => act('capture/start')}, 'Start capture');
  const stop = h('button', {onclick: () => act('capture/stop')}, 'Stop');
  const bar = h('progress', {hidden: true});
  const files = h('div');
  const filter = h('input.grow', {placeholder: 'BPF filter, such as tcp port 7075', 'aria-label': 'filter'});
  fill(view, h('h1', 'Capture'),
    h('.panel', state, bar, h('.row', start, stop), error, h('p.faint', 'What is captured, and how, says the configuration that the program was started with.')),
    h('.panel', {style: {marginTop: '14px'}}, h('h2', 'Import a file'), h('.row', filter), files),
    h('.panel', {style: {marginTop: '14px'}}, h('h2', 'Remove data'),
      h('p.faint', 'Ends what runs, and empties the database.'), h('button.danger', {onclick: destroy}, 'Remove all data…')));

  async function act(path, body) {
    fill(error);
    try { await post(path, body); } catch (problem) { fill(error, problem.message); }
    await refreshStatus().catch(() => {});
  }

  async function destroy() {
    if (await ask('Remove all data?', 'Everything that was captured and imported is removed from the database. This cannot be undone.', 'Remove')) {
      await act('capture/destroy');
    }
  }

  const stopListening = listen((name, status) => {
    if (name !== 'status') return;
    const busy = status.capturing || status.importing;
    start.disabled = busy;
    stop.disabled = !busy;
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
  });

  get('import/files').then(list => {
    if (list.folder === null) return fill(files, h('p.faint', 'Imports are switched off (web.import_folder).'));
    fill(files, list.files.length ? h('table', list.files.map(file => h('tr', h('td.mono', file.file), h('td.number', bytes(file.bytes)),
      h('td', h('button', {onclick: () => act('import', {file: file.file, filter: filter.value.trim() || null})}, 'Import'))))) : h('p.faint', `There are no capture files in ${list.folder}.`));
  }).catch(problem => fill(files, h('p.bad', problem.message)));
  return stopListening;
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
