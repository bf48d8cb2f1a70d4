"""The search in Keras. usage: KERAS_BACKEND=jax|tensorflow keras_search.py WORKLOAD EVENTS.npz VARIANT TRAININGS

VARIANT: fit (Keras' defaults), epoch-call (all steps of an epoch in one call of the compiled function).
One model is compiled and set back for each training, one call of fit does a training, validation takes one batch.
"""
import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
from common import EPOCHS, arguments, efficiency, run

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    version = f"tensorflow {tf.__version__}, keras {keras.__version__}"
else:
    import jax

    version = f"jax {jax.__version__}, keras {keras.__version__}"


class KeepBest(keras.callbacks.Callback):
    def __init__(self, z, target):
        self.z, self.target, self.best = z, target, (-1.0, None)

    def on_epoch_end(self, epoch, logs=None):
        value = efficiency(np.asarray(self.model.predict_on_batch(self.z))[:, 0], self.target)
        if value > self.best[0]:
            self.best = (value, self.model.get_weights())


class Trainer:
    def __init__(self, settings, inputs, events, variant):
        self.batch = settings["batchSize"]
        layers = [keras.Input((inputs,))]
        for units, activation, dropout in zip(settings["hidden"], settings["activations"], settings["dropout"]):
            layers.append(keras.layers.Dense(units, activation=activation))
            if dropout:
                layers.append(keras.layers.Dropout(dropout))
        self.model = keras.Sequential([*layers, keras.layers.Dense(1, activation="sigmoid")])
        steps = -(-events // self.batch) if variant == "epoch-call" else 1
        self.model.compile(keras.optimizers.Adam(1e-3), "binary_crossentropy", steps_per_execution=steps)
        self.model.optimizer.build(self.model.trainable_variables)
        self.fresh = [v.numpy() for v in self.model.optimizer.variables]
        self.seed = 0

    def train(self, z, target, weight, z_check, target_check):
        self.seed += 1
        r = np.random.default_rng(self.seed)
        for layer in self.model.layers:
            if layer.weights:
                a, b = layer.kernel.shape
                layer.set_weights([r.uniform(-1, 1, (a, b)) * np.sqrt(6 / (a + b)), np.zeros(b)])
        for variable, value in zip(self.model.optimizer.variables, self.fresh):
            variable.assign(value)
        keep = KeepBest(z_check, target_check)
        self.model.fit(z, target[:, None], sample_weight=weight, batch_size=self.batch, epochs=EPOCHS, verbose=0,
                       callbacks=[keep])
        return keep.best[1]

    def score(self, state, z):
        self.model.set_weights(state)
        return np.asarray(self.model.predict_on_batch(z))[:, 0]


settings, events, variant, trainings = arguments()
inside = ((events["fold"] != 0) & (events["region"] < 3)).sum()
trainer = Trainer(settings, events["x"].shape[1], int(inside * 3 / 4), variant)
run(f"Keras {keras.backend.backend()}, {variant}", trainer, events, trainings, version)
