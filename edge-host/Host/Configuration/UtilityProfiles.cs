using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>A utility's profile as its file has it.</summary>
/// <param name="Profile">What the control side keeps to.</param>
/// <param name="Title">For people.</param>
/// <param name="NominalHz">50 or 60.</param>
public sealed record ShippedProfile(UtilityProfile Profile, string Title, int NominalHz);

/// <summary>The utility profiles that ship with this program: contract/utility-profiles, one file each.</summary>
public static class UtilityProfiles
{
    private const string Prefix = "UtilityProfile.";
    private const string TextExpected = "text of 1 to 400 characters";

    private static readonly Lazy<IReadOnlyDictionary<string, ShippedProfile>> all = new(ReadAll);

    /// <summary>By name.</summary>
    public static IReadOnlyDictionary<string, ShippedProfile> All => all.Value;

    /// <summary>Reads one; null and errors when it cannot be used.</summary>
    internal static ShippedProfile? Parse(ReadOnlySpan<byte> text, string file, List<ConfigError> errors)
    {
        var root = ConfigTree.Parse(text, file, errors);
        if (root is null) return null;
        var section = new ConfigSection(root, file, errors);
        section.Raw("$schema", "", isRequired: false);
        var name = section.Text("name", "a to z, 0 to 9 and -", IsName);
        var title = Text(section, "title");
        var hertz = section.Integer("nominalHz", 50, 60);
        Text(section, "notes");
        var warning = Text(section, "warning");
        var profile = new UtilityProfile(
            name, Curve(section, "underVoltage", "voltagePct", 0, 200, -1),
            Curve(section, "overVoltage", "voltagePct", 0, 200, 1),
            Curve(section, "underFrequency", "hz", 40, 70, -1), Curve(section, "overFrequency", "hz", 40, 70, 1),
            EnterService(section), warning == "none" ? null : $"{title}: {warning}");
        if (hertz is not (50 or 60)) section.ErrorAt("nominalHz", $"expected 50 or 60, found {hertz}");
        section.RefuseUnknown();
        return errors.Count == 0 ? new(profile, title, hertz) : null;
    }

    private static TripCurve Curve(
        ConfigSection profile, string name, string level, double min, double max, int outward)
    {
        var corners = new List<TripPoint>();
        foreach (var section in profile.Sections(name))
        {
            corners.Add(new(section.Number(level, min, max), section.Number("seconds", 0.01, 1000)));
            Text(section, "source");
            section.RefuseUnknown();
            // Further out and not faster would never act.
            if (corners.Count > 1 && ((corners[^1].Level - corners[^2].Level) * outward <= 0
                    || corners[^1].Seconds >= corners[^2].Seconds))
                section.Error("expected further out and faster than the corner before it");
        }
        if (corners.Count is 0 or > UtilityProfile.MostCorners)
            profile.ErrorAt(name, $"expected 1 to {UtilityProfile.MostCorners} corners, found {corners.Count}");
        return new(isEnabled: true, [.. corners.Take(UtilityProfile.MostCorners)]);
    }

    private static EnterServiceRule EnterService(ConfigSection profile)
    {
        if (profile.Section("enterService") is not { } section)
            return new(0, 0, default, default, default, default);
        var rule = new EnterServiceRule(
            Figure(section, "lowVoltagePct", 50, 100), Figure(section, "highVoltagePct", 100, 130),
            new(Figure(section, "lowHz", 40, 70)), new(Figure(section, "highHz", 40, 70)),
            TimeSpan.FromSeconds(Figure(section, "delayS", 0, 600)),
            TimeSpan.FromSeconds(Figure(section, "rampS", 0, 1000)));
        section.RefuseUnknown();
        return rule;
    }

    private static double Figure(ConfigSection parent, string name, double min, double max)
    {
        if (parent.Section(name) is not { } section) return min;
        var value = section.Number("value", min, max);
        Text(section, "source");
        section.RefuseUnknown();
        return value;
    }

    private static string Text(ConfigSection section, string name) =>
        section.Text(name, TextExpected, text => text.Length is >= 1 and <= 400);

    private static bool IsName(string text) =>
        text.Length is >= 1 and <= 64 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static Dictionary<string, ShippedProfile> ReadAll()
    {
        var found = new Dictionary<string, ShippedProfile>();
        var assembly = typeof(UtilityProfiles).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            using var stream = assembly.GetManifestResourceStream(name)!;
            var text = new byte[stream.Length];
            stream.ReadExactly(text);
            var errors = new List<ConfigError>();
            var profile = Parse(text, $"{name[Prefix.Length..]}.json", errors);
            // A shipped file that is wrong is our bug.
            Require.That(profile is not null, errors.Count > 0 ? errors[0].ToString() : name);
            found.Add(profile!.Profile.Name, profile);
        }
        return found;
    }
}
