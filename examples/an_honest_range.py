"""Not everybody took the drug that a lot gave them: what taking it does lies in a range, and the data name its ends."""

import bayescause as bc
from bayescause.study.zoo import models

study = bc.Study.read(models()["cholestyramine"])
effect = bc.run(study, seed=1).answers[0].effect
print(effect)
print()
print(bc.decide(effect, act="give the drug", instead="do not", gain=1.0, cost=0.1))
