// Included once for each instruction set, with SUFFIX, LANES (floats a vector), ROWS x VECTORS
// (the tile whose sums stay in registers) and BLOCK (events) defined.
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define FN(name) JOIN(name, SUFFIX)
#define vf FN(vf)
#define vi FN(vi)
#define vu FN(vu)
#define vf_any FN(vf_any)
typedef float vf __attribute__((ext_vector_type(LANES)));
typedef int vi __attribute__((ext_vector_type(LANES)));
typedef unsigned vu __attribute__((ext_vector_type(LANES)));
typedef float vf_any __attribute__((ext_vector_type(LANES), aligned(4)));  // at any address
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define LOAD(p) (*(const vf_any *)(p))
#define STORE(p, x) (*(vf_any *)(p) = (x))
#define ALL(x) ((vf)(x))
#define BITS(x) __builtin_bit_cast(vi, x)
#define FLOATS(x) __builtin_bit_cast(vf, x)
// A NaN in x survives.
#define AT_LEAST(x, low) ((low) > (x) ? (low) : (x))
#define AT_MOST(x, high) ((high) < (x) ? (high) : (x))

// exp for x <= 88, relative error below 2e-7; exp(-87) below -87. Cephes' polynomial.
INLINE vf FN(exp_below)(vf x) {
  x = AT_LEAST(x, ALL(-87.0f));
  vf shifted = x * ALL(1.44269504f) + ALL(12582912.0f);  // rounds: 1.5 * 2^23
  vi exponent = BITS(shifted);
  vf n = shifted - ALL(12582912.0f);
  vf f = x - n * ALL(0.693145752f) - n * ALL(1.42860677e-6f);
  vf p = ALL(1.9875691500e-4f);
  p = p * f + ALL(1.3981999507e-3f);
  p = p * f + ALL(8.3334519073e-3f);
  p = p * f + ALL(4.1665795894e-2f);
  p = p * f + ALL(1.6666665459e-1f);
  p = p * f + ALL(5.0000001201e-1f);
  p = p * (f * f) + f + ALL(1.0f);
  return FLOATS(BITS(p) + (exponent << 23));
}
INLINE vf FN(exponential)(vf x) { return FN(exp_below)(AT_MOST(x, ALL(88.0f))); }
// log for normal x > 0, absolute error below 1e-7 near 1.
INLINE vf FN(logarithm)(vf x) {
  vi exponent = (BITS(x) - 0x3f2aaaab) & (int)0xff800000;
  vf m = FLOATS(BITS(x) - exponent) - ALL(1.0f);
  vf i = __builtin_convertvector(exponent, vf) * ALL(1.19209290e-7f);
  vf s = m * m;
  vf r = ALL(-0.130310059f), t = ALL(0.140869141f);
  r = r * s + ALL(-0.121483850f);
  t = t * s + ALL(0.139814854f);
  r = r * s + ALL(-0.166846126f);
  t = t * s + ALL(0.200120345f);
  r = r * s + ALL(-0.249996200f);
  r = t * m + r;
  t = ALL(0.333331972f);
  r = r * m + t;
  r = r * m + ALL(-0.5f);
  return r * s + (i * ALL(0.693147182f) + m);
}
// exp(c x / log2(e)) for -125 <= c x <= 125; a polynomial of our own for 2^f, |f| <= 1/2, whose
// relative error is below 1e-7. Without fused multiply-add another |c x| 6e-8 is lost.
INLINE vf FN(quick_exp)(vf x, float c) {
  vf shifted = x * ALL(c) + ALL(12582912.0f);
  vf f = x * ALL(c) - (shifted - ALL(12582912.0f));
  vf p = ALL(1.3264727198e-3f) * f + ALL(9.6715126397e-3f);
  p = p * f + ALL(5.5507337432e-2f);
  p = p * f + ALL(2.4022242085e-1f);
  p = p * f + ALL(6.9314697760e-1f);
  p = p * f + ALL(1.0f);
  return FLOATS(BITS(p) + (BITS(shifted) << 23));
}
#define LOG2_E 1.44269504f
INLINE vf FN(sigmoid)(vf x) {
  x = AT_LEAST(AT_MOST(x, ALL(86.0f)), ALL(-86.0f));
  return ALL(1.0f) / (ALL(1.0f) + FN(quick_exp)(x, -LOG2_E));
}
// 1 - 2 / (exp(2x) + 1), and the odd series where that would cancel.
INLINE vf FN(hyperbolic_tangent)(vf x) {
  vf a = FLOATS(BITS(x) & 0x7fffffff);
  vf e = FN(quick_exp)(AT_MOST(a, ALL(43.0f)), -2 * LOG2_E);
  vf large = (ALL(1.0f) - e) / (ALL(1.0f) + e);
  vf s = a * a;
  vf p = ALL(-5.70498872745e-3f);
  p = p * s + ALL(2.06390887954e-2f);
  p = p * s + ALL(-5.37397155531e-2f);
  p = p * s + ALL(1.33314422036e-1f);
  p = p * s + ALL(-3.33332819422e-1f);
  vf small = p * s * a + a;
  vf y = a < ALL(0.625f) ? small : large;
  return FLOATS(BITS(y) | (BITS(x) & (int)0x80000000));
}
// exp(x) - 1 for x <= 0: 2^n (2^f - 1) + (2^n - 1), so that nothing cancels near 0.
INLINE vf FN(exp_minus_one)(vf x) {
  x = AT_LEAST(x, ALL(-86.0f));
  vf shifted = x * ALL(LOG2_E) + ALL(12582912.0f);
  vf f = x * ALL(LOG2_E) - (shifted - ALL(12582912.0f));
  vf p = ALL(1.3264727198e-3f) * f + ALL(9.6715126397e-3f);
  p = p * f + ALL(5.5507337432e-2f);
  p = p * f + ALL(2.4022242085e-1f);
  p = p * f + ALL(6.9314697760e-1f);
  vf power = FLOATS((BITS(shifted) << 23) + 0x3f800000);
  return power * (p * f) + (power - ALL(1.0f));
}

// Applies an activation to `rows` x `vectors` vectors in place. Adding +0 turns -0 into +0: a
// dropped output is stored as -0, and nothing else is.
INLINE void FN(activate_as)(int activation, float slope, float *z, int64_t stride, int rows,
                            int vectors) {
  for (int j = 0; j < rows; ++j)
    for (int v = 0; v < vectors; ++v) {
      float *p = z + j * stride + v * LANES;
      vf x = LOAD(p), zero = {}, y = x;
      if (activation == CDK_LEAKY_RELU) y = (x > zero ? x : x * ALL(slope)) + zero;
      if (activation == CDK_ELU)
        y = (x > zero ? x : FN(exp_minus_one)(AT_MOST(x, zero))) + zero;
      if (activation == CDK_SELU)
        y = (x > zero ? x * ALL(1.0507009873554805f)
                      : FN(exp_minus_one)(AT_MOST(x, zero)) * ALL(1.7580993408473766f)) +
            zero;
      if (activation == CDK_TANH) y = FN(hyperbolic_tangent)(x) + zero;
      if (activation == CDK_SIGMOID) y = FN(sigmoid)(x);
      STORE(p, y);
    }
}
static void FN(activate)(const layer_state *layer, float *z, int64_t stride, int vectors) {
  switch (layer->activation) {
#define CASE(A)                                                                  \
  case A:                                                                        \
    FN(activate_as)(A, layer->slope, z, stride, layer->outputs, vectors);        \
    break;
    CASE(CDK_LEAKY_RELU)
    CASE(CDK_ELU)
    CASE(CDK_SELU)
    CASE(CDK_TANH)
    CASE(CDK_SIGMOID)
#undef CASE
  }
}

// Random bits. Each event has a well mixed word, each pair of outputs another; one more round of
// mixing gives 16 bits to each output of the pair.
INLINE vu FN(mixed)(vu x) {
  x *= 0x7feb352du;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  return x ^ (x >> 16);
}
static void FN(hash_events)(uint64_t key, int64_t first, int count, uint32_t *hashes) {
  vu lane;
  for (int i = 0; i < LANES; ++i) lane[i] = (unsigned)i;
  for (int e = 0; e < count; e += LANES) {
    vu x = (lane + (unsigned)(first + e) + (unsigned)key) * 0x9e3779b1u;
    x ^= x >> 16;
    x = FN(mixed)(x + (unsigned)(key >> 32));
    __builtin_memcpy(hashes + e, &x, sizeof x);
  }
}
static void FN(drop)(const layer_state *layer, float *z, int64_t stride, int vectors,
                     const uint32_t *hashes) {
  vf scale = ALL(layer->scale), zero = {}, minus = -zero;
  vi limit = (vi)(layer->dropped);
  for (int j = 0; j < layer->outputs; j += 2) {
    vu key = (vu)(layer->keys[j / 2]);
    for (int v = 0; v < vectors; ++v) {
      vu x;
      __builtin_memcpy(&x, hashes + v * LANES, sizeof x);
      x = FN(mixed)(x ^ key);
      float *p = z + j * stride + v * LANES;
      vi low = __builtin_bit_cast(vi, x & 0xffffu), high = __builtin_bit_cast(vi, x >> 16);
      STORE(p, limit > low ? minus : LOAD(p) * scale + zero);
      if (j + 1 < layer->outputs) {
        p += stride;
        STORE(p, limit > high ? minus : LOAD(p) * scale + zero);
      }
    }
  }
}

// One tile of a matrix product: z[r][v] = sum over k of panel[k][r] x[k][v], for R x V vectors.
// Forward (`derivative` NULL): plus bias, and at least `floor`. Backward: times the derivative
// taken from the output that z holds.
INLINE void FN(tile)(int R, int V, int depth, const float *panel, const float *bias, float floor,
                     const float *x, int64_t x_stride, float *z, int64_t z_stride,
                     const layer_state *derivative) {
  vf sum[ROWS][VECTORS];
  UNROLL for (int r = 0; r < R; ++r) {
    vf start = bias ? ALL(bias[r]) : ALL(0.0f);
    UNROLL for (int v = 0; v < V; ++v) sum[r][v] = start;
  }
  for (int k = 0; k < depth; ++k) {
    vf in[VECTORS];
    UNROLL for (int v = 0; v < V; ++v) in[v] = LOAD(x + v * LANES);
    UNROLL for (int r = 0; r < R; ++r) {
      vf w = ALL(panel[r]);
      UNROLL for (int v = 0; v < V; ++v) sum[r][v] += w * in[v];
    }
    x += x_stride;
    panel += R;
  }
#define EACH(...)                                     \
  UNROLL for (int r = 0; r < R; ++r)                  \
  UNROLL for (int v = 0; v < V; ++v) {                \
    float *out = z + r * z_stride + v * LANES;        \
    vf s = sum[r][v];                                 \
    __VA_ARGS__                                       \
    STORE(out, s);                                    \
  }
  if (!derivative) {
    vf low = ALL(floor);
    EACH(s = AT_LEAST(s, low);)
    return;
  }
  vf p = ALL(derivative->p), q = ALL(derivative->q), c = ALL(derivative->r), zero = {};
  switch (derivative->derivative) {
    case RECTIFIED:
      EACH(vf y = LOAD(out); s = y > zero ? s * p : zero;)
      break;
    case PIECEWISE:
      EACH(vf y = LOAD(out); s *= y > zero ? p : q * y + c;)
      break;
    case PIECEWISE_DROPPED:
      EACH(vf y = LOAD(out); s *= y > zero ? p : q * y + c;
           s = BITS(y) == (int)0x80000000 ? zero : s;)
      break;
    case QUADRATIC:
      EACH(vf y = LOAD(out); s *= (p - q * y) * y + c;)
      break;
    case QUADRATIC_DROPPED:
      EACH(vf y = LOAD(out); s *= (p - q * y) * y + c;
           s = BITS(y) == (int)0x80000000 ? zero : s;)
      break;
    case LINEAR_DROPPED:
      EACH(vf y = LOAD(out); s = BITS(y) == (int)0x80000000 ? zero : s * p;)
      break;
    default:
      EACH()
  }
#undef EACH
}

#define ARGUMENTS depth, panel, row_bias, floor, x + v * LANES, x_stride, \
                  z + row * z_stride + v * LANES, z_stride, derivative
// Vectors [v, v + V) of all rows: panel after panel.
INLINE void FN(stripe)(int V, int rows, int depth, const float *panel, const float *bias,
                       float floor, const float *x, int64_t x_stride, float *z, int64_t z_stride,
                       int v, const layer_state *derivative) {
  for (int row = 0; row < rows;) {
    int R = panel_rows(rows - row, ROWS);
    const float *row_bias = bias ? bias + row : 0;
    switch (R) {
      case 1: FN(tile)(1, V, ARGUMENTS); break;
      case 2: FN(tile)(2, V, ARGUMENTS); break;
      case 3: FN(tile)(3, V, ARGUMENTS); break;
      case 4: FN(tile)(4, V, ARGUMENTS); break;
#if ROWS > 4
      case 5: FN(tile)(5, V, ARGUMENTS); break;
      case 6: FN(tile)(6, V, ARGUMENTS); break;
#endif
#if ROWS > 6
      case 7: FN(tile)(7, V, ARGUMENTS); break;
      case 8: FN(tile)(8, V, ARGUMENTS); break;
#endif
    }
    panel += (int64_t)R * depth;
    row += R;
  }
}
#undef ARGUMENTS

// The next number of vectors to do when `left` are left: no single one at the end if avoidable.
INLINE int FN(vectors_now)(int left, int most) {
  if (most == 3 && left == 4) return 2;
  return left < most ? left : most;
}
static void FN(multiply)(int rows, int depth, const float *panels, const float *bias, float floor,
                         const float *x, int64_t x_stride, float *z, int64_t z_stride, int vectors,
                         const layer_state *derivative) {
  for (int v = 0; v < vectors;) {
    int V = FN(vectors_now)(vectors - v, VECTORS);
    switch (V) {
#define STRIPE(V)                                                                        \
  FN(stripe)(V, rows, depth, panels, bias, floor, x, x_stride, z, z_stride, v, derivative)
      case 1: STRIPE(1); break;
      case 2: STRIPE(2); break;
#if VECTORS > 2
      case 3: STRIPE(3); break;
#endif
#undef STRIPE
    }
    v += V;
  }
}

// The sums of four vectors' lanes.
typedef float FN(v4) __attribute__((ext_vector_type(4)));
#define v4 FN(v4)
INLINE v4 FN(fold)(vf x) {
#if LANES == 4
  return x;
#elif LANES == 8
  return x.lo + x.hi;
#else
  return (x.lo.lo + x.lo.hi) + (x.hi.lo + x.hi.hi);
#endif
}
INLINE v4 FN(lane_sums)(vf a0, vf a1, vf a2, vf a3) {
  v4 a = FN(fold)(a0), b = FN(fold)(a1), c = FN(fold)(a2), d = FN(fold)(a3);
  v4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
  v4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
  return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}
INLINE float FN(lane_sum)(vf x) {
  v4 s = FN(fold)(x);
  return (s[0] + s[2]) + (s[1] + s[3]);
}

// Gradient of a narrow layer: g[j][i] += sum over events of d[j] a[i], J x I sums a tile, and with
// `bias` the sums of d[j] alone.
INLINE void FN(narrow_tile)(int J, int I, const float *d, int64_t d_stride, const float *a,
                            int64_t a_stride, int vectors, float *g, int inputs, float *bias) {
  vf sum[5][4];
  UNROLL for (int j = 0; j < J; ++j)
  UNROLL for (int i = 0; i < 4; ++i) sum[j][i] = ALL(0.0f);
  for (int v = 0; v < vectors; ++v) {
    vf in[4];
    UNROLL for (int i = 0; i < I; ++i) in[i] = LOAD(a + i * a_stride + v * LANES);
    UNROLL for (int j = 0; j < J; ++j) {
      vf q = LOAD(d + j * d_stride + v * LANES);
      UNROLL for (int i = 0; i < I; ++i) sum[j][i] += q * in[i];
      if (bias) sum[j][I] += q;
    }
  }
  UNROLL for (int j = 0; j < J; ++j) {
    v4 s = FN(lane_sums)(sum[j][0], sum[j][1], sum[j][2], sum[j][3]);
    UNROLL for (int i = 0; i < I; ++i) g[j * inputs + i] += s[i];
    if (bias) bias[j] += s[I];
  }
}
static void FN(narrow_gradient)(int outputs, int inputs, const float *d, int64_t d_stride,
                                const float *a, int64_t a_stride, int vectors, float *g,
                                float *bias) {
  for (int j = 0; j < outputs;) {
    int left = outputs - j;
    int J = inputs <= 2 ? (left < 4 ? left : 4) : left == 5 && inputs <= 5 ? 5 : left < 2 ? left : 2;
    // The tile of the last inputs takes the bias too; the sums fill the registers.
    for (int i = 0; i <= inputs;) {
      int more = inputs - i, most = J == 5 ? 2 : 4;
      bool last = more < most;
      int I = last ? more : most;
      switch (J * 16 + I * 2 + last) {
#define CASE(J, I, LAST)                                                                      \
  case J * 16 + I * 2 + LAST:                                                                 \
    FN(narrow_tile)(J, I, d + j * d_stride, d_stride, a + i * a_stride, a_stride, vectors,    \
                    g + j * inputs + i, inputs, LAST ? bias + j : 0);                         \
    break;
        CASE(1, 0, 1) CASE(1, 1, 1) CASE(1, 2, 1) CASE(1, 3, 1) CASE(1, 4, 0)
        CASE(2, 0, 1) CASE(2, 1, 1) CASE(2, 2, 1) CASE(2, 3, 1) CASE(2, 4, 0)
        CASE(3, 1, 1) CASE(3, 2, 1) CASE(4, 1, 1) CASE(4, 2, 1)
        CASE(5, 0, 1) CASE(5, 1, 1) CASE(5, 2, 0)
#undef CASE
      }
      i += last ? I + 1 : I;
    }
    j += J;
  }
}

// Weight gradient of a wide layer, lane = input: with the activations transposed to panels
// [event][V * LANES] it is the same product as the forward pass, and no lanes need summing.
typedef v4 FN(v4_any) __attribute__((aligned(4)));
INLINE void FN(transpose4)(const float *a0, const float *a1, const float *a2, const float *a3,
                           float *out, int64_t stride) {
  v4 x0 = *(const FN(v4_any) *)a0, x1 = *(const FN(v4_any) *)a1;
  v4 x2 = *(const FN(v4_any) *)a2, x3 = *(const FN(v4_any) *)a3;
  v4 l = __builtin_shufflevector(x0, x1, 0, 4, 1, 5);
  v4 h = __builtin_shufflevector(x0, x1, 2, 6, 3, 7);
  v4 m = __builtin_shufflevector(x2, x3, 0, 4, 1, 5);
  v4 n = __builtin_shufflevector(x2, x3, 2, 6, 3, 7);
  *(FN(v4_any) *)out = __builtin_shufflevector(l, m, 0, 1, 4, 5);
  *(FN(v4_any) *)(out + stride) = __builtin_shufflevector(l, m, 2, 3, 6, 7);
  *(FN(v4_any) *)(out + 2 * stride) = __builtin_shufflevector(h, n, 0, 1, 4, 5);
  *(FN(v4_any) *)(out + 3 * stride) = __builtin_shufflevector(h, n, 2, 3, 6, 7);
}
INLINE void FN(transpose)(int inputs, int width, int events, const float *a, int64_t a_stride,
                          float *t) {
#if LANES >= 8
  // Eight inputs of four events at a time, each half of a vector by itself.
  typedef float v8 __attribute__((ext_vector_type(8)));
  typedef v8 v8_any __attribute__((aligned(4)));
  for (int i = 0; i < width && i < inputs; i += 8) {
    const float *in[8];
    for (int k = 0; k < 8; ++k) in[k] = a + (i + k < inputs ? i + k : i) * a_stride;
    for (int e = 0; e < events; e += 4) {
      v8 x[4];
      UNROLL for (int k = 0; k < 4; ++k) {
        x[k].lo = *(const FN(v4_any) *)(in[k] + e);
        x[k].hi = *(const FN(v4_any) *)(in[k + 4] + e);
      }
      v8 l = __builtin_shufflevector(x[0], x[1], 0, 8, 1, 9, 4, 12, 5, 13);
      v8 h = __builtin_shufflevector(x[0], x[1], 2, 10, 3, 11, 6, 14, 7, 15);
      v8 m = __builtin_shufflevector(x[2], x[3], 0, 8, 1, 9, 4, 12, 5, 13);
      v8 n = __builtin_shufflevector(x[2], x[3], 2, 10, 3, 11, 6, 14, 7, 15);
      float *p = t + (int64_t)e * width + i;
      *(v8_any *)p = __builtin_shufflevector(l, m, 0, 1, 8, 9, 4, 5, 12, 13);
      *(v8_any *)(p + width) = __builtin_shufflevector(l, m, 2, 3, 10, 11, 6, 7, 14, 15);
      *(v8_any *)(p + 2 * width) = __builtin_shufflevector(h, n, 0, 1, 8, 9, 4, 5, 12, 13);
      *(v8_any *)(p + 3 * width) = __builtin_shufflevector(h, n, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
#else
  for (int i = 0; i < width && i < inputs; i += 4) {
    const float *in[4];
    for (int k = 0; k < 4; ++k) in[k] = a + (i + k < inputs ? i + k : i) * a_stride;
    for (int e = 0; e < events; e += 4)
      FN(transpose4)(in[0] + e, in[1] + e, in[2] + e, in[3] + e, t + (int64_t)e * width + i,
                     width);
  }
#endif
}
INLINE void FN(wide_tile)(int R, int V, int events, const float *d, int64_t d_stride,
                          const float *t, float *g) {
  vf sum[ROWS][VECTORS];
  UNROLL for (int r = 0; r < R; ++r)
  UNROLL for (int v = 0; v < V; ++v) sum[r][v] = ALL(0.0f);
  for (int e = 0; e < events; ++e) {
    vf in[VECTORS];
    UNROLL for (int v = 0; v < V; ++v) in[v] = LOAD(t + v * LANES);
    UNROLL for (int r = 0; r < R; ++r) {
      vf w = ALL(d[r * d_stride + e]);
      UNROLL for (int v = 0; v < V; ++v) sum[r][v] += w * in[v];
    }
    t += V * LANES;
  }
  UNROLL for (int r = 0; r < R; ++r)
  UNROLL for (int v = 0; v < V; ++v) {
    float *p = g + (r * V + v) * LANES;
    STORE(p, LOAD(p) + sum[r][v]);
  }
}
INLINE void FN(wide_panel)(int V, int outputs, int events, const float *d, int64_t d_stride,
                           const float *t, float *g) {
  for (int j = 0; j < outputs;) {
    int R = panel_rows(outputs - j, ROWS);
    switch (R) {
#define CASE(R)                                                                \
  case R:                                                                      \
    FN(wide_tile)(R, V, events, d + j * d_stride, d_stride, t, g + j * V * LANES); \
    break;
      CASE(1) CASE(2) CASE(3) CASE(4)
#if ROWS > 4
      CASE(5) CASE(6)
#endif
#if ROWS > 6
      CASE(7) CASE(8)
#endif
#undef CASE
    }
    j += R;
  }
}
static void FN(wide_gradient)(int outputs, int inputs, const float *d, int64_t d_stride,
                              const float *a, int64_t a_stride, int events, float *t, float *g) {
  int columns = (inputs + LANES - 1) / LANES;
  for (int c = 0; c < columns;) {
    int V = FN(vectors_now)(columns - c, VECTORS);
    int i = c * LANES;
    FN(transpose)(inputs - i, V * LANES, events, a + i * a_stride, a_stride, t);
    switch (V) {
      case 1: FN(wide_panel)(1, outputs, events, d, d_stride, t, g + (int64_t)i * outputs); break;
      case 2: FN(wide_panel)(2, outputs, events, d, d_stride, t, g + (int64_t)i * outputs); break;
#if VECTORS > 2
      case 3: FN(wide_panel)(3, outputs, events, d, d_stride, t, g + (int64_t)i * outputs); break;
#endif
    }
    c += V;
  }
}
// Adds the packed gradient of a wide layer to g[j][i] and clears it.
static void FN(unpack_gradient)(int outputs, int inputs, float *packed, float *g) {
  int columns = (inputs + LANES - 1) / LANES;
  for (int c = 0; c < columns;) {
    int V = FN(vectors_now)(columns - c, VECTORS);
    int first = c * LANES, width = V * LANES;
    int count = inputs - first < width ? inputs - first : width;
    for (int j = 0; j < outputs; ++j) {
      float *p = packed + (int64_t)first * outputs + j * width;
      for (int i = 0; i < count; ++i) g[j * inputs + first + i] += p[i];
      for (int i = 0; i < width; ++i) p[i] = 0;
    }
    c += V;
  }
}
static void FN(bias_gradient)(int outputs, const float *d, int64_t d_stride, int vectors,
                              float *g) {
  for (int j = 0; j < outputs; ++j) {
    vf s = ALL(0.0f), u = ALL(0.0f);
    int v = 0;
    for (; v + 2 <= vectors; v += 2) {
      s += LOAD(d + j * d_stride + v * LANES);
      u += LOAD(d + j * d_stride + (v + 1) * LANES);
    }
    if (v < vectors) s += LOAD(d + j * d_stride + v * LANES);
    g[j] += FN(lane_sum)(s + u);
  }
}

// Sums the loss and replaces the outputs by its derivatives. An event of weight 0 adds nothing.
INLINE double FN(loss_as)(int loss, const layer_state *last, float *outputs, int64_t stride,
                          const float *targets, int64_t target_stride, const float *weights,
                          int vectors) {
  vf one = ALL(1.0f), zero = {};
  vf sum = zero;
  for (int k = 0; k < last->outputs; ++k)
    for (int v = 0; v < vectors; ++v) {
      float *p = outputs + k * stride + v * LANES;
      vf y = LOAD(p), t = LOAD(targets + k * target_stride + v * LANES);
      vf w = LOAD(weights + v * LANES), value, slope;
      if (loss == CDK_BINARY_CROSS_ENTROPY) {
        vf e = FN(exp_below)(-AT_LEAST(y, -y));
        value = w * (AT_LEAST(y, zero) - y * t + FN(logarithm)(one + e));
        vf high = one / (one + e);
        slope = w * ((y < zero ? one - high : high) - t);
      } else if (loss == CDK_SQUARED_ERROR) {
        vf difference = y - t;
        value = w * (difference * difference);
        slope = w * (difference + difference);
      } else if (loss == CDK_NPLM) {
        vf e = FN(exponential)(y);
        value = w * ((one - t) * (e - one) - t * y);
        slope = w * ((one - t) * e - t);
      } else {
        value = w * (t * y);
        slope = w * t;
      }
      if (loss != CDK_BINARY_CROSS_ENTROPY) {
        vf c = ALL(last->r), a = ALL(last->p), b = ALL(last->q);
        if (last->derivative == RECTIFIED || last->derivative == PIECEWISE)
          slope *= y > zero ? a : b * y + c;
        if (last->derivative == QUADRATIC) slope *= (a - b * y) * y + c;
      }
      sum += w == zero ? zero : value;
      STORE(p, w == zero ? zero : slope);
    }
  return FN(lane_sum)(sum);
}
static double FN(loss)(int loss, const layer_state *last, float *outputs, int64_t stride,
                       const float *targets, int64_t target_stride, const float *weights,
                       int vectors) {
#define CASE(L) \
  case L: return FN(loss_as)(L, last, outputs, stride, targets, target_stride, weights, vectors);
  switch (loss) {
    CASE(CDK_BINARY_CROSS_ENTROPY)
    CASE(CDK_SQUARED_ERROR)
    CASE(CDK_NPLM)
    CASE(CDK_OUTER_DERIVATIVE)
  }
#undef CASE
  return 0;
}

static void FN(forward)(cdk_network *n, const float *x, int64_t x_stride, int vectors, bool logits,
                        bool dropout) {
  for (int l = 0; l < n->count; ++l) {
    layer_state *layer = n->layers + l;
    bool last = l + 1 == n->count, bare = last && logits;
    bool dropping = dropout && layer->dropped;
    bool curved = !bare && layer->activation != CDK_LINEAR && layer->activation != CDK_RELU;
    float floor = bare ? -__builtin_inff() : layer->floor;
    const float *bias = n->bias_and_weights + layer->biases;
    // A stripe at a time, so that the activation finds its data in the first-level cache; narrow
    // layers fit as a whole.
    bool whole = (!curved && !dropping) || layer->outputs <= 8;
    for (int v = 0; v < vectors;) {
      int V = whole ? vectors : FN(vectors_now)(vectors - v, VECTORS);
      float *z = layer->activations + v * LANES;
      FN(multiply)(layer->outputs, layer->inputs, layer->forward, bias, floor, x + v * LANES,
                   x_stride, z, n->stride, V, 0);
      if (curved) FN(activate)(layer, z, n->stride, V);
      if (dropping) FN(drop)(layer, z, n->stride, V, n->hashes + v * LANES);
      v += V;
    }
    x = layer->activations;
    x_stride = n->stride;
  }
}

// Copies events of one column into the block, zeros behind them.
INLINE void FN(copy)(const float *column, int count, int padded, float *out) {
  __builtin_memcpy(out, column, sizeof(float) * (size_t)count);
  for (int e = count; e < padded; ++e) out[e] = 0;
}
// Turns chosen records into columns of the block, zeros behind them.
static void FN(gather)(const float *records, int width, const uint32_t *rows, int count, int padded,
                       float *out, int64_t stride) {
  int e = 0;
  for (; e + 4 <= count; e += 4) {
    const float *r0 = records + (int64_t)rows[e] * width;
    const float *r1 = records + (int64_t)rows[e + 1] * width;
    const float *r2 = records + (int64_t)rows[e + 2] * width;
    const float *r3 = records + (int64_t)rows[e + 3] * width;
    for (int c = 0; c < width; c += 4)
      FN(transpose4)(r0 + c, r1 + c, r2 + c, r3 + c, out + c * stride + e, stride);
  }
  for (; e < padded; ++e)
    for (int c = 0; c < width; ++c)
      out[c * stride + e] = e < count ? records[(int64_t)rows[e] * width + c] : 0;
}

static double FN(gradient)(cdk_network *n, const cdk_batch *batch, int loss,
                           const uint64_t *dropout_key, float *gradient, float *input_gradient,
                           int64_t input_gradient_stride) {
  layer_state *last = n->layers + n->count - 1;
  int64_t stride = n->stride;
  double total = 0;
  if (gradient) __builtin_memset(gradient, 0, sizeof(float) * (size_t)n->parameters);
  for (int64_t first = 0; first < batch->count; first += n->block) {
    int events = (int)(batch->count - first < n->block ? batch->count - first : n->block);
    int vectors = (events + LANES - 1) / LANES, padded = vectors * LANES;
    const float *x, *t;
    int64_t x_stride = stride, t_stride = stride;
    float *w = n->weights_block;
    if (batch->rows) {
      int64_t next = first + n->block, end = next + n->block;
      for (int64_t e = next; e < end && e < batch->count; ++e)
        for (int c = 0; c < batch->record_stride; c += 16)
          __builtin_prefetch(batch->records + (int64_t)batch->rows[e] * batch->record_stride + c);
      FN(gather)(batch->records, batch->record_stride, batch->rows + first, events, padded,
                 n->records_block, stride);
      x = n->records_block;
      t = x + batch->record_targets * stride;
      w = n->records_block + batch->record_weight * stride;
    } else {
      x = batch->inputs + first;
      t = batch->targets + first;
      x_stride = batch->input_stride;
      t_stride = batch->target_stride;
      if (padded != events) {
        for (int i = 0; i < n->inputs; ++i)
          FN(copy)(x + i * x_stride, events, padded, n->inputs_block + i * stride);
        for (int k = 0; k < last->outputs; ++k)
          FN(copy)(t + k * t_stride, events, padded, n->targets_block + k * stride);
        x = n->inputs_block;
        t = n->targets_block;
        x_stride = t_stride = stride;
      }
      if (batch->weights) {
        FN(copy)(batch->weights + first, events, padded, w);
      } else {
        for (int e = 0; e < padded; ++e) w[e] = e < events;
      }
    }
    for (int e = 0; e < padded; ++e) w[e] *= batch->weight_scale;
    if (dropout_key) FN(hash_events)(*dropout_key, first, padded, n->hashes);
    FN(forward)(n, x, x_stride, vectors, loss == CDK_BINARY_CROSS_ENTROPY, dropout_key != 0);
    total += FN(loss)(loss, last, last->activations, stride, t, t_stride, w, vectors);
    if (!gradient && !input_gradient) continue;
    for (int l = n->count - 1; l >= 0; --l) {
      layer_state *layer = n->layers + l;
      const float *d = layer->activations;
      const float *in = l ? layer[-1].activations : x;
      int64_t in_stride = l ? stride : x_stride;
      if (gradient) {
        if (layer->gradient)
          FN(wide_gradient)(layer->outputs, layer->inputs, d, stride, in, in_stride, padded,
                            n->transposed, layer->gradient);
        else
          FN(narrow_gradient)(layer->outputs, layer->inputs, d, stride, in, in_stride, vectors,
                              gradient + layer->weights, gradient + layer->biases);
        if (layer->gradient)
          FN(bias_gradient)(layer->outputs, d, stride, vectors, gradient + layer->biases);
      }
      if (l)
        FN(multiply)(layer->inputs, layer->outputs, layer->backward, 0, 0, d, stride,
                     layer[-1].activations, stride, vectors, layer - 1);
      else if (input_gradient) {
        FN(multiply)(layer->inputs, layer->outputs, layer->backward, 0, -__builtin_inff(), d,
                     stride, n->inputs_gradient, stride, vectors, 0);
        for (int i = 0; i < n->inputs; ++i)
          __builtin_memcpy(input_gradient + i * input_gradient_stride + first,
                           n->inputs_gradient + i * stride, sizeof(float) * (size_t)events);
      }
    }
  }
  if (gradient)
    for (int l = 0; l < n->count; ++l) {
      layer_state *layer = n->layers + l;
      if (layer->gradient)
        FN(unpack_gradient)(layer->outputs, layer->inputs, layer->gradient,
                            gradient + layer->weights);
    }
  return total;
}

static void FN(predict)(cdk_network *n, const float *inputs, int64_t input_stride, int64_t count,
                        bool logits, float *outputs, int64_t output_stride) {
  const layer_state *last = n->layers + n->count - 1;
  for (int64_t first = 0; first < count; first += n->block) {
    int events = (int)(count - first < n->block ? count - first : n->block);
    int vectors = (events + LANES - 1) / LANES, padded = vectors * LANES;
    const float *x = inputs + first;
    int64_t x_stride = input_stride;
    if (padded != events) {
      for (int i = 0; i < n->inputs; ++i)
        FN(copy)(x + i * input_stride, events, padded, n->inputs_block + i * n->stride);
      x = n->inputs_block;
      x_stride = n->stride;
    }
    FN(forward)(n, x, x_stride, vectors, logits, false);
    for (int k = 0; k < last->outputs; ++k)
      __builtin_memcpy(outputs + k * output_stride + first, last->activations + k * n->stride,
                       sizeof(float) * (size_t)events);
  }
}

// The optimisers. FOR_EACH leaves the last, incomplete vector to a padded copy.
#define SQRT(x) __builtin_elementwise_sqrt(x)
static void FN(sgd)(int64_t count, float *p, const float *g, float *velocity, float rate,
                    float momentum) {
  for (int64_t i = 0; i < count; ++i) {
    velocity[i] = momentum * velocity[i] + g[i];
    p[i] -= rate * velocity[i];
  }
}
INLINE vf FN(adam_update)(vf p, vf g, vf *m, vf *s, float rate, float beta1, float beta2,
                          float epsilon, float root, float decay) {
  *m = ALL(beta1) * *m + ALL(1 - beta1) * g;
  *s = ALL(beta2) * *s + ALL(1 - beta2) * (g * g);
  return p - ALL(decay) * p - ALL(rate) * *m / (SQRT(*s) * ALL(root) + ALL(epsilon));
}
static void FN(adam)(int64_t count, float *p, const float *g, float *mean, float *square,
                     float rate, float beta1, float beta2, float epsilon, float correction1,
                     float correction2, float decay) {
  float root = __builtin_sqrtf(correction2);
  rate *= correction1;
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    vf m = LOAD(mean + i), s = LOAD(square + i);
    STORE(p + i, FN(adam_update)(LOAD(p + i), LOAD(g + i), &m, &s, rate, beta1, beta2, epsilon,
                                 root, decay));
    STORE(mean + i, m);
    STORE(square + i, s);
  }
  if (i < count) {
    size_t rest = sizeof(float) * (size_t)(count - i);
    vf q = {}, h = {}, m = {}, s = {};
    __builtin_memcpy(&q, p + i, rest);
    __builtin_memcpy(&h, g + i, rest);
    __builtin_memcpy(&m, mean + i, rest);
    __builtin_memcpy(&s, square + i, rest);
    q = FN(adam_update)(q, h, &m, &s, rate, beta1, beta2, epsilon, root, decay);
    __builtin_memcpy(p + i, &q, rest);
    __builtin_memcpy(mean + i, &m, rest);
    __builtin_memcpy(square + i, &s, rest);
  }
}
static void FN(adadelta)(int64_t count, float *p, const float *g, float *square, float *update,
                         float rate, float rho, float epsilon) {
  for (int64_t i = 0; i < count; ++i) {
    square[i] = rho * square[i] + (1 - rho) * g[i] * g[i];
    float step = __builtin_sqrtf(update[i] + epsilon) / __builtin_sqrtf(square[i] + epsilon) * g[i];
    update[i] = rho * update[i] + (1 - rho) * step * step;
    p[i] -= rate * step;
  }
}
static void FN(adagrad)(int64_t count, float *p, const float *g, float *square, float rate,
                        float epsilon) {
  for (int64_t i = 0; i < count; ++i) {
    square[i] += g[i] * g[i];
    p[i] -= rate * g[i] / (__builtin_sqrtf(square[i]) + epsilon);
  }
}

static const kernels FN(kernels) = {
    ROWS,        VECTORS, LANES,    BLOCK,        FN(gradient),
    FN(predict), FN(sgd), FN(adam), FN(adadelta), FN(adagrad),
};
#undef SQRT
#undef LOG2_E
#undef v4
#undef JOIN_
#undef JOIN
#undef FN
#undef vf
#undef vi
#undef vu
#undef vf_any
#undef INLINE
#undef UNROLL
#undef LOAD
#undef STORE
#undef ALL
#undef BITS
#undef FLOATS
#undef AT_LEAST
#undef AT_MOST
#undef SUFFIX
#undef LANES
#undef ROWS
#undef VECTORS
#undef BLOCK
