// A card's view as elements.

import { t } from '../i18n.js';
import { el, outLink, place } from './dom.js';

/** @typedef {import('../core/card-view.js').CardView} CardView */
/** @typedef {import('../core/card-view.js').ClaimView} ClaimView */
/** @typedef {import('../core/card-view.js').EntryView} EntryView */
/** @typedef {import('../core/card-view.js').SectionView} SectionView */
/** @typedef {import('../core/card-view.js').SourceView} SourceView */

/**
 * Draws the card into its container, or brings the one drawn there up to date.
 *
 * @param {HTMLElement} container
 * @param {CardView} card
 */
export function drawCard(container, card) {
  place(container, [
    { name: 'head', view: [card.headline, card.hook, card.badges], draw: () => head(card) },
    { name: 'actions', view: card.permalink, draw: () => actions(card.permalink) },
    ...card.sections.map((section) => ({ name: section.name, view: section, draw: () => drawSection(section) })),
    { name: 'sources', view: [card.sourcesLead, card.sources], draw: () => sources(card) },
    { name: 'unread', view: card.unread, draw: () => unread(card) },
    { name: 'colophon', view: [card.verification, card.method, card.writerNote, card.madeNote, card.thread], draw: () => colophon(card) },
  ]);
}

/** @param {CardView} card */
function head({ headline, hook, badges }) {
  if (!headline && !hook && badges.length === 0) return null;
  return el('header', { class: 'card-head' },
    badges.length > 0 && el('ul', { class: 'badges', 'aria-label': t('aboutThisCard') }, ...badges.map((badge) =>
      el('li', { class: `badge badge-${badge.kind}`, 'data-tone': badge.tone, title: badge.title }, badge.text))),
    headline && el('h1', { class: 'headline', dir: 'auto' }, ...sentence(headline)),
    hook && el('p', { class: 'hook', dir: 'auto' }, ...sentence(hook)));
}

/** @param {string | null} permalink */
function actions(permalink) {
  if (!permalink) return null;
  const copied = el('span', { class: 'copied', role: 'status' });
  const say = (/** @type {string} */ words) => {
    copied.textContent = words;
  };
  // Where the clipboard is closed to us, the link itself can be copied by hand.
  const copy = () => navigator.clipboard.writeText(permalink).then(() => say(t('linkCopied')), () => say(permalink));
  return el('div', { class: 'actions' },
    outLink(permalink, { class: 'button primary', id: 'permalink' }, t('openPermalink')),
    el('button', { type: 'button', class: 'button', id: 'copy-link', onclick: copy }, t('copyLink')),
    copied,
    isLoopback(permalink) && el('p', { class: 'fine' }, t('loopbackPermalink')));
}

/** @param {string} address */
const isLoopback = (address) => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname);

/** @param {SectionView} section */
function drawSection({ name, title, lead, layout, entries }) {
  return el('section', { class: `section section-${name} layout-${layout}`, 'aria-labelledby': `section-${name}` },
    el('h2', { id: `section-${name}` }, title),
    lead && el('p', { class: 'lead' }, lead),
    layout === 'rows' ? el('div', { class: 'rows' }, ...entries.map(drawRow)) : el(layout === 'timeline' ? 'ol' : 'ul', {}, ...entries.map(drawItem)));
}

/** @param {EntryView} entry */
function drawRow({ heading, text, claims }) {
  return el('div', { class: 'row' },
    heading && el('h3', { dir: 'auto' }, heading),
    text && el('p', { dir: 'auto' }, text),
    claims.length > 1
      ? el('ul', {}, ...claims.map((claim) => el('li', { dir: 'auto' }, ...sentence(claim))))
      : claims[0] && el('p', { dir: 'auto' }, ...sentence(claims[0])));
}

/** @param {EntryView} entry */
function drawItem({ date, claims }) {
  return el('li', { dir: 'auto' }, date && el('span', { class: 'date' }, date), el('span', {}, ...claims.flatMap(sentence)));
}

/** @param {ClaimView} claim */
function sentence(claim) {
  return [claim.label && el('strong', { class: 'label' }, claim.label), claim.label && ' ', claim.text, ...proof(claim)];
}

/** What stands behind a claim: whose word it is, and where. @param {ClaimView} claim */
function proof({ citations, kind, kindText, isCorroborated }) {
  return [
    ...citations.map(({ n, href, quote, from }) => outLink(href, {
      class: 'cite', title: quote ? `${from ? `${from}: ` : ''}“${quote}”` : from, 'aria-label': t('citationLabel', n, from),
    }, `[${n}]`)),
    ' ',
    el('span', { class: `kind kind-${kind}` }, kindText, isCorroborated && ` · ${t('corroborated')}`),
  ];
}

/** @param {CardView} card */
function sources({ sources: listed, sourcesLead }) {
  if (listed.length === 0) return null;
  return el('section', { class: 'section section-sources', 'aria-labelledby': 'section-sources' },
    el('h2', { id: 'section-sources' }, t('section_sources')),
    sourcesLead && el('p', { class: 'lead' }, sourcesLead),
    el('ol', {}, ...listed.map(drawSource)));
}

/** @param {SourceView} source */
function drawSource({ n, title, href, about, quotesTitle, quotes }) {
  return el('li', { value: n || null },
    outLink(href, { class: 'source-title', dir: 'auto' }, title),
    about && el('span', { class: 'about' }, about),
    quotes.length > 0 && el('details', {},
      el('summary', {}, quotesTitle),
      ...quotes.map((quote) => el('blockquote', { dir: 'auto' },
        quote.text, ' ', quote.by && el('cite', {}, `${quote.by} `), outLink(quote.href, { class: 'in-page' }, t('inThePage'))))));
}

/** @param {CardView} card */
function unread({ unread: listed }) {
  if (listed.length === 0) return null;
  return el('details', { class: 'unread' },
    el('summary', {}, t('unreadTitle', listed.length)),
    el('ul', {}, ...listed.map(({ title, href, reason }) =>
      el('li', { dir: 'auto' }, outLink(href, {}, title), reason && el('span', { class: 'about' }, reason)))));
}

/** @param {CardView} card */
function colophon({ verification, method, writerNote, madeNote, thread }) {
  if (!verification && !writerNote && !thread) return null;
  return el('footer', { class: 'colophon' },
    verification && el('p', { class: 'verification' }, verification),
    verification && method && el('p', { lang: 'en', dir: 'auto' }, method),
    writerNote && el('p', {}, writerNote),
    madeNote && el('p', {}, madeNote),
    thread && el('p', {}, outLink(thread.href, {}, thread.text)),
    el('p', {}, t('rights')));
}
