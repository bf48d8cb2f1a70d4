#include "network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#pragma clang fp contract(fast)

// The tiles fill the registers: 16 in SSE2 and AVX2, 32 in AVX-512 and NEON. SSE2 has no fused
// multiply-add and needs one more for the product.
#if defined(__x86_64__)

#define SUFFIX _sse2
#define LANES 4
#define ROWS 4
#define VECTORS 2
#define BLOCK 96
#include "block_kernels.inc.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define SUFFIX _avx2
#define LANES 8
#define ROWS 6
#define VECTORS 2
#define BLOCK 96
#include "block_kernels.inc.h"
#pragma clang attribute pop

#pragma clang attribute push(                                                              \
    __attribute__((target("avx512f,avx512vl,avx512dq,fma"), min_vector_width(512))),       \
    apply_to = function)
#define SUFFIX _avx512
#define LANES 16
#define ROWS 8
#define VECTORS 3
#define BLOCK 192
#include "block_kernels.inc.h"
#pragma clang attribute pop

bool cdk_supports(int set) {
  switch (set) {
    case CDK_SSE2:
      return true;
    case CDK_AVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case CDK_AVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
    default:
      return false;
  }
}
int cdk_best_instruction_set(void) {
  return cdk_supports(CDK_AVX512) ? CDK_AVX512 : cdk_supports(CDK_AVX2) ? CDK_AVX2 : CDK_SSE2;
}
static const kernels *kernels_of(int set) {
  return set == CDK_AVX512 ? &kernels_avx512 : set == CDK_AVX2 ? &kernels_avx2 : &kernels_sse2;
}

#else

#define SUFFIX _portable
#define LANES 4
#ifdef __aarch64__
#define ROWS 8
#define VECTORS 3
#else
#define ROWS 4
#define VECTORS 2
#endif
#define BLOCK 96
#include "block_kernels.inc.h"

int cdk_best_instruction_set(void) {
#ifdef __aarch64__
  return CDK_NEON;
#else
  return CDK_GENERIC;
#endif
}
bool cdk_supports(int set) { return set == cdk_best_instruction_set(); }
static const kernels *kernels_of(int set) {
  (void)set;
  return &kernels_portable;
}

#endif

static void *zeros(int64_t count, size_t size, bool *short_of_memory) {
  // A multiple of the alignment, and room for a vector read behind the last number.
  size_t bytes = ((size_t)count * size + 256 + 63) / 64 * 64;
  void *memory = aligned_alloc(64, bytes);
  if (!memory) {
    *short_of_memory = true;
    return 0;
  }
  return memset(memory, 0, bytes);
}

// Derivative of an activation from its output, with what dropout does to both.
static void set_derivative(layer_state *layer) {
  bool dropping = layer->dropped > 0;
  float scale = layer->scale;
  layer->derivative = dropping ? PIECEWISE_DROPPED : PIECEWISE;
  layer->p = scale;
  layer->q = 0;
  layer->r = 0;
  switch (layer->activation) {
    case CDK_LINEAR:
      layer->derivative = dropping ? LINEAR_DROPPED : NO_DERIVATIVE;
      break;
    case CDK_RELU:
      layer->derivative = RECTIFIED;
      break;
    case CDK_LEAKY_RELU:
      layer->r = layer->slope * scale;
      break;
    case CDK_ELU:
      layer->q = 1;
      layer->r = scale;
      break;
    case CDK_SELU:
      layer->p = 1.0507009873554805f * scale;
      layer->q = 1;
      layer->r = 1.7580993408473766f * scale;
      break;
    case CDK_TANH:
      layer->derivative = dropping ? QUADRATIC_DROPPED : QUADRATIC;
      layer->p = 0;
      layer->q = 1 / scale;
      layer->r = scale;
      break;
    case CDK_SIGMOID:
      layer->derivative = dropping ? QUADRATIC_DROPPED : QUADRATIC;
      layer->p = 1;
      layer->q = 1 / scale;
      break;
  }
}

cdk_network *cdk_create(int32_t inputs, const cdk_layer *layers, int32_t count, int set) {
  cdk_network *n = calloc(1, sizeof *n);
  if (!n) return 0;
  n->layers = calloc((size_t)count, sizeof *n->layers);
  if (!n->layers) {
    free(n);
    return 0;
  }
  bool failed = false;
  n->inputs = inputs;
  n->count = count;
  n->kernels = kernels_of(set);
  int lanes = n->kernels->lanes, widest = inputs;
  for (int l = 0; l < count; ++l)
    if (layers[l].outputs > widest) widest = layers[l].outputs;
  // Small layers take longer blocks: less is lost at the edges, and the caches hold them.
  n->block = n->kernels->block * (widest <= 16 ? 5 : 1);
  n->stride = n->block + 16;  // not a power of two, so that columns do not share cache sets
  for (int l = 0; l < count; ++l) {
    layer_state *layer = n->layers + l;
    layer->inputs = l ? layers[l - 1].outputs : inputs;
    layer->outputs = layers[l].outputs;
    layer->activation = layers[l].activation;
    layer->slope = layers[l].slope;
    layer->floor = layer->activation == CDK_RELU ? 0 : -INFINITY;
    layer->dropped = (int)lroundf(layers[l].dropout * 65536);
    layer->scale = 65536 / (65536 - (float)layer->dropped);
    set_derivative(layer);
    layer->weights = n->parameters;
    n->parameters += (int64_t)layer->inputs * layer->outputs;
    layer->biases = n->parameters;
    n->parameters += layer->outputs;
    int64_t weights = (int64_t)layer->inputs * layer->outputs;
    layer->forward = zeros(weights, sizeof(float), &failed);
    layer->backward = zeros(weights, sizeof(float), &failed);
    layer->activations = zeros(n->stride * layer->outputs, sizeof(float), &failed);
    layer->keys = zeros((layer->outputs + 1) / 2, sizeof(uint32_t), &failed);
    if (layer->inputs >= lanes) {
      int64_t columns = (layer->inputs + lanes - 1) / lanes * lanes;
      layer->gradient = zeros(columns * layer->outputs, sizeof(float), &failed);
    }
  }
  n->bias_and_weights = zeros(n->parameters, sizeof(float), &failed);
  n->inputs_block = zeros(n->stride * inputs, sizeof(float), &failed);
  n->inputs_gradient = zeros(n->stride * inputs, sizeof(float), &failed);
  n->targets_block = zeros(n->stride * layers[count - 1].outputs, sizeof(float), &failed);
  n->weights_block = zeros(n->stride, sizeof(float), &failed);
  n->hashes = zeros(n->stride, sizeof(uint32_t), &failed);
  n->transposed = zeros(n->stride * lanes * n->kernels->vectors, sizeof(float), &failed);
  if (failed) {
    cdk_free(n);
    return 0;
  }
  return n;
}

void cdk_free(cdk_network *n) {
  if (!n) return;
  for (int l = 0; l < n->count; ++l) {
    layer_state *layer = n->layers + l;
    free(layer->forward);
    free(layer->backward);
    free(layer->activations);
    free(layer->gradient);
    free(layer->keys);
  }
  free(n->layers);
  free(n->bias_and_weights);
  free(n->inputs_block);
  free(n->inputs_gradient);
  free(n->targets_block);
  free(n->weights_block);
  free(n->hashes);
  free(n->transposed);
  free(n->records_block);
  free(n);
}

int64_t cdk_parameter_count(const cdk_network *n) { return n->parameters; }

// Panels of R rows of the matrix w[row][depth], element (row, k) at w[row * row_step + k * k_step].
static void pack(const kernels *kernels, int rows, int depth, const float *w, int64_t row_step,
                 int64_t k_step, float *panel) {
  for (int row = 0; row < rows;) {
    int R = panel_rows(rows - row, kernels->rows);
    const float *from = w + row * row_step;
    for (int k = 0; k < depth; ++k, panel += R)
      for (int r = 0; r < R; ++r) panel[r] = from[r * row_step + k * k_step];
    row += R;
  }
}

void cdk_set_parameters(cdk_network *n, const float *parameters) {
  memcpy(n->bias_and_weights, parameters, sizeof(float) * (size_t)n->parameters);
  for (int l = 0; l < n->count; ++l) {
    layer_state *layer = n->layers + l;
    const float *w = parameters + layer->weights;
    pack(n->kernels, layer->outputs, layer->inputs, w, layer->inputs, 1, layer->forward);
    pack(n->kernels, layer->inputs, layer->outputs, w, 1, layer->inputs, layer->backward);
  }
}

static uint64_t finalised(uint64_t z) {  // of SplitMix64
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

double cdk_gradient(cdk_network *n, const cdk_batch *batch, int loss, const uint64_t *dropout_key,
                    float *gradient, float *input_gradient, int64_t input_gradient_stride) {
  if (batch->rows && batch->record_stride > n->records_width) {
    bool failed = false;
    free(n->records_block);
    n->records_block = zeros(n->stride * batch->record_stride, sizeof(float), &failed);
    n->records_width = failed ? 0 : batch->record_stride;
    if (failed) return NAN;
  }
  if (dropout_key) {
    uint64_t state = *dropout_key;
    for (int l = 0; l < n->count; ++l)
      for (int j = 0; j < n->layers[l].outputs; j += 2)
        n->layers[l].keys[j / 2] = (uint32_t)(finalised(state += 0x9e3779b97f4a7c15u) >> 32);
  }
  return n->kernels->gradient(n, batch, loss, dropout_key, gradient, input_gradient,
                              input_gradient_stride);
}

void cdk_predict(cdk_network *n, const float *inputs, int64_t input_stride, int64_t count,
                 bool logits, float *outputs, int64_t output_stride) {
  n->kernels->predict(n, inputs, input_stride, count, logits, outputs, output_stride);
}

void cdk_step_sgd(const cdk_network *n, int64_t count, float *p, const float *g, float *velocity,
                  float rate, float momentum) {
  n->kernels->sgd(count, p, g, velocity, rate, momentum);
}
void cdk_step_adam(const cdk_network *n, int64_t count, float *p, const float *g, float *mean,
                   float *square, float rate, float beta1, float beta2, float epsilon,
                   float correction1, float correction2, float decay) {
  n->kernels->adam(count, p, g, mean, square, rate, beta1, beta2, epsilon, correction1,
                   correction2, decay);
}
void cdk_step_adadelta(const cdk_network *n, int64_t count, float *p, const float *g,
                       float *square, float *update, float rate, float rho, float epsilon) {
  n->kernels->adadelta(count, p, g, square, update, rate, rho, epsilon);
}
void cdk_step_adagrad(const cdk_network *n, int64_t count, float *p, const float *g, float *square,
                      float rate, float epsilon) {
  n->kernels->adagrad(count, p, g, square, rate, epsilon);
}

double cdk_add_l2(const cdk_network *n, const float *p, float strength, float *gradient) {
  double sum = 0;
  for (int l = 0; l < n->count; ++l)
    for (int64_t i = n->layers[l].weights; i < n->layers[l].biases; ++i) {
      sum += (double)p[i] * p[i];
      gradient[i] += 2 * strength * p[i];
    }
  return strength * sum;
}

void cdk_clip(int64_t count, float *p, float limit) {
  for (int64_t i = 0; i < count; ++i) p[i] = p[i] > limit ? limit : p[i] < -limit ? -limit : p[i];
}
