using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.ModbusMap;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Tests.Integration.Modbus;

namespace ChargeScape.Edge.Tests.Integration.ModbusMap;

/// <summary>Devices that are pymodbus with registers written by hand from the public tables, through the
/// maps.</summary>
public sealed class PymodbusMapTests
{
    [Fact]
    public void An_sdm630_is_read_over_tcp()
    {
        using var server = Serve("sdm630.txt", out var port);
        using var bus = Master(port);
        var meter = new MapMeter(bus, Map("eastron-sdm630"), MeterSettings);

        var seen = Read(meter, meter.Readings);

        Assert.Equal(700, seen.Power.Value);
        Assert.Equal((1000, 200, -500), (seen.LegPower.L1.Value, seen.LegPower.L2.Value, seen.LegPower.L3.Value));
        Assert.Equal((230, 5, 50), (seen.LegVoltage.L1.Value, seen.LegCurrent.L1.Value, seen.Frequency!.Value.Value));
    }

    [Fact]
    public void An_em24_is_read_over_tcp()
    {
        using var server = Serve("em24.txt", out var port);
        using var bus = Master(port);
        var meter = new MapMeter(bus, Map("carlo-gavazzi-em24"), MeterSettings);

        var seen = Read(meter, meter.Readings);

        Assert.Equal(15252, seen.Power.Value, 6);
        Assert.Equal(-2000, seen.LegPower.L3.Value, 6);
        Assert.Equal(231.1, seen.LegVoltage.L3.Value, 6);
    }

    [Fact]
    public void An_evtec_is_read_and_its_set_point_is_written_where_its_table_says()
    {
        using var server = Serve("evtec.txt", out var port);
        using var bus = Master(port);
        var evse = new MapEvse(bus, Map("evtec-bidipro"), new()
        {
            Unit = 1, Period = 100.Milliseconds, Position = 9, MaxPower = 15.kW, MaxCharge = 10.kW,
            MaxDischarge = 10.kW,
            MinEfficiency = 0.9, MaxEfficiency = 0.96,
        });
        using var other = Master(port);
        var begun = TimeProvider.System.GetTimestamp();

        var seen = Read(evse, evse.Readings);
        Assert.Equal((380, 10.5, 55), (seen.DcVoltage.Value, seen.DcCurrent.Value, seen.VehicleSoc!.Value.Percent));
        Assert.Equal(3990 / 0.96, seen.PowerLow.Value, 6);
        Assert.Equal((10_000, -9500 * 0.9), (seen.VehicleCharge.Value, seen.VehicleDischarge.Value));
        Assert.Equal((EvseSession.Energised, EvseFaults.None), (seen.Session, seen.Faults));

        Assert.True(SpinWait.SpinUntil(() =>
        {
            var now = 1.Hours + TimeProvider.System.GetElapsedTime(begun);
            evse.Commands.Publish(new(-(4.8.kW), Connection.Close, now, 1));
            evse.Read(now);
            evse.Write(now);
            // −4800 W AC ÷ 0.96 = −5000 W DC = FFFFEC78 in two registers.
            return Registers(other, 986) is [0xFFFF, 0xEC78] && Registers(other, 42) is [0, 60];
        }, Eventually.Deadline));
    }

    [Fact]
    public void A_sigenergy_is_started_with_the_functions_that_its_protocol_names_and_gets_its_limit_back()
    {
        using var server = Serve("sigenergy.txt", out var port);
        using var bus = Master(port);
        var evse = new MapEvse(bus, Map("sigenergy-evdc"), new()
        {
            Unit = 1, Period = 2.Seconds, MaxPower = 15.kW, MaxCharge = 11.kW, MaxDischarge = Watts.Zero,
            MinEfficiency = 0.9, MaxEfficiency = 0.96,
        });
        using var other = Master(port);
        // The gap of a second between requests passes in the driver's own time.
        var now = 1.Hours;

        for (var i = 0; i < 300; i++, now += 100.Milliseconds)
        {
            evse.Commands.Publish(new(4.kW, Connection.Close, now, 1));
            evse.Read(now);
            evse.Write(now);
        }
        Assert.Equal([0, 500], Registers(other, 41002));
        Assert.Equal([0], Registers(other, 41000, 1));
        Reading<EvseReading> reading = default;
        Assert.True(evse.Readings.TryRead(ref reading));
        Assert.Equal(EvseSession.PluggedIn, reading.Within(5.Seconds, now)?.Session);

        for (var i = 0; i < 100 && !evse.HandBack(now); i++) now += 1.Seconds;
        Assert.Equal([0, 11_000], Registers(other, 41002));
        Assert.Equal([0, 7000], Registers(other, 41004));
    }

    private static MapMeterSettings MeterSettings => new()
    {
        Unit = 1, Period = 500.Milliseconds, MaxPower = 60.kW, Phases = [1, 2, 3], MaxVoltage = 300.V,
        MaxCurrent = 100.A,
    };

    private static T Read<T>(IPolledDevice device, Latest<Reading<T>> readings) where T : unmanaged
    {
        Reading<T> reading = default;
        var begun = TimeProvider.System.GetTimestamp();
        Assert.True(SpinWait.SpinUntil(
            () => device.Read(1.Hours + TimeProvider.System.GetElapsedTime(begun)), Eventually.Deadline));
        readings.TryRead(ref reading);
        return reading.Within(1.Hours, reading.TakenAt)!.Value;
    }

    private static PeerLines Serve(string registers, out int port) => ModbusPeers.Server(
        out port, ModbusPeers.Python, "python3-pymodbus", Source("map_server.py"), Source(registers));

    private static string Source(string file) =>
        RepositoryRoot.File("tests", "Integration", "ModbusMap", "peers", file);

    private static ModbusTcpMaster Master(int port) => new(new("127.0.0.1", port)
    {
        Timeout = 5.Seconds, ConnectTimeout = 5.Seconds,
    });

    private static ushort[] Registers(ModbusTcpMaster bus, ushort address, int count = 2)
    {
        var registers = new ushort[count];
        bus.ReadHolding(1, address, registers);
        return registers;
    }

    private static DeviceMap Map(string name) => MapFile.Read(name).Map!;
}
