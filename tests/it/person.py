"""Somebody at a terminal: runs a program on a terminal of its own, waits for questions, and types what a command
prints.

person.py RULES PROGRAM ARGUMENTS…    RULES is a JSON list of [question as a regular expression, command]; groups of
                                      the question are $1, $2 … of the command. Everything the program showed is
                                      printed at the end.
"""

import json
import os
import pty
import re
import subprocess
import sys

rules = [(re.compile(question, re.S), command) for question, command in json.loads(sys.argv[1])]
program = sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execv(program[0], program)
shown, rest = "", ""
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        break
    if not piece:
        break
    text = piece.decode("utf-8", "replace")
    shown, rest = shown + text, rest + text
    for question, command in rules:
        asked = question.search(rest)
        if asked:
            rest = rest[asked.end():]
            words = ["bash", "-c", command, "person", *asked.groups()]
            answer = subprocess.run(words, stdout=subprocess.PIPE, text=True).stdout
            os.write(terminal, answer.strip().encode() + b"\n")
            break
print(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
