using System.Runtime.InteropServices;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Fuzz.Targets;

/// <summary>
/// What is said on a serial line, in pieces: a header (length in bits 0–4, then <see cref="Seal"/>, and the pause before
/// in bits 6–7), then the bytes.
/// </summary>
internal struct SpokenPieces(byte[] input)
{
    /// <summary>A CRC is appended, so that a damaged frame is not only a wrong CRC.</summary>
    public const byte Seal = 0x20;

    private readonly byte[] sealing = new byte[32 + Rtu.CrcLength];
    private int at;

    /// <summary>The next piece and the pause before it, 0…3.</summary>
    public bool TryNext(out int pause, out ReadOnlySpan<byte> said)
    {
        pause = 0;
        said = default;
        if (at >= input.Length) return false;
        var head = input[at++];
        var length = Math.Min(head & 31, input.Length - at);
        input.AsSpan(at, length).CopyTo(sealing);
        at += length;
        pause = head >> 6;
        said = sealing.AsSpan(0, (head & Seal) != 0 ? Rtu.Seal(sealing, length) : length);
        return true;
    }
}

/// <summary>
/// A serial line in virtual time on which others say what an input holds. Pauses: 0 none, 1 = 5 ms, 2 = after the next
/// request only, 3 = 150 ms after the next one.
/// </summary>
internal sealed class SpokenLine(byte[] input) : IRtuLine
{
    private readonly Queue<(TimeSpan At, byte[] Bytes)> coming = [];
    private readonly List<byte> heard = [];
    private SpokenPieces pieces = new(input);
    private (int Pause, byte[] Bytes)? held;
    private int received;

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public bool IsLost => false;

    /// <summary>What was heard since the last request.</summary>
    public ReadOnlySpan<byte> Heard => CollectionsMarshal.AsSpan(heard);

    public bool TryOpen() => true;

    public void Close() { }

    public bool TrySend(ReadOnlySpan<byte> frame, TimeSpan deadline)
    {
        heard.Clear();
        var at = Now;
        if (held is { } first) Say(ref at, first.Pause == 3 ? 150 : 1, first.Bytes);
        held = null;
        while (pieces.TryNext(out var pause, out var said))
        {
            if (pause >= 2)
            {
                held = (pause, said.ToArray());
                break;
            }
            Say(ref at, 5 * pause, said.ToArray());
        }
        return true;
    }

    public bool Wait(TimeSpan deadline)
    {
        var isComing = coming.TryPeek(out var first) && first.At <= deadline;
        var until = isComing ? first.At : deadline;
        if (until > Now) Now = until;
        return isComing;
    }

    public int Receive(Span<byte> into)
    {
        if (!coming.TryPeek(out var first) || first.At > Now) return 0;
        var said = first.Bytes.AsSpan(received);
        var count = Math.Min(into.Length, said.Length);
        said[..count].CopyTo(into);
        heard.AddRange(said[..count]);
        received += count;
        if (received < first.Bytes.Length) return count;
        received = 0;
        coming.Dequeue();
        return count;
    }

    public void Rest(TimeSpan time)
    {
        if (time > TimeSpan.Zero) Now += time;
    }

    public void Dispose() { }

    private void Say(ref TimeSpan at, int afterMs, byte[] bytes)
    {
        at += TimeSpan.FromMilliseconds(afterMs);
        // Something that is said while the line still holds earlier words comes after them.
        if (coming.Count > 0 && coming.Last().At > at) at = coming.Last().At;
        if (bytes.Length > 0) coming.Enqueue((at, bytes));
    }
}
