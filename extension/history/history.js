// The cards this reader has had. The list never leaves the computer.

import { countWords } from '../core/count-words.js';
import { formatInstant } from '../core/format.js';
import { safeLink } from '../core/safe-link.js';
import { localise, t } from '../i18n.js';
import { el, outLink } from '../panel/dom.js';
import { forgetVisits, loadHistory } from '../storage.js';

/** @typedef {import('../storage.js').Visit} Visit */

/** @param {Visit} visit */
const permalink = ({ server, id }) => safeLink(`${server}/c/${encodeURIComponent(id)}`, server);

/** @param {Visit} visit */
function drawVisit(visit) {
  const { headline, place, at } = visit;
  return el('li', {},
    outLink(permalink(visit), { dir: 'auto' }, headline),
    el('span', { class: 'about' }, el('bdi', {}, place), ' · ', formatInstant(at, t('locale'))),
    el('button', { type: 'button', class: 'quiet forget', 'aria-label': t('forgetOne', headline), onclick: () => forgetVisits(visit).then(draw) }, t('forget')));
}

async function draw() {
  const visits = await loadHistory();
  const title = /** @type {HTMLElement} */ (document.querySelector('#visits-title'));
  title.textContent = visits.length === 0 ? t('historyEmpty') : countWords(t, 'historyCount', visits.length);
  document.querySelector('.visits')?.replaceChildren(...visits.map(drawVisit));
  /** @type {HTMLElement} */ (document.querySelector('#forget-all')).hidden = visits.length === 0;
}

localise(document);
document.title = t('historyTitle');
document.querySelector('#forget-all')?.addEventListener('click', () => forgetVisits().then(draw));
draw();
