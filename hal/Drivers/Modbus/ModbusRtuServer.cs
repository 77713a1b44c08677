namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>
/// Strict Modbus RTU server for one <see cref="IModbusDevice"/> behind one or more unit ids: functions 3, 4, 6 and 16,
/// exceptions 1, 2 and 3 and those of the device. A frame with a bad CRC, and everything up to the next silence, is
/// passed over; requests to other units and their answers are too. A broadcast write is executed and not answered. One
/// thread, on which the device is called; nothing is allocated per request.
/// </summary>
public sealed class ModbusRtuServer : IDisposable
{
    private const int StackBytes = 256 * 1024;
    private static readonly TimeSpan LookForEnd = TimeSpan.FromMilliseconds(50);

    private readonly ModbusRtuOptions options;
    private readonly IModbusDevice device;
    private readonly IRtuLine line;
    private readonly bool[] units = new bool[256];
    private readonly RtuRequests requests = new();
    private readonly byte[] reply = GC.AllocateArray<byte>(Rtu.MaxFrame, pinned: true);
    private readonly TimeSpan silence;
    private readonly TimeSpan pause;
    private readonly Thread thread;
    private volatile bool isSilent;
    private volatile bool mustEnd;

    /// <summary>Opens the line and starts to serve.</summary>
    /// <param name="device">What is served.</param>
    /// <param name="options">The line; its timeout has no meaning here.</param>
    /// <param name="units">Unit ids that it answers for, 1…247.</param>
    /// <exception cref="Serial.SerialException">The line cannot be had; the message begins with its path.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ModbusRtuServer(IModbusDevice device, ModbusRtuOptions options, params ReadOnlySpan<byte> units)
        : this(device, options, Opened(options), units) { }

    internal ModbusRtuServer(
        IModbusDevice device, ModbusRtuOptions options, IRtuLine line, params ReadOnlySpan<byte> units)
    {
        options.Require();
        foreach (var unit in units)
        {
            if (unit is 0 or > 247) throw new ArgumentOutOfRangeException(nameof(units), unit, "must be 1…247");
            this.units[unit] = true;
        }
        this.device = device;
        this.options = options;
        this.line = line;
        silence = options.FrameSilence;
        pause = options.LongestPause > silence ? options.LongestPause : silence;
        thread = new(Run, StackBytes) { IsBackground = true, Name = $"modbus {options.Serial.Device}" };
        thread.Start();
    }

    /// <summary>The device plays dead: requests are neither executed nor answered. For a simulator.</summary>
    public bool IsSilent
    {
        get => isSilent;
        set => isSilent = value;
    }

    /// <summary>Ends the thread and lets the line go.</summary>
    public void Dispose()
    {
        if (mustEnd) return;
        mustEnd = true;
        thread.Join();
        line.Dispose();
    }

    private static SerialRtuLine Opened(ModbusRtuOptions options)
    {
        options.Require();
        var line = new SerialRtuLine(options.Serial);
        line.Open();
        return line;
    }

    private void Run()
    {
        while (!mustEnd)
        {
            if (line.IsLost && !line.TryOpen())
            {
                line.Rest(LookForEnd);
                continue;
            }
            var longest = requests.IsBroken ? silence : requests.IsPartial ? pause : LookForEnd;
            var isNews = line.Wait(line.Now + longest);
            if (!isNews)
            {
                if (requests.IsPartial && requests.TryEnd(out var whole)) Answer(whole);
                continue;
            }
            var count = line.Receive(requests.Free);
            if (count == 0 && line.IsLost) line.Close();
            requests.Received(count);
            while (requests.TryNext(out var request)) Answer(request);
        }
    }

    private void Answer(ReadOnlySpan<byte> request)
    {
        var unit = request[0];
        var isBroadcast = unit == Rtu.Broadcast;
        if (isSilent || (!isBroadcast && !units[unit])) return;
        if (isBroadcast && request[1] is not (ModbusPdu.WriteSingle or ModbusPdu.WriteMultiple)) return;
        var length = ModbusAnswer.To(request[1..], unit, device, reply.AsSpan(1));
        if (isBroadcast) return;
        reply[0] = unit;
        length = Rtu.Seal(reply, 1 + length);
        line.Rest(silence);
        line.TrySend(reply.AsSpan(0, length), line.Now + TimeSpan.FromSeconds(1) + options.Serial.Character * length);
    }
}
