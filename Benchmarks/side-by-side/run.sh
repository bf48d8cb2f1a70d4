#!/bin/sh
# Builds and runs the comparison on one core. usage: run.sh [CORE [EPOCHS]]; as root it goes before everything else
set -e
here=$(dirname "$0") root=$(dirname "$0")/../.. core=${1:-0}
kernels=$root/Sources/CDenseKernels
clang -O2 -std=gnu17 -mavx2 -mfma -ffp-contract=fast -I"$kernels/include" "$here/side_by_side.c" "$kernels/network.c" \
  -lm -o "$root/.build/side-by-side"
echo "| network | in turn, million events/s | side by side | side by side / in turn | largest difference after an epoch |"
echo "|---|---|---|---|---|"
[ "$(id -u)" = 0 ] && before="chrt -r 5"
$before taskset -c "$core" "$root/.build/side-by-side" "${2:-5}"
