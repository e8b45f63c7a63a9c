// Words come from _locales alone.

import { browser } from './browser.js';

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
 * `data-i18n-label` its accessible name.
 *
 * @param {ParentNode} root
 */
export function localise(root) {
  for (const element of root.querySelectorAll('[data-i18n]')) {
    element.textContent = t(element.getAttribute('data-i18n') ?? '');
  }
  for (const element of root.querySelectorAll('[data-i18n-label]')) {
    const name = t(element.getAttribute('data-i18n-label') ?? '');
    element.setAttribute('aria-label', name);
    element.setAttribute('title', name);
  }
}
