// Fused kernels that train small dense networks.
//
// A block of events passes forward, through the loss and back while its activations stay in cache.
// One vector lane is one event; every matrix is feature-major, `a[feature][stride]`. The same
// source is compiled once for each instruction set and one is chosen at run time.
//
// Parameters of all layers lie in one array: for each layer W[out][in], then b[out].
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum {
  CDK_GENERIC = 0,  // four floats a vector, whatever the processor makes of it
  CDK_SSE2 = 1,
  CDK_AVX2 = 2,  // with FMA
  CDK_AVX512 = 3,  // F, VL, DQ
  CDK_NEON = 4,
};

enum {
  CDK_LINEAR = 0,
  CDK_RELU = 1,
  CDK_LEAKY_RELU = 2,  // slope below zero
  CDK_ELU = 3,  // alpha = 1
  CDK_SELU = 4,
  CDK_TANH = 5,
  CDK_SIGMOID = 6,
};

enum {
  // Sum of w (max(z, 0) - z t + log(1 + exp(-|z|))), z the logit: without the last activation.
  CDK_BINARY_CROSS_ENTROPY = 0,
  // Sum of w (y - t)^2.
  CDK_SQUARED_ERROR = 1,
  // Sum of (1 - t) w (exp(f) - 1) - t w f: arXiv:1912.12155, eq. (1).
  CDK_NPLM = 2,
  // Sum of w t y: `t` is the derivative of an outer loss with respect to the output.
  CDK_OUTER_DERIVATIVE = 3,
};

typedef struct {
  int32_t outputs;
  int32_t activation;
  float slope;  // of the leaky ReLU
  float dropout;  // probability that an output is dropped, 0 ..< 1; resolved to 2^-16
} cdk_layer;

// Events in their order, as columns, or (if `rows` is given) chosen events, as records: an event
// picked at random then costs one line of memory instead of one for each column.
typedef struct {
  const float *inputs;  // [inputs][input_stride]
  int64_t input_stride;
  const float *targets;  // [outputs][target_stride]
  int64_t target_stride;
  const float *weights;  // one an event; NULL: all 1
  const uint32_t *rows;  // which records
  const float *records;  // [events][record_stride]: inputs first
  int32_t record_stride;  // a multiple of 4
  int32_t record_targets, record_weight;  // where they are in a record
  int64_t count;
  float weight_scale;  // multiplies every weight
} cdk_batch;

// A network's shape, its packed parameters and the scratch space of one thread.
typedef struct cdk_network cdk_network;

bool cdk_supports(int instruction_set);
int cdk_best_instruction_set(void);

// NULL if memory is short. `instruction_set` must be supported.
cdk_network *cdk_create(int32_t inputs, const cdk_layer *layers, int32_t count, int instruction_set);
void cdk_free(cdk_network *network);
int64_t cdk_parameter_count(const cdk_network *network);

// Packs parameters for the kernels: once after every change.
void cdk_set_parameters(cdk_network *network, const float *parameters);

// The loss summed over a batch, and its derivatives where asked for.
//
// Dropout acts if `dropout_key` is given: whether an output survives depends on the key, layer,
// unit and the event's place in the batch only. `gradient` (one number a parameter) and
// `input_gradient` ([inputs][input_gradient_stride], in the order of the batch) are overwritten;
// either may be NULL. NaN if memory is short.
double cdk_gradient(cdk_network *network, const cdk_batch *batch, int loss,
                    const uint64_t *dropout_key, float *gradient, float *input_gradient,
                    int64_t input_gradient_stride);

// Outputs [outputs][output_stride] of `count` events; without the last activation if `logits`.
void cdk_predict(cdk_network *network, const float *inputs, int64_t input_stride, int64_t count,
                 bool logits, float *outputs, int64_t output_stride);

// Steps of the optimisers, in PyTorch's form. `state` arrays start at zero.

void cdk_step_sgd(const cdk_network *network, int64_t count, float *parameters,
                  const float *gradient, float *velocity, float rate, float momentum);

// `correction1` = 1 / (1 - beta1^t), `correction2` = 1 / (1 - beta2^t); `decay` = rate * weight decay.
void cdk_step_adam(const cdk_network *network, int64_t count, float *parameters,
                   const float *gradient, float *mean, float *square, float rate, float beta1,
                   float beta2, float epsilon, float correction1, float correction2, float decay);

void cdk_step_adadelta(const cdk_network *network, int64_t count, float *parameters,
                       const float *gradient, float *square, float *update, float rate, float rho,
                       float epsilon);

void cdk_step_adagrad(const cdk_network *network, int64_t count, float *parameters,
                      const float *gradient, float *square, float rate, float epsilon);

// gradient += 2 strength W, weights only; returns strength * sum of W^2.
double cdk_add_l2(const cdk_network *network, const float *parameters, float strength,
                  float *gradient);

// Moves every parameter into [-limit, limit].
void cdk_clip(int64_t count, float *parameters, float limit);
