"""Reference values for NeuralNetworks from PyTorch, in double precision.

usage: python Validation/networks.py > Tests/NeuralNetworksTests/Fixtures/pytorch.json
Needs torch. All numbers that the tests feed in are rounded to single precision first.
"""

import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
generator = np.random.default_rng(20)


def single(values):
    return np.asarray(values, dtype=np.float32).astype(np.float64)


def activate(name, z):
    if isinstance(name, dict):
        return F.leaky_relu(z, name["leaky-relu"])
    return {
        "linear": lambda z: z,
        "relu": F.relu,
        "elu": F.elu,
        "selu": F.selu,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
    }[name](z)


def forward(parameters, layers, x, before_last_activation=False):
    """x [events, inputs] -> [events, outputs]; parameters: W [units, inputs], b [units], ..."""
    for index, layer in enumerate(layers):
        x = F.linear(x, parameters[2 * index], parameters[2 * index + 1])
        if not (before_last_activation and index + 1 == len(layers)):
            x = activate(layer["activation"], x)
    return x


def loss_of(name, parameters, layers, x, t, w):
    if name == "binary-cross-entropy":
        z = forward(parameters, layers, x, before_last_activation=True)
        each = F.binary_cross_entropy_with_logits(z, t, reduction="none")
        return (w[:, None] * each).mean()
    y = forward(parameters, layers, x)
    if name == "mean-squared-error":
        return (w[:, None] * (y - t) ** 2).mean()
    return (w[:, None] * ((1 - t) * (torch.exp(y) - 1) - t * y)).sum()


def draw(inputs, units, scale=0.7):
    sizes = [inputs] + units
    out = []
    for a, b in zip(sizes[:-1], sizes[1:]):
        out += [single(generator.normal(size=(b, a)) * scale), single(generator.normal(size=b) * 0.3)]
    return out


def flat(tensors):
    return [float(v) for t in tensors for v in np.asarray(t).ravel()]


def sample(inputs, outputs, loss, events=13):
    x = single(generator.normal(size=(events, inputs)))
    if loss == "mean-squared-error":
        t = single(generator.normal(size=(events, outputs)))
    else:
        t = single(generator.integers(0, 2, size=(events, outputs)))
    return x, t, single(generator.uniform(0.2, 1.8, size=events))


def case(name, inputs, layers, loss):
    units = [layer["units"] for layer in layers]
    x, t, w = sample(inputs, units[-1], loss)
    p = [torch.tensor(v, requires_grad=True) for v in draw(inputs, units)]
    xt = torch.tensor(x, requires_grad=True)
    value = loss_of(loss, p, layers, xt, torch.tensor(t), torch.tensor(w))
    value.backward()
    gradient = flat([v.grad for v in p])
    y = forward(p, layers, xt)
    x2 = torch.tensor(x, requires_grad=True)
    forward(p, layers, x2).sum().backward()
    return dict(
        name=name, inputs=inputs, layers=layers, loss=loss, parameters=flat([v.detach() for v in p]),
        columns=x.T.tolist(), targets=t.T.tolist(), weights=w.tolist(), outputs=y.detach().numpy().T.tolist(),
        lossValue=value.item(), gradient=gradient,
        inputGradient=xt.grad.numpy().T.tolist(), outputByInput=x2.grad.numpy().T.tolist())


def layer(units, activation):
    return dict(units=units, activation=activation, dropout=0)


cases = []
for activation in ["linear", "relu", {"leaky-relu": 0.125}, "elu", "selu", "tanh", "sigmoid"]:
    for loss, outputs, last in [("binary-cross-entropy", 1, "sigmoid"), ("mean-squared-error", 2, "linear"),
                                ("mean-squared-error", 3, activation), ("nplm", 1, "linear")]:
        label = activation if isinstance(activation, str) else "leaky-relu"
        cases.append(case(f"{label}, {loss}, {outputs} outputs", 3,
                          [layer(9, activation), layer(5, activation), layer(outputs, last)], loss))

OPTIMIZERS = [
    (dict(sgd=dict(learningRate=0.1, momentum=0.9)), lambda p: torch.optim.SGD(p, 0.1, momentum=0.9)),
    (dict(adam=dict(learningRate=0.02, beta1=0.8, beta2=0.99, epsilon=1e-6)),
     lambda p: torch.optim.Adam(p, 0.02, betas=(0.8, 0.99), eps=1e-6)),
    (dict(adamW=dict(learningRate=0.02, beta1=0.9, beta2=0.999, epsilon=1e-6, weightDecay=0.3)),
     lambda p: torch.optim.AdamW(p, 0.02, eps=1e-6, weight_decay=0.3)),
    (dict(adadelta=dict(learningRate=0.5, rho=0.9, epsilon=1e-4)),
     lambda p: torch.optim.Adadelta(p, 0.5, rho=0.9, eps=1e-4)),
    (dict(adagrad=dict(learningRate=0.05, epsilon=1e-6)), lambda p: torch.optim.Adagrad(p, 0.05, eps=1e-6)),
]


def trajectory(name, setting, make, loss, l2=0.0, clip=None, decay=0.0, steps=(1, 5)):
    layers = [layer(9, "elu"), layer(4, "tanh"), layer(1, "linear" if loss == "nplm" else "sigmoid")]
    units = [v["units"] for v in layers]
    x, t, w = sample(3, 1, loss, events=21)
    start = draw(3, units)
    p = [torch.tensor(v, requires_grad=True) for v in start]
    optimizer = make(p)
    rate = optimizer.param_groups[0]["lr"]
    scaled = w if loss == "nplm" else w / w.mean()
    after, losses = {}, []
    for step in range(max(steps)):
        optimizer.param_groups[0]["lr"] = rate / (1 + decay * step)
        optimizer.zero_grad()
        data_loss = loss_of(loss, p, layers, torch.tensor(x), torch.tensor(t), torch.tensor(scaled))
        (data_loss + l2 * sum((v**2).sum() for v in p[::2])).backward()
        optimizer.step()
        losses.append(data_loss.item())
        if clip:
            with torch.no_grad():
                for v in p:
                    v.clamp_(-clip, clip)
        if step + 1 in steps:
            after[str(step + 1)] = flat([v.detach() for v in p])
    return dict(
        name=name, inputs=3, layers=layers, columns=x.T.tolist(), targets=t.T.tolist(), weights=w.tolist(),
        parameters=flat(start), losses=losses, after=after,
        plan=dict(loss=loss, optimizer=setting, epochs=1, learningRateDecay=decay, l2=l2,
                  **(dict(weightClipping=clip) if clip else {})))


trajectories = [trajectory(next(iter(s)), s, m, "binary-cross-entropy") for s, m in OPTIMIZERS]
trajectories += [
    trajectory("adam with decay, l2 and clipping", *OPTIMIZERS[1], "binary-cross-entropy", l2=0.01, clip=0.9, decay=0.2),
    trajectory("adam on the NPLM loss with clipping", *OPTIMIZERS[1], "nplm", clip=0.8),
]
rounded = json.loads(json.dumps(dict(
    versions=dict(python=sys.version.split()[0], torch=torch.__version__, numpy=np.__version__),
    cases=cases, trajectories=trajectories)), parse_float=lambda v: float(f"{float(v):.9g}"))
json.dump(rounded, sys.stdout, separators=(",", ":"))
print()
