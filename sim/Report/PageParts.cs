using System.Globalization;
using System.Text;

namespace ChargeScape.Edge.Sim.Report;

/// <summary>What is the same on every page; it lies beside this file.</summary>
internal static class PageParts
{
    /// <summary>What the colours of a picture mean.</summary>
    public static string Legend { get; } = Part("legend.html");

    /// <summary>For somebody who has never seen one.</summary>
    public static string HowToRead { get; } = Part("how-to-read.html");

    /// <summary>The beginning.</summary>
    public static string Head(string what) => $"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>ChargeScape Edge: {Chart.Html(what)}</title><style>{Part("page.css")}</style></head><body><main>

        """;

    private static string Part(string name)
    {
        using var reader = new StreamReader(typeof(PageParts).Assembly.GetManifestResourceStream($"report/{name}")!);
        return reader.ReadToEnd();
    }
}

/// <summary>Text that reads the same in every country.</summary>
internal static class InvariantText
{
    /// <summary>Appends with points in its numbers.</summary>
    public static StringBuilder Put(this StringBuilder into, FormattableString text) =>
        into.Append(text.ToString(CultureInfo.InvariantCulture));
}
