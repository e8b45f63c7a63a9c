// Which addresses of a stranger's card may be followed.

import { parseWebAddress } from './thread-url.js';

/**
 * The address, if it is https and names no user, or if it is the reader's own
 * server, whatever that speaks. A page on plain http is named, not linked:
 * whoever sits on the line could have written it anew.
 *
 * @param {unknown} address
 * @param {string} [server]  the address of the reader's server
 * @returns {string | null}
 */
export function safeLink(address, server = '') {
  const url = parseWebAddress(address);
  if (!url || url.username || url.password) return null;
  return url.protocol === 'https:' || url.origin === parseWebAddress(server)?.origin ? url.href : null;
}
