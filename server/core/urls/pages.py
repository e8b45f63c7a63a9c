"""Any page without rules of its own: tracking goes, meaning stays."""

import re

from server.core.urls.address import Address
from server.core.urls.canonical import CanonicalUrl

# What campaigns, mailers, ad networks and share buttons add and no page reads. `ref` is among them since newsletters
# add it to every link (Ghost does by default); where it names a branch it stays.
_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "_hs", "__hs", "vero_", "oly_", "guce_")
_TRACKING = frozenset(
    """
    fbclid gclid gclsrc gbraid wbraid dclid msclkid yclid ysclid twclid ttclid irclickid li_fat_id epik srsltid dicbo
    tblci zanpid wickedid s_kwcid ef_id _ga _gl _ke _openstat mc_cid mc_eid mkt_tok ck_subscriber_id ml_subscriber
    ml_subscriber_hash igshid igsh mibextid fb_action_ids fb_action_types fb_source fb_ref fbc_ref trk trkcampaign
    trkinfo at_medium at_campaign at_link_id at_link_type at_link_origin at_ptr_name at_bbc_team at_format ns_mchannel
    ns_source ns_campaign ns_linkname ns_fee sc_campaign sc_channel sc_content sc_medium sc_outcome sc_geo sc_country
    s_cid cmpid ncid ocid spm scm smid smtyp sr_share soc_src soc_trk sref xtor hss_channel wt_mc wt_zmc
    ref ref_ ref_src ref_url ref_source referrer share_id sharetype share_via rdt __twitter_impression guccounter
    amp phpsessid jsessionid
    """.split()
)
_REF_MEANS_A_BRANCH = re.compile(r"(?:.*\.)?(?:github|gitlab|codeberg|gitea|bitbucket)\.(?:com|org|io)")
_SESSION = re.compile(r";jsessionid=[^/]*", re.IGNORECASE)


def page(address: Address) -> CanonicalUrl:
    """The page's one spelling: https, no "www.", no tracking, no fragment, parameters by name, no closing slash."""
    kept = without_tracking(address)
    path = _SESSION.sub("", address.path)
    query = "&".join(sorted(kept, key=lambda pair: pair.partition("=")[0]))
    scheme = "https" if address.port is None else address.scheme  # a port of its own speaks one of the two
    return CanonicalUrl(
        key=spell(scheme, address.site, address.port, path.rstrip("/") or "/", query),
        site=address.site,
        kind="page",
        asked=asked(address),
    )


def asked(address: Address) -> str:
    """The address as given, without tracking and fragment."""
    query = "&".join(without_tracking(address))
    return spell(address.scheme, address.host, address.port, address.path, query)


def spell(scheme: str, host: str, port: int | None, path: str, query: str) -> str:
    """The parts as one text."""
    return f"{scheme}://{host}{f':{port}' if port else ''}{path}{f'?{query}' if query else ''}"


def without_tracking(address: Address) -> tuple[str, ...]:
    """The query's parameters that may mean something."""
    return tuple(pair for pair in address.query if not _is_tracking(pair, address.host))


def _is_tracking(pair: str, host: str) -> bool:
    name = pair.partition("=")[0].lower()
    if name == "ref" and _REF_MEANS_A_BRANCH.fullmatch(host):
        return False
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES) or pair.lower() == "outputtype=amp"
