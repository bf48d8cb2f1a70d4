"""Checks of the dimuon simulation.

    test_dimuon.py              amplitudes against Dirac matrices, the generator's angles, the response
    test_dimuon.py FOLDER       also the files of compose_dimuon.py, beside the paper's tables
    test_dimuon.py FOLDER --figure dimuon.png       and figures 6 and 7 of arXiv:1912.12155
"""

import argparse
import json
import os

import numpy as np
import pandas as pd

import contact_interaction
import dimuon
import muon_scale

# Table 3 of arXiv:1912.12155.
EDGES = [60, 148, 296, 444, 592, 740, 888, 1241, 1594, 1947, 2300]
ALPHA = [9.93e-1, 4.95e-3, 4.01e-4, 8.5e-5, 2.64e-5, 9.84e-6, 7.59e-6, 1.4e-6, 3.6e-7, 1.10e-7]
BETA = [7.0e-4, 5.06e-4, 1.52e-4, 6.7e-5, 3.37e-5, 1.85e-5, 2.30e-5, 6e-6, 2.2e-6, 1.34e-6]
GAMMA = [1.21e-5, 2.28e-5, 2.20e-5, 1.96e-5, 1.703e-5, 1.432e-5, 2.90e-5, 1.6e-5, 1.09e-5, 6.769e-6]
# Table 2: mass, window, f_sig, f_bkg.
WINDOWS = [(200, 185, 215, 0.62, 9.0e-4), (300, 278, 322, 0.72, 2.3e-4), (300, 279, 321, 0.71, 2.2e-4),
           (600, 554, 656, 0.77, 2.4e-5), (600, 549, 662, 0.83, 2.8e-5)]


def squared_amplitude(quark, s, cosine, alpha, sin2, mass, width, coupling):
    """Sum over spins of |M|^2 with explicit Dirac matrices: photon, Z and contact interaction."""
    sigma = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
    zero, one = np.zeros((2, 2)), np.eye(2)
    gamma = [np.block([[zero, one], [one, zero]])] + [np.block([[zero, p], [-p, zero]]) for p in sigma]
    gamma5 = np.diag([-1, -1, 1, 1])
    left, right = (np.eye(4) - gamma5) / 2, (np.eye(4) + gamma5) / 2
    metric = np.array([1, -1, -1, -1])
    slash = lambda p: sum(metric[i] * p[i] * gamma[i] for i in range(4))
    e, sine = np.sqrt(s) / 2, np.sqrt(1 - cosine**2)
    incoming, anti = e * np.array([1, 0, 0, 1]), e * np.array([1, 0, 0, -1])
    minus, plus = e * np.array([1, sine, 0, cosine]), e * np.array([1, -sine, 0, -cosine])
    charge, isospin = (2 / 3, 0.5) if quark % 2 == 0 else (-1 / 3, -0.5)
    e2 = 4 * np.pi * alpha
    z = e2 / (sin2 * (1 - sin2)) / (s - mass**2 + 1j * s * width / mass)
    vertex_z_quark = (isospin - charge * sin2) * left - charge * sin2 * right
    vertex_z_muon = (-0.5 + sin2) * left + sin2 * right
    # (strength, quark vertex, muon vertex) of every term; the metric contracts the two currents.
    terms = [(-charge * e2 / s, np.eye(4), np.eye(4)), (z, vertex_z_quark, vertex_z_muon),
             (coupling * isospin * -0.5 / 1e6, left, left)]
    total = 0
    for first, quark1, muon1 in terms:
        for second, quark2, muon2 in terms:
            bar = lambda vertex: gamma[0] @ vertex.conj().T @ gamma[0]
            quarks = [[np.trace(slash(anti) @ gamma[m] @ quark1 @ slash(incoming)
                                @ bar(gamma[n] @ quark2)) for n in range(4)] for m in range(4)]
            muons = [[np.trace(slash(minus) @ gamma[m] @ muon1 @ slash(plus)
                               @ bar(gamma[n] @ muon2)) for n in range(4)] for m in range(4)]
            total += first * np.conj(second) * sum(
                metric[m] * metric[n] * quarks[m][n] * muons[m][n] for m in range(4) for n in range(4))
    return total.real


def test_amplitudes():
    random, worst = np.random.default_rng(5), 0.0
    sin2, mass, width = 0.2312, 91.19, 2.478
    for _ in range(60):
        quark, s = random.integers(1, 6), np.exp(random.uniform(np.log(50**2), np.log(2500**2)))
        cosine, coupling = random.uniform(-1, 1), random.uniform(-2, 2)
        linear, quadratic = contact_interaction.weights(
            np.array(quark), s, cosine, 1 / 128, sin2, mass, width)
        ratio = [squared_amplitude(quark, s, cosine, 1 / 128, sin2, mass, width, c) for c in (coupling, 0)]
        weight = 1 + linear * coupling + quadratic * coupling**2
        assert weight >= 0
        worst = max(worst, abs(ratio[0] / ratio[1] / weight - 1))
    assert worst < 1e-10, worst
    print(f"weights against traces of Dirac matrices: largest relative difference {worst:.1e}")


def test_angles():
    """cos theta* of generated events: the mean for up- and down-type quarks against the amplitudes."""
    for low, high in ((60, 80), (110, 200), (500, 1000)):
        pythia = dimuon.start(dimuon.settings(argparse.Namespace(process="sm", mhat=[low, high]), 11)
                              + ["PartonLevel:all = off"])
        rows = []
        for _ in range(30_000):
            while not pythia.next():
                pass
            rows.append(dimuon.hard_process(pythia))
        quark, s, cosine, alpha = np.array(rows).T
        sin2, mass, width = dimuon.z_parameters(pythia)
        # Of f (1 + c)^2 + b (1 - c)^2 the mean of c is (f - b) / (f + b) / 2.
        amplitude = contact_interaction.amplitudes(quark, s, alpha, sin2, mass, width)
        rate = lambda *keys: sum(np.abs(amplitude[key])**2 for key in keys)
        forward, backward = rate("LL", "RR"), rate("LR", "RL")
        expected = (forward - backward) / (forward + backward) / 2
        for name, chosen in (("up", quark % 2 == 0), ("down", quark % 2 == 1)):
            error = cosine[chosen].std() / chosen.sum()**0.5
            pull = (cosine[chosen].mean() - expected[chosen].mean()) / error
            print(f"{low}-{high} GeV, {name}: <cos theta*> {cosine[chosen].mean():+.4f} +- {error:.4f}, "
                  f"amplitudes {expected[chosen].mean():+.4f}")
            assert abs(pull) < 4, (low, name, pull)


def test_response():
    random = np.random.default_rng(2)
    for pt, eta, sigma in ((50, 0.2, 0.0112), (50, 1.0, 0.0168), (50, 2.0, 0.0305), (500, 0.2, 0.0510)):
        momentum = np.array([pt, 0, pt * np.sinh(eta)])
        muons = np.broadcast_to(np.stack([momentum, momentum * [-1, 0, -1]]), (200_000, 2, 3))
        table, kept = dimuon.response(muons, random)
        ratio = table[:, :2].mean(axis=1) / pt
        efficiency = (0.95 * (0.99 if eta < 1.5 else 0.98))**2
        spread = ratio.std() * 2**0.5
        print(f"pT {pt} eta {eta}: efficiency of the pair {len(kept) / 2e5:.4f} (card {efficiency:.4f}), "
              f"sigma(pT)/pT {spread:.4f} (card {sigma}), mean {ratio.mean():.5f}")
        assert abs(len(kept) / 2e5 - efficiency) < 5e-3 and abs(spread / sigma - 1) < 0.02
        assert abs(ratio.mean() - 1) < 4 * ratio.std() / len(kept)**0.5


def test_generation_range():
    """Whether selected events come from below the generated mass, or from muons outside the acceptance."""
    pythia = dimuon.start(dimuon.settings(argparse.Namespace(process="sm", mhat=[55, 200]), 7))
    muons, hard, forward = [], [], []
    for _ in range(20_000):
        after, before = dimuon.generated(pythia, 1)
        muons.append(after[0])
        hard.append(before[0])
        forward.append(max(abs(pythia.process[i].eta()) for i in (6, 7)))
    table, kept = dimuon.response(np.array(muons), np.random.default_rng(1))
    mass, forward = np.sqrt(np.array(hard)[kept, 1]), np.array(forward)[kept]
    hardest = table[:, 0] > 75
    print(f"{len(kept)} of 20000 events selected; smallest generated mass {mass.min():.1f} GeV; before the shower "
          f"a muon beyond |eta| 3.2 in {(forward > 3.2).mean():.3f} of them, {(forward > 3.2)[hardest].mean():.3f} "
          "of those with pT1 > 75 GeV")
    assert mass.min() > 57


def test_scale(frame):
    moved = muon_scale.shifted(frame, 0.005)
    assert np.abs(muon_scale.shifted(frame, 0)["mll"] / frame["mll"] - 1).max() < 1e-4
    inner = (frame[["eta1", "eta2"]].abs() < 1.2).all(axis=1)
    outer = (frame[["eta1", "eta2"]].abs() > 1.2).all(axis=1)
    for region, factor in ((inner, 1.005), (outer, 1.015)):
        assert np.allclose(moved[region]["mll"] / frame[region]["mll"], factor, rtol=2e-4)
    assert (moved["pt1"] >= moved["pt2"]).all()


def test_layout(frame, name):
    assert list(frame.columns[:6]) == dimuon.COLUMNS and (frame.dtypes == np.float32).all(), name
    assert np.isfinite(frame.to_numpy()).all() and (frame["pt1"] >= frame["pt2"]).all(), name
    assert (frame["pt2"] > 19.99).all() and (frame[["eta1", "eta2"]].abs() < 2.401).all(axis=None), name
    assert (frame["deltaphi"] >= 0).all() and (frame["deltaphi"] <= np.float32(np.pi)).all(), name
    mass = dimuon.invariant_mass(*(frame[c].to_numpy(np.float64) for c in dimuon.COLUMNS[:5]))
    assert np.abs(mass / frame["mll"] - 1).max() < 1e-4 and (frame["mll"] > 59.99).all(), name


def peak(masses, low, high):
    """(median, half of the central 68 %) of the masses in a range."""
    a, b, c = np.quantile(masses[(masses > low) & (masses < high)], [0.16, 0.5, 0.84])
    return b, (c - a) / 2


def test_files(folder):
    read = lambda name: pd.read_hdf(os.path.join(folder, name + ".h5"))
    summary = json.load(open(os.path.join(folder, "dimuon.json")))
    reference, data, weighted = read("sm_reference"), read("sm_data"), read("eft_weighted")
    names = sorted(name[:-3] for name in os.listdir(folder) if name.endswith(".h5"))
    for name in names:
        test_layout(read(name), name)
    test_scale(reference.iloc[:50_000])
    assert not len(pd.merge(reference[dimuon.COLUMNS], data[dimuon.COLUMNS]))
    from scipy import stats
    for column in dimuon.COLUMNS:
        p = stats.ks_2samp(reference[column], data[column]).pvalue
        assert p > 1e-3, (column, p)

    sm = pd.concat([reference, data])
    fraction = lambda condition: f"{condition.mean():.4f} +- {np.sqrt(condition.mean() / len(sm)):.4f}"
    median, width = peak(sm["mll"], 81, 101)
    print(f"{len(reference)} + {len(data)} Standard Model events: m_ll > 95 GeV {fraction(sm['mll'] > 95)} "
          f"(paper 0.10), pT1 > 75 GeV {fraction(sm['pt1'] > 75)} (paper 0.04), m_ll > 100 GeV "
          f"{fraction(sm['mll'] > 100)}")
    print(f"Z peak, 81-101 GeV: median {median:.2f} GeV, half of the central 68 % {width:.2f} GeV")
    assert abs(median - 91.0) < 0.4 and 1.5 < width < 3
    assert 0.08 < (sm["mll"] > 95).mean() < 0.12

    weight = weighted["weight"].to_numpy(np.float64)
    mass = weighted["mll"].to_numpy()
    total = weight.sum()
    print("Table 3: bin, ours (paper) of alpha, beta, gamma; paper / ours of beta / alpha and "
          "sqrt(gamma / alpha)")
    columns = [weight] + [weight * weighted[c].to_numpy(np.float64) for c in dimuon.WEIGHTS]
    ours = [np.histogram(mass, EDGES, weights=w)[0] / total for w in columns]
    errors = [np.sqrt(np.histogram(mass, EDGES, weights=w**2)[0]) / total for w in columns]
    for bin in range(10):
        text = "  ".join(f"{ours[k][bin]:.3g} +- {100 * errors[k][bin] / ours[k][bin]:.1f} % ({paper[bin]:.3g})"
                         for k, paper in enumerate((ALPHA, BETA, GAMMA)))
        a, b, c = (values[bin] for values in ours)
        interference = BETA[bin] / ALPHA[bin] / (b / a)
        square = np.sqrt(GAMMA[bin] / ALPHA[bin] / (c / a))
        print(f"  {EDGES[bin]}-{EDGES[bin + 1]} GeV: {text}  {interference:.2f} {square:.2f}")
        assert abs(square - 1) < 0.06, (bin, square)
    for text, expected in summary["yields"].items():
        name, c = f"eft_cw_{text}", float(text)
        frame = read(name)
        high = np.histogram(frame["mll"], [60, 148, 296, 592, 1241, 2300])[0]
        grown = columns[0] + c * columns[1] + c * c * columns[2]
        predicted = np.histogram(mass, [60, 148, 296, 592, 1241, 2300], weights=grown)[0] / grown.sum() * len(frame)
        chi2 = ((high - predicted)**2 / predicted).sum()
        print(f"{name}: {len(frame)} events, yield over the Standard Model's {expected:.5f}, "
              f"bins against the weights: chi2 {chi2:.1f} / 5")
        assert chi2 < 25, name
    print("Table 2: mass, window, f_sig, f_bkg (paper)")
    for mzprime, low, high, f_sig, f_bkg in WINDOWS:
        name = f"zprime_{mzprime}"
        if name not in names:
            continue
        signal = read(name)["mll"]
        inside = (mass > low) & (mass < high)
        background = weight[inside].sum() / total
        error = np.sqrt((weight[inside]**2).sum()) / total
        print(f"  {mzprime} GeV [{low}, {high}]: {((signal > low) & (signal < high)).mean():.3f} ({f_sig})  "
              f"{background:.3g} +- {error:.1g} ({f_bkg:.2g}); median %.1f, half of the central 68 %% %.1f GeV"
              % peak(signal, 0.8 * mzprime, 1.2 * mzprime))


def figure(folder, path):
    """Figures 6 and 7 of arXiv:1912.12155, for the eye."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    samples = [("Standard Model", "sm_reference", 20_000, "0.6"), ("Z' 300 GeV, N(S) = 40", "zprime_300", 40, "C0"),
               ("c_W = 1 TeV^-2", "eft_cw_1.0", None, "C3")]
    yields = json.load(open(os.path.join(folder, "dimuon.json")))["yields"]
    ranges = dict(pt1=(20, 620), pt2=(20, 620), eta1=(-2.4, 2.4), eta2=(-2.4, 2.4), deltaphi=(0, np.pi),
                  mll=(60, 1000))
    canvas, panels = plt.subplots(2, 3, figsize=(13, 7.5))
    for panel, (column, span) in zip(panels.flat, ranges.items()):
        for label, name, count, colour in samples:
            frame = pd.read_hdf(os.path.join(folder, name + ".h5"))
            count = count or 20_000 * yields["1.0"]
            panel.hist(frame[column], 40, range=span, weights=np.full(len(frame), count / len(frame)),
                       histtype="stepfilled" if colour == "0.6" else "step", color=colour, label=label)
        panel.set_yscale("log")
        panel.set_ylim(1e-3, None)
        panel.set_xlabel(column + (" / GeV" if column[0] in "pm" else ""))
        panel.set_ylabel("events for N(R) = 20,000")
    panels[0, 0].legend()
    canvas.tight_layout()
    canvas.savefig(path, dpi=80)
    print(path)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--figure")
    arguments = parser.parse_args()
    test_amplitudes()
    test_angles()
    test_response()
    test_generation_range()
    if arguments.folder:
        test_files(arguments.folder)
        if arguments.figure:
            figure(arguments.folder, arguments.figure)


if __name__ == "__main__":
    main()
