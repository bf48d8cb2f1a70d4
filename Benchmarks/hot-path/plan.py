"""The plan of the window in the tool's own words."""

from common import BINS, CUT, EPOCHS, INNER, METRIC, OUTER, RANGE, RESTARTS, WINDOW, WORKLOADS


def plan(workload):
    settings = WORKLOADS[workload]
    listed = {key: "[" + ", ".join(map(str, settings[key])) + "]" for key in ("hidden", "activations", "dropout")}
    return f"""method: cwola-network
features: {settings["features"]}
mass: {{range: [{RANGE[0]}, {RANGE[1]}], bins: {BINS}, signalRegionBins: 3, sidebandBins: 2, windows: [{WINDOW}]}}
folds: {{outer: {OUTER}, scheme: cross}}
efficiencies: [1, {CUT}]
network:
  innerFolds: {INNER}
  restarts: {RESTARTS}
  metric: efficiency
  hidden: {listed["hidden"]}
  activations: {listed["activations"]}
  dropout: {listed["dropout"]}
  learningRate: 0.001
  decay: 0
  batchSize: {settings["batchSize"]}
  epochs: {EPOCHS}
  patience: {EPOCHS}
  metricEfficiency: {METRIC}
"""
