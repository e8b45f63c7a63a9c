// A reader doubts a claim: which one, why, and where it is told otherwise.

import { listClaims } from '../core/card-claims.js';
import { ProblemError } from '../core/problem.js';
import { text } from '../core/shapes.js';
import { parseWebAddress } from '../core/thread-url.js';
import { t } from '../i18n.js';
import { openDialog } from './dialog.js';
import { el } from './dom.js';

/** @typedef {{claim: string, reason: string, sources: string[]}} Correction */

const MOST_REASON = 2000;
const MOST_SOURCES = 5;
// A server that knows no corrections: no such address, no such method, not yet.
const TAKES_NONE = new Set([404, 405, 501]);

/**
 * @param {any} card
 * @param {string} claim  the one doubted, '' when the reader is to choose
 * @param {(correction: Correction) => Promise<void>} send
 */
export function openCorrection(card, claim, send) {
  const chosen = /** @type {HTMLSelectElement} */ (el('select', { id: 'doubted', required: true },
    new Option(t('chooseClaim'), ''),
    ...listClaims(card).map((one) => el('option', { value: one.text, selected: one.text === claim, dir: 'auto' }, text(one.text)))));
  const reason = /** @type {HTMLTextAreaElement} */ (el('textarea', { id: 'reason', required: true, maxlength: MOST_REASON, dir: 'auto' }));
  const sources = /** @type {HTMLTextAreaElement} */ (el('textarea', { id: 'sources', class: 'address', spellcheck: 'false', 'aria-describedby': 'sources-help' }));
  const said = el('p', { class: 'said', role: 'status' });
  const submit = /** @type {HTMLButtonElement} */ (el('button', { type: 'submit', form: 'correction', class: 'button primary', id: 'send-correction' }, t('sendCorrection')));
  const form = el('form', { id: 'correction', novalidate: true },
    el('p', { class: 'fine' }, t('correctionText')),
    field('doubted', t('correctionClaim'), chosen),
    field('reason', t('correctionReason'), reason),
    field('sources', t('correctionSources'), sources, el('p', { class: 'field-help', id: 'sources-help' }, t('correctionSourcesHelp', MOST_SOURCES))),
    said);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const correction = { claim: chosen.value, reason: reason.value.trim(), sources: sources.value.split(/\s+/).filter(Boolean) };
    const wrong = faultOf(correction);
    if (wrong) return say(wrong, 'bad');
    submit.disabled = true;
    say(t('sending'), 'busy');
    await send(correction).then(() => {
      submit.remove();
      say(t('correctionSent'), 'good');
    }, (error) => {
      submit.disabled = false;
      say(refusalWords(error), 'bad');
    });
  });
  openDialog(t('reportClaim'), form, submit);
  (claim ? reason : chosen).focus();

  /** @param {string} words @param {'busy' | 'good' | 'bad'} state */
  function say(words, state) {
    said.textContent = words;
    said.dataset.state = state;
  }
}

/** @param {string} id @param {string} words @param {...HTMLElement} parts */
const field = (id, words, ...parts) => el('div', { class: 'field' }, el('label', { for: id }, words), ...parts);

/** @param {Correction} correction */
function faultOf({ claim, reason, sources }) {
  if (!claim) return t('correctionNoClaim');
  if (!reason) return t('correctionNoReason');
  const wrong = sources.find((source) => !parseWebAddress(source));
  if (wrong) return t('correctionBadSource', wrong);
  return sources.length > MOST_SOURCES ? t('correctionSourcesHelp', MOST_SOURCES) : '';
}

/** @param {unknown} error */
function refusalWords(error) {
  if (!(error instanceof ProblemError)) {
    console.error(error);
    return t('problem_unknown_detail');
  }
  const { status, type, title, detail } = error.problem;
  if (status !== null && TAKES_NONE.has(status)) return t('correctionsNone');
  if (type === 'unreachable' || type === 'offline') return t('correctionUnsent');
  return [title, detail].filter(Boolean).join(': ') || t('problem_unknown_detail');
}
