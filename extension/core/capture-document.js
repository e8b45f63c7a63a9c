// The document in which a page's own showing travels to the server.

/**
 * @param {{url: string, html: string}} shown
 * @param {Date} now
 * @returns {import('../messages.js').Capture}
 */
export function captureDocument({ url, html }, now) {
  return { v: 1, url, captured_at: now.toISOString(), via: 'dom', html };
}
