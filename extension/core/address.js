// A web address in parts, in the one spelling that the server compares:
// percent-encoding one way only, host without a closing dot.

/**
 * @typedef {object} Address
 * @property {string} scheme  'https' or 'http'
 * @property {string} host    lower-case ASCII
 * @property {string} site    the host without "www."
 * @property {string} port    '' when it is the scheme's own
 * @property {string} path
 * @property {string[]} segments  the path's parts without the empty ones
 * @property {string[]} query     "name=value" or "name", as given
 * @property {string} fragment
 */

/**
 * The address as a URL when it is one a server could read, else null.
 *
 * @param {unknown} address
 * @returns {URL | null}
 */
export function parseWebAddress(address) {
  if (typeof address !== 'string') return null;
  try {
    const url = new URL(address);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
  } catch {
    return null;
  }
}

/** @param {unknown} address @returns {Address | null} */
export function parseAddress(address) {
  const url = parseWebAddress(address);
  if (!url) return null;
  const host = url.hostname.replace(/\.$/, '');
  const path = encodeOnce(url.pathname);
  return {
    scheme: url.protocol.slice(0, -1),
    host,
    site: host.replace(/^www\./, ''),
    port: url.port,
    path,
    segments: path.split('/').filter(Boolean),
    query: url.search.slice(1).split('&').filter(Boolean).map(encodeOnce),
    fragment: url.hash.slice(1),
  };
}

/** The first value of a query parameter, '' without it. @param {Address} address @param {string} name */
export function parameter({ query }, name) {
  return query.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

/** Unreserved characters bare, upper-case digits, all else encoded. @param {string} text */
function encodeOnce(text) {
  return text.replace(/%[0-9a-f]{2}|[^\w\-.~!$&'()*+,;=:@/?]/gi, (found) => {
    if (found.length < 3 || found[0] !== '%') return [...new TextEncoder().encode(found)].map(asHex).join('');
    const character = String.fromCharCode(Number.parseInt(found.slice(1), 16));
    return /[\w\-.~]/.test(character) ? character : found.toUpperCase();
  });
}

/** @param {number} byte */
const asHex = (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
