using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Quasar;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// A Quasar's register file as a master sees it. Blocks are readable whole; a request across a gap fails. Called by the
/// wire's thread and the home's, so all of it is behind one lock.
/// </summary>
internal sealed class QuasarRegisters(bool hasPowerSetpoint, bool mayExport, Func<TimeSpan> clock) : IModbusDevice
{
    private const byte IllegalFunction = 1, IllegalAddress = 2, IllegalValue = 3;
    private const ushort Firmware = 3400;
    private readonly Lock gate = new();
    private readonly ushort[] now = Initial();
    private readonly ushort[] frozen = new ushort[549];
    private TimeSpan heardAt;
    private QuasarAction? action;
    private bool wasPlugged = true;
    private bool isFrozen;

    /// <summary>The server hangs: it answers with what it last knew, and says yes to everything.</summary>
    public bool IsFrozen
    {
        get { lock (gate) return isFrozen; }
        set
        {
            lock (gate)
            {
                if (value && !isFrozen) now.CopyTo(frozen, 0);
                isFrozen = value;
            }
        }
    }

    /// <summary>Its user has locked it.</summary>
    public bool IsLocked
    {
        get { lock (gate) return now[QuasarMap.Locked] == 1; }
        set { lock (gate) now[QuasarMap.Locked] = value ? (ushort)1 : (ushort)0; }
    }

    /// <inheritdoc/>
    public byte Read(byte unit, ushort start, Span<ushort> into)
    {
        lock (gate)
        {
            heardAt = clock();
            if (unit != QuasarMap.Unit || !IsReadable(start, into.Length)) return IllegalAddress;
            (isFrozen ? frozen : now).AsSpan(start, into.Length).CopyTo(into);
            return 0;
        }
    }

    /// <inheritdoc/>
    public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values)
    {
        lock (gate)
        {
            heardAt = clock();
            if (unit != QuasarMap.Unit) return IllegalAddress;
            // Function 16 for one register cannot be told from 6 here; it takes one at a time.
            if (values.Length != 1) return IllegalFunction;
            return isFrozen ? (byte)0 : Take(start, values[0]);
        }
    }

    /// <summary>The action that a master asked for last, once.</summary>
    public QuasarAction? TakeAction()
    {
        lock (gate)
        {
            var taken = action;
            action = null;
            return taken;
        }
    }

    /// <summary>It starts because a plug has just gone in and nobody forbade it.</summary>
    public bool StartsByItself(bool isPlugged)
    {
        lock (gate)
        {
            var isNew = isPlugged && !wasPlugged;
            wasPlugged = isPlugged;
            if (!isNew || now[QuasarMap.AutoStart] != 1) return false;
            if (now[QuasarMap.CurrentSetpoint] == 0) now[QuasarMap.CurrentSetpoint] = (ushort)QuasarMap.MostAmperes;
            return true;
        }
    }

    /// <summary>Nothing has come over Modbus for its idle timeout.</summary>
    public bool IsIdle(TimeSpan at)
    {
        lock (gate)
        {
            var timeout = now[QuasarMap.IdleTimeout];
            return timeout > 0 && !isFrozen && at - heardAt >= TimeSpan.FromSeconds(timeout);
        }
    }

    /// <summary>The set-point in force, W.</summary>
    public double WantedWatts(double volts)
    {
        lock (gate)
        {
            return hasPowerSetpoint && now[QuasarMap.SetpointType] == 1
                ? (short)now[QuasarMap.PowerSetpoint]
                : (short)now[QuasarMap.CurrentSetpoint] * volts;
        }
    }

    /// <summary>Control goes back to the user, and with it what belongs to it.</summary>
    public void ReturnToUser()
    {
        lock (gate)
        {
            (now[QuasarMap.ControlBy], now[QuasarMap.AutoStart]) = (0, 1);
            (now[QuasarMap.SetpointType], now[QuasarMap.IdleTimeout]) = (0, 0);
            now[QuasarMap.PowerSetpoint] = now[QuasarMap.CurrentSetpoint] = 0;
        }
    }

    /// <summary>The user's app starts with a current, or stops with none.</summary>
    public void AppWants(short amperes)
    {
        lock (gate)
        {
            now[QuasarMap.CurrentSetpoint] = unchecked((ushort)amperes);
            action = amperes == 0 ? QuasarAction.Stop : QuasarAction.Start;
        }
    }

    /// <summary>What it measures and knows.</summary>
    public void Show(QuasarState state, double soc, double watts, double volts, double dcVolts, double dcAmperes)
    {
        lock (gate)
        {
            var live = now.AsSpan(QuasarMap.Live.Start);
            var start = QuasarMap.Live.Start;
            QuasarMap.State.TryEncode((ushort)state, live, start);
            QuasarMap.Soc.TryEncode(soc, live, start);
            QuasarMap.AcPower.TryEncode(watts, live, start);
            QuasarMap.AcVoltage.TryEncode(volts, live, start);
            QuasarMap.AcCurrent.TryEncode(watts / Math.Max(volts, 1), live, start);
            QuasarMap.DcVoltage.TryEncode(dcVolts, live, start);
            QuasarMap.DcCurrent.TryEncode(dcAmperes, live, start);
        }
    }

    private byte Take(ushort register, ushort value)
    {
        var signed = (short)value;
        var isRemote = now[QuasarMap.ControlBy] == 1;
        switch (register)
        {
            case QuasarMap.ControlBy when value == 0:
                ReturnToUser();
                return 0;
            case QuasarMap.ControlBy when value == 1:
                break;
            case QuasarMap.SetpointType or QuasarMap.PowerSetpoint when !hasPowerSetpoint:
                return IllegalFunction;
            case QuasarMap.AutoStart or QuasarMap.SetpointType when value <= 1 && isRemote:
            case QuasarMap.IdleTimeout when isRemote:
                break;
            case QuasarMap.Action when value is 1 or 2 or 3 && isRemote:
                action = (QuasarAction)value;
                return 0;
            case QuasarMap.CurrentSetpoint when MayGo(signed, QuasarMap.MostAmperes, isRemote):
            case QuasarMap.PowerSetpoint when MayGo(signed, QuasarMap.MostWatts, isRemote):
                break;
            default:
                return register is QuasarMap.ControlBy or QuasarMap.AutoStart or QuasarMap.SetpointType
                    or QuasarMap.IdleTimeout or QuasarMap.Action or QuasarMap.CurrentSetpoint or QuasarMap.PowerSetpoint
                    ? IllegalValue : IllegalAddress;
        }
        now[register] = value;
        return 0;
    }

    private bool MayGo(short setpoint, double most, bool isRemote) =>
        isRemote && Math.Abs((int)setpoint) <= most && (setpoint >= 0 || mayExport);

    private bool IsReadable(int start, int count)
    {
        var end = start + count;
        bool Within(int first, int last) => start >= first && end <= last + 1;
        if (hasPowerSetpoint && (Within(81, 88) || Within(256, 260))) return true;
        return Within(1, 3) || Within(81, 82) || Within(88, 88) || Within(256, 258) || Within(512, 548);
    }

    private static ushort[] Initial()
    {
        var registers = new ushort[549];
        (registers[1], registers[3]) = (Firmware, 1);
        registers[QuasarMap.AutoStart] = 1;
        registers[QuasarMap.MaxPower.Address] = (ushort)QuasarMap.MostWatts;
        return registers;
    }
}
