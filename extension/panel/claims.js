// A claim and what proves it. A citation opens its quotation in a popover,
// which Escape and a click elsewhere close.

import { marks } from '../core/writing.js';
import { t } from '../i18n.js';
import { el, outLink } from './dom.js';

/** @typedef {import('../core/claim-view.js').ClaimView} ClaimView */
/** @typedef {import('../core/claim-view.js').CitationView} CitationView */
/** @typedef {{lang: string, report: ((claim: string) => void) | null}} Around  the card's language, and where a doubted claim goes */

// Popovers are found by id; one that is drawn anew has a new one.
let popovers = 0;

/** Our own words within a card. @param {Around} around */
export const ours = ({ lang }) => marks(t('locale'), lang);

/** @param {string} tag @param {ClaimView} claim @param {Around} around */
export function drawClaim(tag, claim, around) {
  return el(tag, { class: `claim ${claim.kind}` },
    el('p', { class: 'says', dir: 'auto' }, ...sentence(claim)),
    apparatus(claim, around));
}

/** Whoever is quoted is named before what they say. @param {ClaimView} claim */
export function sentence({ label, text }) {
  return [label && el('span', { class: 'who' }, `${label}:`), label && ' ', text];
}

/** @param {ClaimView} claim @param {Around} around */
export function apparatus(claim, around) {
  return el('p', { class: 'apparatus' },
    el('span', { class: 'kind', ...ours(around) }, claim.kindText),
    ...claim.citations.map((citation) => cite(citation, claim, around)),
    claim.isCorroborated && el('span', { class: 'mark', ...ours(around) }, t('corroborated')),
    claim.isPartial && el('span', { class: 'mark partial', ...ours(around) }, t('supportedInPart')));
}

/** @param {CitationView} citation @param {ClaimView} claim @param {Around} around */
function cite(citation, claim, around) {
  popovers += 1;
  const id = `quotation-${popovers}`;
  return el('span', { class: 'cite' },
    el('button', { type: 'button', popovertarget: id, 'aria-label': t('citationLabel', citation.n, citation.name) },
      el('b', {}, `[${citation.n}]`), ' ', el('bdi', {}, citation.name)),
    el('span', { class: 'pop', id, popover: 'auto' },
      el('q', { dir: 'auto', ...(citation.lang && marks(citation.lang, around.lang)) }, citation.quote),
      el('span', { class: 'from' }, el('bdi', {}, citation.from)),
      ways(citation, around, around.report && (() => around.report?.(claim.text)))));
}

/**
 * Where a quotation can be seen.
 *
 * @param {{href: string | null, context: string | null}} places
 * @param {Around} around
 * @param {(() => void) | null} [report]
 */
export function ways({ href, context }, around, report = null) {
  return el('span', { class: 'ways', ...ours(around) },
    href && outLink(href, { class: 'at-source' }, t('atSource')),
    context && outLink(context, { class: 'in-context' }, t('inContext')),
    report && el('button', { type: 'button', class: 'doubt', onclick: report }, t('doubtClaim')));
}
