// Runs inside the page, so it imports nothing and leaves one name behind.
// Turns what people wrote into a few plain tags: enough for a server to find
// paragraphs, quotes and links, and nothing about who is reading. Every
// capture names what it keeps; what is not named stays behind.

/** @type {any} */ (globalThis).threadproof = (() => {
  const KEPT = new Set(['P', 'A', 'BLOCKQUOTE', 'CODE', 'PRE', 'UL', 'OL', 'LI', 'EM', 'STRONG', 'BR', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6']);
  const RENAMED = new Map([['I', 'EM'], ['B', 'STRONG'], ['TR', 'P']]);
  const BLOCKS = new Set(['DIV', 'SECTION', 'TABLE', 'TD', 'TH', 'FIGURE']);
  const DROPPED = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'SVG', 'BUTTON', 'INPUT', 'TEXTAREA', 'SELECT', 'FORM', 'IFRAME', 'VIDEO', 'AUDIO', 'SHREDDIT-COMMENT']);
  // What stands for words that are gone, as the server's readers know it.
  const GONE = new Set(['[removed]', '[deleted]', 'comment deleted by user', 'deleted by user', 'comment removed by moderator', 'removed by moderator']);
  // The server takes 4 MiB; what surrounds the HTML needs a little of it.
  const MAX_BYTES = 4 * 1024 * 1024 - 64 * 1024;
  const encoder = new TextEncoder();

  /** @param {string} text */
  function escape(text) {
    if (!/[&<>"]/.test(text)) return text;
    return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
  }

  /** @param {Node} node @returns {string} */
  function light(node) {
    if (node.nodeType === Node.TEXT_NODE) return escape(node.nodeValue ?? '');
    if (node.nodeType !== Node.ELEMENT_NODE) return '';
    const element = /** @type {Element} */ (node);
    const name = element.tagName.toUpperCase();
    if (DROPPED.has(name)) return '';
    const inner = inside(element);
    const kept = RENAMED.get(name) ?? name;
    if (kept === 'BR') return '<br>';
    if (kept === 'A') return link(/** @type {HTMLAnchorElement} */ (element), inner);
    if (KEPT.has(kept)) return `<${kept.toLowerCase()}>${inner}</${kept.toLowerCase()}>`;
    return BLOCKS.has(name) ? ` ${inner} ` : inner;
  }

  /** @param {Element} element */
  function inside(element) {
    let html = '';
    for (let node = element.firstChild; node; node = node.nextSibling) html += light(node);
    return html;
  }

  /** @param {HTMLAnchorElement} anchor @param {string} inner */
  function link({ href }, inner) {
    return /^https?:/.test(href) ? `<a href="${escape(href)}">${inner}</a>` : inner;
  }

  /** An element's content, lightened. @param {Element | null | undefined} element */
  function content(element) {
    return element ? inside(element).trim() : '';
  }

  /** All words in an element, on one line. @param {Element | null | undefined} element */
  function words(element) {
    return (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
  }

  /** The facts named, of an element that has them. @param {Element} element @param {readonly string[]} names */
  function attributes(element, names) {
    let told = '';
    for (const name of names) {
      const value = element.getAttribute(name);
      if (value !== null) told += ` ${name}="${escape(value)}"`;
    }
    return told;
  }

  /**
   * One element of a capture; without an inside it is left out.
   *
   * @param {string} name
   * @param {Record<string, string | null | undefined>} facts  those without a value are left out
   * @param {string} inner  markup
   */
  function tag(name, facts, inner) {
    const told = Object.entries(facts).filter(([, value]) => value).map(([fact, value]) => ` ${fact}="${escape(value ?? '')}"`).join('');
    return inner && `<${name}${told}>${inner}</${name}>`;
  }

  /** The class names of an element that are among these. @param {Element | null} element @param {readonly string[]} names */
  function classes(element, names) {
    return names.filter((name) => element?.classList.contains(name)).join(' ');
  }

  /** Whether words are only a mark that the words are gone. @param {string} told */
  function isGone(told) {
    return GONE.has(told.toLowerCase()) || (told.length < 200 && /^\[ ?removed by reddit ?\]/i.test(told));
  }

  /** Whether an element holds somebody's words. @param {Element | null | undefined} body */
  function isSaid(body) {
    const told = words(body);
    return told !== '' && !isGone(told);
  }

  /** @param {string} text */
  const jsonBytes = (text) => encoder.encode(JSON.stringify(text)).length;

  /**
   * @typedef {object} Part  one comment
   * @property {Element} element
   * @property {string} open   its markup up to where its replies go
   * @property {string} close
   * @property {boolean} isRead  whether its words are there
   */

  /**
   * Comments in document order, nested as the page nests them, as many as fit
   * behind the head. Past the limit the rest is left out, with their replies:
   * the count says so.
   *
   * @param {string} head
   * @param {Iterable<Part>} parts
   */
  function commentsHtml(head, parts) {
    const fitting = thatFit([...parts], jsonBytes(head));
    /** @type {Part[]} */
    const open = [];
    let html = '';
    for (const part of fitting) {
      while (open.length > 0 && !open[open.length - 1].element.contains(part.element)) html += open.pop()?.close;
      html += part.open;
      open.push(part);
    }
    while (open.length > 0) html += open.pop()?.close;
    return { html, comments: fitting.filter(({ isRead }) => isRead).length };
  }

  /** @param {Part[]} parts @param {number} taken  bytes */
  function thatFit(parts, taken) {
    // No character takes more than six bytes: where that fits nothing is weighed.
    const most = 6 * parts.reduce((sum, { open, close }) => sum + open.length + close.length, 0);
    if (taken + most <= MAX_BYTES) return parts;
    const last = parts.findIndex(({ open, close }) => (taken += jsonBytes(open + close)) > MAX_BYTES);
    return last < 0 ? parts : parts.slice(0, last);
  }

  /**
   * The number that words begin with, "2.8k" being 2800; null where there is none.
   *
   * @param {string | null | undefined} told
   */
  function shownNumber(told) {
    const found = /(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,3}))?\s?([km]?)(?![\w.])/i.exec(told ?? '');
    if (!found || (found[2] && !found[3])) return null;
    const scale = { '': 1, k: 1000, m: 1_000_000 }[found[3].toLowerCase()] ?? 1;
    return Math.trunc(Number(`${found[1].replaceAll(',', '')}.${found[2] ?? 0}`) * scale);
  }

  return { escape, attributes, content, words, tag, classes, isGone, isSaid, commentsHtml, shownNumber };
})();
