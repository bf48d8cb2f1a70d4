#!/bin/bash
# All files of the dimuon problem, in FOLDER: make_dimuon.sh FOLDER [PROCESSES]
# A stopped run goes on with the same command. PYTHON names another Python.
set -euo pipefail
cd "$(dirname "$0")"
folder=$(realpath -m "${1:?usage: make_dimuon.sh FOLDER [PROCESSES]}")
slices=(55:200 200:500 500:1000 1000:1800 1800:13000)
{
  for first in $(seq 0 5 60); do
    echo --process sm --mhat ${slices[0]} --n 1300000 --seed 100000 --parts $first:$((first + 5)) \
      --out "$folder/parts/sm_0"
  done
  for k in 1 2 3 4; do
    echo --process sm --mhat ${slices[k]} --n 60000 --seed 1${k}0000 --out "$folder/parts/sm_$k"
  done
  for mass in 200 300 600; do
    echo --process zprime --mass $mass --mhat 60:$((3 * mass)) --n 30000 --chunk 10000 --seed ${mass}000 \
      --out "$folder/parts/zprime_$mass"
  done
} | xargs -P "${2:-2}" -L 1 "${PYTHON:-python3}" dimuon.py
"${PYTHON:-python3}" compose_dimuon.py --slices "$folder"/parts/sm_? --signals "$folder"/parts/zprime_* \
  --out "$folder"
