namespace ChargeScape.Edge.Hal.Configuration;

/// <summary>One thing that is wrong in a site file, or in a file that it names.</summary>
/// <param name="File">Name of the file as it was given.</param>
/// <param name="Line">Line, from 1; 0 = the value came from the command line.</param>
/// <param name="Path">JSON path of the value, <c>$.buses.meter.port</c>.</param>
/// <param name="Message">What is expected, and what was found.</param>
public sealed record ConfigError(string File, int Line, string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Line == 0 ? "--set" : $"{File}:{Line}")}: {Path}: {Message}";
}
