"""A Modbus TCP server that is pymodbus, with registers read from a file: lines "holding|input ADDRESS VALUE VALUE ...".

Unit 1. Prints its port, serves until its standard input ends.
"""
import asyncio
import os
import sys
import threading

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server import StartAsyncTcpServer

tables = {"holding": {}, "input": {}}
for line in open(sys.argv[1], encoding="ascii"):
    words = line.split("#")[0].split()
    if not words:
        continue
    for offset, word in enumerate(words[2:]):
        tables[words[0]][int(words[1]) + offset] = int(word, 0)

unit = ModbusSlaveContext(
    hr=ModbusSparseDataBlock(tables["holding"] or {60000: 0}),
    ir=ModbusSparseDataBlock(tables["input"] or {60000: 0}),
    zero_mode=True,
)


def end_with_stdin():
    sys.stdin.read()
    os._exit(0)


async def serve():
    server = await StartAsyncTcpServer(
        context=ModbusServerContext(slaves={1: unit}, single=False), address=("127.0.0.1", 0), defer_start=True,
    )
    serving = asyncio.create_task(server.serve_forever())
    await server.serving
    print(server.server.sockets[0].getsockname()[1], flush=True)
    threading.Thread(target=end_with_stdin, daemon=True).start()
    await serving


asyncio.run(serve())
