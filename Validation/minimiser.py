"""Reference values for Tests/NumericalCoreTests/BoundedQuasiNewtonTests.swift.

Run: python Validation/minimiser.py   (numpy, scipy)

Rosenbrock's function in three dimensions with all variables in [-2, 0.8], by sequential quadratic
programming: another algorithm than L-BFGS-B.
"""

import numpy as np
import scipy
from scipy.optimize import minimize, rosen, rosen_der

print("numpy", np.__version__, "scipy", scipy.__version__)
best = minimize(rosen, [0.1, 0.1, 0.1], jac=rosen_der, bounds=[(-2, 0.8)] * 3, method="SLSQP",
                options={"ftol": 1e-16, "maxiter": 1000})
print(repr(best.x), repr(best.fun))
