using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Quasar;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.Quasar;

/// <summary>The driver on an in-memory wire, in turns of 100 ms.</summary>
internal sealed class QuasarBench
{
    private static readonly TimeSpan Turn = 100.Milliseconds;
    // Silent as a dead charger is.
    private readonly Action<bool> silence;

    public QuasarBench(Func<QuasarSettings, QuasarSettings>? with = null)
    {
        var wire = new InMemoryModbus(Charger);
        silence = isSilent => wire.IsSilent = isSilent;
        Chip = new InMemoryGpioChip("chip", "supply");
        var settings = new QuasarSettings
        {
            MaxCharge = 7400.W, MaxDischarge = 7400.W, Period = 500.Milliseconds, SupplyLine = "supply",
        };
        Evse = new(wire, Chip.Attach(), with?.Invoke(settings) ?? settings);
        Ask(Connection.Open);
    }

    public TimeSpan Now { get; private set; } = 1000.Seconds;
    public ChargerRegisters Charger { get; } = new();
    public InMemoryGpioChip Chip { get; }
    public QuasarEvse Evse { get; }
    public EvseCommand Command { get; set; }
    public bool CommandIsFresh { get; set; } = true;
    public bool IsSilent { set => silence(value); }

    /// <summary>Values of the live block that move as a real meter's do; off = they stand still.</summary>
    public bool Moves { get; set; } = true;

    public EvseReading Reading
    {
        get
        {
            Reading<EvseReading> held = default;
            Assert.True(Evse.Readings.TryRead(ref held), "something was published");
            return held.Within(TimeSpan.MaxValue, Now)!.Value;
        }
    }

    public uint Published
    {
        get
        {
            Reading<EvseReading> held = default;
            Evse.Readings.TryRead(ref held);
            return held.Sequence;
        }
    }

    public bool HasSupply => Chip.Level("supply") == true;

    public void Ask(Connection connection, double watts = 0, uint session = 1) =>
        Command = new(new(watts), connection, Now, session);

    public void RunFor(TimeSpan time)
    {
        for (var end = Now + time; Now < end; Now += Turn)
        {
            if (Moves) Charger[522] = (ushort)(239 + Now.Ticks / Turn.Ticks % 3);
            if (CommandIsFresh) Command = Command with { IssuedAt = Now };
            Evse.Commands.Publish(Command);
            Evse.Read(Now);
            Evse.Write(Now);
        }
    }

    /// <summary>A session that transfers, at a power.</summary>
    public void Transferring(double watts, ushort soc = 60)
    {
        Ask(Connection.Close);
        RunFor(3.Seconds);
        Charger[537] = watts < 0 ? (ushort)11 : (ushort)1;
        (Charger[526], Charger[538]) = ((ushort)(short)watts, soc);
        RunFor(1.Seconds);
        Ask(Connection.Close, watts);
        RunFor(3.Seconds);
        Assert.Equal(EvseSession.Energised, Reading.Session);
    }
}
