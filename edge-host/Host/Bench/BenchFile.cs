namespace ChargeScape.Edge.Host.Bench;

/// <summary>Reads recordings, with a bound and a message that names the file.</summary>
internal static class BenchFile
{
    private const long LargestFile = 256L << 20;

    /// <summary>The bytes; null after a message.</summary>
    public static byte[]? ReadBytes(FileInfo file)
    {
        try
        {
            if (Directory.Exists(file.FullName)) throw new IOException("it is a directory");
            if (file.Length <= LargestFile) return File.ReadAllBytes(file.FullName);
            Console.Error.WriteLine($"{file}: larger than {LargestFile >> 20} MiB");
        }
        catch (FileNotFoundException)
        {
            Console.Error.WriteLine($"{file}: there is no such file");
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{file}: {trouble.Message}");
        }
        return null;
    }

    /// <summary>The text; null after a message.</summary>
    public static string? Read(FileInfo file) =>
        ReadBytes(file) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;
}
