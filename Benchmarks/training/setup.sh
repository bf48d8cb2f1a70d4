#!/bin/sh
# Makes the Python environments of the comparison. usage: setup.sh FOLDER
set -e
for tool in "torch torch" "tf tensorflow-cpu keras" "jax jax optax keras"; do
  set -- "$1" $tool
  folder=$1 name=$2
  shift 2
  python3 -m venv "$folder/venv-$name"
  "$folder/venv-$name/bin/pip" install -q numpy "$@"
  set -- "$folder"
done
# The package of the NPLM paper's authors; it asks for TensorFlow 2.3 and runs with the last one that has Keras 2.
python3 -m venv "$1/venv-nplm"
"$1/venv-nplm/bin/pip" install -q "tensorflow-cpu==2.15.1" h5py "numpy<2" scipy matplotlib
"$1/venv-nplm/bin/pip" install -q --no-deps NPLM==0.0.6
