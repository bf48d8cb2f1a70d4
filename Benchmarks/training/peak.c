// Limits of one core: fused multiply-adds and exponentials in single precision, as wide as the
// processor allows. Prints one JSON object. Build: clang -O2 -march=native peak.c -o peak
#include <stdio.h>
#include <string.h>
#include <time.h>
#ifdef __AVX512F__
enum { LANES = 16, SUMS = 24 };
#elif defined(__AVX__)
enum { LANES = 8, SUMS = 12 };
#else
enum { LANES = 4, SUMS = 8 };
#endif
#pragma clang fp contract(fast)
typedef float vf __attribute__((ext_vector_type(LANES)));
typedef int vi __attribute__((ext_vector_type(LANES)));

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}
static volatile float sink;

static double multiply_add(long n) {
  vf sum[SUMS], m = (vf)0.999f, c = (vf)1e-3f;
  for (int i = 0; i < SUMS; i++) sum[i] = (vf)(float)i;
  double t = now();
  for (long k = 0; k < n; k++)
#pragma clang loop unroll(full)
    for (int i = 0; i < SUMS; i++) sum[i] = sum[i] * m + c;
  t = now() - t;
  for (int i = 0; i < SUMS; i++) sink = sum[i][0];
  return 2.0 * n * SUMS * LANES / t * 1e-9;
}

static float values[2048] __attribute__((aligned(64)));
static double exponentials(long n) {
  double t = now();
  for (long k = 0; k < n; k++) {
    for (int i = 0; i < 2048; i += LANES) {
      vf x = *(vf *)(values + i);
      vf s = x * (vf)1.44269504f + (vf)12582912.0f;
      vf e = s - (vf)12582912.0f;
      vf f = x - e * (vf)0.693145752f - e * (vf)1.42860677e-6f;
      vf p = (vf)1.3888889e-3f * f + (vf)8.3333333e-3f;
      p = p * f + (vf)4.1666667e-2f;
      p = p * f + (vf)1.6666667e-1f;
      p = p * f + (vf)0.5f;
      p = p * f + (vf)1.0f;
      p = p * f + (vf)1.0f;
      vi bits = (__builtin_bit_cast(vi, s) << 23) + __builtin_bit_cast(vi, p);
      // Back into a narrow range, so that the next round has normal numbers.
      *(vf *)(values + i) = __builtin_bit_cast(vf, bits) * (vf)0.1f;
    }
    __asm__ volatile("" ::: "memory");
  }
  return n * 2048.0 / (now() - t) * 1e-9;
}

int main(void) {
  double flops = 0, exps = 0;
  for (int i = 0; i < 60; i++) {
    double x = multiply_add(1000000);
    if (x > flops) flops = x;
    x = exponentials(2000);
    if (x > exps) exps = x;
  }
  printf("{\"gflops\": %.1f, \"gexp\": %.2f, \"lanes\": %d}\n", flops, exps, LANES);
}
