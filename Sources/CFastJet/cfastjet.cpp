#include "cfastjet.h"
#include <fastjet/ClusterSequence.hh>
extern "C" const char *cfj_version(void) {
  static const std::string version = fastjet::fastjet_version_string();
  return version.c_str();
}
