namespace ChargeScape.Edge.Hal;

/// <summary>
/// Digital lines by name. "Active" is the logical state: wiring polarity belongs to the site file. A line that cannot
/// be read has no value, and every rule treats that as the unsafe one. One thread at a time.
/// </summary>
public interface IGpio : IPollable, IDisposable
{
    /// <summary>Claims a line as input.</summary>
    /// <exception cref="GpioException">The line does not exist or is busy; the message names chip and line.</exception>
    IGpioInput OpenInput(string line);

    /// <summary>Claims a line as output, first driven inactive.</summary>
    /// <exception cref="GpioException">The line does not exist or is busy; the message names chip and line.</exception>
    IGpioOutput OpenOutput(string line);

    /// <summary>Takes in pending edges so that inputs show the newest level. Never blocks.</summary>
    void Refresh();
}

/// <summary>An input line.</summary>
public interface IGpioInput
{
    /// <summary>The level now; false when it cannot be known.</summary>
    bool TryRead(out bool isActive);
}

/// <summary>An output line.</summary>
public interface IGpioOutput
{
    /// <summary>Drives the line; false when that could not be done.</summary>
    bool TryWrite(bool isActive);

    /// <summary>The level that the line really has; false when it cannot be known.</summary>
    bool TryReadBack(out bool isActive);
}

/// <summary>A line that cannot be had; the message names chip and line.</summary>
public sealed class GpioException(string message, Exception? inner = null) : Exception(message, inner);
