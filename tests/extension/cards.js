// The invented card that Python decodes and JavaScript draws, and changes to it.

import { readFileSync } from 'node:fs';

/** @param {string} name */
export const readCase = (name) => JSON.parse(readFileSync(new URL(`../cases/${name}`, import.meta.url), 'utf8'));

/** A card of this test's own. @param {Record<string, any>} [changes] @returns {any} */
export const card = (changes = {}) => ({ ...readCase('card.json'), ...changes });

/**
 * The card with something else at a place in it; without `value`, with nothing.
 *
 * @param {{path: (string | number)[], value?: any}} change
 */
export function changed({ path, ...put }) {
  const whole = card();
  const holder = path.slice(0, -1).reduce((node, key) => node[key], whole);
  const key = path[path.length - 1];
  if ('value' in put) holder[key] = put.value;
  else delete holder[key];
  return whole;
}

/** Every place in a document; of a list's items the first stands for all. @param {any} node @param {(string | number)[]} [at] @returns {(string | number)[][]} */
export function places(node, at = []) {
  if (typeof node !== 'object' || node === null) return [];
  const keys = Array.isArray(node) ? [0].filter((first) => first < node.length) : Object.keys(node);
  return keys.flatMap((key) => [[...at, key], ...places(node[key], [...at, key])]);
}

/**
 * What comes of a document with another value at a place; the document is as it was afterwards.
 *
 * @template T
 * @param {any} document
 * @param {(string | number)[]} path
 * @param {any} value
 * @param {(document: any) => T} look
 */
export function withValue(document, path, value, look) {
  const holder = path.slice(0, -1).reduce((node, key) => node[key], document);
  const key = path[path.length - 1];
  const former = holder[key];
  holder[key] = value;
  try {
    return look(document);
  } finally {
    holder[key] = former;
  }
}
