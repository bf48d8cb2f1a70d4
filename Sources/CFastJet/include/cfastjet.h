#pragma once
#include <stddef.h>

// FastJet behind plain C. No C++ exception leaves these functions: a call that fails returns a
// status other than CFJ_OK and writes why into `message` (always ended by a zero byte). Calls from
// several threads wait for each other.

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  CFJ_OK = 0,
  CFJ_FASTJET_ERROR = 1,   // fastjet::Error, which is no std::exception
  CFJ_STANDARD_ERROR = 2,  // std::exception: out of memory, for one
  CFJ_UNKNOWN_ERROR = 3,
} cfj_status;

typedef enum {
  CFJ_E_SCHEME = 0,           // four-momenta add
  CFJ_WINNER_TAKE_ALL_PT = 1  // pT adds, the direction is the harder one's
} cfj_recombination;

typedef struct {
  double px, py, pz, energy;  // GeV
  int first_constituent;      // where its constituents begin in the list of them
  int constituent_count;
} cfj_jet;

/// FastJet's version, as "FastJet version 3.4.0".
const char *cfj_version(void);

/// Clusters massless particles with the anti-kt algorithm (E-scheme).
///
/// `particles`: `count` rows of (pT, eta, phi), pT > 0. Writes the `max_jets` leading jets of
/// pT > `minimum_pt`, by falling pT, their number, and the rows of their constituents: those of
/// the first jet in rising order, then those of the second ... `constituents` holds `count`.
cfj_status cfj_cluster_antikt(const double *particles, int count, double radius,
                              double minimum_pt, int max_jets, cfj_jet *jets, int *jet_count,
                              int *constituents, char *message, size_t message_size);

/// Finds exclusive kt axes of some particles: one clustering, then its last 1, 2 ... jets.
///
/// `rows` picks `row_count` rows of `particles`. Writes (rapidity, phi in [0, 2 pi)) of 1 axis,
/// of 2 axes, ... of `max_axes` axes one after the other; `max_axes` <= `row_count`.
cfj_status cfj_kt_axes(const double *particles, const int *rows, int row_count, int max_axes,
                       cfj_recombination recombination, double *axes, char *message,
                       size_t message_size);

#ifdef __cplusplus
}
#endif
