"""The search in PyTorch. usage: torch_search.py WORKLOAD EVENTS.npz VARIANT TRAININGS

VARIANT: eager or compile (torch.compile of forward and loss). Events lie in tensors, batches are rows of a
permutation, Adam is the fused one, validation runs without gradients in one batch.
"""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from common import EPOCHS, arguments, efficiency, run

torch.set_num_threads(1)


class Trainer:
    def __init__(self, settings, inputs, variant):
        self.batch = settings["batchSize"]
        sizes = [inputs, *settings["hidden"]]
        layers = []
        for a, b, activation, dropout in zip(sizes, sizes[1:], settings["activations"], settings["dropout"]):
            layers += [nn.Linear(a, b), {"relu": nn.ReLU, "elu": nn.ELU}[activation]()]
            if dropout:
                layers.append(nn.Dropout(dropout))
        self.model = nn.Sequential(*layers, nn.Linear(sizes[-1], 1))
        self.seed = 0

        def loss(x, y, w):
            return F.binary_cross_entropy_with_logits(self.model(x).squeeze(1), y, weight=w)

        self.loss = torch.compile(loss, dynamic=False) if variant == "compile" else loss

    def train(self, z, target, weight, z_check, target_check):
        self.seed += 1
        torch.manual_seed(self.seed)
        for layer in self.model:
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)
        optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, fused=True)
        z, target, weight, z_check = (torch.from_numpy(v) for v in (z, target, weight, z_check))
        best = (-1.0, None)
        for _ in range(EPOCHS):
            self.model.train()
            order = torch.randperm(len(z))
            for i in range(0, len(z), self.batch):
                j = order[i : i + self.batch]
                optimizer.zero_grad(set_to_none=True)
                self.loss(z[j], target[j], weight[j]).backward()
                optimizer.step()
            value = efficiency(self.scores(z_check), target_check)
            if value > best[0]:
                best = (value, {k: v.clone() for k, v in self.model.state_dict().items()})
        return best[1]

    def scores(self, z):
        self.model.eval()
        with torch.no_grad():
            return self.model(z)[:, 0].numpy()

    def score(self, state, z):
        self.model.load_state_dict(state)
        return 1 / (1 + np.exp(-self.scores(torch.from_numpy(z))))


settings, events, variant, trainings = arguments()
trainer = Trainer(settings, events["x"].shape[1], variant)
run(f"PyTorch {variant}", trainer, events, trainings, torch.__version__)
