// Capture files that are handed over to be imported: dropped anywhere on the page, or chosen on the Capture page.

let waiting = null;

/** Takes files that are dropped, and goes to the page that imports them. */
export function takeDrops() {
  const hasFiles = event => event.dataTransfer?.types.includes('Files');
  addEventListener('dragover', event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  addEventListener('dragleave', event => { if (!event.relatedTarget) document.body.classList.remove('dropping'); });
  addEventListener('drop', event => {
    document.body.classList.remove('dropping');
    if (!hasFiles(event)) return;
    event.preventDefault();
    waiting = [...event.dataTransfer.files];
    if (location.hash.startsWith('#/capture')) dispatchEvent(new HashChangeEvent('hashchange'));
    else location.hash = '#/capture';
  });
}

/** Files that were dropped and not been imported yet. */
export function takeWaiting() {
  const files = waiting ?? [];
  waiting = null;
  return files;
}

/** As the server takes names: letters, figures and few signs, and a capture's suffix. */
function plain(name) {
  const [, stem, suffix] = name.match(/^(.*?)(\.(?:pcap|pcapng|cap|dump|gz|zst|lz4|xz))?$/is);
  const text = stem.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^[^A-Za-z0-9]+/, '').slice(0, 150);
  return `${text || 'capture'}${suffix?.toLowerCase() ?? '.pcap'}`;
}

/** Sends a file; resolves when its import has begun. `progress` is called with the bytes that were sent. */
export function upload(file, filter, progress) {
  // fetch tells nobody how far it has come.
  const request = new XMLHttpRequest();
  const parameters = new URLSearchParams({name: plain(file.name), ...(filter ? {filter} : {})});
  request.open('POST', `api/v1/import/upload?${parameters}`);
  request.setRequestHeader('Content-Type', 'application/octet-stream');
  request.upload.onprogress = event => progress(event.loaded);
  return new Promise((resolve, reject) => {
    request.onload = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* a proxy's answer */ }
      if (request.status === 200) resolve(answer);
      else reject(new Error(answer.error ?? `the server answered ${request.status}`));
    };
    request.onerror = () => reject(new Error('the file could not be sent: the connection was closed'));
    request.send(file);
  });
}
