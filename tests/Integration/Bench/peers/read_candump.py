"""Counts the frames of a candump -L log by python-can's own reader: read_candump.py FILE. Prints count and first id."""
import sys

import can

frames = list(can.CanutilsLogReader(sys.argv[1]))
assert all(later.timestamp >= earlier.timestamp for earlier, later in zip(frames, frames[1:])), "time goes back"
print(len(frames), f"{frames[0].arbitration_id:X}", frames[0].is_extended_id)
