"""From a page's bytes to its words; no network, no processes."""
