#!/usr/bin/env python3
"""Stands in for systemd on a machine with a hardware watchdog: runs a program with NOTIFY_SOCKET and feeds
/dev/watchdog: by itself while the program starts, as systemd does, and once it has said READY=1 with each of its
WATCHDOG=1 only. When the program falls silent then, so does the feeding.

usage: service_manager.py SECONDS MARK PROGRAM [ARGUMENT...]

SECONDS  after which an unfed watchdog restarts the machine
MARK     file that is written once the program has said READY=1 and been heard alive; holds its process id
"""
import fcntl
import os
import socket
import struct
import subprocess
import sys

# linux/watchdog.h: WDIOC_SETTIMEOUT and WDIOC_KEEPALIVE.
SET_TIMEOUT = 0xC0045706
KEEP_ALIVE = 0x80045705


def main() -> None:
    seconds, mark, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    path = f"/run/notify.{os.getpid()}"
    said = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    said.bind(path)
    said.settimeout(seconds / 10)
    with open("/dev/watchdog", "wb", buffering=0) as watchdog:
        fcntl.ioctl(watchdog, SET_TIMEOUT, struct.pack("i", seconds))
        program = subprocess.Popen(
            command, env=os.environ | {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": str(seconds * 500_000)})
        ready = False
        while True:
            try:
                words = said.recv(4096).split(b"\n")
            except TimeoutError:
                words = []
            if not ready and program.poll() is not None:
                sys.exit(f"it ended with {program.returncode} before it was ready")
            ready |= b"READY=1" in words
            if ready and b"WATCHDOG=1" not in words:
                continue
            fcntl.ioctl(watchdog, KEEP_ALIVE, struct.pack("i", 0))
            if ready and not os.path.exists(mark):
                with open(f"{mark}.new", "w") as file:
                    file.write(str(program.pid))
                os.rename(file.name, mark)


main()
