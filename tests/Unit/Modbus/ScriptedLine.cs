using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>
/// A serial line in virtual time: each frame that is sent gets what the script says, byte for byte and at its time.
/// </summary>
internal sealed class ScriptedLine : IRtuLine
{
    private readonly List<(TimeSpan At, byte[] Bytes)> coming = [];

    /// <summary>What a request brings about: bytes and the delay from its end.</summary>
    public Func<byte[], IEnumerable<(double AfterMs, byte[] Bytes)>> OnSent { get; set; } = _ => [];

    public List<(TimeSpan At, byte[] Frame)> Sent { get; } = [];

    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

    public bool IsLost { get; set; }

    public bool CanOpen { get; set; } = true;

    public int Opened { get; private set; }

    public bool TryOpen()
    {
        if (!CanOpen) return false;
        if (IsLost || Opened == 0) Opened++;
        IsLost = false;
        return true;
    }

    public void Close() => IsLost = true;

    /// <summary>Bytes that arrive by themselves.</summary>
    public void Say(double afterMs, params byte[] bytes) =>
        coming.Add((Now + TimeSpan.FromMilliseconds(afterMs), bytes));

    public bool TrySend(ReadOnlySpan<byte> frame, TimeSpan deadline)
    {
        if (IsLost) return false;
        byte[] sent = [.. frame];
        Sent.Add((Now, sent));
        foreach (var (after, bytes) in OnSent(sent)) Say(after, bytes);
        return true;
    }

    public bool Wait(TimeSpan deadline)
    {
        if (IsLost) return true;
        var first = coming.Count == 0 ? TimeSpan.MaxValue : coming.Min(c => c.At);
        var isComing = first <= deadline;
        var until = isComing ? first : deadline;
        if (until > Now) Now = until;
        return isComing;
    }

    public int Receive(Span<byte> into)
    {
        var at = 0;
        foreach (var chunk in coming.Where(c => c.At <= Now).OrderBy(c => c.At).ToArray())
        {
            if (at + chunk.Bytes.Length > into.Length)
            {
                var fits = into.Length - at;
                chunk.Bytes.AsSpan(0, fits).CopyTo(into[at..]);
                coming[coming.IndexOf(chunk)] = (chunk.At, chunk.Bytes[fits..]);
                return into.Length;
            }
            chunk.Bytes.CopyTo(into[at..]);
            at += chunk.Bytes.Length;
            coming.Remove(chunk);
        }
        return at;
    }

    public void Rest(TimeSpan time)
    {
        if (time > TimeSpan.Zero) Now += time;
    }

    public void Dispose() { }
}
