"""Evaluates a TREC run with ir-measures, and writes it again as other tools would.

Usage: evaluate.py QRELS RUN OTHER_RUN

Prints `run TAB query TAB measure TAB value` for RUN and for OTHER_RUN, `all` for the mean over queries.
OTHER_RUN is made from RUN: scores with one decimal (so that there are ties), ranks from 0 in an order that
says nothing, tabs between the columns.
"""

import random
import sys

import ir_measures
from ir_measures import AP, RR, R, Success, nDCG

MEASURES = [nDCG @ 10, RR @ 10, RR, AP @ 100, R @ 5, R @ 10, R @ 100, Success @ 1, Success @ 5]


def write_other(run, path):
    lines = [(it.query_id, it.doc_id, round(it.score, 1)) for it in run]
    random.Random(7).shuffle(lines)
    with open(path, "w", encoding="utf-8") as file:
        for rank, (query, document, score) in enumerate(lines):
            file.write(f"{query}\tQ0\t{document}\t{rank}\t{score:e}\tother\n")


def evaluate(name, qrels, path):
    run = list(ir_measures.read_trec_run(path))
    for it in ir_measures.iter_calc(MEASURES, qrels, run):
        print(f"{name}\t{it.query_id}\t{it.measure}\t{it.value:.17g}")
    for measure, value in ir_measures.calc_aggregate(MEASURES, qrels, run).items():
        print(f"{name}\tall\t{measure}\t{value:.17g}")


def main():
    qrels_path, run_path, other_path = sys.argv[1:]
    qrels = list(ir_measures.read_trec_qrels(qrels_path))
    write_other(list(ir_measures.read_trec_run(run_path)), other_path)
    evaluate("ours", qrels, run_path)
    evaluate("other", qrels, other_path)


main()
