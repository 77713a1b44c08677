using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Hal.Serial;

namespace ChargeScape.Edge.Host.Bench.Scan;

/// <summary>A serial line to scan.</summary>
/// <param name="Device">Path of the tty.</param>
/// <param name="Settings">Bit rates and parities to try, one after the other.</param>
internal sealed record SerialRange(string Device, IReadOnlyList<(int Baud, SerialParity Parity)> Settings)
{
    /// <summary>The line as it is opened, once for each of them.</summary>
    public IEnumerable<SerialOptions> Lines =>
        Settings.Select(setting => new SerialOptions(Device, setting.Baud) { Parity = setting.Parity });
}

/// <summary>
/// Asks every unit id on a Modbus RTU line. Whoever answers at all, also with a refusal, is looked at; a silent id
/// costs one timeout. Reads only, one request at a time.
/// </summary>
internal sealed class SerialScan(
    SerialRange range, IReadOnlyList<int> units, TimeSpan timeout, CancellationToken stop)
{
    /// <summary>Unit ids that are through, over all settings.</summary>
    public int Done { get; private set; }

    /// <summary>Unit ids to ask, over all settings.</summary>
    public int Total => range.Settings.Count * units.Count;

    /// <summary>Scans until all is done or stopped.</summary>
    /// <exception cref="SerialException">The line cannot be had.</exception>
    public void Run(Action<ScanFinding> found, Action<string> progressed)
    {
        foreach (var line in range.Lines)
        {
            var (baud, parity) = (line.Baud, line.Parity);
            using var master = new ModbusRtuMaster(new(line) { Timeout = timeout });
            master.Open();
            foreach (var unit in units)
            {
                if (stop.IsCancellationRequested) return;
                progressed($"{baud} {parity} unit {unit}");
                if (Look(master, (byte)unit) is { } finding)
                {
                    found(finding with
                    {
                        Bus = "serial", BaudRate = baud, Parity = parity.ToString().ToLowerInvariant(),
                    });
                }
                Done++;
            }
        }
    }

    private ScanFinding? Look(ModbusRtuMaster master, byte unit)
    {
        var first = new ushort[1];
        if (master.ReadHolding(unit, 0, first).Status is not (ModbusStatus.Ok or ModbusStatus.Exception)) return null;
        try
        {
            return UnitProbe.Run(master, unit, range.Device, stop).Finding
                ?? new ScanFinding(ScanAnswer.Modbus) { Host = range.Device, Unit = unit };
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
