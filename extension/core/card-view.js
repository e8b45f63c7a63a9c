// A card as the panel draws it. The card is a stranger's text: every string is
// cleaned, every link is checked, and a part of the wrong shape is left out
// rather than trusted, though `card-schema.js` has been there before.

import { citer, siteOf } from './claim-view.js';
import { countWords } from './count-words.js';
import { badges, facts, receipt } from './facts-view.js';
import { formatDate } from './format.js';
import { safeLink } from './safe-link.js';
import { list, object, text } from './shapes.js';
import { directionOf } from './writing.js';

/** @typedef {import('./count-words.js').Translate} Translate */
/** @typedef {import('./claim-view.js').ClaimView} ClaimView */
/** @typedef {import('./claim-view.js').Surroundings} Surroundings */

/**
 * @typedef {object} EntryView  one row of a section
 * @property {string} heading
 * @property {boolean} isOurs  whether the heading is in our own words
 * @property {string} date
 * @property {string} text
 * @property {ClaimView[]} claims
 * @property {ClaimView | null} note  which of the claims is first-hand
 */

/**
 * @typedef {object} SectionView
 * @property {string} name
 * @property {string} title
 * @property {string} lead
 * @property {'rows' | 'list' | 'sides' | 'timeline'} layout
 * @property {EntryView[]} entries
 */

/** @typedef {{text: string, lang: string, href: string | null, context: string | null, by: string}} QuoteView */
/** @typedef {{n: number, title: string, lang: string, href: string | null, site: string, about: string[], quotes: QuoteView[]}} SourceView */
/** @typedef {{title: string, href: string | null, reason: string}} UnreadView */

/**
 * @typedef {object} CardView
 * @property {string} id
 * @property {string} lang
 * @property {'ltr' | 'rtl'} dir
 * @property {string | null} permalink
 * @property {ClaimView | null} headline
 * @property {ClaimView | null} hook
 * @property {import('./facts-view.js').BadgeView[]} badges
 * @property {import('./facts-view.js').FactsView} facts
 * @property {SectionView[]} sections
 * @property {string} sourcesLead
 * @property {SourceView[]} sources
 * @property {UnreadView[]} unread
 * @property {string} closing
 * @property {{term: string, told: string, isEnglish: boolean}[]} receipt
 * @property {{headline: string, href: string}[]} related
 * @property {{text: string, href: string} | null} thread
 */

/**
 * The view of a card, whole or partial.
 *
 * @param {any} card
 * @param {Translate} t
 * @param {string} [server]  the address it came from
 * @returns {CardView}
 */
export function cardView(card, t, server = '') {
  const given = object(card);
  const permalink = permalinkOf(given, server);
  const around = { server, base: baseOf(permalink, text(given.id)), t };
  const cite = citer(given.sources, around);
  const lang = text(given.lang) || 'en';
  return {
    id: text(given.id),
    lang,
    dir: directionOf(lang),
    permalink,
    headline: cite.claim(given.headline),
    hook: cite.claim(given.hook),
    badges: badges(given, t),
    facts: facts(given, t),
    sections: sections(given, cite, t).filter(({ entries }) => entries.length > 0),
    sourcesLead: sourcesLead(given.sources, t),
    sources: list(given.sources).map((source) => sourceView(source, around)),
    unread: list(given.unread).map((one) => unreadView(one, server)).filter(({ title }) => title !== ''),
    closing: closing(object(given.provenance).writer, t),
    receipt: receipt(given, t),
    related: list(given.related).map(object).flatMap(({ headline, permalink: address }) => {
      const href = safeLink(address, server);
      return href && text(headline) ? [{ headline: text(headline), href }] : [];
    }),
    thread: threadLink(object(given.thread), server, t),
  };
}

/**
 * The card's public address. One that we would not follow, such as a name that
 * only the server's own network knows, gives way to the address the reader set.
 *
 * @param {any} card
 * @param {string} server
 */
function permalinkOf({ permalink, id }, server) {
  const isOnServer = /^[\w-]{1,64}$/.test(text(id));
  return safeLink(permalink, server) ?? (isOnServer ? safeLink(server && `${server}/c/${text(id)}`, server) : null);
}

/** Where the card's own pages are on its server. @param {string | null} permalink @param {string} id */
function baseOf(permalink, id) {
  const at = permalink && id ? permalink.indexOf(`/c/${id}`) : -1;
  return permalink && at >= 0 ? permalink.slice(0, at + '/c/'.length + id.length) : null;
}

/** @param {any} card @param {ReturnType<typeof citer>} cite @param {Translate} t @returns {SectionView[]} */
function sections(card, cite, t) {
  const tldr = object(card.tldr);
  const insight = object(card.insight);
  const listed = (/** @type {any} */ claims) => cite.claims(claims).map((claim) => entry({ claims: [claim] }));
  return [
    section('tldr', 'rows', t, [
      ours(t('whatChanged'), cite.claims([tldr.what_changed])),
      ours(t('whyItMatters'), cite.claims([tldr.why_it_matters])),
      ours(t('whatToDoNext'), cite.claims(tldr.what_to_do_next)),
      entry({ heading: t('whoShouldCare'), isOurs: true, text: list(tldr.who_should_care).map(text).filter(Boolean).join(' · ') }),
    ].filter(({ claims, text: plain }) => claims.length > 0 || plain !== '')),
    section('takeaways', 'list', t, listed(insight.takeaways)),
    section('technical', 'list', t, listed(insight.technical)),
    section('discussion', 'list', t, listed(object(card.discussion).points)),
    section('disputed', 'sides', t, list(card.disputed).map(object).map(({ about, sides, note }) =>
      entry({ heading: text(about), claims: cite.claims(sides), note: cite.claim(note) })).filter(hasClaims)),
    { ...section('implications', 'rows', t, list(insight.implications).map(object).map(({ prediction, rationale }) =>
      theirs(text(prediction), cite.claims([rationale]))).filter(hasClaims)), ...lookingAhead(card, t) },
    section('timeline', 'timeline', t, list(insight.timeline).map(object).map(({ date, event }) =>
      entry({ date: formatDate(text(date), t('locale')), claims: cite.claims([event]) })).filter(hasClaims)),
  ];
}

/** Whose look ahead it is: a model's, or the sources' own. @param {any} card @param {Translate} t */
function lookingAhead(card, t) {
  const isQuoted = object(card.provenance).writer === 'extractive';
  return isQuoted ? { title: t('section_expectations'), lead: t('expectationsLead') } : { lead: t('implicationsLead') };
}

/** @param {string} name @param {SectionView['layout']} layout @param {Translate} t @param {EntryView[]} entries @returns {SectionView} */
const section = (name, layout, t, entries) => ({ name, title: t(`section_${name}`), lead: '', layout, entries });

/** @param {Partial<EntryView>} parts @returns {EntryView} */
const entry = (parts) => ({ heading: '', isOurs: false, date: '', text: '', claims: [], note: null, ...parts });

/** @param {string} heading @param {ClaimView[]} claims */
const ours = (heading, claims) => entry({ heading, isOurs: true, claims });

/** @param {string} heading @param {ClaimView[]} claims */
const theirs = (heading, claims) => entry({ heading, claims });

/** @param {EntryView} item */
const hasClaims = (item) => item.claims.length > 0;

/** @param {any} sources @param {Translate} t */
function sourcesLead(sources, t) {
  const cited = list(sources).filter((source) => object(source).kind !== 'thread').length;
  return cited === 0 ? t('sourcesLeadNone') : countWords(t, 'sourcesLead', cited);
}

/** @param {any} given @param {Surroundings} around @returns {SourceView} */
function sourceView(given, { server, base, t }) {
  const { n, url, title, site, author, published_at: publishedAt, kind, language, quotes } = object(given);
  const name = siteOf({ site, url });
  const shownQuotes = list(quotes).map(object).map((quote) => ({
    text: text(quote.text),
    lang: text(language),
    href: safeLink(quote.url, server) ?? safeLink(url, server),
    context: base && Number.isInteger(n) && text(quote.id) ? `${base}/source/${n}#q-${encodeURIComponent(text(quote.id))}` : null,
    by: text(quote.by),
  })).filter((quote) => quote.text !== '');
  return {
    n: Number.isInteger(n) ? n : 0,
    title: text(title) || text(url),
    lang: text(language),
    href: safeLink(url, server),
    site: name,
    about: [
      text(author) === name ? '' : text(author),
      formatDate(text(publishedAt), t('locale')),
      kind === 'thread' ? t('theThread') : '',
      kind === 'pdf' ? 'PDF' : '',
    ].filter(Boolean),
    quotes: shownQuotes,
  };
}

/** @param {any} given @param {string} server @returns {UnreadView} */
function unreadView(given, server) {
  const { url, title, reason } = object(given);
  return { title: text(title) || text(url), href: safeLink(url, server), reason: text(reason) };
}

/** Who wrote, and how to take it. @param {any} writer @param {Translate} t */
function closing(writer, t) {
  if (writer === 'extractive') return t('closingExtractive');
  return writer === 'claude' || writer === 'mixed' ? t('closingModel') : '';
}

/** @param {any} thread @param {string} server @param {Translate} t */
function threadLink({ url, community, site }, server, t) {
  const href = safeLink(url, server);
  const place = text(community) || text(site);
  return href && place ? { text: t('originalThread', place), href } : null;
}
