using System.Diagnostics;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Host.Bench.Scan;

/// <summary>Asks one unit on one bus who it is, with reads only.</summary>
internal static class UnitProbe
{
    // Gateways say so for a unit that is not there; it is the gateway that answers then.
    private const byte GatewayPathUnavailable = 10, GatewayTargetSilent = 11;
    // The common model up to the end of SN (SunSpec model 1).
    private const int CommonRegisters = 66;
    private const int StorageModel = 802;
    private static readonly int[] meters = [201, 202, 203, 204, 211, 212, 213, 214];
    private static readonly int[] inverters = [101, 102, 103, 111, 112, 113, 701];

    /// <summary>What a unit answered.</summary>
    /// <param name="Finding">Null when nobody answers to this unit id.</param>
    /// <param name="Last">How the last request ended.</param>
    public readonly record struct Outcome(ScanFinding? Finding, ModbusStatus Last);

    /// <summary>Probes.</summary>
    public static Outcome Run(IModbus wire, byte unit, string host, CancellationToken stop)
    {
        var bus = new TimedModbus(wire);
        var scan = new SunSpecScan();
        while (scan.End == ChainEnd.None)
        {
            stop.ThrowIfCancellationRequested();
            var result = scan.Step(bus, unit);
            if (result.Status is ModbusStatus.Disconnected or ModbusStatus.BadReply) return new(null, result.Status);
            if (result.ExceptionCode is GatewayPathUnavailable or GatewayTargetSilent)
                return new(null, ModbusStatus.Timeout);
        }
        if (scan.Models.Count > 0) return new(SunSpec(bus, unit, host, scan), ModbusStatus.Ok);
        if (scan.End == ChainEnd.NoAnswer) return new(null, ModbusStatus.Timeout);
        var prints = Fingerprints.Of(bus, unit);
        var finding = new ScanFinding(prints.Count > 0 ? ScanAnswer.Known : ScanAnswer.Modbus)
        {
            Host = host, Unit = unit, Families = [.. prints.Select(print => print.Family)],
            Map = prints.FirstOrDefault(print => print.Map is not null)?.Map, SlowestMs = bus.SlowestMs,
            Note = prints.Count > 0 ? "a guess from its registers: confirm it" : null,
        };
        return new(finding, ModbusStatus.Ok);
    }

    private static ScanFinding SunSpec(TimedModbus bus, byte unit, string host, SunSpecScan scan)
    {
        var models = scan.Models.Select(place => (int)place.Model).ToList();
        var families = new List<string>();
        if (models.Intersect(meters).Any()) families.Add(SunSpecFamilies.Meter.Name);
        if (models.Intersect(inverters).Any()) families.Add(SunSpecFamilies.Inverter.Name);
        if (models.Contains(StorageModel)) families.Add(SunSpecFamilies.Battery.Name);
        var identity = Identity(bus, unit, scan);
        return new(ScanAnswer.Sunspec)
        {
            Host = host, Unit = unit, Models = models, Families = families,
            BaseAddress = scan.Base, Chain = scan.End, SlowestMs = bus.SlowestMs,
            Maker = identity?[0], Model = identity?[1], Version = identity?[2], SerialNumber = identity?[3],
            Note = scan.End == ChainEnd.EndModel ? null : "the chain of models does not end as it should",
        };
    }

    private static string[]? Identity(IModbus bus, byte unit, SunSpecScan scan)
    {
        if (scan.Models[0] is not { Model: 1, Length: >= CommonRegisters - 2 }) return null;
        var common = SunSpecInstance.Read(bus, unit, scan.Models[0]);
        return [Text(common, "Mn"), Text(common, "Md"), Text(common, "Vr"), Text(common, "SN")];
    }

    private static string Text(SunSpecInstance common, string name)
    {
        var point = common.Layout?.Points.FirstOrDefault(point => point.Name == name);
        return point is null ? "" : common.Decode(point).Text ?? "";
    }

    /// <summary>Notes the slowest answer.</summary>
    private sealed class TimedModbus(IModbus bus) : IModbus
    {
        public double SlowestMs { get; private set; }

        public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into)
        {
            var begun = Stopwatch.GetTimestamp();
            return Note(bus.ReadHolding(unit, start, into), begun);
        }

        public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into)
        {
            var begun = Stopwatch.GetTimestamp();
            return Note(bus.ReadInput(unit, start, into), begun);
        }

        public ModbusResult WriteSingle(byte unit, ushort address, ushort value) => throw NeverWrites();

        public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values) => throw NeverWrites();

        public void Dispose()
        {
            // The bus is the caller's.
        }

        private ModbusResult Note(ModbusResult result, long begun)
        {
            var took = Math.Round(Stopwatch.GetElapsedTime(begun).TotalMilliseconds, 1);
            if (result.Status is ModbusStatus.Ok or ModbusStatus.Exception && took > SlowestMs) SlowestMs = took;
            return result;
        }

        private static InvalidOperationException NeverWrites() => new("a scan only reads");
    }
}
