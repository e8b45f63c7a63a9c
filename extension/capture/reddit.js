// A Reddit thread's page in whichever layout it is; the last of its files, so
// its value is the capture. Null when the page is no thread's.

(() => {
  const { redditShreddit, redditState, redditRedesign, redditOld } = /** @type {any} */ (globalThis).threadproof;
  const id = /\/(?:comments|gallery)\/([a-z0-9]+)/i.exec(location.pathname)?.[1]?.toLowerCase() ?? null;
  for (const layout of [redditShreddit, redditState, redditRedesign, redditOld]) {
    const shown = layout(id);
    if (shown) return { url: location.origin + location.pathname, ...shown };
  }
  return null;
})();
