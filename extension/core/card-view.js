// A card as the panel draws it. The card is a stranger's text: every string is
// cleaned, every link is checked, and a part of the wrong shape is left out
// rather than trusted.

import { formatDate, formatDuration, formatNumber } from './format.js';
import { parseWebAddress } from './thread-url.js';

/** @typedef {(key: string, ...substitutions: (string | number)[]) => string} Translate */
/** @typedef {{n: number, href: string | null, quote: string, from: string}} CitationView */

/**
 * @typedef {object} ClaimView
 * @property {string} label  '' when it has none
 * @property {string} text
 * @property {'thread' | 'web' | 'interpretation'} kind
 * @property {string} kindText
 * @property {boolean} isCorroborated
 * @property {CitationView[]} citations
 */

/**
 * @typedef {object} EntryView  one row of a section
 * @property {string} heading
 * @property {string} date
 * @property {string} text
 * @property {ClaimView[]} claims
 */

/**
 * @typedef {object} SectionView
 * @property {string} name
 * @property {string} title
 * @property {string} lead
 * @property {'rows' | 'list' | 'timeline'} layout
 * @property {EntryView[]} entries
 */

/** @typedef {{kind: string, text: string, title: string, tone: string}} BadgeView */
/** @typedef {{text: string, href: string | null, by: string}} QuoteView */
/** @typedef {{n: number, title: string, href: string | null, about: string, quotesTitle: string, quotes: QuoteView[]}} SourceView */
/** @typedef {{title: string, href: string | null, reason: string}} UnreadView */

/**
 * @typedef {object} CardView
 * @property {string} id
 * @property {string | null} permalink
 * @property {ClaimView | null} headline
 * @property {ClaimView | null} hook
 * @property {BadgeView[]} badges
 * @property {SectionView[]} sections
 * @property {string} sourcesLead
 * @property {SourceView[]} sources
 * @property {UnreadView[]} unread
 * @property {string} verification
 * @property {string} method  in English
 * @property {string} writerNote
 * @property {string} madeNote
 * @property {{text: string, href: string} | null} thread
 */

const MAX_TEXT = 4000;
// C0 and C1 controls, and the bidirectional embeddings, overrides and isolates
// with which a quoted string could reverse the text around it.
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * The view of a card, whole or partial.
 *
 * @param {any} card
 * @param {Translate} t
 * @returns {CardView}
 */
export function cardView(card, t) {
  const given = object(card);
  const cite = citer(given.sources, t);
  return {
    id: text(given.id),
    permalink: safeLink(given.permalink),
    headline: cite.claim(given.headline),
    hook: cite.claim(given.hook),
    badges: badges(given, t),
    sections: sections(given, cite, t).filter(({ entries }) => entries.length > 0),
    sourcesLead: sourcesLead(given.sources, t),
    sources: list(given.sources).map((source) => sourceView(source, t)),
    unread: list(given.unread).map(unreadView).filter(({ title }) => title !== ''),
    verification: verificationLine(object(given.verification), t),
    method: text(object(given.verification).method),
    writerNote: writerNote(object(given.provenance).writer, t),
    madeNote: madeNote(given, t),
    thread: threadLink(object(given.thread), t),
  };
}

/** @param {any} card @param {ReturnType<typeof citer>} cite @param {Translate} t @returns {SectionView[]} */
function sections(card, cite, t) {
  const tldr = object(card.tldr);
  const insight = object(card.insight);
  const listed = (/** @type {any} */ claims) => cite.claims(claims).map((claim) => entry({ claims: [claim] }));
  return [
    section('tldr', 'rows', t, [
      row(t('whatChanged'), cite.claims([tldr.what_changed])),
      row(t('whyItMatters'), cite.claims([tldr.why_it_matters])),
      row(t('whatToDoNext'), cite.claims(tldr.what_to_do_next)),
      entry({ heading: t('whoShouldCare'), text: list(tldr.who_should_care).map(text).filter(Boolean).join(', ') }),
    ].filter(({ claims, text: plain }) => claims.length > 0 || plain !== '')),
    section('takeaways', 'list', t, listed(insight.takeaways)),
    section('technical', 'list', t, listed(insight.technical)),
    section('discussion', 'list', t, listed(object(card.discussion).points)),
    section('disputed', 'rows', t, list(card.disputed).map(object).map(({ about, sides, note }) =>
      row(text(about), cite.claims([...list(sides), note]))).filter(hasClaims)),
    { ...section('implications', 'rows', t, list(insight.implications).map(object).map(({ prediction, rationale }) =>
      row(text(prediction), cite.claims([rationale]))).filter(hasClaims)), ...lookingAhead(card, t) },
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
const entry = (parts) => ({ heading: '', date: '', text: '', claims: [], ...parts });

/** @param {string} heading @param {ClaimView[]} claims */
const row = (heading, claims) => entry({ heading, claims });

/** @param {EntryView} item */
const hasClaims = (item) => item.claims.length > 0;

/**
 * Claims with their citation numbers resolved against the card's sources.
 *
 * @param {any} sources
 * @param {Translate} t
 */
function citer(sources, t) {
  const byNumber = new Map(list(sources).map(object).map((source) => [source.n, source]));

  /** @param {any} citation @returns {CitationView | null} */
  function citation({ source: n, quote: id }) {
    if (!Number.isInteger(n)) return null;
    const source = object(byNumber.get(n));
    const quote = object(list(source.quotes).find((item) => object(item).id === id));
    return {
      n,
      href: safeLink(quote.url) ?? safeLink(source.url),
      quote: text(quote.text),
      from: text(source.site) || text(source.title),
    };
  }

  /** @param {any} given @returns {ClaimView | null} */
  function claim(given) {
    const { label, text: sentence, kind, citations, corroborated } = object(given);
    if (text(sentence) === '') return null;
    const known = kind === 'thread' || kind === 'web' ? kind : 'interpretation';
    return {
      label: text(label),
      text: text(sentence),
      kind: known,
      kindText: t(`kind_${known}`),
      isCorroborated: corroborated === true,
      citations: list(citations).map(object).map(citation).filter((found) => found !== null),
    };
  }

  return {
    claim,
    /** @param {any} given @returns {ClaimView[]} */
    claims: (given) => list(given).map(claim).filter((found) => found !== null),
  };
}

/** @param {any} card @param {Translate} t @returns {BadgeView[]} */
function badges(card, t) {
  const thread = object(card.thread);
  const category = text(card.category);
  return [
    badge('community', text(thread.community) || text(thread.site), { title: text(thread.site) }),
    badge('category', category),
    freshnessBadge(card, t),
    commentsBadge(object(card.capture), t),
    badge('visibility', ['unlisted', 'private'].includes(card.visibility) ? t(`visibility_${card.visibility}`) : ''),
  ].filter(({ text: shown }) => shown !== '');
}

/** @param {string} kind @param {string} shown @param {{title?: string, tone?: string}} [more] @returns {BadgeView} */
const badge = (kind, shown, { title = '', tone = '' } = {}) => ({ kind, text: shown, title, tone });

/** @param {any} card @param {Translate} t */
function freshnessBadge(card, t) {
  if (!['fresh', 'aging', 'stale'].includes(card.freshness)) return badge('freshness', '');
  const until = formatDate(text(card.fresh_until), t('locale'));
  return badge('freshness', t(`freshness_${card.freshness}`), { tone: card.freshness, title: until && t('freshUntil', until) });
}

/** @param {any} capture @param {Translate} t */
function commentsBadge({ comments_read: read, comments_total: total, via }, t) {
  if (!Number.isInteger(read)) return badge('comments', '');
  const shown = Number.isInteger(total)
    ? t('commentsRead', formatNumber(read, t('locale')), formatNumber(total, t('locale')))
    : t('commentsReadOnly', formatNumber(read, t('locale')));
  return badge('comments', shown, { title: via === 'browser' ? t('readInBrowser') : '' });
}

/** @param {any} sources @param {Translate} t */
function sourcesLead(sources, t) {
  const cited = list(sources).filter((source) => object(source).kind !== 'thread').length;
  if (cited === 0) return '';
  return cited === 1 ? t('sourcesLeadOne') : t('sourcesLead', cited);
}

/** @param {any} given @param {Translate} t @returns {SourceView} */
function sourceView(given, t) {
  const { n, url, title, site, author, published_at: publishedAt, kind, quotes } = object(given);
  const shownQuotes = list(quotes).map(object).map((quote) => ({
    text: text(quote.text),
    href: safeLink(quote.url) ?? safeLink(url),
    by: text(quote.by),
  })).filter((quote) => quote.text !== '');
  return {
    n: Number.isInteger(n) ? n : 0,
    title: text(title) || text(url),
    href: safeLink(url),
    about: [text(site), text(author), formatDate(text(publishedAt), t('locale')), kind === 'thread' ? t('theThread') : ''].filter(Boolean).join(' · '),
    quotesTitle: shownQuotes.length === 1 ? t('quotesOne') : t('quotes', shownQuotes.length),
    quotes: shownQuotes,
  };
}

/** @param {any} given @returns {UnreadView} */
function unreadView(given) {
  const { url, title, reason } = object(given);
  return { title: text(title) || text(url), href: safeLink(url), reason: text(reason) };
}

/** @param {any} counts @param {Translate} t */
function verificationLine({ claims, supported, partial, dropped, corroborated }, t) {
  if (!Number.isInteger(claims) || !Number.isInteger(supported)) return '';
  const parts = [t('claimsSupported', supported, claims)];
  if (partial > 0) parts.push(t('claimsPartial', partial));
  if (dropped > 0) parts.push(t('claimsDropped', dropped));
  if (corroborated > 0) parts.push(t('claimsCorroborated', corroborated));
  return parts.join(', ');
}

/** @param {any} writer @param {Translate} t */
function writerNote(writer, t) {
  if (writer === 'extractive') return t('writerExtractive');
  return writer === 'claude' || writer === 'mixed' ? t('writerModel') : '';
}

/** @param {any} card @param {Translate} t */
function madeNote(card, t) {
  const { made_in_s: seconds, model, cost_usd: cost } = object(card.provenance);
  const parts = [];
  if (typeof card.collected_after_s === 'number') parts.push(t('collectedIn', formatDuration(card.collected_after_s)));
  if (typeof seconds === 'number') parts.push(t('madeIn', formatDuration(seconds)));
  if (text(model)) parts.push(text(model));
  if (typeof cost === 'number' && cost > 0) parts.push(`$${cost.toFixed(cost < 0.1 ? 3 : 2)}`);
  return parts.join(' · ');
}

/** @param {any} thread @param {Translate} t */
function threadLink({ url, community, site }, t) {
  const href = safeLink(url);
  const place = text(community) || text(site);
  return href && place ? { text: t('originalThread', place), href } : null;
}

/**
 * The address, if following it can do no more than open a web page.
 *
 * @param {unknown} address
 * @returns {string | null}
 */
export function safeLink(address) {
  const url = parseWebAddress(address);
  return url && !url.username && !url.password ? url.href : null;
}

/** @param {unknown} value */
function text(value) {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT).replace(UNSAFE, '').trim() : '';
}

/** @param {any} value @returns {any[]} */
const list = (value) => (Array.isArray(value) ? value : []);

/** @param {any} value @returns {Record<string, any>} */
const object = (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {});
