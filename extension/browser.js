// The extension API under one name: `browser` in Firefox, `chrome` in Chrome.

/** @type {any} */
export const browser = /** @type {any} */ (globalThis).browser ?? /** @type {any} */ (globalThis).chrome;
