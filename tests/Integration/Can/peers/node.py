"""A node on a slcan bus: prints every frame that it hears, and sends the ones that its input names.

usage: node.py PORT BITRATE        input and output lines: id#hexdata, 3 or 8 digits of identifier; r for a remote request
"""
import sys
import threading

import can


def read_input(bus):
    for line in sys.stdin:
        identifier, data = line.strip().split("#")
        bus.send(can.Message(
            arbitration_id=int(identifier, 16), is_extended_id=len(identifier) == 8,
            is_remote_frame=data == "r", data=b"" if data == "r" else bytes.fromhex(data)))


def main():
    # sleep_after_open waits for serial adapters that restart when opened; a socket does not.
    bus = can.Bus(interface="slcan", channel=f"socket://127.0.0.1:{sys.argv[1]}", bitrate=int(sys.argv[2]), sleep_after_open=0)
    print("open", flush=True)
    threading.Thread(target=read_input, args=(bus,), daemon=True).start()
    while True:
        frame = bus.recv(timeout=1.0)
        if frame is None:
            continue
        digits = 8 if frame.is_extended_id else 3
        data = "r" if frame.is_remote_frame else frame.data.hex().upper()
        print(f"{frame.arbitration_id:0{digits}X}#{data}", flush=True)


main()
