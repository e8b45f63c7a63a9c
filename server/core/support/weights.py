"""What the features weigh, and from which score on a claim is called supported.

The weights are printed by `python -m tests.quality.train_support`: trained on the 1,210 claims of Factcheck-Bench's
train split (Wang et al., Apache-2.0) against web snippets, both classes weighing the same. Nothing of the data is in
here but these four figures. `SHIFT` and the two thresholds were chosen on WiCE's dev claims (Kamoi et al., annotations
ODC-BY), which no weight has seen. No other data had a part in either.
"""

from server.core.support.features import Features

INTERCEPT = -0.701
WEIGHTS = Features(agreement=2.860, strangers=-2.243, placing=1.203)

SHIFT = -0.04  # so that at a score of 0.5 the errors on both sides are fewest; on whole pages that is a little later
STRICT = 0.62  # from this score a claim is called supported: of unsupported claims one in ten still is
PARTIAL = 0.34  # from this score something of it is supported
