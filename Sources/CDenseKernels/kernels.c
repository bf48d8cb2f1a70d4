#include "cdensekernels.h"
int cdk_placeholder(void) { return 0; }
