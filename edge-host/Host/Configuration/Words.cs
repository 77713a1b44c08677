using System.Globalization;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>Forms of the texts in a site file, the same as in its schema.</summary>
internal static class Words
{
    public const string IdExpected = "1 to 64 letters, digits, \"-\" or \"_\"";
    public const string HostExpected = "a host name or address of 1 to 253 characters without spaces";
    public const string PathExpected = "an absolute path of at most 100 characters";
    public const string IssuerExpected = "1 to 64 letters, digits or . _ : @ -";
    public const string LineExpected = "text of 1 to 200 characters";

    public const string InterfaceExpected = "a network interface of 1 to 15 characters without spaces, \"/\" or \":\"";
    public const string ChipExpected = "the path, name or label of a GPIO chip, at most 100 characters";
    public const string ChipNameExpected = "the name that the chip gives the line, 1 to 31 characters";

    public static bool IsId(string text) =>
        HasLength(text, 64) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    public static bool IsHost(string text) =>
        HasLength(text, 253) && text.All(c => char.IsAscii(c) && c > ' ' && c != 127);

    // sockaddr_un holds 107 bytes.
    public static bool IsPath(string text) => HasLength(text, 100) && text[0] == '/' && text.All(c => c >= ' ');

    public static bool IsIssuer(string text) =>
        HasLength(text, 64) && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '@' or '-');

    public static bool IsLine(string text) => HasLength(text, 200) && text.All(c => c >= ' ');

    public static bool IsInterface(string text) =>
        HasLength(text, 15) && text.All(c => char.IsAscii(c) && c > ' ' && c != 127 && c is not ('/' or ':'));

    public static bool IsChip(string text) => HasLength(text, 100) && text.All(c => c >= ' ');

    public static bool IsChipName(string text) => HasLength(text, 31) && text.All(c => c >= ' ');

    private static bool HasLength(string text, int most) => text.Length >= 1 && text.Length <= most;

    /// <summary>Somebody's name.</summary>
    public static bool IsNamed(string text) => text.Trim().Length is >= 1 and <= 100;

    /// <summary>A date as in "2026-03-31".</summary>
    public static bool IsDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
