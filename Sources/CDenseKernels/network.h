// What the kernels of all instruction sets share.
#pragma once
#include "cdensekernels.h"

typedef struct {
  int inputs, outputs, activation;
  int64_t weights, biases;  // where they start among the parameters
  float floor;  // 0 for a ReLU, -infinity otherwise
  float slope;
  // Derivative from the stored output y. Piecewise: y > 0 ? p : q y + r. Quadratic: (p - q y) y + r.
  int derivative;
  float p, q, r;
  int dropped;  // of 65536
  float scale;  // 1 / probability to survive
  float *forward, *backward;  // packed weights
  float *activations;  // [outputs][stride]; holds the derivatives on the way back
  float *gradient;  // packed, see transposed_gradient; NULL for narrow layers
  uint32_t *keys;  // one for two outputs
} layer_state;

enum {
  NO_DERIVATIVE,
  LINEAR_DROPPED,
  RECTIFIED,
  PIECEWISE,
  PIECEWISE_DROPPED,
  QUADRATIC,
  QUADRATIC_DROPPED
};

typedef struct kernels kernels;

struct cdk_network {
  int inputs, count;
  int64_t parameters;
  int block;  // events
  int64_t stride;
  const kernels *kernels;
  layer_state *layers;
  float *bias_and_weights;  // the parameters as given
  float *inputs_block, *targets_block, *weights_block, *inputs_gradient, *transposed;
  float *records_block;  // grows to [record_stride][stride]
  int records_width;
  uint32_t *hashes;  // one an event of the block
};

struct kernels {
  int rows, vectors, lanes, block;
  double (*gradient)(cdk_network *, const cdk_batch *, int, const uint64_t *, float *, float *,
                     int64_t);
  void (*predict)(cdk_network *, const float *, int64_t, int64_t, bool, float *, int64_t);
  void (*sgd)(int64_t, float *, const float *, float *, float, float);
  void (*adam)(int64_t, float *, const float *, float *, float *, float, float, float, float, float,
               float, float);
  void (*adadelta)(int64_t, float *, const float *, float *, float *, float, float, float);
  void (*adagrad)(int64_t, float *, const float *, float *, float, float);
};

// Rows of the next panel when `left` rows are left: full panels, but no thin last one, whose few
// sums would wait for each other.
static inline int panel_rows(int left, int rows) {
  if (left <= rows) return left;
  return left < rows + 3 ? (left + 1) / 2 : rows;
}
