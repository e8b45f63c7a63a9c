// Makes one element like another while touching only what differs, so that focus, scroll position, open folds and
// popovers survive. Children with an id are found by it; the others by their place.
export function morph(from, to) {
  if (from.isEqualNode(to)) return;
  if (from.nodeType !== Node.ELEMENT_NODE || from.nodeName !== to.nodeName || from.id !== to.id) {
    from.replaceWith(to);
    return;
  }
  morphAttributes(from, to);
  let place = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const match = find(from, place, wanted);
    if (!match) {
      from.insertBefore(wanted, place);
      continue;
    }
    while (place !== match) place = removeAt(place);
    place = match.nextSibling;
    morph(match, wanted);
  }
  while (place) place = removeAt(place);
}

function find(parent, place, wanted) {
  if (wanted.id) return [...parent.children].find((child) => child.id === wanted.id && follows(child, place));
  return place?.nodeName === wanted.nodeName && !place.id ? place : null;
}

function follows(child, place) {
  return place && (child === place || place.compareDocumentPosition(child) & Node.DOCUMENT_POSITION_FOLLOWING);
}

function removeAt(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function morphAttributes(from, to) {
  for (const { name } of [...from.attributes]) {
    if (name !== 'open' && !to.hasAttribute(name)) from.removeAttribute(name); // what the reader unfolded stays so
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}
