"""A Modbus server that is pymodbus: 200 holding and 200 input registers, register i = i * 257, for unit 9 only; others stay silent.

Without argument or with "-" on TCP: prints its port. With the path of a tty on RTU, 115200 8N1: prints "ready". Further
arguments: the units to serve instead of 9.
Serves until its standard input ends.
"""
import asyncio
import os
import sys
import threading

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer


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
    units = [int(argument) for argument in sys.argv[2:]] or [9]
    context = ModbusServerContext(slaves={each: unit for each in units}, single=False)
    if len(sys.argv) > 1 and sys.argv[1] != "-":
        line = await StartAsyncSerialServer(
            context=context, framer=ModbusRtuFramer, port=sys.argv[1], baudrate=115200, ignore_missing_slaves=True, defer_start=True
        )
        await line.start()
        print("ready", flush=True)
        await line.serve_forever()
        return
    server = await StartAsyncTcpServer(
        context=context,
        address=("127.0.0.1", 0),
        defer_start=True,
    )
    serving = asyncio.create_task(server.serve_forever())
    await server.serving
    print(server.server.sockets[0].getsockname()[1], flush=True)
    await serving


threading.Thread(target=end_with_stdin, daemon=True).start()
asyncio.run(serve())
