"""Writes the tables of the studies of methods into Documentation/Comparison.md.

    python3 tables.py WORK DOCUMENTATION

WORK holds one folder a study, as Studies/comparison/publish makes them. Between the lines
"<!-- table: NAME -->" and "<!-- end -->" of the page stands what study NAME found; figures are copied.
A study that is not there leaves its table as it is. Standard library only.
"""
import csv
import json
import re
import shutil
import sys
from pathlib import Path

FIGURES = {
    "comparison": ["sic"],
    "shifted": ["sic", "excess-without-signal"],
    "cwola-autoencoders": ["auc-scan", "significance-scan"],
    "salad-scan": ["maximum-improvement-scan"],
}


def text(spread, digits):
    """Median and middle 68 % of the seeds."""
    if spread is None:
        return ""
    if spread["count"] == 1:
        return f"{spread['median']:.{digits}f}"
    return f"{spread['median']:.{digits}f} [{spread['low']:.{digits}f}, {spread['high']:.{digits}f}]"


def seconds(folder):
    """Median training time of each variant, as it ran: see timing.csv."""
    file = folder / "timing.csv"
    if not file.exists():
        return {}
    times = {}
    with file.open(newline="") as lines:
        for line in csv.DictReader(lines):
            if line["stage"] == "training and scoring":
                times.setdefault(line["variant"], []).append(float(line["seconds"]))
    return {name: sorted(values)[len(values) // 2] for name, values in times.items()}


def table(folder):
    study = json.loads((folder / "study.json").read_text())
    times = seconds(folder)
    rows = [
        "| injected | variant | AUC | SIC at 10 % | at 1 % | at 0.1 % | max SIC | floor | Z, no cut | Z at 1 % "
        "| distance correlation | training |",
        "|" + "---|" * 12,
    ]
    for cell in study["cells"]:
        window = cell["searches"]["windows"][0]
        truth = window["separation"] or {}
        cuts = {cut["efficiency"]: cut["localSignificance"] for cut in window["cuts"]}
        floor = truth.get("floor")
        seconds_ = times.get(cell["variant"])
        rows.append(
            "| "
            + " | ".join(
                [
                    cell["injection"] or "",
                    cell["variant"],
                    text(truth.get("areaUnderCurve"), 3),
                    text(truth.get("improvementAtTenPercentBackground"), 1),
                    text(truth.get("improvementAtOnePercentBackground"), 1),
                    text(truth.get("improvementAtOnePerMilleBackground"), 1),
                    text(truth.get("maximumImprovement"), 1),
                    f"{floor:.2g}" if floor else "",
                    text(cuts.get(1), 1),
                    text(cuts.get(0.01), 1),
                    text(window["distanceCorrelation"], 3),
                    f"{seconds_:.0f} s" if seconds_ else "",
                ]
            )
            + " |"
        )
    return "\n".join(rows)


def global_table(folder):
    """For each variant what its searches found, and pseudo-experiments that found as much."""
    variants = {}
    with (folder / "study.csv").open(newline="") as lines:
        for line in csv.DictReader(lines):
            variants.setdefault(line["variant"], []).append(line)
    cuts = ["1.0", "0.1", "0.01"]
    rows = [
        "| variant | Z, no cut | Z at 10 % | Z at 1 % | pseudo-experiments at least as far, of "
        f"{int(float(next(iter(variants.values()))[0]['pseudoExperiments']))}, in each set |",
        "|" + "---|" * 5,
    ]
    for variant, lines in variants.items():
        cells = [variant]
        for cut in cuts:
            values = [line[f"significance({cut})"] for line in lines]
            cells.append(", ".join(f"{float(value):.1f}" if value else "no fit" for value in values))
        cells.append(", ".join(str(int(float(line["exceedingPseudoExperiments"]))) for line in lines))
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


TABLES = {"background-only": global_table}


def main(work, documentation):
    page = documentation / "Comparison.md"
    content = page.read_text()
    for name in re.findall(r"<!-- table: (\S+) -->", content):
        folder = work / name
        if not (folder / "study.json").exists():
            print(f"{name}: no study in {folder}, its table stays", file=sys.stderr)
            continue
        pattern = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", re.S)
        content = pattern.sub(lambda match: match[1] + TABLES.get(name, table)(folder) + "\n" + match[2], content)
        for figure in FIGURES.get(name, []):
            shutil.copy(
                folder / "figures" / f"{figure}.svg",
                documentation / f"comparison-{name}-{figure}.svg")
    page.write_text(content)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
