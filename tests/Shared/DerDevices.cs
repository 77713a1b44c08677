using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests;

/// <summary>Settings of a bidirectional inverter, as several kinds of tests use them.</summary>
internal static class DerDevices
{
    /// <summary>One that discharges and charges with 9 kW and is held at least every 5 s.</summary>
    public static SunSpecDerEvseSettings Bidirectional { get; } = new()
    {
        Unit = 1,
        Period = 250.Milliseconds,
        Refresh = 100.Milliseconds,
        SetpointSign = SunSpecSign.PositiveIsExport,
        MaxPower = 20.kW,
        MaxCharge = 9.kW,
        MaxDischarge = 9.kW,
        MinDcVoltage = 100.V,
        NominalDcVoltage = 400.V,
        Write = new(10.Seconds, SecondMaster.Fault, null),
        Service = DerService.Permit,
        DeadTime = 500.Milliseconds,
        SettlingTime = 2.Seconds,
        StartTime = 15.Seconds,
        StopTime = 5.Seconds,
    };
}
