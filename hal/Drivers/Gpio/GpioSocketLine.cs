namespace ChargeScape.Edge.Hal.Gpio;

/// <summary>Where a claim at the server stands.</summary>
internal enum ClaimState : byte
{
    /// <summary>Not asked on this connection, or not answered.</summary>
    Asked,
    /// <summary>Ours.</summary>
    Granted,
    /// <summary>Something else drives the line.</summary>
    Busy,
    /// <summary>The chip has no such line.</summary>
    Unknown,
}

/// <summary>A line as a <see cref="GpioSocketClient"/> knows it.</summary>
internal sealed class GpioSocketLine(string name)
{
    public string Name => name;

    public bool IsOutput { get; set; }

    public ClaimState Claim { get; set; }

    /// <summary>As the server said last; null when it cannot be read.</summary>
    public bool? Level { get; set; }

    /// <summary>Writes that the server has not answered yet.</summary>
    public int Unconfirmed { get; set; }

    /// <summary>Nobody has waited for these answers yet.</summary>
    public bool MayWait { get; set; }

    /// <summary>The connection is gone, and with it all that was known.</summary>
    public void Forget() => (Claim, Level, Unconfirmed, MayWait) = (ClaimState.Asked, null, 0, false);
}
