// The one address by which the server knows a thread, worked out at home: what
// is asked about a page is three digits of this address's hash, so the address
// itself must not have to be asked for. The server's rules, `server/core/urls`,
// and these are held together by tests/cases/urls.json. Addresses that only
// carry another one (redirectors, viewers) are no pages a reader stands on.

import { parameter, parseAddress } from './address.js';
import { pageKey } from './page-key.js';

/** @typedef {import('./address.js').Address} Address */
/** @typedef {'reddit' | 'hackernews' | 'lobsters' | 'stackexchange' | 'github' | 'mastodon' | 'lemmy' | 'discourse'} Site */

/**
 * @typedef {object} Canonical
 * @property {Site | null} site  null for a page of no site we know threads of
 * @property {string | null} key  null where only a look-up can tell which thread is meant
 */

const REDDIT_HOST = /^(?:(?:.+\.)?reddit\.com|(?:www\.)?redditmedia\.com)$/;
const REDDIT_FORMAT = /\.(?:json|rss|xml|compact|mobile|embed|html)$/i;
const REDDIT_ID = /^(?:t3_)?([0-9a-z]{1,13})$/;
const REDDIT_BARE_ID = /^(?=[a-z]*\d)[0-9a-z]{5,8}$/;
const STACK_HOST = /^(?:.+\.)?(?:stackoverflow\.com|stackexchange\.com|serverfault\.com|superuser\.com|askubuntu\.com|mathoverflow\.net|stackapps\.com)$/;
const GITHUB_HOSTS = new Set(['github.com', 'redirect.github.com', 'togithub.com']);
const STATUS = String.raw`(\d{5,20}|[0-9A-HJKMNP-TV-Z]{26})`;
const MASTODON = new RegExp(String.raw`^/(?:web/|deck/)?@([\w.-]+)(@[\w.-]+)?/(?:posts/|statuses/)?${STATUS}(?:/embed)?/?$`);
const MASTODON_ACTOR = new RegExp(String.raw`^/users/([\w.-]+)/statuses/${STATUS}(?:/.*)?$`);
const DISCOURSE = /^((?:\/(?:forums?|community|discuss|talk))?)\/t\/(?:(?!\d+\/)[^/]+\/)?(\d{1,10})(?:\/\d{1,7})?(?:[/.].*)?$/;

/** @type {((address: Address) => Canonical | null)[]} */
const RULES = [reddit, hackernews, lobsters, stackexchange, github, mastodon, lemmy, discourse];

/**
 * Which thread or page an address means; null when no server could read it.
 *
 * @param {unknown} address
 * @returns {Canonical | null}
 */
export function canonical(address) {
  const parsed = parseAddress(address);
  if (!parsed) return null;
  for (const rule of RULES) {
    const found = rule(parsed);
    if (found) return found;
  }
  return { site: null, key: pageKey(parsed) };
}

/** @param {Address} address @returns {Canonical | null} */
function reddit({ host, path, segments }) {
  if (/^(?:www\.)?redd\.it$/.test(host)) return redditThread((segments[0] ?? '').replace(REDDIT_FORMAT, '').toLowerCase());
  if (host === 'v.redd.it' && segments.length === 1) return { site: 'reddit', key: null };
  if (!REDDIT_HOST.test(host)) return null;
  const parts = path.replace(/\/$/, '').replace(REDDIT_FORMAT, '').split('/').filter(Boolean);
  const isPlaced = parts.length >= 2 && ['r', 'u', 'user'].includes(parts[0].toLowerCase());
  const [word = '', id = '', ...rest] = isPlaced ? parts.slice(2) : parts;
  const name = word.toLowerCase();
  if (['comments', 'gallery', 'tb', 'by_id'].includes(name)) return redditThread(id.toLowerCase());
  if (id && (name === 's' || (name === 'video' && !isPlaced))) return { site: 'reddit', key: null };
  return !isPlaced && !id && rest.length === 0 && REDDIT_BARE_ID.test(name) ? redditThread(name) : null;
}

/** @param {string} id @returns {Canonical | null} */
function redditThread(id) {
  const found = REDDIT_ID.exec(id);
  return found && { site: 'reddit', key: `https://www.reddit.com/comments/${found[1]}/` };
}

/** @param {Address} address @returns {Canonical | null} */
function hackernews(address) {
  const word = address.segments.join('').toLowerCase();
  if (address.site !== 'news.ycombinator.com' && address.site !== 'hackerne.ws') return null;
  const id = parameter(address, 'id');
  if (!/^\d{1,12}$/.test(id)) return null;
  if (word === 'context' || word === 'reply') return { site: 'hackernews', key: null };
  return word === 'item' ? { site: 'hackernews', key: `https://news.ycombinator.com/item?id=${Number(id)}` } : null;
}

/** @param {Address} address @returns {Canonical | null} */
function lobsters({ site, path }) {
  const found = site === 'lobste.rs' && /^\/(s|c)\/([0-9a-z]{4,12})(?:[./].*)?$/i.exec(path);
  return found ? { site: 'lobsters', key: found[1].toLowerCase() === 's' ? `https://lobste.rs/s/${found[2].toLowerCase()}` : null } : null;
}

/** @param {Address} address @returns {Canonical | null} */
function stackexchange({ host, site, path }) {
  if (host === 'api.stackexchange.com' || !STACK_HOST.test(host)) return null;
  const question = /^\/(?:questions|q)\/(\d{1,12})(?:\/.*)?$/.exec(path);
  const home = site.replace(/^meta\.(.+)\.stackexchange\.com$/, '$1.meta.stackexchange.com');
  if (question) return { site: 'stackexchange', key: `https://${home}/questions/${Number(question[1])}` };
  return /^\/a\/\d{1,12}(?:\/.*)?$/.test(path) ? { site: 'stackexchange', key: null } : null;
}

/** @param {Address} address @returns {Canonical | null} */
function github({ site, path }) {
  const found = GITHUB_HOSTS.has(site) && /^\/([\w.-]+)\/([\w.-]+)\/(issues?|pulls?|discussions)\/(\d{1,10})(?:[/.].*)?$/i.exec(path);
  if (!found) return null;
  const shown = found[3].toLowerCase() === 'discussions' ? 'discussions' : 'issues';
  return { site: 'github', key: `https://github.com/${found[1].toLowerCase()}/${found[2].toLowerCase()}/${shown}/${Number(found[4])}` };
}

/** @param {Address} address @returns {Canonical | null} */
function mastodon(address) {
  const path = address.path.replaceAll('%40', '@');
  const found = MASTODON.exec(path);
  if (found) {
    const isHome = !found[2] || found[2].toLowerCase() === `@${address.site}`;
    return { site: 'mastodon', key: isHome ? `https://${place(address)}/@${found[1].toLowerCase()}/${found[3]}` : null };
  }
  const named = MASTODON_ACTOR.exec(path);
  if (named) return { site: 'mastodon', key: `https://${place(address)}/@${named[1].toLowerCase()}/${named[2]}` };
  return /^\/(?:web\/|deck\/)?statuses\/\d{5,20}\/?$/.test(path) ? { site: 'mastodon', key: null } : null;
}

/** @param {Address} address @returns {Canonical | null} */
function lemmy(address) {
  if (/^(?:.+\.)?tumblr\.com$/.test(address.host)) return null;
  const post = /^\/post\/(\d{1,12})(?:\/\d{1,12})?\/?$/.exec(address.path);
  if (post) return { site: 'lemmy', key: `https://${place(address)}/post/${Number(post[1])}` };
  return /^\/comment\/\d{1,12}\/?$/.test(address.path) ? { site: 'lemmy', key: null } : null;
}

/** @param {Address} address @returns {Canonical | null} */
function discourse(address) {
  const found = DISCOURSE.exec(address.path);
  return found && { site: 'discourse', key: `https://${place(address)}${found[1]}/t/${Number(found[2])}` };
}

/** An instance: host without "www.", and its port when it has one. @param {Address} address */
const place = ({ site, port }) => (port ? `${site}:${port}` : site);
