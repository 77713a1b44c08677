using ChargeScape.Edge.Hal.Serial;
using ChargeScape.Edge.Hal.Trace;

namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>A Modbus serial line and its times.</summary>
/// <param name="Serial">The tty. RTU has 8 data bits; the specification's default is even parity.</param>
public sealed record ModbusRtuOptions(SerialOptions Serial)
{
    /// <summary>
    /// Longest that a device may take to begin its answer, 1 ms…60 s. The time that request and answer take on the wire
    /// comes on top.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Silence before a request, 0…1 s; null = what the specification asks for (3.5 characters; 1.75 ms above
    /// 19 200 Bd).
    /// </summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>
    /// A pause of more than this ends an answer that is not whole; never below the silence. Adapters deliver in
    /// portions (FTDI: each 16 ms), so the specification's 1.5 characters cannot be held on this side of one.
    /// </summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Rest after a broadcast, so that every device has executed it.</summary>
    public TimeSpan BroadcastRest { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>For so long a given-up answer may still come.</summary>
    public TimeSpan LateWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where the bytes can be listened to; null for nowhere.</summary>
    public WireTap? Tap { get; init; }

    /// <summary>Two wires whose receiver stays on: each request is heard again before the answer.</summary>
    public bool HearsItself { get; init; }

    internal TimeSpan FrameSilence => Silence ?? Rtu.Silence(Serial.Baud, Serial.Character);

    internal void Require()
    {
        Serial.Require();
        if (Serial.DataBits != 8) throw new ArgumentOutOfRangeException(nameof(Serial), "Modbus RTU has 8 data bits");
        Within(Timeout, 0.001, 60, nameof(Timeout));
        Within(Silence ?? default, 0, 1, nameof(Silence));
        Within(LongestPause, 0.001, 1, nameof(LongestPause));
        Within(BroadcastRest, 0, 1, nameof(BroadcastRest));
        Within(LateWithin, 0, 3600, nameof(LateWithin));
    }

    internal static void Within(TimeSpan value, double min, double max, string name)
    {
        if (!(value.TotalSeconds >= min && value.TotalSeconds <= max))
            throw new ArgumentOutOfRangeException(name, value, $"must be {min}…{max} s");
    }
}
