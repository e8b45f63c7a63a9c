// The languages a reader may want cards in, as BCP 47 writes them. A server
// takes any tag; these are the ones offered.

/** @type {readonly string[]} */
export const CARD_LANGUAGES = [
  'ar', 'cs', 'da', 'de', 'el', 'en', 'es', 'fa', 'fi', 'fr', 'he', 'hi', 'hu', 'id', 'it', 'ja', 'ko', 'nb', 'nl', 'pl', 'pt',
  'ro', 'ru', 'sv', 'th', 'tr', 'uk', 'vi', 'zh',
];
