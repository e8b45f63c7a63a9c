// The one spelling of a page without rules of its own: tracking goes, meaning
// stays. As `server/core/urls/pages.py` and `social.py` have it.

import { parameter } from './address.js';

/** @typedef {import('./address.js').Address} Address */

const TRACKING_PREFIXES = /^(?:utm_|mtm_|pk_|piwik_|matomo_|hsa_|_hs|__hs|vero_|oly_|guce_)/;
const TRACKING = new Set(`
  fbclid gclid gclsrc gbraid wbraid dclid msclkid yclid ysclid twclid ttclid irclickid li_fat_id epik srsltid dicbo
  tblci zanpid wickedid s_kwcid ef_id _ga _gl _ke _openstat mc_cid mc_eid mkt_tok ck_subscriber_id ml_subscriber
  ml_subscriber_hash igshid igsh mibextid fb_action_ids fb_action_types fb_source fb_ref fbc_ref trk trkcampaign
  trkinfo at_medium at_campaign at_link_id at_link_type at_link_origin at_ptr_name at_bbc_team at_format ns_mchannel
  ns_source ns_campaign ns_linkname ns_fee sc_campaign sc_channel sc_content sc_medium sc_outcome sc_geo sc_country
  s_cid cmpid ncid ocid spm scm smid smtyp sr_share soc_src soc_trk sref xtor hss_channel wt_mc wt_zmc
  ref ref_ ref_src ref_url ref_source referrer share_id sharetype share_via rdt __twitter_impression guccounter
  amp phpsessid jsessionid
`.trim().split(/\s+/));
const REF_MEANS_A_BRANCH = /^(?:.*\.)?(?:github|gitlab|codeberg|gitea|bitbucket)\.(?:com|org|io)$/;
const TWITTER = /^(?:(?:www|mobile|m)\.)?(?:twitter|x|fxtwitter|vxtwitter|fixupx)\.com$/;
const STATUS = /^\/(?:i\/web|i|[^/]+)\/status(?:es)?\/(\d{1,20})(?:\/.*)?$/;
const YOUTUBE = /^(?:(?:www|m|music)\.)?youtube(?:-nocookie)?\.com$/;

/**
 * https, no "www.", no tracking, no fragment, parameters by name, no closing slash.
 *
 * @param {Address} address
 * @returns {string}
 */
export function pageKey(address) {
  const post = TWITTER.test(address.host) ? STATUS.exec(address.path)?.[1] : undefined;
  if (post) return `https://x.com/i/web/status/${post}`;
  const seen = video(address);
  if (/^[\w-]{11}$/.test(seen)) return `https://www.youtube.com/watch?v=${seen}`;
  const scheme = address.port ? address.scheme : 'https';
  const path = address.path.replace(/;jsessionid=[^/]*/gi, '').replace(/\/+$/, '') || '/';
  const kept = address.query.filter((pair) => !isTracking(pair, address.host));
  const query = kept.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : Number(nameOf(one) > nameOf(other)))).join('&');
  return `${scheme}://${address.site}${address.port && `:${address.port}`}${path}${query && `?${query}`}`;
}

/**
 * The query without what only says where its reader came from.
 *
 * @param {string} search  with its "?", or ''
 * @param {string} host
 */
export function withoutTracking(search, host) {
  const kept = search.slice(1).split('&').filter((pair) => pair && !isTracking(pair, host));
  return kept.length > 0 ? `?${kept.join('&')}` : '';
}

/** @param {Address} address */
function video(address) {
  const [first = '', second = ''] = address.segments;
  if (/^(?:www\.)?youtu\.be$/.test(address.host)) return first;
  if (!YOUTUBE.test(address.host)) return '';
  if (address.segments.length === 1 && first === 'watch') return parameter(address, 'v');
  return ['shorts', 'embed', 'live', 'v'].includes(first) ? second : '';
}

/** @param {string} pair @param {string} host */
function isTracking(pair, host) {
  const name = nameOf(pair).toLowerCase();
  if (name === 'ref' && REF_MEANS_A_BRANCH.test(host)) return false;
  return TRACKING.has(name) || TRACKING_PREFIXES.test(name) || pair.toLowerCase() === 'outputtype=amp';
}

/** @param {string} pair */
const nameOf = (pair) => pair.split('=')[0];
