namespace ChargeScape.Edge.Host.Configuration;

/// <summary>Outcome of reading a site file: a site without errors, or all errors and no site.</summary>
/// <param name="Site">The site; null when there are errors.</param>
/// <param name="Errors">Every error found, in the order of the file.</param>
public sealed record ConfigResult(SiteConfig? Site, IReadOnlyList<ConfigError> Errors);
