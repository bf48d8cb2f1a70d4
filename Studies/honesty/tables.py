#!/usr/bin/env python3
"""Writes the tables of the honesty study into its documentation.

  Studies/honesty/tables.py [RESULTS [PAGE]]

RESULTS holds raw.json, sources.json and calibrated.json of `honesty-study`; in PAGE the text
between `<!-- begin NAME -->` and `<!-- end NAME -->` is replaced.
"""

import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def table(head, rows):
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]])


def percent(value, error):
    return f"{100 * value:.1f} ± {100 * error:.1f}"


def raw(results):
    rows = []
    for row in results["rows"]:
        kind, efficiency, spread = row["variant"], row["efficiency"], row["spread"]
        # Without a cut the training does not matter: one row for each kind of folds.
        if row.get("window") is not None or efficiency == 1 and kind not in (
            "cross, best epoch", "sequential, best epoch"):
            continue
        if efficiency == 1:
            kind = kind.split(",")[0] + " folds, no cut"
        rows.append([
            kind, f"{efficiency:g}", f"{spread['mean']:.2f} ± {spread['meanError']:.2f}",
            f"{spread['width']:.2f} ± {spread['widthError']:.2f}",
            percent(spread["below5Percent"], spread["below5PercentError"]),
            percent(spread["below1Percent"], spread["below1PercentError"]),
            f"{spread['withoutFit']} of {spread['withoutFit'] + spread['count']}"])
    return table(
        ["training", "efficiency", "mean Z", "width", "p < 5 % [%]", "p < 1 % [%]", "no fit"], rows)


def separations(results):
    return table(["samples", "AUC"], [
        [s["samples"], f"{s['areaUnderCurve']:.4f} ± {s['error']:.4f}"]
        for s in results["separations"]])


def injections(results):
    return table(
        ["injected", "efficiency", "Z of the data, mean", "Z of pseudo-data: mean", "width"], [
            [f"{i['injectedEvents']}", f"{i['efficiency']:g}", f"{i['data']['mean']:.1f}",
             f"{i['pseudoData']['mean']:.2f} ± {i['pseudoData']['meanError']:.2f}",
             f"{i['pseudoData']['width']:.2f}"]
            for i in results["injections"] if i["window"] == 1])


def calibrated(results):
    text = ""
    for source in results["sources"]:
        text += (f"**{source['source']}**: {source['outerSets']} outer sets, "
                 f"{source['innerSets']} pseudo-experiments each.\n\n")
        text += table(["p-value", "mean", "below 5 %", "below 1 %", "KS p", "rejected"], [
            [row["quantity"], f"{row['meanPValue']:.2f}", f"{row['below5Percent']:.3f}",
             f"{row['below1Percent']:.3f}", f"{row['pValue']:.3f}",
             "yes" if row["rejected"] else "no"] for row in source["rows"]]) + "\n\n"

    def below(values, level):
        return f"{100 * sum(p < level for p in values) / len(values):.1f} %"

    first = results["sources"][0]
    whole = first["rows"][0]["pValues"]
    local = [p for row in first["rows"][1:] for p in row["pValues"]]
    nominal = results["nominalPValues"]
    return text + (
        f"Power that remains at zero signal ({first['source']}): the global p is below 5 % in "
        f"{sum(p < 0.05 for p in whole)} of {len(whole)} background-only sets, calibrated local ones "
        f"in {below(local, 0.05)} of {len(local)} looks (below 1 %: {below(local, 0.01)}); nominal "
        f"local ones in {below(nominal, 0.05)} (below 1 %: {below(nominal, 0.01)}). "
        f"The outer sets' spectrum: {results['spectrum']}.")


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "results"
    page = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE.parents[1] / "Documentation/calibration.md"
    read = lambda name: json.loads((folder / f"{name}.json").read_text())
    sources = read("sources")
    text = page.read_text()
    for name, content in {
        "raw": raw(read("raw")), "separations": separations(sources),
        "injections": injections(sources), "calibrated": calibrated(read("calibrated")),
    }.items():
        pattern = re.compile(f"(<!-- begin {name} -->\n).*?(\n<!-- end {name} -->)", re.S)
        if not pattern.search(text):
            sys.exit(f"{page}: no <!-- begin {name} --> ... <!-- end {name} -->")
        text = pattern.sub(lambda match: match[1] + content + match[2], text)
    page.write_text(text)


if __name__ == "__main__":
    main()
