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
