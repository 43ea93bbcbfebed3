"""Counts the cases of a JUnit report one by one with junitparser and prints the counts as JSON.

Fails where a suite's own numbers differ from its cases.
"""

import json
import sys

from junitparser import Error, Failure, JUnitXml, Skipped

counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
names = set()
for suite in JUnitXml.fromfile(sys.argv[1]):
    found = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for case in suite:
        identity = (case.classname, case.name)
        if identity in names:
            sys.exit(f"{identity} is there twice")
        names.add(identity)
        found["tests"] += 1
        kinds = {type(result) for result in case.result}
        for kind, count in ((Failure, "failures"), (Error, "errors"), (Skipped, "skipped")):
            found[count] += kind in kinds
        if len(kinds) > 1:
            sys.exit(f"{identity} has several results: {kinds}")
    for count, number in found.items():
        stated = getattr(suite, count)
        # The strict report has no count of skipped cases: one of the schemas forbids it.
        if stated != number and not (count == "skipped" and stated in (None, 0)):
            sys.exit(f"suite {suite.name} states {stated} {count}, it has {number}")
        counts[count] += number
print(json.dumps(counts))
