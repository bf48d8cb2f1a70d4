"""usage: keras_epochs.py WORKLOAD fit|function|xla EPOCHS     function, xla: NPLM without Keras, one tf.function"""
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
from common import SLOPE, WORKLOADS, Clock, data, glorot

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
keras = tf.keras
name, variant, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3])
c = WORKLOADS[name]
X, Y, W = data(name)
clock = Clock()


def fit():
    keras.utils.set_random_seed(0)
    m = keras.Sequential([keras.Input((c["sizes"][0],))])
    for i, n in enumerate(c["sizes"][1:-1]):
        m.add(keras.layers.Dense(n, activation=None if c["acts"][i] == "leaky" else c["acts"][i]))
        if c["acts"][i] == "leaky":
            m.add(keras.layers.LeakyReLU(SLOPE))
        if c["drop"][i]:
            m.add(keras.layers.Dropout(c["drop"][i]))
    m.add(keras.layers.Dense(c["sizes"][-1], activation=None if name == "AE" else "sigmoid"))
    m.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse" if name == "AE" else "binary_crossentropy")

    class Tick(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            clock.tick()

        def on_epoch_end(self, epoch, logs=None):
            clock.tick()

    m.fit(X, X if name == "AE" else Y[:, None], sample_weight=W, batch_size=c["batch"], epochs=epochs + 2, verbose=0, callbacks=[Tick()])


def full_batch(xla):
    x, y, w = tf.constant(X), tf.constant(Y[:, None]), tf.constant(W[:, None])
    P = [tf.Variable(a) for layer in glorot(c["sizes"]) for a in layer]
    M, V = [tf.Variable(tf.zeros_like(p)) for p in P], [tf.Variable(tf.zeros_like(p)) for p in P]
    t = tf.Variable(0.0)

    @tf.function(jit_compile=xla)
    def epoch():
        with tf.GradientTape() as tape:
            h = x
            for i in range(0, len(P) - 2, 2):
                h = tf.sigmoid(h @ P[i] + P[i + 1])
            f = h @ P[-2] + P[-1]
            loss = tf.reduce_sum((1 - y) * w * (tf.exp(f) - 1) - y * w * f)
        g = tape.gradient(loss, P)
        t.assign_add(1.0)
        rate = 1e-3 * tf.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        for p, m, v, d in zip(P, M, V, g):
            m.assign(0.9 * m + 0.1 * d)
            v.assign(0.999 * v + 0.001 * d * d)
            p.assign(tf.clip_by_value(p - rate * m / (tf.sqrt(v) + 1e-7), -c["clip"], c["clip"]))
        return loss

    clock.tick()
    for _ in range(epochs + 2):
        epoch().numpy()
        clock.tick()


if name == "NPLM":
    full_batch(variant == "xla")
else:
    fit()
label = "Keras fit" if name != "NPLM" else f"TensorFlow {variant}"
clock.report(name, label, 2, len(X), version=f"tf {tf.__version__}, keras {keras.__version__}")
