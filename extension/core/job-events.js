// Server-sent events out of a byte stream, as the WHATWG specification parses
// them. The browser's own reader of them cannot send the access key.

/**
 * @typedef {object} ServerEvent
 * @property {string} id     the last id seen, this event's or an earlier one's
 * @property {string} event  'message' when the server named none
 * @property {string} data
 */

/**
 * A parser that is fed chunks as they arrive. Chunk borders may fall anywhere:
 * inside a line, between CR and LF, inside one character.
 *
 * An event whose closing blank line never came is not reported: a connection
 * that broke mid-event is resumed from the id before it.
 */
export function createEventParser() {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let afterCarriageReturn = false;
  let id = '';
  let event = '';
  /** @type {string[]} */
  let data = [];
  /** @type {number | null} */
  let retryMs = null;

  /** @param {string} line @param {ServerEvent[]} out */
  function takeLine(line, out) {
    if (line === '') {
      if (data.length > 0) out.push({ id, event: event || 'message', data: data.join('\n') });
      event = '';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) retryMs = Number(value);
  }

  return {
    /**
     * The events this chunk completes, oldest first.
     *
     * @param {Uint8Array} chunk
     * @returns {ServerEvent[]}
     */
    push(chunk) {
      /** @type {ServerEvent[]} */
      const out = [];
      let text = decoder.decode(chunk, { stream: true });
      if (text === '') return out;
      if (afterCarriageReturn && text.startsWith('\n')) text = text.slice(1);
      afterCarriageReturn = text === '' ? false : text.endsWith('\r');
      const lines = (rest + text).split(/\r\n|\r|\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) takeLine(line, out);
      return out;
    },

    /** What to send as Last-Event-ID when the stream breaks here. */
    get lastEventId() {
      return id;
    },

    /** The pause before reconnecting that the server asked for, or null. */
    get retryMs() {
      return retryMs;
    },
  };
}
