// L-BFGS-B 3.0 (Fortran; C. Zhu, R. Byrd, J. Nocedal, J. L. Morales). Debian ships no header.
//
// Reverse communication: each call says in `task` what it wants next, and nothing is kept between
// calls but the work arrays, so that any number of threads may minimise at once.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Arguments after `dsave` are the lengths of `task` and `csave`, as gfortran passes them.
void setulb_(const int32_t *n, const int32_t *m, double *x, const double *l, const double *u,
             const int32_t *nbd, double *f, double *g, const double *factr, const double *pgtol,
             double *wa, int32_t *iwa, char *task, const int32_t *iprint, char *csave,
             int32_t *lsave, int32_t *isave, double *dsave, size_t task_length,
             size_t csave_length);
