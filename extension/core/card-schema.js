// The card as the server promises it, schema 1, and whether an answer is one.
// A card that is not whole is shown by nobody: what stands in an unexpected
// place was checked by nobody either.

/**
 * The name of a type: `text`, `integer`, `number`, `boolean`, `instant`, `any`,
 * words joined by `|` (one of these), another shape's name; `[type]` is a list,
 * `{type}` an object with values of that type, `type?` may be null, and
 * `type??` may be missing too.
 *
 * @typedef {string} Type
 */

/** @type {Record<string, Record<string, Type>>} */
export const SHAPES = {
  Card: {
    schema: 'integer', id: 'text', permalink: 'text', version: 'integer', status: 'partial|complete',
    visibility: 'public|unlisted|private', lang: 'text', thread: 'CardThread', capture: 'CaptureReceipt', headline: 'Claim',
    hook: 'Claim?', category: 'text?', tldr: 'Tldr', insight: 'Insight?', discussion: 'Discussion?', disputed: '[Dispute]',
    sources: '[CardSource]', unread: '[Unread]', verification: 'Verification', provenance: 'Provenance',
    generated_at: 'instant', collected_after_s: 'number?', fresh_until: 'instant', freshness: 'fresh|aging|stale',
    changes: '[{any}]', related: '[Related]',
  },
  CardThread: {
    url: 'text', site: 'text', community: 'text?', title: 'text', author: 'text?', posted_at: 'instant?', score: 'integer?',
    comment_count: 'integer?', language: 'text?', links: '[text]',
  },
  CaptureReceipt: {
    via: 'browser|oauth|json|atom|html|api', captured_at: 'instant', comments_read: 'integer', comments_total: 'integer?',
    fingerprint: 'text', verified: 'server|corroborated|trusted|browser',
  },
  Claim: {
    label: 'text?', text: 'text', kind: 'thread|web|interpretation', citations: '[Citation]', support: 'supported|partial',
    corroborated: 'boolean',
  },
  Citation: { source: 'integer', quote: 'text' },
  Tldr: { what_changed: 'Claim', why_it_matters: 'Claim?', what_to_do_next: '[Claim]', who_should_care: '[text]' },
  Insight: { takeaways: '[Claim]', technical: '[Claim]', implications: '[Implication]', timeline: '[TimelineEvent]' },
  Implication: { prediction: 'text', rationale: 'Claim' },
  TimelineEvent: { date: 'text', event: 'Claim' },
  Discussion: { points: '[Claim]' },
  Dispute: { about: 'text', sides: '[Claim]', note: 'Claim?' },
  CardSource: {
    n: 'integer', url: 'text', title: 'text?', site: 'text?', author: 'text?', published_at: 'text?', retrieved_at: 'instant',
    sha256: 'text', kind: 'article|thread|pdf', language: 'text??', quotes: '[Quote]',
  },
  Quote: { id: 'text', text: 'text', start: 'integer', end: 'integer', url: 'text', by: 'text?' },
  Unread: { url: 'text', title: 'text?', reason: 'text' },
  Verification: { claims: 'integer', supported: 'integer', partial: 'integer', dropped: 'integer', corroborated: 'integer', method: 'text' },
  Provenance: {
    writer: 'claude|extractive|mixed', model: 'text?', prompts: 'text?', tokens: '{integer}?', cost_usd: 'number?',
    made_in_s: 'number?', stages: '{number}',
  },
  Related: { id: 'text', headline: 'text', permalink: 'text' },
};

const SCHEMA = 1;
// RFC 3339 as the server writes it; Date.parse alone takes "1" for a year.
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** @type {Record<string, (value: unknown) => boolean>} */
const PLAIN = {
  text: (value) => typeof value === 'string',
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  instant: (value) => typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value)),
  any: () => true,
};

/**
 * What keeps a document from being a card: the path to its first fault and
 * what should stand there, or null when it is one. Fields we do not know are
 * allowed: a newer server may add some within schema 1.
 *
 * @param {unknown} document
 * @returns {string | null}
 */
export function cardFault(document) {
  return fault(document, 'Card', 'card') ?? beyondTypes(/** @type {any} */ (document));
}

/** What a type cannot say: our schema's number, and citations that lead somewhere. @param {any} card */
function beyondTypes(card) {
  if (card.schema !== SCHEMA) return `card.schema is not ${SCHEMA}`;
  const quotes = new Set(card.sources.flatMap((/** @type {any} */ source) => source.quotes.map((/** @type {any} */ quote) => `${source.n} ${quote.id}`)));
  const lost = citationsOf(card).find(({ source, quote }) => !quotes.has(`${source} ${quote}`));
  return lost ? `no source has the quotation ${lost.source}${lost.quote}` : null;
}

/** Every citation, wherever it stands. @param {any} value @returns {{source: number, quote: string}[]} */
function citationsOf(value) {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (name === 'citations' ? inner : citationsOf(inner)));
}

/** @param {unknown} value @param {Type} type @param {string} path @returns {string | null} */
function fault(value, type, path) {
  if (type.endsWith('?')) return value === null || value === undefined ? null : fault(value, type.replace(/\?+$/, ''), path);
  if (Object.hasOwn(PLAIN, type)) return PLAIN[type](value) ? null : `${path} is no ${type}`;
  if (type.startsWith('[')) return Array.isArray(value) ? firstFault(value.map((item, index) => [item, type.slice(1, -1), `${path}[${index}]`])) : `${path} is no list`;
  if (type.includes('|')) return typeof value === 'string' && type.split('|').includes(value) ? null : `${path} is none of ${type}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${path} is no object`;
  if (type.startsWith('{')) return firstFault(Object.entries(value).map(([name, item]) => [item, type.slice(1, -1), `${path}.${name}`]));
  const given = /** @type {Record<string, unknown>} */ (value);
  const shape = Object.entries(SHAPES[type]);
  const missing = shape.find(([name, inner]) => !inner.endsWith('??') && !Object.hasOwn(given, name));
  if (missing) return `${path}.${missing[0]} is missing`;
  return firstFault(shape.map(([name, inner]) => [given[name], inner, `${path}.${name}`]));
}

/** @param {[value: unknown, type: Type, path: string][]} parts */
function firstFault(parts) {
  for (const [value, type, path] of parts) {
    const found = fault(value, type, path);
    if (found) return found;
  }
  return null;
}
