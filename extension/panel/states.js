// What the panel can be showing, each state drawn whole. Only the work in
// progress is brought up to date in place.

import { cardView } from '../core/card-view.js';
import { countWords } from '../core/count-words.js';
import { formatBytes } from '../core/format.js';
import { t } from '../i18n.js';
import { drawCard } from './card.js';
import { cardActions } from './card-actions.js';
import { el } from './dom.js';

/** @typedef {import('../core/job-progress.js').Progress} Progress */
/** @typedef {import('../messages.js').PageSeen} PageSeen */

/**
 * @typedef {object} Page
 * @property {string} url
 * @property {string} title
 * @property {string} sent  what left this computer, '' when it is not known any more
 */

export const main = () => /** @type {HTMLElement} */ (document.querySelector('main'));

/**
 * Puts another state in place of the one shown.
 *
 * @param {string} name
 * @param {...import('./dom.js').Child} children
 */
export function show(name, ...children) {
  document.body.dataset.state = name;
  main().replaceChildren(...children.filter((child) => child !== null && child !== false).map((child) => /** @type {Node} */ (child)));
}

/** Says something to a reader who cannot see it happen. @param {string} words */
export function announce(words) {
  const region = /** @type {HTMLElement} */ (document.querySelector('#announcer'));
  if (region.textContent !== words) region.textContent = words;
}

/** @param {() => void} makeCard @param {{headline: string, place: string, open: () => void}[]} recent  cards the reader has had */
export function showEmpty(makeCard, recent) {
  show('empty', el('section', { class: 'welcome' },
    el('h1', {}, t('welcomeTitle')),
    el('p', { class: 'standfirst' }, t('welcomeText')),
    el('p', { class: 'actions' }, el('button', { type: 'button', class: 'button primary', id: 'make-card', onclick: makeCard }, t('makeCard'))),
    el('ul', { class: 'promises' }, el('li', {}, t('promiseQuotes')), el('li', {}, t('promisePrivate')))),
  recent.length > 0 && el('nav', { class: 'recent', 'aria-labelledby': 'recent' },
    el('h2', { id: 'recent' }, t('recentTitle')),
    el('ul', {}, ...recent.map(({ headline, place, open }) => el('li', {},
      el('button', { type: 'button', class: 'recent-card', dir: 'auto', onclick: open }, headline),
      el('bdi', { class: 'fine' }, place))))));
}

/** @param {string} words */
export function showBusy(words) {
  show('busy', el('p', { class: 'busy' }, words));
  announce(words);
}

/** A page that is no thread is not taken without being asked for. @param {PageSeen} seen @param {() => void} makeCard */
export function showOffer({ url, title }, makeCard) {
  show('offer', el('section', { class: 'welcome' },
    el('h1', {}, t('offerTitle')),
    el('p', { class: 'page-title', dir: 'auto' }, title || url),
    el('p', {}, t('offerText')),
    el('p', { class: 'actions' }, el('button', { type: 'button', class: 'button primary', id: 'make-card', onclick: makeCard }, t('offerMake')))));
  announce(t('offerTitle'));
}

/**
 * What would leave this computer, to the letter.
 *
 * @param {PageSeen} seen
 * @param {{send: () => void, sendAddress: () => void, cancel: () => void}} choices
 */
export function showPreview({ capture, counts, title, url }, { send, sendAddress, cancel }) {
  const body = typeof capture?.html === 'string' ? capture.html : JSON.stringify(capture?.json ?? null, null, 1);
  const size = formatBytes(new TextEncoder().encode(body).length, t('locale'));
  show('preview', el('section', { class: 'welcome' },
    el('h1', {}, t('previewTitle')),
    el('p', { class: 'page-title', dir: 'auto' }, title || url),
    el('p', {}, countWords(t, 'previewText', counts?.comments ?? 0, size)),
    el('details', { class: 'raw' },
      el('summary', {}, t('previewRaw')),
      el('pre', { tabindex: 0, lang: 'zxx', dir: 'ltr', 'aria-label': t('previewRaw') }, body)),
    el('p', { class: 'actions' },
      el('button', { type: 'button', class: 'button primary', id: 'send-capture', onclick: send }, t('previewSend')),
      el('button', { type: 'button', class: 'button', id: 'send-address', onclick: sendAddress }, t('previewAddress')),
      el('button', { type: 'button', class: 'quiet', id: 'send-nothing', onclick: cancel }, t('cancel')))));
  announce(t('previewTitle'));
}

/**
 * @param {Page} page
 * @param {Progress} progress
 * @param {{connection: 'good' | 'lost' | 'offline', server: string, cancel: () => void}} job
 */
export function showWorking(page, progress, { connection, server, cancel }) {
  if (document.body.dataset.state !== 'working') {
    show('working',
      el('section', { class: 'work', 'aria-labelledby': 'making' },
        el('h1', { id: 'making' }, t('workingTitle')),
        el('p', { class: 'page-title', dir: 'auto' }),
        el('ol', { class: 'stages' }, ...progress.stages.map(({ name }) => el('li', { 'data-stage': name },
          el('span', { class: 'stage-name' }, t(`stage_${name}`)), el('span', { class: 'unseen stage-state' }), el('span', { class: 'note', dir: 'auto' })))),
        el('p', { id: 'connection', role: 'status' }),
        el('div', { class: 'work-foot' }, el('p', { class: 'fine sent' }), el('button', { type: 'button', class: 'quiet', id: 'cancel', onclick: cancel }, t('cancel')))),
      el('article', { class: 'card', 'aria-busy': 'true' }));
  }
  setText('.page-title', page.title || page.url);
  setText('.sent', page.sent);
  setText('#connection', connection === 'good' ? '' : t(`connection_${connection}`));
  for (const stage of progress.stages) drawStage(stage);
  // A card in the making has no address to open yet.
  if (progress.card) drawCard(cardPlace(), { ...cardView(progress.card, t, server), permalink: null });
  announceStage(progress);
}

/** @returns {HTMLElement} */
const cardPlace = () => /** @type {HTMLElement} */ (main().querySelector('.card'));

/** @param {import('../core/job-progress.js').Stage} stage */
function drawStage({ name, state, note }) {
  const item = /** @type {HTMLElement} */ (main().querySelector(`[data-stage="${name}"]`));
  item.dataset.state = state;
  if (state === 'working') item.setAttribute('aria-current', 'step');
  else item.removeAttribute('aria-current');
  setText(`[data-stage="${name}"] .note`, note ?? '');
  setText(`[data-stage="${name}"] .stage-state`, `, ${t(`stageState_${state}`)}`);
}

/** @param {Progress} progress */
function announceStage({ stages }) {
  const current = stages.filter(({ state }) => state === 'working').at(-1);
  if (current) announce(current.note ? `${t(`stage_${current.name}`)}: ${current.note}` : t(`stage_${current.name}`));
}

/**
 * @param {any} card
 * @param {{server: string, sent: string, isOffline?: boolean} & import('./card-actions.js').Doings} doings
 */
export function showCard(card, doings) {
  const view = cardView(card, t, doings.server);
  const old = document.body.dataset.state === 'working' ? cardPlace() : null;
  const container = old ?? el('article', { class: 'card' });
  container.removeAttribute('aria-busy');
  const { actions, report } = cardActions(card, view, doings);
  drawCard(container, view, { actions, report });
  show('card', container, doings.sent && el('p', { class: 'fine sent' }, doings.sent));
  // What grew under the stages is read from its top once they are gone.
  if (old) scrollTo({ top: 0 });
  announce(t('cardReady', view.headline?.text ?? ''));
}

/** @param {string} selector @param {string} words */
function setText(selector, words) {
  const element = main().querySelector(selector);
  if (element && element.textContent !== words) element.textContent = words;
}
