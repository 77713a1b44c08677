using System.Net;
using ChargeScape.Edge.Hal.Trace;

namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>How to reach a Modbus TCP server, and how long anything may take.</summary>
/// <param name="Host">IP address or name; a name is looked up at each connect.</param>
/// <param name="Port">TCP port, 1…65535.</param>
public sealed record ModbusTcpOptions(string Host, int Port = 502)
{
    /// <summary>From a request's first byte to the last byte of its answer, 1 ms…60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Name lookup and TCP connect together, 1 ms…60 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Rest that the device needs between the end of one transaction and the next request, 0…10 s.</summary>
    public TimeSpan MinimumGap { get; init; }

    /// <summary>
    /// Wait after a connection that failed or never gave a good answer; doubles up to <see cref="MaxBackOff"/>.
    /// </summary>
    public TimeSpan BackOff { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait between two attempts to connect, at most 1 h.</summary>
    public TimeSpan MaxBackOff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where the bytes can be listened to; null for nowhere.</summary>
    public WireTap? Tap { get; init; }

    /// <summary>How a name becomes addresses; may take for ever, since it is waited for only so long.</summary>
    internal Func<string, Task<IPAddress[]>> Lookup { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Throws <see cref="ArgumentException"/> when a value is out of its range.</summary>
    internal void Require()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Host);
        Within(Port, 1, 65535, nameof(Port));
        Within(Timeout.TotalSeconds, 0.001, 60, nameof(Timeout));
        Within(ConnectTimeout.TotalSeconds, 0.001, 60, nameof(ConnectTimeout));
        Within(MinimumGap.TotalSeconds, 0, 10, nameof(MinimumGap));
        Within(BackOff.TotalSeconds, 0.001, 3600, nameof(BackOff));
        Within(MaxBackOff.TotalSeconds, BackOff.TotalSeconds, 3600, nameof(MaxBackOff));
    }

    internal static void Within(double value, double min, double max, string name)
    {
        if (!(value >= min && value <= max))
            throw new ArgumentOutOfRangeException(name, value, $"must be {min}…{max}");
    }
}
