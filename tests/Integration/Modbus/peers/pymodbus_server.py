"""A Modbus TCP server that is pymodbus: 200 holding and 200 input registers, register i = i * 257, for unit 9 only; others stay silent.

Prints its port, serves until its standard input ends.
"""
import asyncio
import os
import sys
import threading

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncTcpServer


def end_with_stdin():
    sys.stdin.read()
    os._exit(0)


async def serve():
    registers = [i * 257 % 65536 for i in range(200)]
    unit = ModbusSlaveContext(
        hr=ModbusSequentialDataBlock(0, list(registers)),
        ir=ModbusSequentialDataBlock(0, list(registers)),
        zero_mode=True,
    )
    server = await StartAsyncTcpServer(
        context=ModbusServerContext(slaves={9: unit}, single=False),
        address=("127.0.0.1", 0),
        defer_start=True,
    )
    serving = asyncio.create_task(server.serve_forever())
    await server.serving
    print(server.server.sockets[0].getsockname()[1], flush=True)
    await serving


threading.Thread(target=end_with_stdin, daemon=True).start()
asyncio.run(serve())
