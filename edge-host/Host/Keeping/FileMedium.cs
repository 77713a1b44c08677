using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ChargeScape.Edge.Host.Keeping;

/// <summary>
/// A file of a fixed size that is written in place and flushed to the disk. Opened for each commit: a file that was
/// removed or replaced meanwhile must not swallow what is written.
/// </summary>
public sealed partial class FileMedium(string path) : IKeepMedium
{
    private const int ReadOnlyDirectory = 0x10000;

    /// <summary>Why the last call failed; empty after a good one.</summary>
    public string Trouble { get; private set; } = "";

    /// <summary>Where a site's file lies when its site file does not say: the service's state folder.</summary>
    public static string DefaultPath(string siteId) => Path.Combine(
        Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { } folder && Path.IsPathFullyQualified(folder)
            ? folder.Split(':')[0]
            : "/var/lib/chargescape-edge",
        $"{siteId}.state");

    /// <inheritdoc/>
    public KeepRead Read(Span<byte> into, out int length)
    {
        length = 0;
        try
        {
            using var file = File.OpenHandle(path);
            for (int got; length < into.Length && (got = RandomAccess.Read(file, into[length..], length)) > 0;)
                length += got;
            Trouble = "";
            return KeepRead.Found;
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return KeepRead.Missing;
        }
        catch (Exception why) when (why is IOException or UnauthorizedAccessException)
        {
            Trouble = why.Message;
            return KeepRead.Failed;
        }
    }

    /// <inheritdoc/>
    public bool TryCreate(ReadOnlySpan<byte> whole)
    {
        try
        {
            var folder = Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(folder);
            using (var file = File.OpenHandle($"{path}.new", FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(file, whole, 0);
                RandomAccess.FlushToDisk(file);
            }
            File.Move($"{path}.new", path, overwrite: true);
            FlushFolder(folder);
            Trouble = "";
            return true;
        }
        catch (Exception why) when (why is IOException or UnauthorizedAccessException)
        {
            Trouble = why.Message;
            return false;
        }
    }

    /// <inheritdoc/>
    public bool TryWrite(int offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            RandomAccess.Write(file, bytes, offset);
            RandomAccess.FlushToDisk(file);
            Trouble = "";
            return true;
        }
        catch (Exception why) when (why is IOException or UnauthorizedAccessException)
        {
            Trouble = why.Message;
            return false;
        }
    }

    // A name in a folder is as lasting as the folder; the runtime has no call for it.
    private static void FlushFolder(string folder)
    {
        using var handle = OpenFolder(folder, ReadOnlyDirectory);
        if (handle.IsInvalid || FSync(handle) != 0)
            throw new IOException($"{folder} cannot be flushed: error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);
}
