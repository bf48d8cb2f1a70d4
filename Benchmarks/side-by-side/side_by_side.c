// Eight small networks at once, lane = network, against eight with our kernels, one after another.
//
// Lane = network needs no transposes and no sums over lanes, and an event is gathered once for eight
// networks; weights and activations take eight times the cache. Prints one line a shape and batch.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cdensekernels.h"

#define LANES 8
#define EVENTS 4  // of a tile
#define BLOCK 32
#define UNROLL _Pragma("clang loop unroll(full)")
#define INLINE static inline __attribute__((always_inline))
typedef float vf __attribute__((ext_vector_type(LANES)));
typedef int vi __attribute__((ext_vector_type(LANES)));
enum { MOST_LAYERS = 6 };

typedef struct {
  const char *name;
  int inputs, layers;
  cdk_layer layer[MOST_LAYERS];
  int events, batch, loss;
} shape;

typedef struct {
  int inputs, outputs, activation;
  int64_t weights, biases;
  vf *out;  // [BLOCK][outputs], the derivatives on the way back
} layer;

typedef struct {
  int count;
  layer layers[MOST_LAYERS];
  vf *in;  // [BLOCK][inputs]
  vf *parameters, *gradient, *mean, *square;
  int64_t size;
} lanes;

INLINE vf all(float x) { return (vf)x; }
INLINE vf exponential(vf x) {
  x = x < all(-86.0f) ? all(-86.0f) : x > all(86.0f) ? all(86.0f) : x;
  vf shifted = x * all(1.44269504f) + all(12582912.0f);
  vf f = x * all(1.44269504f) - (shifted - all(12582912.0f));
  vf p = all(1.3264727198e-3f) * f + all(9.6715126397e-3f);
  p = p * f + all(5.5507337432e-2f);
  p = p * f + all(2.4022242085e-1f);
  p = p * f + all(6.9314697760e-1f);
  p = p * f + all(1.0f);
  return __builtin_bit_cast(vf, __builtin_bit_cast(vi, p) + (__builtin_bit_cast(vi, shifted) << 23));
}

// out[e][j] = bias[j] + sum over i of w[j][i] in[e][i], J outputs of four events.
INLINE void forward_tile(int J, const layer *l, const vf *w, const vf *b, const vf *in, vf *out) {
  vf sum[3][EVENTS];
  UNROLL for (int j = 0; j < J; ++j) UNROLL for (int e = 0; e < EVENTS; ++e) sum[j][e] = b[j];
  for (int i = 0; i < l->inputs; ++i)
    UNROLL for (int j = 0; j < J; ++j) {
      vf x = w[j * l->inputs + i];
      UNROLL for (int e = 0; e < EVENTS; ++e) sum[j][e] += x * in[e * l->inputs + i];
    }
  UNROLL for (int j = 0; j < J; ++j) UNROLL for (int e = 0; e < EVENTS; ++e) {
    vf y = sum[j][e];
    if (l->activation == CDK_RELU) y = y > all(0) ? y : all(0);
    if (l->activation == CDK_SIGMOID) y = all(1) / (all(1) + exponential(-y));
    out[e * l->outputs + j] = y;
  }
}
// below[e][i] = derivative x sum over j of w[j][i] d[e][j], I inputs of four events.
INLINE void backward_tile(int I, const layer *l, const layer *under, const vf *w, const vf *d,
                          vf *below) {
  vf sum[3][EVENTS];
  UNROLL for (int i = 0; i < I; ++i) UNROLL for (int e = 0; e < EVENTS; ++e) sum[i][e] = all(0);
  for (int j = 0; j < l->outputs; ++j)
    UNROLL for (int i = 0; i < I; ++i) {
      vf x = w[j * l->inputs + i];
      UNROLL for (int e = 0; e < EVENTS; ++e) sum[i][e] += x * d[e * l->outputs + j];
    }
  UNROLL for (int i = 0; i < I; ++i) UNROLL for (int e = 0; e < EVENTS; ++e) {
    vf y = below[e * l->inputs + i], s = sum[i][e];
    if (under->activation == CDK_RELU) s = y > all(0) ? s : all(0);
    if (under->activation == CDK_SIGMOID) s *= y * (all(1) - y);
    below[e * l->inputs + i] = s;
  }
}
// g[j][i] += sum over events of d[e][j] in[e][i]; with `bias` the sums of d alone.
INLINE void gradient_tile(int J, int I, const layer *l, const vf *d, const vf *in, int events, vf *g,
                          vf *bias) {
  vf sum[3][3], alone[3];
  UNROLL for (int j = 0; j < J; ++j) {
    alone[j] = all(0);
    UNROLL for (int i = 0; i < I; ++i) sum[j][i] = all(0);
  }
  for (int e = 0; e < events; ++e) UNROLL for (int j = 0; j < J; ++j) {
    vf x = d[e * l->outputs + j];
    if (bias) alone[j] += x;
    UNROLL for (int i = 0; i < I; ++i) sum[j][i] += x * in[e * l->inputs + i];
  }
  UNROLL for (int j = 0; j < J; ++j) {
    if (bias) bias[j] += alone[j];
    UNROLL for (int i = 0; i < I; ++i) g[j * l->inputs + i] += sum[j][i];
  }
}
#define THREE(N, CALL) \
  switch (N) {         \
    case 1: CALL(1); break; \
    case 2: CALL(2); break; \
    default: CALL(3); break; \
  }
INLINE int now(int left) { return left < 3 ? left : 3; }

static void forward(lanes *n, int events) {
  for (int k = 0; k < n->count; ++k) {
    layer *l = n->layers + k;
    const vf *in = k ? l[-1].out : n->in;
    for (int e = 0; e < events; e += EVENTS)
      for (int j = 0; j < l->outputs; j += 3) {
#define TILE(J)                                                                          \
  forward_tile(J, l, n->parameters + l->weights + j * l->inputs, n->parameters + l->biases + j, \
               in + e * l->inputs, l->out + e * l->outputs + j)
        THREE(now(l->outputs - j), TILE)
#undef TILE
      }
  }
}
static void backward(lanes *n, int events) {
  for (int k = n->count - 1; k >= 0; --k) {
    layer *l = n->layers + k;
    const vf *in = k ? l[-1].out : n->in;
    for (int j = 0; j < l->outputs; j += 3)
      for (int i = 0; i < l->inputs; i += 3) {
        vf *bias = i ? 0 : n->gradient + l->biases + j;
        vf *g = n->gradient + l->weights + j * l->inputs + i;
#define GRADIENT(J, I) gradient_tile(J, I, l, l->out + j, in + i, events, g, bias)
#define ONE(I) GRADIENT(1, I)
#define TWO(I) GRADIENT(2, I)
#define ALL_THREE(I) GRADIENT(3, I)
        switch (now(l->outputs - j)) {
          case 1: THREE(now(l->inputs - i), ONE) break;
          case 2: THREE(now(l->inputs - i), TWO) break;
          default: THREE(now(l->inputs - i), ALL_THREE)
        }
      }
    for (int e = 0; k && e < events; e += EVENTS)
      for (int i = 0; i < l->inputs; i += 3) {
#define TILE(I)                                                                             \
  backward_tile(I, l, l - 1, n->parameters + l->weights + i, l->out + e * l->outputs,      \
                l[-1].out + e * l->inputs + i)
        THREE(now(l->inputs - i), TILE)
#undef TILE
      }
  }
}

// A batch of chosen records; an event of the last tile that is not there has weight 0.
static void gradient(lanes *n, const shape *s, const float *records, int width, const uint32_t *rows,
                     int count, float scale) {
  memset(n->gradient, 0, sizeof(vf) * (size_t)n->size);
  vf *out = n->layers[n->count - 1].out;
  for (int first = 0; first < count; first += BLOCK) {
    int events = count - first < BLOCK ? count - first : BLOCK;
    int padded = (events + EVENTS - 1) / EVENTS * EVENTS;
    const float *record[BLOCK];
    for (int e = 0; e < padded; ++e) {
      int row = first + (e < events ? e : 0);
      record[e] = records + (int64_t)(rows ? rows[row] : (uint32_t)row) * width;
      for (int i = 0; i < s->inputs; ++i) n->in[e * s->inputs + i] = all(record[e][i]);
      if (rows && first + BLOCK + e < count)
        __builtin_prefetch(records + (int64_t)rows[first + BLOCK + e] * width);
    }
    forward(n, padded);
    for (int e = 0; e < padded; ++e) {
      float t = record[e][s->inputs], w = e < events ? record[e][s->inputs + 1] * scale : 0;
      vf x = exponential(s->loss == CDK_NPLM ? out[e] : -out[e]);
      out[e] = s->loss == CDK_NPLM ? all(w) * (all(1 - t) * x - all(t))
                                   : all(w) * (all(1) / (all(1) + x) - all(t));
    }
    backward(n, padded);
  }
}
static void adam(lanes *n, int step) {
  float root = sqrtf(1 / (1 - powf(0.999f, (float)step)));
  float rate = 1e-3f / (1 - powf(0.9f, (float)step));
  for (int64_t i = 0; i < n->size; ++i) {
    vf g = n->gradient[i];
    vf m = n->mean[i] = all(0.9f) * n->mean[i] + all(0.1f) * g;
    vf q = n->square[i] = all(0.999f) * n->square[i] + all(0.001f) * g * g;
    n->parameters[i] -= all(rate) * m / (__builtin_elementwise_sqrt(q) * all(root) + all(1e-7f));
  }
}

static void *memory(size_t bytes) {
  void *p = aligned_alloc(64, (bytes + 127) / 64 * 64);
  return p ? memset(p, 0, (bytes + 127) / 64 * 64) : (exit(1), p);
}
static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
static double uniform(void) {
  static uint64_t state = 88172645463325252u;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (double)(state >> 11) * 0x1p-53;
}

int main(int argc, char **argv) {
  int epochs = argc > 1 ? atoi(argv[1]) : 5;
#define RELU(n) {.outputs = n, .activation = CDK_RELU}
#define SIGMOID(n) {.outputs = n, .activation = CDK_SIGMOID}
#define LINEAR {.outputs = 1, .activation = CDK_LINEAR}
  const shape shapes[] = {
      {"2-64-32-8-1, batch 5000", 2, 4, {RELU(64), RELU(32), RELU(8), SIGMOID(1)}, 60000, 5000, 0},
      {"2-64-32-8-1, batch 500", 2, 4, {RELU(64), RELU(32), RELU(8), SIGMOID(1)}, 60000, 500, 0},
      {"2-64-32-8-1, batch 100", 2, 4, {RELU(64), RELU(32), RELU(8), SIGMOID(1)}, 60000, 100, 0},
      {"5-5-5-5-1, full batch 120,000", 5, 4, {SIGMOID(5), SIGMOID(5), SIGMOID(5), LINEAR}, 120000, 120000, CDK_NPLM},
      {"5-5-5-5-1, batch 1000", 5, 4, {SIGMOID(5), SIGMOID(5), SIGMOID(5), LINEAR}, 120000, 1000, CDK_NPLM},
      {"2-4-1, full batch 22,000", 2, 2, {SIGMOID(4), LINEAR}, 22000, 22000, CDK_NPLM},
      {"2-4-1, batch 1000", 2, 2, {SIGMOID(4), LINEAR}, 22000, 1000, CDK_NPLM},
      {"2-4-1, batch 100", 2, 2, {SIGMOID(4), LINEAR}, 22000, 100, CDK_NPLM},
  };
  for (unsigned k = 0; k < sizeof shapes / sizeof *shapes; ++k) {
    const shape *s = shapes + k;
    int set = cdk_best_instruction_set();
    cdk_network *one = cdk_create(s->inputs, s->layer, s->layers, set);
    int64_t size = cdk_parameter_count(one);
    int width = (s->inputs + 2 + 3) / 4 * 4, N = s->events;
    float *records = memory(4 * (size_t)width * (size_t)N);
    float *columns = memory(4 * (size_t)(s->inputs + 2) * (size_t)N);
    uint32_t *rows = memory(4 * (size_t)N);
    for (int e = 0; e < N; ++e) {
      rows[e] = (uint32_t)e;
      for (int i = 0; i < s->inputs + 2; ++i) {
        float x = i < s->inputs ? (float)(uniform() + uniform() + uniform() - 1.5)
                  : i == s->inputs ? (float)(uniform() < 0.3)
                                   : (float)(0.5 + uniform());
        records[e * width + i] = columns[i * (int64_t)N + e] = x;
      }
    }
    for (int e = N - 1; e > 0; --e) {
      int other = (int)(uniform() * (e + 1));
      uint32_t kept = rows[e];
      rows[e] = rows[other];
      rows[other] = kept;
    }
    lanes n = {.count = s->layers, .size = size};
    int64_t place = 0;
    for (int l = 0; l < s->layers; ++l) {
      layer *layer = n.layers + l;
      layer->inputs = l ? s->layer[l - 1].outputs : s->inputs;
      layer->outputs = s->layer[l].outputs;
      // The loss takes the logit.
      layer->activation = l + 1 == s->layers ? CDK_LINEAR : s->layer[l].activation;
      layer->weights = place;
      layer->biases = place += layer->inputs * layer->outputs;
      place += layer->outputs;
      layer->out = memory(sizeof(vf) * (size_t)(BLOCK * layer->outputs));
    }
    n.in = memory(sizeof(vf) * (size_t)(BLOCK * s->inputs));
    vf **arrays[] = {&n.parameters, &n.gradient, &n.mean, &n.square};
    for (int a = 0; a < 4; ++a) *arrays[a] = memory(sizeof(vf) * (size_t)size);
    float *p[LANES], *g = memory(4 * (size_t)size), *m[LANES], *q[LANES];
    for (int lane = 0; lane < LANES; ++lane) {
      p[lane] = memory(4 * (size_t)size);
      m[lane] = memory(4 * (size_t)size);
      q[lane] = memory(4 * (size_t)size);
      for (int64_t i = 0; i < size; ++i)
        n.parameters[i][lane] = p[lane][i] = (float)((uniform() - 0.5) * 0.8);
    }
    bool whole = s->batch >= N;
    double best[2] = {1e9, 1e9}, worst = 0;
    int step[2] = {0, 0};
    for (int epoch = 0; epoch < epochs; ++epoch)
      for (int side = 0; side < 2; ++side) {
        double start = seconds();
        for (int network = 0; network < (side ? 1 : LANES); ++network) {
          if (!side) cdk_set_parameters(one, p[network]);
          int done = step[side];
          for (int first = 0; first < N; first += s->batch) {
            int count = N - first < s->batch ? N - first : s->batch;
            float scale = 1.0f / (float)count;
            ++done;
            if (side) {
              gradient(&n, s, records, width, whole ? 0 : rows + first, count, scale);
              adam(&n, done);
              continue;
            }
            cdk_batch batch = {.count = count, .weight_scale = scale};
            if (whole) {
              batch.inputs = columns;
              batch.input_stride = N;
              batch.targets = columns + s->inputs * (int64_t)N;
              batch.target_stride = N;
              batch.weights = batch.targets + N;
            } else {
              batch.rows = rows + first;
              batch.records = records;
              batch.record_stride = width;
              batch.record_targets = s->inputs;
              batch.record_weight = s->inputs + 1;
            }
            cdk_gradient(one, &batch, s->loss, 0, g, 0, 0);
            cdk_step_adam(one, size, p[network], g, m[network], q[network], 1e-3f, 0.9f, 0.999f, 1e-7f,
                          1 / (1 - powf(0.9f, (float)done)), 1 / (1 - powf(0.999f, (float)done)), 0);
            cdk_set_parameters(one, p[network]);
          }
          if (network + 1 == (side ? 1 : LANES)) step[side] = done;
        }
        double spent = seconds() - start;
        if (spent < best[side]) best[side] = spent;
        if (side && !epoch)
          for (int lane = 0; lane < LANES; ++lane)
            for (int64_t i = 0; i < size; ++i)
              worst = fmax(worst, fabs((double)n.parameters[i][lane] - (double)p[lane][i]));
      }
    double events = (double)N * LANES * 1e-6;
    printf("| %s | %.1f | %.1f | %.2f | %.0e |\n", s->name, events / best[0], events / best[1],
           best[0] / best[1], worst);
    cdk_free(one);
  }
}
