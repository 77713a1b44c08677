using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.ModbusMap;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.ModbusMap;

/// <summary>Registers that a test sets by hand, in two tables; what nobody set is refused, as real devices
/// do.</summary>
internal sealed class HandRegisters : IModbus
{
    private readonly Dictionary<(bool IsInput, int Address), ushort> registers = [];

    /// <summary>Largest request that it answers.</summary>
    public int MostRegisters { get; init; } = 125;
    public bool IsSilent { get; set; }
    public List<string> Requests { get; } = [];
    /// <summary>What a request ("3:0+12", "6:10=60") meets; null = answered as the registers say.</summary>
    public Func<string, ModbusResult?>? Meets { get; set; }
    public ushort this[int address] => registers[(false, address)];

    public void Holding(int address, params ushort[] values) => Put(false, address, values);
    public void Input(int address, params ushort[] values) => Put(true, address, values);

    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into) => Read(false, start, into);
    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into) => Read(true, start, into);

    public ModbusResult WriteSingle(byte unit, ushort address, ushort value) => Write(6, address, [value]);
    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values) => Write(16, start, values);

    public void Dispose() { }

    private void Put(bool isInput, int address, ushort[] values)
    {
        for (var i = 0; i < values.Length; i++) registers[(isInput, address + i)] = values[i];
    }

    private ModbusResult Read(bool isInput, ushort start, Span<ushort> into)
    {
        Requests.Add($"{(isInput ? 4 : 3)}:{start}+{into.Length}");
        if (IsSilent) return new(ModbusStatus.Timeout);
        if (Meets?.Invoke(Requests[^1]) is { } met) return met;
        if (into.Length > MostRegisters) return new(ModbusStatus.Exception, 3);
        Span<ushort> found = stackalloc ushort[into.Length];
        for (var i = 0; i < into.Length; i++)
            if (!registers.TryGetValue((isInput, start + i), out found[i])) return new(ModbusStatus.Exception, 2);
        found.CopyTo(into);
        return ModbusResult.Ok;
    }

    private ModbusResult Write(int function, ushort start, ReadOnlySpan<ushort> values)
    {
        Requests.Add($"{function}:{start}={string.Join(',', values.ToArray())}");
        if (IsSilent) return new(ModbusStatus.Timeout);
        if (Meets?.Invoke(Requests[^1]) is { } met) return met;
        for (var i = 0; i < values.Length; i++) registers[(false, start + i)] = values[i];
        return ModbusResult.Ok;
    }
}

/// <summary>Maps and settings that several tests use.</summary>
internal static class Maps
{
    public static DeviceMap Shipped(string name) => MapFile.Read(name).Map
        ?? throw new InvalidOperationException(string.Join('\n', MapFile.Read(name).Errors));

    public static MapMeterSettings MeterSettings => new()
    {
        Unit = 1, Period = 200.Milliseconds, MaxPower = 60.kW, Phases = [1, 2, 3], MaxVoltage = 300.V,
        MaxCurrent = 100.A,
    };

    /// <summary>Gives a device turns until it published or gave up.</summary>
    public static bool ReadUntilNews(IPolledDevice device, ref TimeSpan now, TimeSpan within)
    {
        for (var end = now + within; now <= end; now = device.NextDue > now ? device.NextDue : now + 1.Milliseconds)
            if (device.Read(now)) return true;
        return false;
    }

    public static T Value<T>(Latest<Reading<T>> readings, TimeSpan now) where T : unmanaged
    {
        Reading<T> reading = default;
        readings.TryRead(ref reading);
        return reading.Within(10.Seconds, now)!.Value;
    }
}
