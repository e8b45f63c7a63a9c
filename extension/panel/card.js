// A card's view as elements, in the permalink page's order and dress.

import { marks } from '../core/writing.js';
import { t } from '../i18n.js';
import { apparatus, drawClaim, ours, sentence, ways } from './claims.js';
import { el, outLink, place, svg } from './dom.js';

/** @typedef {import('../core/card-view.js').CardView} CardView */
/** @typedef {import('../core/card-view.js').EntryView} EntryView */
/** @typedef {import('../core/card-view.js').SectionView} SectionView */
/** @typedef {import('../core/card-view.js').SourceView} SourceView */
/** @typedef {import('../core/claim-view.js').ClaimView} ClaimView */
/** @typedef {import('./claims.js').Around} Around */

/**
 * Draws the card into its container, or brings the one drawn there up to date.
 *
 * @param {HTMLElement} container
 * @param {CardView} card
 * @param {{actions?: () => HTMLElement, report?: (claim: string) => void}} [ways]  what a finished card offers
 */
export function drawCard(container, card, { actions, report } = {}) {
  const around = { lang: card.lang, report: report ?? null };
  container.lang = card.lang;
  container.dir = card.dir;
  place(container, [
    { name: 'opening', view: [card.headline, card.hook, card.badges, card.facts, !!report], draw: () => opening(card, around) },
    ...(actions ? [{ name: 'actions', view: card.permalink, draw: actions }] : []),
    ...card.sections.map((section) => ({ name: section.name, view: [section, !!report], draw: () => drawSection(section, around) })),
    { name: 'sources', view: [card.sourcesLead, card.sources, card.unread, card.closing, card.receipt], draw: () => sources(card, around) },
    { name: 'colophon', view: [card.thread, card.related], draw: () => colophon(card, around) },
  ]);
}

/** @param {CardView} card @param {Around} around */
function opening({ headline, hook, badges, facts }, around) {
  if (!headline && !hook && badges.length === 0) return null;
  return el('header', { class: 'opening' },
    badges.length > 0 && el('ul', { class: 'badges', 'aria-label': t('aboutThisCard') }, ...badges.map(({ kind, text }) =>
      el('li', { class: `badge-${kind}` }, el('bdi', kind === 'visibility' ? ours(around) : {}, text)))),
    headline && el('div', { class: `claim head ${headline.kind}` },
      el('h1', { class: 'headline', dir: 'auto' }, ...sentence(headline)), apparatus(headline, around)),
    hook && el('div', { class: `claim hook ${hook.kind}` },
      el('p', { class: 'says', dir: 'auto' }, ...sentence(hook)), apparatus(hook, around)),
    drawFacts(facts, around));
}

/** @param {CardView['facts']} facts @param {Around} around */
function drawFacts({ proof, freshness, thread, time }, around) {
  return el('div', { class: 'facts' },
    proof && el('p', { class: 'proof', ...ours(around) }, strip(proof.marks), el('b', {}, proof.verdict)),
    freshness && el('p', { class: 'wane', ...ours(around) },
      el('b', { class: `freshness ${freshness.state}` }, freshness.text), ' ', freshness.when),
    ...[thread, time].filter((told) => told.length > 0).map((told) =>
      el('p', ours(around), ...told.map((fact) => el('span', {}, fact)))));
}

const STEP = 9; // of the strip: a mark is two thirds of it, the rest is the gap to the next

/** The verdict drawn, one mark a claim. @param {import('../core/facts-view.js').Fate[]} fates */
function strip(fates) {
  if (fates.length === 0) return null;
  const width = fates.length * STEP - STEP / 3;
  return svg('svg', { 'aria-hidden': 'true', viewBox: `0 0 ${width} 12`, width, height: 12 },
    ...fates.map((fate, at) => svg('rect', { class: fate, x: at * STEP, width: (STEP * 2) / 3, height: 12 })));
}

/** @param {SectionView} section @param {Around} around */
function drawSection({ name, title, lead, layout, entries }, around) {
  return el('section', { class: `section section-${name} ${layout}`, 'aria-labelledby': `section-${name}` },
    el('h2', { id: `section-${name}`, ...ours(around) }, title),
    lead && el('p', { class: 'lead', ...ours(around) }, lead),
    ...LAYOUTS[layout](entries, around));
}

/** @type {Record<SectionView['layout'], (entries: EntryView[], around: Around) => HTMLElement[]>} */
const LAYOUTS = {
  rows: (entries, around) => entries.map((entry) => el('div', { class: 'row' },
    rowHeading(entry, around),
    entry.text && el('p', { class: 'audience', dir: 'auto' }, entry.text),
    ...claimList(entry.claims, around))),
  list: (entries, around) => [el('ul', {}, ...entries.map(({ claims }) => drawClaim('li', claims[0], around)))],
  sides: (entries, around) => entries.map((entry) => el('div', { class: 'row' },
    rowHeading(entry, around),
    el('ul', {}, ...entry.claims.map((claim) => drawClaim('li', claim, around))),
    entry.note && el('div', { class: 'note' }, drawClaim('div', entry.note, around)))),
  timeline: (entries, around) => [el('ol', {}, ...entries.map(({ date, claims }) =>
    el('li', {}, el('p', { class: 'when', ...ours(around) }, date), drawClaim('div', claims[0], around))))],
};

/** @param {EntryView} entry @param {Around} around */
const rowHeading = ({ heading, isOurs }, around) => (heading ? el('h3', isOurs ? ours(around) : { dir: 'auto' }, heading) : null);

/** @param {ClaimView[]} claims @param {Around} around */
function claimList(claims, around) {
  if (claims.length <= 1) return claims.map((claim) => drawClaim('div', claim, around));
  return [el('ul', {}, ...claims.map((claim) => drawClaim('li', claim, around)))];
}

/** @param {CardView} card @param {Around} around */
function sources({ sources: listed, sourcesLead, unread, closing, receipt }, around) {
  if (listed.length === 0) return null;
  return el('section', { class: 'section section-sources', 'aria-labelledby': 'section-sources' },
    el('h2', { id: 'section-sources', ...ours(around) }, t('section_sources')),
    sourcesLead && el('p', { class: 'lead', ...ours(around) }, sourcesLead),
    el('ol', {}, ...listed.map((source) => drawSource(source, around))),
    unread.length > 0 && drawUnread(unread, around),
    closing && el('p', { class: 'closing', ...ours(around) }, closing),
    receipt.length > 0 && el('details', { class: 'receipt', ...ours(around) },
      el('summary', {}, t('howMade')),
      el('dl', {}, ...receipt.map(({ term, told, isEnglish }) =>
        el('div', {}, el('dt', {}, term), el('dd', isEnglish ? { lang: 'en' } : {}, told))))));
}

const QUOTES_SHOWN = 1; // a source's further quotes stand behind a fold

/** @param {SourceView} source @param {Around} around */
function drawSource({ n, title, lang, href, site, about, quotes }, around) {
  const open = quotes.length <= QUOTES_SHOWN + 1 ? quotes : quotes.slice(0, QUOTES_SHOWN);
  const folded = quotes.slice(open.length);
  const drawQuote = (/** @type {SourceView['quotes'][number]} */ quote) => el('li', {},
    el('blockquote', { dir: 'auto', ...(quote.lang && marks(quote.lang, around.lang)) }, quote.text),
    el('p', { class: 'said-by' }, quote.by && el('bdi', {}, quote.by), ' ', ways(quote, around)));
  return el('li', { class: 'source' },
    el('span', { class: 'n', 'aria-hidden': 'true' }, n || ''),
    el('h3', { dir: 'auto', ...(lang && marks(lang, around.lang)) }, outLink(href, { class: 'source-title' }, title)),
    el('p', { class: 'byline' }, el('b', {}, el('bdi', {}, site)), ...about.map((fact) => el('bdi', {}, fact))),
    el('ul', { class: 'quotes' }, ...open.map(drawQuote)),
    folded.length > 0 && el('details', {},
      el('summary', ours(around), t('moreQuotes', folded.length)),
      el('ul', { class: 'quotes' }, ...folded.map(drawQuote))));
}

/** @param {CardView['unread']} listed @param {Around} around */
function drawUnread(listed, around) {
  return el('details', { class: 'unread' },
    el('summary', ours(around), t('unreadTitle', listed.length)),
    el('ul', {}, ...listed.map(({ title, href, reason }) =>
      el('li', {}, outLink(href, { dir: 'auto' }, title), reason && ' · ', reason && el('span', { lang: 'en', dir: 'ltr' }, reason)))));
}

/** @param {CardView} card @param {Around} around */
function colophon({ thread, related }, around) {
  if (!thread && related.length === 0) return null;
  return el('footer', { class: 'colophon' },
    related.length > 0 && el('nav', { class: 'related', 'aria-labelledby': 'related' },
      el('h2', { id: 'related', ...ours(around) }, t('related')),
      el('ul', {}, ...related.map(({ headline, href }) => el('li', {}, outLink(href, { dir: 'auto' }, headline))))),
    thread && el('p', ours(around), outLink(thread.href, { id: 'thread' }, thread.text)),
    el('p', ours(around), t('rights')));
}
