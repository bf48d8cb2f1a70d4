#include "cfastjet.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <fastjet/ClusterSequence.hh>
#include <fastjet/Error.hh>
#include <fastjet/LimitedWarning.hh>
#include <mutex>
#include <string>
#include <vector>

using fastjet::ClusterSequence;
using fastjet::JetDefinition;
using fastjet::PseudoJet;

namespace {

// FastJet announces itself on standard output, and its errors on standard error, where they
// would mix with the tool's own: messages come back through the status instead.
void silence() {
  static const bool done = [] {
    ClusterSequence::set_fastjet_banner_stream(nullptr);
    fastjet::Error::set_print_errors(false);
    fastjet::LimitedWarning::set_default_stream(nullptr);
    return true;
  }();
  (void)done;
}

void write(const std::string &text, char *message, size_t size) {
  if (size == 0) return;
  const size_t length = std::min(text.size(), size - 1);
  std::memcpy(message, text.data(), length);
  message[length] = 0;
}

// FastJet as distributions build it is not safe in threads: one call at a time.
std::mutex one_at_a_time;

// Runs `work`; what it throws becomes a status.
template <typename Work>
cfj_status guarded(char *message, size_t size, Work work) {
  write("", message, size);
  try {
    const std::lock_guard<std::mutex> lock(one_at_a_time);
    silence();
    work();
    return CFJ_OK;
  } catch (const fastjet::Error &error) {
    write(error.message(), message, size);
    return CFJ_FASTJET_ERROR;
  } catch (const std::exception &error) {
    write(error.what(), message, size);
    return CFJ_STANDARD_ERROR;
  } catch (...) {
    write("unknown C++ exception", message, size);
    return CFJ_UNKNOWN_ERROR;
  }
}

PseudoJet massless(const double *row) {
  const double pt = row[0], eta = row[1], phi = row[2], sinh_eta = std::sinh(eta);
  PseudoJet particle(pt * std::cos(phi), pt * std::sin(phi), pt * sinh_eta,
                     pt * std::sqrt(1 + sinh_eta * sinh_eta));
  // Rapidity (= eta without a mass) and azimuth are known: FastJet need not work them out again.
  double azimuth = std::fmod(phi, fastjet::twopi);
  if (azimuth < 0) azimuth += fastjet::twopi;
  if (azimuth >= fastjet::twopi) azimuth = 0;
  particle.set_cached_rap_phi(eta, azimuth);
  return particle;
}

}  // namespace

extern "C" const char *cfj_version(void) {
  static const std::string version = fastjet::fastjet_version_string();
  return version.c_str();
}

extern "C" cfj_status cfj_cluster_antikt(const double *particles, int count, double radius,
                                         double minimum_pt, int max_jets, cfj_jet *jets,
                                         int *jet_count, int *constituents, char *message,
                                         size_t message_size) {
  *jet_count = 0;
  return guarded(message, message_size, [&] {
    std::vector<PseudoJet> input;
    input.reserve(count);
    for (int i = 0; i < count; ++i) input.push_back(massless(particles + 3 * i));
    const ClusterSequence sequence(input, JetDefinition(fastjet::antikt_algorithm, radius));
    std::vector<PseudoJet> found = fastjet::sorted_by_pt(sequence.inclusive_jets(minimum_pt));
    if (found.size() > static_cast<size_t>(max_jets)) found.resize(max_jets);

    const std::vector<int> owner = sequence.particle_jet_indices(found);
    int written = 0;
    for (size_t j = 0; j < found.size(); ++j) {
      const int first = written;
      for (int i = 0; i < count; ++i)
        if (owner[i] == static_cast<int>(j)) constituents[written++] = i;
      jets[j] = {found[j].px(), found[j].py(), found[j].pz(), found[j].E(), first, written - first};
    }
    *jet_count = static_cast<int>(found.size());
  });
}

extern "C" cfj_status cfj_kt_axes(const double *particles, const int *rows, int row_count,
                                  int max_axes, cfj_recombination recombination, double *axes,
                                  char *message, size_t message_size) {
  return guarded(message, message_size, [&] {
    std::vector<PseudoJet> input;
    input.reserve(row_count);
    for (int i = 0; i < row_count; ++i) input.push_back(massless(particles + 3 * rows[i]));
    // The largest radius: particles merge with each other, never with the beam. Tiles as large as
    // that only cost time: the plain algorithm is the fastest, with the same result.
    const JetDefinition definition(
        fastjet::kt_algorithm, JetDefinition::max_allowable_R,
        recombination == CFJ_WINNER_TAKE_ALL_PT ? fastjet::WTA_pt_scheme : fastjet::E_scheme,
        fastjet::N2Plain);
    const ClusterSequence sequence(input, definition);
    for (int n = 1; n <= max_axes; ++n) {
      for (const PseudoJet &jet : sequence.exclusive_jets(n)) {
        *axes++ = jet.rap();
        *axes++ = jet.phi();
      }
    }
  });
}
