namespace ChargeScape.Edge.Hal.Gpio;

/// <summary>The messages of <see cref="GpioException"/>, the same from every implementation.</summary>
internal static class GpioErrors
{
    public static GpioException NoSuchLine(string chip, string line) => new($"gpio chip '{chip}' has no line '{line}'");

    public static GpioException NoSuchLine(string chip, string line, string chipName) =>
        new($"gpio chip '{chip}' has no line '{line}': none is named '{chipName}' there ('gpioinfo' lists them)");

    public static GpioException NoSuchOffset(string chip, string line, int offset, uint count) =>
        new($"gpio chip '{chip}' has no line '{line}': offset {offset} of {count} lines");

    public static GpioException TwoLines(string chip, string line, string chipName) =>
        new($"gpio chip '{chip}': line '{line}' cannot be told, two are named '{chipName}'; give its offset");

    public static GpioException Busy(string chip, string line, string? user = null) =>
        new($"gpio chip '{chip}': line '{line}' is busy, "
            + (user is null ? "something else drives it" : $"'{user}' holds it"));

    public static GpioException Unreachable(string chip, string line, string reason) =>
        new($"gpio chip '{chip}' cannot be reached for line '{line}': {reason}");
}
