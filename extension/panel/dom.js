// Building elements. Text goes in as text nodes only: nothing a server or a
// stranger wrote is ever parsed as markup.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * An element with properties and children. Properties are attributes, except
 * `onclick`, which is a listener; null and false leave one out.
 *
 * @param {string} name
 * @param {Record<string, any>} [properties]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function el(name, properties = {}, ...children) {
  return fill(document.createElement(name), properties, children);
}

/**
 * The same for a drawing's parts, which live in a namespace of their own.
 *
 * @param {string} name
 * @param {Record<string, any>} [properties]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function svg(name, properties = {}, ...children) {
  return fill(/** @type {SVGElement} */ (document.createElementNS('http://www.w3.org/2000/svg', name)), properties, children);
}

/** @template {Element} T @param {T} element @param {Record<string, any>} properties @param {Child[]} children @returns {T} */
function fill(element, properties, children) {
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false || value === '') continue;
    if (key === 'onclick') element.addEventListener('click', value);
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  for (const child of children) if (child !== null && child !== undefined && child !== false && child !== '') element.append(typeof child === 'number' ? String(child) : child);
  return element;
}

/**
 * A link that opens a new tab and tells it nothing about us; the plain
 * children where there is no address to follow.
 *
 * @param {string | null} href  already checked by `safeLink`
 * @param {Record<string, any>} properties
 * @param {...Child} children
 */
export function outLink(href, properties, ...children) {
  if (!href) return el('span', properties, ...children);
  return el('a', { ...properties, href, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

/** What each placed element was drawn from. @type {WeakMap<Element, {name: string, state: string}>} */
const drawn = new WeakMap();

/**
 * Puts sections into a container in order, touching only those that changed:
 * what the reader has focused, opened or selected stays.
 *
 * @param {HTMLElement} container
 * @param {{name: string, view: unknown, draw: () => HTMLElement | null}[]} sections
 */
export function place(container, sections) {
  const present = new Map(Array.from(container.children, (child) => [drawn.get(child)?.name, child]));
  const wanted = sections.map(({ name, view, draw }) => {
    const state = JSON.stringify(view);
    const old = present.get(name);
    if (old && drawn.get(old)?.state === state) return old;
    const element = draw();
    if (element) drawn.set(element, { name, state });
    return element;
  }).filter((element) => element !== null);
  // Leftovers go first: an element moved past one would lose its focus.
  const kept = new Set(wanted);
  for (const child of [...container.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((element, index) => {
    if (container.children[index] !== element) container.insertBefore(element, container.children[index] ?? null);
  });
}
