"""Says what failed and what was skipped in the result files (.trx) named as arguments; nothing when all passed.

`./edge test` prints it last, because a log's tail is all that many people see of a run.
"""

import sys
import xml.etree.ElementTree as ElementTree

MOST_LINES = 40
NAMESPACE = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"
# Frames of the machinery that calls a test say nothing about it.
MACHINERY = ("at System.Reflection.", "at System.RuntimeMethodHandle.", "at InvokeStub_")


def text(result, *path):
    """The lines of an element's text, without empty ends."""
    return (result.findtext("/".join(NAMESPACE + part for part in path)) or "").strip().splitlines()


def shortened(lines, most):
    """The beginning and the end: the first line says what, the last ones what came before the end."""
    if len(lines) <= most:
        return lines
    head = most // 3
    return lines[:head] + [f"… {len(lines) - most + 1} lines …"] + lines[len(lines) - (most - head - 1):]


def failure(result):
    """Message and first lines of the stack, at most MOST_LINES with the name."""
    stack = text(result, "Output", "ErrorInfo", "StackTrace")
    stack = [line for line in stack if not line.strip().startswith(MACHINERY)][:10]
    message = shortened(text(result, "Output", "ErrorInfo", "Message"), MOST_LINES - 1 - len(stack))
    return message + stack


def report(path):
    try:
        run = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError) as trouble:
        # A project that died while it wrote; what remains is not thrown away with it.
        print(f"UNREADABLE {path}: {trouble}")
        return
    for result in run.iter(NAMESPACE + "UnitTestResult"):
        name, outcome = result.get("testName"), result.get("outcome")
        if outcome == "Passed":
            continue
        if outcome == "NotExecuted":
            why = text(result, "Output", "ErrorInfo", "Message") or text(result, "Output", "StdOut")
            print(f"SKIPPED {name}: {' '.join(why) or 'no reason was given'}")
            continue
        print(f"FAILED {name}")
        for line in failure(result):
            print(f"  {line}")
    for info in run.iter(NAMESPACE + "RunInfo"):
        lines = text(info, "Text")
        if info.get("outcome") == "Error" and lines and not lines[0].endswith("[FAIL]"):
            print("FAILED " + "\n  ".join(shortened(lines, MOST_LINES)))


for file in sys.argv[1:]:
    report(file)
