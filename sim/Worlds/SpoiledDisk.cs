using ChargeScape.Edge.Host.Keeping;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>What happens to the disk under the controller's memory, between two of its writes.</summary>
internal static class SpoiledDisk
{
    private const byte Rubbish = 0xA5;

    /// <summary>Full, or what a power cut and age do to what lies on it.</summary>
    public static void Suffer(this MemoryMedium disk, string value)
    {
        disk.IsFull = value == "full";
        var content = disk.Content;
        if (content.IsEmpty) return;
        switch (value)
        {
            // The power went while the first copy was being written: half of it is new, the rest is anything.
            case "torn":
                content[(KeptRecord.Size / 2)..KeptRecord.Size].Fill(Rubbish);
                break;
            case "flipped":
                content[KeptRecord.Size / 3] ^= 1 << 4;
                break;
            case "lost":
                content.Fill(Rubbish);
                break;
        }
    }
}
