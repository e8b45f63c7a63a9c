// Dates, numbers and durations as a reader meets them.

/**
 * A date as precise as it was given: 2026, Feb 2026 or 23 Feb 2026. What is no
 * date comes back as it is.
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
  return new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short', ...precise, timeZone: 'UTC' }).format(instant);
}

/** @param {number} value @param {string} locale */
export function formatNumber(value, locale) {
  return new Intl.NumberFormat(locale).format(value);
}

/**
 * The largest unit that says it: 9 s, 4 min, 2 h, 273 d.
 *
 * @param {number} seconds
 */
export function formatDuration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${seconds < 10 ? Math.max(0, Math.round(seconds * 10) / 10) : whole} s`;
  if (whole < 3600) return `${Math.round(whole / 60)} min`;
  if (whole < 48 * 3600) return `${Math.round(whole / 3600)} h`;
  return `${Math.round(whole / 86400)} d`;
}
