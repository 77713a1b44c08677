using System.Text;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Gpio;

/// <summary>
/// One client of a <see cref="GpioSocketServer"/>. The socket is guarded by the chip's lock, because a line may change,
/// and be told, on any thread.
/// </summary>
internal sealed class GpioServerClient : IPollable, IUnsent, ILineObserver, IDisposable
{
    /// <summary>How far a client may fall behind before it is cut off.</summary>
    public const int BehindBytes = 16 * 1024;

    private const int ReceiveBytes = 1024;
    private const int MaxReadsPerTurn = 4;

    private readonly GpioSocketServer server;
    private readonly InMemoryGpioChip chip;
    private readonly StreamSocket socket;
    private readonly GpioText text = new();
    private readonly byte[] received = new byte[ReceiveBytes];
    private readonly byte[] answer = new byte[GpioText.LongestLine];
    private readonly bool[] isWatched;
    private bool isCutOff;

    public GpioServerClient(GpioSocketServer server, InMemoryGpioChip chip, StreamSocket socket)
    {
        this.server = server;
        this.chip = chip;
        this.socket = socket;
        isWatched = new bool[chip.Count];
        lock (chip.Sync) Say("chip"u8, chip.Name, level: 0);
        chip.Watch(this);
    }

    public bool IsGone => isCutOff || socket.IsLost;

    public int Descriptor => socket.Descriptor;

    public bool HasUnsent => socket.HasUnsent;

    public void Serve()
    {
        lock (chip.Sync)
        {
            socket.Flush();
            for (var reads = 0; reads < MaxReadsPerTurn && !IsGone; reads++)
            {
                var count = socket.Receive(received);
                if (count == 0) return;
                ReadOnlySpan<byte> left = received.AsSpan(0, count);
                while (!isCutOff && text.TryTake(ref left, out var line)) isCutOff = !Obeyed(line);
                isCutOff |= text.IsBroken;
            }
        }
    }

    /// <summary>What a dead host leaves: its lines are free and inactive.</summary>
    public void Dispose()
    {
        chip.Unwatch(this);
        chip.Release(this);
        socket.Dispose();
    }

    void ILineObserver.LineChanged(int index, bool? level)
    {
        if (!isWatched[index]) return;
        Say("is"u8, chip.NameOf(index), GpioText.Letter(level));
        if (IsGone || socket.HasUnsent) server.Look();
    }

    /// <summary>Does what a line asks; false when it is not of the protocol.</summary>
    private bool Obeyed(ReadOnlySpan<byte> line)
    {
        var verb = GpioText.Word(ref line);
        var name = GpioText.Word(ref line);
        if (verb.SequenceEqual("set"u8)) return WasSet(name, line);
        var isOutput = verb.SequenceEqual("out"u8);
        if (!line.IsEmpty || (!isOutput && !verb.SequenceEqual("in"u8))) return false;
        Span<char> characters = stackalloc char[GpioText.LongestLine];
        characters = characters[..Encoding.ASCII.GetChars(name, characters)];
        if (!InMemoryGpioChip.IsName(characters)) return false;
        var index = chip.Find(characters);
        if (index < 0)
        {
            // Seldom, so the string may be made.
            Say("none"u8, characters.ToString(), level: 0);
        }
        else if (isOutput && !chip.TryClaim(index, this))
        {
            Say("busy"u8, chip.NameOf(index), level: 0);
        }
        else
        {
            isWatched[index] = true;
            Say("ok"u8, chip.NameOf(index), GpioText.Letter(chip.LevelOf(index)));
        }
        return true;
    }

    private bool WasSet(ReadOnlySpan<byte> name, ReadOnlySpan<byte> level)
    {
        Span<char> characters = stackalloc char[GpioText.LongestLine];
        var index = chip.Find(characters[..Encoding.ASCII.GetChars(name, characters)]);
        if (index < 0 || !GpioText.TryLevel(level, out var asked) || asked is null) return false;
        var isDone = chip.TryDrive(index, this, asked.Value);
        Say(isDone ? "done"u8 : "refused"u8, chip.NameOf(index), GpioText.Letter(chip.LevelOf(index)));
        return true;
    }

    private void Say(ReadOnlySpan<byte> verb, string name, byte level)
    {
        if (IsGone) return;
        isCutOff = !socket.TrySend(answer.AsSpan(0, GpioText.Write(verb, name, level, answer)));
    }
}
