// L-BFGS-B 3.0 writes a line to standard output, whatever `iprint` says, when a search direction does
// not descend; it then goes on by itself. Standard output is ours (`--json`), so the library's
// calls of the Fortran runtime's output land here and do nothing. Nothing else in the process
// is written in Fortran but the linear algebra, which writes only about wrong arguments.
//
// Nothing of ours calls them: without the attribute the linker throws them away.
#define KEPT __attribute__((used, retain, visibility("default")))

KEPT void _gfortran_st_write(void *parameters) { (void)parameters; }
KEPT void _gfortran_st_write_done(void *parameters) { (void)parameters; }

KEPT void _gfortran_transfer_array_write(void *p, void *value, int kind, int length) {
  (void)p, (void)value, (void)kind, (void)length;
}

KEPT void _gfortran_transfer_character_write(void *p, void *value, int length) {
  (void)p, (void)value, (void)length;
}

KEPT void _gfortran_transfer_integer_write(void *p, void *value, int kind) {
  (void)p, (void)value, (void)kind;
}

KEPT void _gfortran_transfer_real_write(void *p, void *value, int kind) {
  (void)p, (void)value, (void)kind;
}
