"""usage: jax_epochs.py WORKLOAD step|scan EPOCHS     scan: the whole epoch in one jitted call"""
import os
import sys

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from common import SLOPE, WORKLOADS, Clock, data, glorot

name, variant, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3])
c = WORKLOADS[name]
DATA = tuple(jnp.asarray(a) for a in data(name))
N, B = len(DATA[0]), c["batch"]
params = [(jnp.asarray(w), jnp.asarray(b)) for w, b in glorot(c["sizes"])]
act = {"relu": jax.nn.relu, "elu": jax.nn.elu, "sigmoid": jax.nn.sigmoid, "linear": lambda x: x,
       "leaky": lambda x: jax.nn.leaky_relu(x, SLOPE)}
opt = optax.adam(1e-3)


def forward(p, x, key):
    for i, (w, b) in enumerate(p[:-1]):
        x = act[c["acts"][i]](x @ w + b)
        if c["drop"][i]:
            keep = 1 - c["drop"][i]
            x = jnp.where(jax.random.bernoulli(jax.random.fold_in(key, i), keep, x.shape), x / keep, 0.0)
    w, b = p[-1]
    return x @ w + b


def loss(p, x, y, w, key):
    if name == "AE":
        return jnp.mean(w * jnp.mean((forward(p, x, key) - x) ** 2, axis=1))
    f = forward(p, x, key)[:, 0]
    if name == "NPLM":
        return jnp.sum((1 - y) * w * (jnp.exp(f) - 1) - y * w * f)
    return jnp.mean(w * optax.sigmoid_binary_cross_entropy(f, y))


def update(p, s, batch, key):
    value, g = jax.value_and_grad(loss)(p, *batch, key)
    u, s = opt.update(g, s, p)
    p = optax.apply_updates(p, u)
    if "clip" in c:
        p = jax.tree.map(lambda v: jnp.clip(v, -c["clip"], c["clip"]), p)
    return p, s, value


@partial(jax.jit, donate_argnums=(0, 1))
def step(p, s, d, idx, key):
    return update(p, s, d if idx is None else tuple(a[idx] for a in d), key)


@partial(jax.jit, donate_argnums=(0, 1))
def scan_epoch(p, s, d, idx, keys):
    def body(carry, xs):
        p, s, value = update(*carry, tuple(a[xs[0]] for a in d), xs[1])
        return (p, s), value
    (p, s), values = jax.lax.scan(body, (p, s), (idx, keys))
    return p, s, jnp.sum(values)


state = [params, opt.init(params), jax.random.key(0)]
full, host = N // B, np.random.default_rng(0)
clock = Clock()
clock.tick()
for _ in range(epochs + 2):
    p, s, key = state
    key, *keys = jax.random.split(key, full + 2)
    if name == "NPLM":
        p, s, _v = step(p, s, DATA, None, keys[0])
    else:
        perm = host.permutation(N).astype(np.int32)
        if variant == "step":
            for n in range(-(-N // B)):
                p, s, _v = step(p, s, DATA, perm[n * B:(n + 1) * B], keys[n])
        else:
            p, s, _v = scan_epoch(p, s, DATA, perm[:full * B].reshape(full, B), jnp.stack(keys[:full]))
            if N % B:
                p, s, _v = step(p, s, DATA, perm[full * B:], keys[-1])
    jax.block_until_ready(p)
    state = [p, s, key]
    clock.tick()
clock.report(name, f"JAX {variant}", 2, N, version=jax.__version__)
