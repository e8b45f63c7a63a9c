// A box over the panel, which Escape and its own button close.

import { t } from '../i18n.js';
import { el } from './dom.js';

let dialogs = 0;

/**
 * @param {string} title
 * @param {HTMLElement} body
 * @param {...HTMLElement} buttons  before the one that closes
 * @returns {HTMLDialogElement}
 */
export function openDialog(title, body, ...buttons) {
  dialogs += 1;
  const id = `dialog-${dialogs}`;
  const dialog = /** @type {HTMLDialogElement} */ (el('dialog', { 'aria-labelledby': id },
    el('h2', { id }, title),
    body,
    el('div', { class: 'actions' }, ...buttons, el('button', { type: 'button', class: 'button close', onclick: () => dialog.close() }, t('close')))));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
