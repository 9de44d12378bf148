// Libraries that the program was built with, if the system had them. Without them there are plain means.

const loaded = new Map();

function script(path) {
  if (!loaded.has(path)) {
    loaded.set(path, new Promise((resolve, reject) => {
      const element = document.createElement('script');
      element.src = path;
      element.onload = resolve;
      element.onerror = () => reject(new Error(`${path} is not there`));
      document.head.append(element);
    }));
  }
  return loaded.get(path);
}

function style(path) {
  if (loaded.has(path)) return;
  loaded.set(path, true);
  const element = document.createElement('link');
  element.rel = 'stylesheet';
  element.href = path;
  // Before the page's own, which has the last word.
  document.head.prepend(element);
}

/** Which libraries there are. */
export const available = fetch('vendor/list.json').then(answer => answer.ok ? answer.json() : []).catch(() => []);

/** The chart library, or null. */
export async function chartLibrary() {
  if (!(await available).includes('vendor/chart.js')) return null;
  await script('vendor/chart.js');
  return window.Chart ?? null;
}

/** The editor library, or null. */
export async function editorLibrary() {
  const files = await available;
  if (!files.includes('vendor/codemirror.js')) return null;
  await script('vendor/codemirror.js');
  for (const file of files.filter(file => file.endsWith('.css'))) style(file);
  const parts = files.filter(file => file.startsWith('vendor/codemirror-') && file.endsWith('.js'));
  // show-hint before what builds on it.
  for (const part of parts.sort((a, b) => a.length - b.length)) await script(part).catch(() => {});
  return window.CodeMirror ?? null;
}
