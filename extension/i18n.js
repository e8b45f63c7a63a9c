// Words come from _locales alone.

import { browser } from './browser.js';
import { directionOf } from './core/writing.js';

/**
 * @param {string} key
 * @param {...(string | number)} substitutions
 * @returns {string}
 */
export function t(key, ...substitutions) {
  return browser.i18n.getMessage(key, substitutions.map(String));
}

/**
 * Fills the words into a page: `data-i18n` names an element's text,
 * `data-i18n-label` its accessible name. The page says which language they are
 * in: where the browser's has none of ours, they are English.
 *
 * @param {Document} page
 */
export function localise(page) {
  const locale = t('locale');
  page.documentElement.lang = locale;
  page.documentElement.dir = directionOf(locale);
  for (const element of page.querySelectorAll('[data-i18n]')) element.textContent = t(element.getAttribute('data-i18n') ?? '');
  for (const element of page.querySelectorAll('[data-i18n-label]')) element.setAttribute('aria-label', t(element.getAttribute('data-i18n-label') ?? ''));
}
