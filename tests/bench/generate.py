#!/usr/bin/env python3
"""Writes a delimited export of about N facts (rows of three outcomes and two targets), deterministically, and the registries
it needs.  usage: generate.py FACTS FOLDER"""
import gzip
import sys

DISTRICTS = ["Bromma", "Enskede-Årsta-Vantör", "Farsta", "Hägersten-Älvsjö", "Hässelby-Vällingby", "Järva", "Kungsholmen",
             "Norra innerstaden", "Skarpnäck", "Skärholmen", "Södermalm"]
FACTS_A_ROW = 6  # three outcomes, two targets, one previous value
INDICATORS = 200


def number(state):
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return state, state >> 8


def main():
    facts, folder = int(sys.argv[1]), sys.argv[2]
    rows = max(1, facts // FACTS_A_ROW)
    with open(f"{folder}/indikatorer.yaml", "w", encoding="utf-8") as f:
        f.write("indikatorer:\n")
        for i in range(INDICATORS):
            f.write(f'  - {{code: BENCH_{i}, name: "Andel nöjda i mätning {i}", unit: "%", kind: andel, polarity: hogre, '
                    "owner: KF, kon_mening: egen_andel}\n")
    state, units = 7, rows // (len(DISTRICTS) * INDICATORS) + 1
    with gzip.GzipFile(f"{folder}/bench.csv.gz", "wb", 6, mtime=0) as f:
        f.write("Stadsdelsnämnd;Enhet;Indikator;Periodens utfall;Utfall män;Utfall kvinnor;Utfall VB 2022;Årsmål;KF:s årsmål;"
                "Period\n".encode())
        made = 0
        for unit in range(units):
            for district in DISTRICTS:
                for i in range(INDICATORS):
                    if made == rows:
                        return
                    made += 1
                    cells = []
                    for _ in range(6):
                        state, n = number(state)
                        cells.append(f"{n % 1000 // 10},{n % 10} %")
                    f.write(f"{district};Enhet {unit};Andel nöjda i mätning {i};{';'.join(cells)};VB 2023\n".encode())


main()
