"""usage: torch_epochs.py WORKLOAD eager|fused|compile EPOCHS"""
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F
from common import SLOPE, WORKLOADS, Clock, data

torch.set_num_threads(1)
torch.manual_seed(0)
name, variant, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3])
c = WORKLOADS[name]
X, Y, W = (torch.from_numpy(a) for a in data(name))
B, N = c["batch"], len(X)
layers = []
for i, (a, b) in enumerate(zip(c["sizes"][:-1], c["sizes"][1:])):
    layers.append(nn.Linear(a, b))
    if i < len(c["acts"]):
        layers.append({"relu": nn.ReLU, "elu": nn.ELU, "sigmoid": nn.Sigmoid, "linear": nn.Identity, "leaky": lambda: nn.LeakyReLU(SLOPE)}[c["acts"][i]]())
        if c["drop"][i]:
            layers.append(nn.Dropout(c["drop"][i]))
model = nn.Sequential(*layers)
opt = torch.optim.Adam(model.parameters(), lr=1e-3, **({} if variant == "eager" else {"fused": True}))


def loss_fn(x, y, w):
    if name == "AE":
        return (w * ((model(x) - x) ** 2).mean(1)).mean()
    f = model(x).squeeze(1)
    if name == "NPLM":
        return ((1 - y) * w * (torch.exp(f) - 1) - y * w * f).sum()
    return F.binary_cross_entropy_with_logits(f, y, weight=w)


if variant == "compile":
    loss_fn = torch.compile(loss_fn, dynamic=False)


def step(x, y, w):
    opt.zero_grad(set_to_none=True)
    loss = loss_fn(x, y, w)
    loss.backward()
    opt.step()
    if "clip" in c:
        with torch.no_grad():
            for p in model.parameters():
                p.clamp_(-c["clip"], c["clip"])
    return loss.detach()


clock = Clock()
clock.tick()
for _ in range(epochs + 2):
    if B >= N:
        float(step(X, Y, W))
    else:
        total, perm = torch.zeros(()), torch.randperm(N)
        for i in range(0, N, B):
            j = perm[i:i + B]
            total += step(X[j], Y[j], W[j])
        float(total)
    clock.tick()
clock.report(name, f"PyTorch {variant}", 2, N, version=torch.__version__)
