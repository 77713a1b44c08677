namespace ChargeScape.Edge.Host.Bench.Scan;

/// <summary>
/// Many devices answer to every unit id, and many answer with a refusal to ids that are not theirs: a list of six
/// would show one device six times.
/// </summary>
internal static class SameDevice
{
    /// <summary>The findings behind one port or on one bus without the repetitions.</summary>
    public static List<ScanFinding> Merge(IReadOnlyList<ScanFinding> findings)
    {
        var merged = new List<ScanFinding>();
        foreach (var finding in findings)
        {
            var same = merged.FindIndex(other => AreSame(other, finding));
            if (same < 0) merged.Add(finding);
            else merged[same] = merged[same] with { AlsoUnits = [.. merged[same].AlsoUnits, finding.Unit!.Value] };
        }
        var isAnyKnown = merged.Exists(finding => finding.Answer is ScanAnswer.Sunspec or ScanAnswer.Known);
        if (isAnyKnown) merged.RemoveAll(finding => finding.Answer == ScanAnswer.Modbus);
        return merged;
    }

    private static bool AreSame(ScanFinding a, ScanFinding b) =>
        a.Answer == b.Answer && a.SerialNumber == b.SerialNumber && a.Maker == b.Maker && a.Model == b.Model
        && a.Models.SequenceEqual(b.Models) && a.Families.SequenceEqual(b.Families);
}
