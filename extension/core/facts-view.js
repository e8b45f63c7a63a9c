// What a card says of itself: where it comes from, how its claims fared, how
// it was made.

import { countWords } from './count-words.js';
import { formatCost, formatDuration, formatInstant, formatNumber } from './format.js';
import { isNumber, object, text } from './shapes.js';

/** @typedef {import('./count-words.js').Translate} Translate */

/** @typedef {{kind: 'community' | 'site' | 'category' | 'visibility', text: string}} BadgeView */
/** @typedef {'supported' | 'partial' | 'dropped'} Fate */

/**
 * @typedef {object} FactsView
 * @property {{verdict: string, marks: Fate[]} | null} proof  a mark for every claim proposed; none where they are too many to draw
 * @property {{state: 'fresh' | 'aging' | 'stale', text: string, when: string} | null} freshness
 * @property {string[]} thread  how large it is, and how much of it was read
 * @property {string[]} time    from posting to capture, and from asking to the card
 */

const MOST_MARKS = 60; // so many fit on a line of the narrowest sidebar, in two rows

/** @param {any} card @param {Translate} t @returns {BadgeView[]} */
export function badges(card, t) {
  const { community, site } = object(card.thread);
  /** @type {BadgeView[]} */
  const all = [
    { kind: 'community', text: text(community) || text(site) },
    { kind: 'site', text: text(community) ? text(site) : '' },
    { kind: 'category', text: text(card.category) },
    { kind: 'visibility', text: ['unlisted', 'private'].includes(card.visibility) ? t(`visibility_${card.visibility}`) : '' },
  ];
  return all.filter(({ text: shown }) => shown !== '');
}

/** @param {any} card @param {Translate} t @returns {FactsView} */
export function facts(card, t) {
  const { score } = object(card.thread);
  const { made_in_s: madeIn } = object(card.provenance);
  const locale = t('locale');
  return {
    proof: card.status === 'complete' ? proof(object(card.verification), t) : null,
    freshness: freshness(card, t),
    thread: [Number.isInteger(score) ? countWords(t, 'points', score) : '', commentsRead(object(card.capture), t)].filter(Boolean),
    time: [
      isNumber(card.collected_after_s) ? t('collectedIn', formatDuration(card.collected_after_s, locale)) : '',
      isNumber(madeIn) ? t('madeIn', formatDuration(madeIn, locale)) : '',
    ].filter(Boolean),
  };
}

/** @param {any} counts @param {Translate} t @returns {FactsView['proof']} */
function proof(counts, t) {
  const verdict = verdictOf(counts, t);
  if (!verdict) return null;
  const marks = /** @type {Fate[]} */ (['supported', 'partial', 'dropped']).flatMap((fate) =>
    Array(Number.isInteger(counts[fate]) ? Math.max(0, Math.min(counts[fate], MOST_MARKS + 1)) : 0).fill(fate));
  return { verdict, marks: marks.length > MOST_MARKS ? [] : marks };
}

/** How the claims that were proposed fared. @param {any} counts @param {Translate} t */
function verdictOf({ claims, supported, partial, dropped }, t) {
  if (!Number.isInteger(claims) || !Number.isInteger(supported)) return '';
  const locale = t('locale');
  const parts = [t('claimsSupported', formatNumber(supported, locale), formatNumber(claims, locale))];
  if (partial > 0) parts.push(t('claimsPartial', formatNumber(partial, locale)));
  if (dropped > 0) parts.push(t('claimsDropped', formatNumber(dropped, locale)));
  return parts.join(', ');
}

/** @param {any} card @param {Translate} t @returns {FactsView['freshness']} */
function freshness({ freshness: state, fresh_until: until }, t) {
  if (!['fresh', 'aging', 'stale'].includes(state)) return null;
  const when = text(until) && formatInstant(text(until), t('locale'));
  return { state, text: t(`freshness_${state}`), when: when && t(state === 'fresh' ? 'freshUntil' : 'freshSince', when) };
}

/** @param {any} capture @param {Translate} t */
function commentsRead({ comments_read: read, comments_total: total }, t) {
  if (!Number.isInteger(read)) return '';
  return Number.isInteger(total) && total >= read ? countWords(t, 'commentsReadOf', total, read) : countWords(t, 'commentsRead', read);
}

/**
 * How the card was made and checked, and what that took.
 *
 * @param {any} card
 * @param {Translate} t
 * @returns {{term: string, told: string, isEnglish: boolean}[]}
 */
export function receipt(card, t) {
  const { model, writer, tokens, cost_usd: cost, made_in_s: seconds } = object(card.provenance);
  const { corroborated, method } = object(card.verification);
  const locale = t('locale');
  const counts = Object.entries(object(tokens)).filter(([, count]) => isNumber(count));
  const rows = [
    row(t('receiptCorroborated'), corroborated > 0 ? countWords(t, 'corroboratedClaims', corroborated) : ''),
    row(t('receiptWriter'), writtenBy(text(model), writer, t)),
    row(t('receiptTokens'), counts.map(([name, count]) => `${formatNumber(count, locale)} ${text(name)}`).join(', ')),
    row(t('receiptCost'), text(model) && isNumber(cost) ? formatCost(cost, locale) : ''),
    row(t('receiptTime'), isNumber(seconds) ? formatDuration(seconds, locale) : ''),
    row(t('receiptMade'), text(card.generated_at) && formatInstant(text(card.generated_at), locale)),
    row(t('receiptVersion'), Number.isInteger(card.version) ? formatNumber(card.version, locale) : ''),
    { ...row(t('receiptChecked'), text(method)), isEnglish: true },
  ];
  return rows.filter(({ told }) => told !== '');
}

/** @param {string} term @param {string} told */
const row = (term, told) => ({ term, told, isEnglish: false });

/** Whose words they are. A model may have been paid for nothing, or for less than the whole. @param {string} model @param {any} writer @param {Translate} t */
function writtenBy(model, writer, t) {
  if (!['claude', 'extractive', 'mixed'].includes(writer)) return '';
  if (!model) return t('writtenExtractive');
  if (writer === 'extractive') return t('writtenOfNothing', model);
  return writer === 'mixed' ? t('writtenMixed', model) : model;
}
