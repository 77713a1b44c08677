namespace ChargeScape.Edge.Hal.Can.Kernel;

/// <summary>
/// What an error frame tells. The class bits stand in its identifier. Source: linux/can/error.h.
/// </summary>
[Flags]
internal enum CanErrors : uint
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>The controller changed its state: warning, passive, active again; byte 1 says which.</summary>
    Controller = 0x004,
    /// <summary>Nobody acknowledged a frame: no other node is on the bus.</summary>
    NotAcknowledged = 0x020,
    /// <summary>The controller made too many errors and left the bus.</summary>
    BusOff = 0x040,
    /// <summary>It is back on the bus.</summary>
    Restarted = 0x100,
}

/// <summary>An error frame.</summary>
/// <param name="Classes">What happened.</param>
/// <param name="IsPassive">The controller counts so many errors that it no longer destroys others' frames.</param>
internal readonly record struct CanErrorReport(CanErrors Classes, bool IsPassive)
{
    /// <summary>Classes that are asked for; the rest (lost arbitration, single bit errors) is everyday life.</summary>
    public const CanErrors Asked =
        CanErrors.Controller | CanErrors.NotAcknowledged | CanErrors.BusOff | CanErrors.Restarted;

    private const byte ReceivePassive = 0x10, TransmitPassive = 0x20;

    public static CanErrorReport Read(ReadOnlySpan<byte> frame)
    {
        var classes = (CanErrors)(BitConverter.ToUInt32(frame) & ~(CanWire.Error | CanWire.Extended));
        var isPassive = (classes & CanErrors.Controller) != 0 && (frame[9] & (ReceivePassive | TransmitPassive)) != 0;
        return new(classes, isPassive);
    }
}
