"""usage: nplm_package.py NPLM EPOCHS     the NPLM package (PyPI) as its examples use it: Keras fit, full batch

Needs NPLM 0.0.6, which asks for TensorFlow 2.3; runs with the Keras 2 of TensorFlow 2.15 too.
"""

import sys

import numpy as np
import tensorflow as tf
from common import WORKLOADS, Clock, data
from keras.src.engine import base_layer_utils

# Its model adds metrics while it is built, which later versions of Keras 2 allow in a call only.
original = tf.keras.Model.add_metric


def add_metric(self, value, aggregation=None, name=None):
    if base_layer_utils.call_context().in_call:
        original(self, value, name=name)


tf.keras.Model.add_metric = add_metric
from NPLM.NNutils import imperfect_loss, imperfect_model  # noqa: E402

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
name, epochs = sys.argv[1], int(sys.argv[2])
workload = WORKLOADS[name]
x, y, w = data(name)
unused = [np.zeros((1, 1), np.float32)] * 8
model = imperfect_model(
    (None, workload["sizes"][0]), *unused, BSMarchitecture=workload["sizes"],
    BSMweight_clipping=workload["clip"], correction="", train_f=True, train_nu=False)
model.compile(loss=imperfect_loss, optimizer="adam")
clock = Clock()


class Epochs(tf.keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 0:
            clock.tick()

    def on_epoch_end(self, epoch, logs=None):
        clock.tick()


model.fit(
    x, np.stack([y, w], axis=1), batch_size=len(x), epochs=epochs + 2, verbose=0, callbacks=[Epochs()])
clock.report(name, "NPLM package", 2, len(x), version=tf.__version__)
