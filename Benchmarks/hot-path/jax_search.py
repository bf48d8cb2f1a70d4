"""The search as a specialist writes it in JAX: a whole epoch is one compiled call. usage: as torch_search.py"""
import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from common import EPOCHS, arguments, efficiency, run

ACTIVATIONS = {"relu": jax.nn.relu, "elu": jax.nn.elu}
optimizer = optax.adam(1e-3)


def forward(settings, parameters, x, key=None):
    for n, (w, b) in enumerate(parameters[:-1]):
        x = ACTIVATIONS[settings["activations"][n]](x @ w + b)
        drop = settings["dropout"][n]
        if drop and key is not None:
            keep = jax.random.bernoulli(jax.random.fold_in(key, n), 1 - drop, x.shape)
            x = jnp.where(keep, x / (1 - drop), 0.0)
    w, b = parameters[-1]
    return (x @ w + b)[:, 0]


class Trainer:
    def __init__(self, settings, inputs):
        self.batch, self.sizes, self.seed = settings["batchSize"], [inputs, *settings["hidden"], 1], 0

        def update(p, s, batch, key):
            x, y, w = batch
            loss = lambda p: jnp.mean(w * optax.sigmoid_binary_cross_entropy(forward(settings, p, x, key), y))
            u, s = optimizer.update(jax.grad(loss)(p), s, p)
            return optax.apply_updates(p, u), s

        @partial(jax.jit, donate_argnums=(0, 1))
        def epoch(p, s, data, order, rest, keys):
            def body(carry, step):
                return update(*carry, tuple(a[step[0]] for a in data), step[1]), None

            (p, s), _ = jax.lax.scan(body, (p, s), (order, keys[1:]))
            return update(p, s, tuple(a[rest] for a in data), keys[0]) if len(rest) else (p, s)

        self.epoch, self.forward = epoch, jax.jit(lambda p, x: forward(settings, p, x))

    def train(self, z, target, weight, z_check, target_check):
        self.seed += 1
        r = np.random.default_rng(self.seed)
        p = [(jnp.asarray((r.uniform(-1, 1, (a, b)) * np.sqrt(6 / (a + b))).astype(np.float32)), jnp.zeros(b))
             for a, b in zip(self.sizes, self.sizes[1:])]
        s, data, best = optimizer.init(p), tuple(jnp.asarray(v) for v in (z, target, weight)), (-1.0, None)
        z_check, full = jnp.asarray(z_check), len(z) // self.batch
        key = jax.random.key(self.seed)
        for _ in range(EPOCHS):
            order = r.permutation(len(z)).astype(np.int32)
            key, *keys = jax.random.split(key, full + 2)
            p, s = self.epoch(p, s, data, order[: full * self.batch].reshape(full, self.batch),
                              order[full * self.batch :], jnp.stack(keys))
            value = efficiency(np.asarray(self.forward(p, z_check)), target_check)
            if value > best[0]:
                best = (value, jax.tree.map(np.asarray, p))
        return best[1]

    def score(self, state, z):
        return 1 / (1 + np.exp(-np.asarray(self.forward(state, z))))


settings, events, variant, trainings = arguments()
run("JAX, an epoch a call", Trainer(settings, events["x"].shape[1]), events, trainings, jax.__version__)
