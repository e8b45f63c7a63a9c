// Values of a stranger's document, taken for what they are or for nothing.

const MAX_TEXT = 4000;
// C0 and C1 controls, and the bidirectional embeddings, overrides and isolates
// with which a quoted string could reverse the text around it.
// eslint-disable-next-line no-control-regex -- they are what is taken out
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The text without what could act on others, '' where it is none. @param {unknown} value */
export const text = (value) => (typeof value === 'string' ? value.slice(0, MAX_TEXT).replace(UNSAFE, '').trim() : '');

/** @param {any} value @returns {any[]} */
export const list = (value) => (Array.isArray(value) ? value : []);

/** @param {any} value @returns {Record<string, any>} */
export const object = (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {});

/** @param {unknown} value @returns {value is number} */
export const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);
