"""Prints so many frames of a slcan port as candump does: can_listener.py PORT BITRATE COUNT."""
import sys

import can

bus = can.Bus(interface="slcan", channel=f"socket://127.0.0.1:{sys.argv[1]}", bitrate=int(sys.argv[2]), sleep_after_open=0)
left = int(sys.argv[3])
while left > 0:
    # None is no news: also what is no frame ends a wait.
    frame = bus.recv(timeout=1)
    if frame is not None:
        print(f"{frame.arbitration_id:03X}#{frame.data.hex().upper()}")
        left -= 1
