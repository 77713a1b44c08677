using System.Text;

namespace ChargeScape.Edge.Host.Faults;

/// <summary>The catalogue as the page edge-host/contract/faults.md; a test compares the two.</summary>
public static class CatalogueTable
{
    private const string Head = """
        # Faults, limits, reasons

        Made from [catalogue.json](catalogue.json) by `./edge faults catalogue --markdown`: change it there.

        Who clears a fault: `f0` nobody, it stops nothing and goes by itself · `f1` itself · `f2` itself, a few times a day,
        then it is `f3` · `f3` a person at the machine · `f4` the installer, after a test. None of them is cleared from the
        cloud, and a clear starts no power: the start sequence runs again.

        """;

    /// <summary>The page.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder(Head);
        Append(text, "Trips: what stops the transfer", "class", Catalogue.Trips);
        Append(text, "Fault bits of an EVSE", "class of the trip", Catalogue.EvseFaults);
        Append(text, "Limits: what bounds the power", "", Catalogue.Limits);
        Append(text, "Reasons in answers to orders", "in", Catalogue.Reasons);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string title, string kind, IReadOnlyList<CatalogueEntry> entries)
    {
        text.Append("\n## ").Append(title).Append("\n\n");
        text.Append(kind.Length > 0 ? $"| id | {kind} |" : "| id |");
        text.Append(" for the household | for the installer |\n");
        text.Append(kind.Length > 0 ? "|---|---|---|---|\n" : "|---|---|---|\n");
        foreach (var entry in entries)
        {
            text.Append("| `").Append(entry.Id).Append("` | ");
            if (kind.Length > 0) text.Append(entry.Class).Append(" | ");
            text.Append(entry.Household).Append(" | ").Append(entry.Installer).Append(" |\n");
        }
    }
}
