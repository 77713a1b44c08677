"""A SunSpec device that is pymodbus: sunspec_server.py IMAGE.json [UNIT]. Prints its port; serves until its input ends."""
import asyncio
import json
import os
import sys
import threading

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server import StartAsyncTcpServer


def end_with_stdin():
    sys.stdin.read()
    os._exit(0)


async def serve():
    with open(sys.argv[1], encoding="utf-8") as file:
        registers = {int(address): value for address, value in json.load(file).items()}
    unit = ModbusSlaveContext(hr=ModbusSparseDataBlock(registers), zero_mode=True)
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    context = ModbusServerContext(slaves={number: unit}, single=False)
    server = await StartAsyncTcpServer(context=context, address=("127.0.0.1", 0), defer_start=True)
    serving = asyncio.create_task(server.serve_forever())
    await server.serving
    print(server.server.sockets[0].getsockname()[1], flush=True)
    await serving


threading.Thread(target=end_with_stdin, daemon=True).start()
asyncio.run(serve())
