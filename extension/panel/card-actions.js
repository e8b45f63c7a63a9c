// What can be done with a card that is there.

import { t } from '../i18n.js';
import { showChanges } from './changes.js';
import { openCorrection } from './correction.js';
import { el, outLink } from './dom.js';

/** @typedef {import('../core/card-view.js').CardView} CardView */

/**
 * @typedef {object} Doings  how the card's buttons are answered
 * @property {() => void} refresh
 * @property {() => Promise<string>} fetchMarkdown
 * @property {(() => Promise<any>) | null} fetchEarlier  the version to compare with; null when there is none
 * @property {(correction: {claim: string, reason: string, sources: string[]}) => Promise<void>} correct
 */

/** @param {any} card @param {CardView} view @param {Doings} doings */
export function cardActions(card, view, doings) {
  const report = (/** @type {string} */ claim) => openCorrection(card, claim, doings.correct);
  return { report, actions: () => drawActions(card, view, doings, report) };
}

/** @param {any} card @param {CardView} view @param {Doings} doings @param {(claim: string) => void} report */
function drawActions(card, { permalink }, { refresh, fetchMarkdown, fetchEarlier }, report) {
  const said = el('span', { class: 'copied', role: 'status' });
  const say = (/** @type {string} */ words) => {
    said.textContent = words;
  };
  // Where the clipboard is closed to us, the link itself can be copied by hand.
  const copyLink = () => navigator.clipboard.writeText(permalink ?? '').then(() => say(t('linkCopied')), () => say(permalink ?? ''));
  const copyMarkdown = () => fetchMarkdown().then((text) => navigator.clipboard.writeText(text)).then(() => say(t('markdownCopied')), () => say(t('notCopied')));
  const quiet = (/** @type {string} */ id, /** @type {string} */ words, /** @type {() => void} */ onclick) =>
    el('button', { type: 'button', class: 'quiet', id, onclick }, words);
  return el('div', { class: 'card-actions', lang: t('locale'), dir: document.documentElement.dir },
    el('p', { class: 'actions' },
      permalink && outLink(permalink, { class: 'button primary', id: 'permalink' }, t('openPermalink')),
      permalink && el('button', { type: 'button', class: 'button', id: 'copy-link', onclick: copyLink }, t('copyLink')),
      said),
    el('p', { class: 'actions more' },
      quiet('copy-markdown', t('copyMarkdown'), copyMarkdown),
      quiet('refresh', t('refresh'), refresh),
      fetchEarlier && quiet('changes', t('whatIsNew'), () => showChanges(card, fetchEarlier)),
      quiet('report', t('reportClaim'), () => report(''))),
    permalink && isLoopback(permalink) && el('p', { class: 'fine' }, t('loopbackPermalink'), ' ', outLink(oneFile(permalink, card.id), {}, t('oneFile'))));
}

/** The card in one file, which needs no server. @param {string} permalink @param {string} id */
function oneFile(permalink, id) {
  const at = permalink.indexOf(`/c/${id}`);
  return at < 0 ? null : `${permalink.slice(0, at)}/c/${id}.html`;
}

/** @param {string} address */
const isLoopback = (address) => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname);
