export const grouped = value => Number(value).toLocaleString('en-US');

/** A whole number as it is sent: as a text where a number of JavaScript cannot hold it, as it comes from the server. */
export const whole = text => Number.isSafeInteger(Number(text)) ? Number(text) : String(text);

export function bytes(value) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit++; }
  return `${unit ? value.toFixed(value < 10 ? 2 : 1) : value} ${units[unit]}`;
}

export function rate(value) {
  return value >= 100 ? grouped(Math.round(value)) : value.toFixed(value > 0 && value < 10 ? 1 : 0);
}

/** Microseconds since 1970 as UTC, to the microsecond. */
export function time(microseconds, withDate = true) {
  if (microseconds === null || microseconds === undefined) return '';
  const text = new Date(Math.floor(microseconds / 1000)).toISOString();
  const rest = String(Math.abs(microseconds) % 1000).padStart(3, '0');
  return `${withDate ? text.slice(0, 10) + ' ' : ''}${text.slice(11, 23)}${rest}`;
}

export function duration(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
}

/** Seconds from one time in microseconds to another, to the microsecond; nothing where there is none. */
export const seconds = (microseconds, from) => from === null || from === undefined ? '' : ((microseconds - from) / 1e6).toFixed(6);

/** Microseconds between two packets. */
export const delay = microseconds => Math.abs(microseconds) < 1e6 ? `${(microseconds / 1e3).toFixed(3)} ms` : `${(microseconds / 1e6).toFixed(3)} s`;

export const endpoint = (address, port) => `${String(address).includes(':') ? `[${address}]` : address}:${port}`;

/** The opposite of `time` with a date: µs since 1970; null where the text is no such time. */
export function microseconds(text) {
  const match = text.trim().match(/^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/);
  const start = match ? Date.parse(`${match[1]}T${match[2]}Z`) : NaN;
  return Number.isNaN(start) ? null : start * 1000 + Number((match[3] ?? '').padEnd(6, '0'));
}
