// A claim as the panel draws it: whose word it is, and what proves it.

import { formatDate } from './format.js';
import { safeLink } from './safe-link.js';
import { list, object, text } from './shapes.js';
import { parseWebAddress } from './thread-url.js';

/** @typedef {import('./count-words.js').Translate} Translate */

/**
 * @typedef {object} CitationView
 * @property {number} n
 * @property {string} name  who a reader would say it is: a commenter, else the site
 * @property {string} quote
 * @property {string} from  speaker, site and date
 * @property {string} lang  of the quotation, '' where nobody knows
 * @property {string | null} href     the passage at its source
 * @property {string | null} context  our server's stored copy of it
 */

/**
 * @typedef {object} ClaimView
 * @property {string} label  '' when it has none
 * @property {string} text
 * @property {'thread' | 'web' | 'interpretation'} kind
 * @property {string} kindText
 * @property {boolean} isCorroborated
 * @property {boolean} isPartial
 * @property {CitationView[]} citations
 */

/** @typedef {{server: string, base: string | null, t: Translate}} Surroundings  `base` is where the card's pages are, null when it has none yet */

/**
 * Claims with their citations resolved against the card's sources.
 *
 * @param {any} sources
 * @param {Surroundings} around
 */
export function citer(sources, { server, base, t }) {
  const byNumber = new Map(list(sources).map(object).map((source) => [source.n, source]));

  /** @param {any} citation @returns {CitationView | null} */
  function citation({ source: n, quote: id }) {
    if (!Number.isInteger(n)) return null;
    const source = object(byNumber.get(n));
    const quote = object(list(source.quotes).find((item) => object(item).id === id));
    const site = siteOf(source);
    const speaker = text(quote.by);
    return {
      n,
      name: (source.kind === 'thread' && speaker) || site,
      quote: text(quote.text),
      from: [speaker, site, formatDate(text(source.published_at), t('locale'))].filter(Boolean).join(', '),
      lang: text(source.language),
      href: safeLink(quote.url, server) ?? safeLink(source.url, server),
      context: base && text(quote.id) ? `${base}/source/${n}#q-${encodeURIComponent(text(quote.id))}` : null,
    };
  }

  /** @param {any} given @returns {ClaimView | null} */
  function claim(given) {
    const { label, text: sentence, kind, citations, corroborated, support } = object(given);
    if (text(sentence) === '') return null;
    const known = kind === 'thread' || kind === 'web' ? kind : 'interpretation';
    return {
      label: text(label),
      text: text(sentence),
      kind: known,
      kindText: t(`kind_${known}`),
      isCorroborated: corroborated === true,
      isPartial: support === 'partial',
      citations: list(citations).map(object).map(citation).filter((found) => found !== null),
    };
  }

  return {
    claim,
    /** @param {any} given @returns {ClaimView[]} */
    claims: (given) => list(given).map(claim).filter((found) => found !== null),
  };
}

/** What a reader calls a source. @param {Record<string, any>} source */
export function siteOf({ site, url }) {
  return text(site) || (parseWebAddress(url)?.hostname.replace(/^www\./, '') ?? text(url));
}
