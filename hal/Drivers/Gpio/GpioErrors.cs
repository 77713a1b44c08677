namespace ChargeScape.Edge.Hal.Gpio;

/// <summary>The messages of <see cref="GpioException"/>, the same from every implementation.</summary>
internal static class GpioErrors
{
    public static GpioException NoSuchLine(string chip, string line) => new($"gpio chip '{chip}' has no line '{line}'");

    public static GpioException Busy(string chip, string line) =>
        new($"gpio chip '{chip}': line '{line}' is busy, something else drives it");

    public static GpioException Unreachable(string chip, string line, string reason) =>
        new($"gpio chip '{chip}' cannot be reached for line '{line}': {reason}");
}
