"""Exact tree-level weights of the contact interaction c_W / Lambda^2 J_L^a J_La in q qbar -> mu- mu+.

The operator is eq. (7) of arXiv:1912.12155, Lambda = 1 TeV.  The neutral part of J_L^a J_La that makes
muon pairs is the product of third components of the weak isospin T3: -1/2 for the muon, +1/2 for u and
c, -1/2 for d, s and b.  So

    L  =  eta_q (qbar_L gamma q_L) (mubar_L gamma mu_L),    eta_q = T3_q T3_mu c_W / Lambda^2,

negative for up-type and positive for down-type quarks, like photon and Z above the Z peak in the
amplitude A_LL: c_W > 0 interferes constructively with both.  With theta* the angle between quark and
mu- in their rest frame and A_ij = e^2 Q_q Q_mu / s + g_i^q g_j^mu / (s - m_Z^2 + i s Gamma_Z / m_Z)

    d sigma  ~  (|A_LL + eta_q|^2 + |A_RR|^2) (1 + cos theta*)^2 + (|A_LR|^2 + |A_RL|^2) (1 - cos theta*)^2,

a second-order polynomial in c_W: an event of the Standard Model has the weight 1 + linear c_W +
quadratic c_W^2.

Normalisation: written out with J_L^a = sum_f fbar gamma (tau^a / 2) P_L f, eq. (7) has the product twice
(quark times lepton and lepton times quark), eta_q = 2 T3_q T3_mu c_W / Lambda^2.  The paper's Table 3
follows from half of that: beta / alpha and sqrt(gamma / alpha) then agree within 5 % in every bin that the
paper knows well (README), so that is what c_W means here.
"""

import numpy as np

LAMBDA = 1000.0  # GeV


def amplitudes(quark, s, alpha, sin2, mass, width):
    """A_LL, A_RR, A_LR, A_RL of photon and Z (quark's chirality first), in 1 / GeV^2."""
    isospin, charge = weak_isospin(quark), np.where(quark % 2 == 0, 2 / 3, -1 / 3)
    e2 = 4 * np.pi * alpha
    z = e2 / (sin2 * (1 - sin2)) / (s - mass**2 + 1j * s * width / mass)
    of_quark = {"L": isospin - charge * sin2, "R": -charge * sin2}
    of_muon = {"L": -0.5 + sin2, "R": sin2}
    return {i + j: -e2 * charge / s + of_quark[i] * of_muon[j] * z for i in "LR" for j in "LR"}


def weak_isospin(quark):
    return np.where(quark % 2 == 0, 0.5, -0.5)


def weights(quark, s, cosine, alpha, sin2, mass, width):
    """(linear, quadratic) per event.

    quark: PDG id of the incoming quark (positive); s in GeV^2; cosine: cos theta* of the mu- to the
    quark; alpha: electromagnetic coupling at s; sin2: sin^2 of the Weinberg angle; mass and width of
    the Z in GeV."""
    amplitude = amplitudes(quark, s, alpha, sin2, mass, width)
    square = {key: np.abs(value)**2 for key, value in amplitude.items()}
    forward, backward = (1 + cosine)**2, (1 - cosine)**2
    model = (square["LL"] + square["RR"]) * forward + (square["LR"] + square["RL"]) * backward
    eta = weak_isospin(quark) * -0.5 / LAMBDA**2
    return 2 * eta * amplitude["LL"].real * forward / model, eta**2 * forward / model
