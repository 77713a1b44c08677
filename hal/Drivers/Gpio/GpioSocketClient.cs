using System.Text;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Gpio;

/// <summary>
/// Digital lines of a <see cref="GpioSocketServer"/> in another process. <see cref="Refresh"/> tends the connection: a
/// lost one is made anew with jittered back-off and its lines are claimed again; until a line is, it cannot be read or
/// written. A server that hangs is left. The server makes outputs inactive when the connection is lost, and they stay
/// so until written again.
/// </summary>
public sealed class GpioSocketClient : IGpio, IUnsent
{
    private const int ReceiveBytes = 1024;
    private const int UnsentBytes = 8 * 1024;
    private const int MaxReadsPerCall = 8;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClaimAgainAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    // The server answers in microseconds; on a crowded machine its thread may have to wait for its turn.
    private static readonly TimeSpan LongestConfirmation = TimeSpan.FromMilliseconds(50);

    private readonly string path;
    private readonly TimeSpan openWithin;
    private readonly StreamAddress address;
    private readonly Backoff backoff;
    private readonly GpioText text = new();
    private readonly List<GpioSocketLine> lines = [];
    private readonly byte[] received = new byte[ReceiveBytes];
    private readonly byte[] sending = new byte[GpioText.LongestLine];
    private StreamSocket? socket;
    private string chip;
    private TimeSpan claimAgainAt = TimeSpan.MaxValue;
    private SilenceWatch silence;
    private bool isDisposed;

    /// <summary>Connects when the first line is opened.</summary>
    /// <param name="path">The socket's file.</param>
    /// <param name="openWithin">How long opening a line waits for the server; null for 2 s.</param>
    /// <param name="jitter">Chance for the back-off; null for a source of its own.</param>
    /// <exception cref="ArgumentException">The path is empty or longer than a socket's may be.</exception>
    public GpioSocketClient(string path, TimeSpan? openWithin = null, Random? jitter = null)
    {
        this.path = chip = path;
        this.openWithin = openWithin ?? TimeSpan.FromSeconds(2);
        address = StreamAddress.Unix(path);
        backoff = new Backoff(FirstDelay, LongestDelay, jitter ?? new Random());
    }

    /// <summary>The connection stands.</summary>
    public bool IsUp => socket is { IsLost: false };

    /// <inheritdoc/>
    public int Descriptor => socket?.Descriptor ?? -1;

    /// <inheritdoc/>
    bool IUnsent.HasUnsent => socket?.HasUnsent ?? false;

    /// <inheritdoc/>
    public IGpioInput OpenInput(string line) => new Input(this, Find(line) ?? Claim(line, isOutput: false));

    /// <inheritdoc/>
    public IGpioOutput OpenOutput(string line)
    {
        if (Find(line) is { IsOutput: true }) throw GpioErrors.Busy(chip, line);
        return new Output(this, Claim(line, isOutput: true));
    }

    /// <inheritdoc/>
    public void Refresh()
    {
        if (!Tend()) return;
        socket!.Flush();
        for (var reads = 0; reads < MaxReadsPerCall; reads++)
        {
            var count = socket.Receive(received);
            ReadOnlySpan<byte> left = received.AsSpan(0, count);
            var isUnderstood = true;
            while (isUnderstood && text.TryTake(ref left, out var line)) isUnderstood = TakeIn(line);
            if (!isUnderstood || text.IsBroken || socket.IsLost)
            {
                Lose();
                return;
            }
            if (count == 0)
            {
                if (silence.Judge(MonotonicClock.Now) is { } isHung) AskOrLeave(isHung);
                return;
            }
            silence.Heard(MonotonicClock.Now);
        }
    }

    // Only what was granted is believed, and asking for it anew changes nothing.
    private void AskOrLeave(bool isHung)
    {
        if (isHung) Lose();
        else if (lines.Find(static line => line.Claim == ClaimState.Granted) is { } known)
            Send(GpioText.Write("in"u8, known.Name, level: 0, sending));
    }

    /// <summary>Lets go of all lines: the server makes the outputs inactive.</summary>
    public void Dispose()
    {
        isDisposed = true;
        Drop();
    }

    private GpioSocketLine? Find(ReadOnlySpan<char> name)
    {
        foreach (var line in lines)
        {
            if (name.SequenceEqual(line.Name)) return line;
        }
        return null;
    }

    private GpioSocketLine Claim(string name, bool isOutput)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (!InMemoryGpioChip.IsName(name)) throw GpioErrors.NoSuchLine(chip, name);
        var before = Find(name);
        var line = before ?? new GpioSocketLine(name);
        if (before is null) lines.Add(line);
        line.IsOutput = isOutput;
        if (IsUp) Ask(line);
        try
        {
            Await(line);
        }
        catch (GpioException)
        {
            // What could not become an output stays the input that it was.
            line.IsOutput = false;
            if (before is null) lines.Remove(line);
            else if (IsUp) Ask(line);
            throw;
        }
        return line;
    }

    private void Await(GpioSocketLine line)
    {
        var deadline = MonotonicClock.Now + openWithin;
        while (true)
        {
            Refresh();
            if (line.Claim == ClaimState.Granted) return;
            if (line.Claim == ClaimState.Unknown) throw GpioErrors.NoSuchLine(chip, line.Name);
            if (line.Claim == ClaimState.Busy) throw GpioErrors.Busy(chip, line.Name);
            if (MonotonicClock.Now >= deadline)
            {
                var reason = $"no answer on '{path}' within {openWithin.TotalSeconds} s";
                throw GpioErrors.Unreachable(chip, line.Name, reason);
            }
            if (socket is null) Thread.Sleep(Pause); else socket.WaitReadable(Pause);
        }
    }

    /// <summary>Moves the connection on as far as it goes without waiting; true when it stands.</summary>
    private bool Tend()
    {
        if (isDisposed) return false;
        var now = MonotonicClock.Now;
        if (socket is null)
        {
            if (!backoff.IsDue(now)) return false;
            socket = StreamSocket.Connect(address, UnsentBytes);
            backoff.Failed(now);
            if (socket is null) return false;
            silence.Heard(now);
            foreach (var line in lines) Ask(line);
        }
        if (now >= claimAgainAt)
        {
            claimAgainAt = TimeSpan.MaxValue;
            foreach (var line in lines)
            {
                if (line.Claim is ClaimState.Busy or ClaimState.Unknown) Ask(line);
            }
        }
        return IsUp;
    }

    private void Ask(GpioSocketLine line)
    {
        line.Claim = ClaimState.Asked;
        Send(GpioText.Write(line.IsOutput ? "out"u8 : "in"u8, line.Name, level: 0, sending));
    }

    /// <summary>Takes in one line from the server; false when it is not of the protocol.</summary>
    private bool TakeIn(ReadOnlySpan<byte> said)
    {
        var verb = GpioText.Word(ref said);
        var name = GpioText.Word(ref said);
        if (verb.SequenceEqual("chip"u8))
        {
            chip = Encoding.ASCII.GetString(name);
            return true;
        }
        Span<char> characters = stackalloc char[GpioText.LongestLine];
        if (Find(characters[..Encoding.ASCII.GetChars(name, characters)]) is not { } line) return false;
        if (said.IsEmpty)
        {
            line.Claim = verb.SequenceEqual("busy"u8) ? ClaimState.Busy : ClaimState.Unknown;
            line.Level = null;
            claimAgainAt = MonotonicClock.Now + ClaimAgainAfter;
            return verb.SequenceEqual("busy"u8) || verb.SequenceEqual("none"u8);
        }
        if (!GpioText.TryLevel(said, out var level)) return false;
        line.Level = level;
        if (verb.SequenceEqual("is"u8)) return true;
        if (verb.SequenceEqual("ok"u8))
        {
            line.Claim = ClaimState.Granted;
            // The server understood us: it has proved itself.
            backoff.Reset();
            return true;
        }
        return (verb.SequenceEqual("done"u8) || verb.SequenceEqual("refused"u8)) && --line.Unconfirmed >= 0;
    }

    private bool TryRead(GpioSocketLine line, out bool isActive)
    {
        var level = IsUp && line.Claim == ClaimState.Granted ? line.Level : null;
        isActive = level ?? false;
        return level is not null;
    }

    private bool TryWrite(GpioSocketLine line, bool isActive)
    {
        if (!IsUp || line.Claim != ClaimState.Granted) return false;
        if (!Send(GpioText.Write("set"u8, line.Name, GpioText.Letter(isActive), sending))) return false;
        line.Unconfirmed++;
        line.MayWait = true;
        return true;
    }

    private bool TryReadBack(GpioSocketLine line, out bool isActive)
    {
        var deadline = line.Unconfirmed > 0 && line.MayWait ? MonotonicClock.Now + LongestConfirmation : TimeSpan.Zero;
        Refresh();
        while (IsUp && line.Unconfirmed > 0 && MonotonicClock.Now < deadline)
        {
            socket!.WaitReadable(Pause);
            Refresh();
        }
        // A server that did not answer in time costs the wait once per write, not once per look.
        line.MayWait = false;
        isActive = false;
        return line.Unconfirmed == 0 && TryRead(line, out isActive);
    }

    private bool Send(int count)
    {
        if (socket is null) return false;
        if (socket.TrySend(sending.AsSpan(0, count))) return true;
        // Half a conversation is none: what was asked before will be asked again on the next connection.
        Lose();
        return false;
    }

    private void Lose()
    {
        Drop();
        foreach (var line in lines) line.Forget();
    }

    private void Drop()
    {
        socket?.Dispose();
        socket = null;
        claimAgainAt = TimeSpan.MaxValue;
        text.Clear();
    }

    private sealed class Input(GpioSocketClient client, GpioSocketLine line) : IGpioInput
    {
        public bool TryRead(out bool isActive) => client.TryRead(line, out isActive);
    }

    private sealed class Output(GpioSocketClient client, GpioSocketLine line) : IGpioOutput
    {
        public bool TryWrite(bool isActive) => client.TryWrite(line, isActive);

        public bool TryReadBack(out bool isActive) => client.TryReadBack(line, out isActive);
    }
}
