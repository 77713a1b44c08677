namespace ChargeScape.Edge.Host.Bench;

/// <summary>
/// A progress bar on standard error, where a person looks; nothing when that is a file or a pipe. Lines on standard
/// output go through <see cref="Line"/>, so that they never stand in the bar. Any thread.
/// </summary>
internal sealed class Progress(TextWriter output, TextWriter error, bool isShown) : IDisposable
{
    private const int Width = 30;
    private readonly Lock gate = new();
    private string bar = "";

    /// <summary>On the process's own streams.</summary>
    public static Progress OfConsole() => new(Console.Out, Console.Error, !Console.IsErrorRedirected);

    /// <summary>Shows how far it is.</summary>
    /// <param name="share">0 … 1.</param>
    /// <param name="text">What stands behind the bar.</param>
    public void Show(double share, string text)
    {
        if (!isShown) return;
        var filled = (int)(Math.Clamp(share, 0, 1) * Width);
        var next = $"[{new string('#', filled)}{new string('.', Width - filled)}] {text}";
        lock (gate)
        {
            if (next == bar) return;
            error.Write($"\r{next}\e[K");
            bar = next;
        }
    }

    /// <summary>Writes a line of the result.</summary>
    public void Line(string text) => Write(output, text);

    /// <summary>Writes a remark beside the result.</summary>
    public void Note(string text) => Write(error, text);

    /// <summary>Takes the bar away.</summary>
    public void Dispose()
    {
        lock (gate) Clear();
    }

    private void Write(TextWriter to, string text)
    {
        lock (gate)
        {
            var shown = bar;
            Clear();
            to.WriteLine(text);
            to.Flush();
            if (shown.Length == 0) return;
            error.Write(shown);
            bar = shown;
        }
    }

    private void Clear()
    {
        if (bar.Length > 0) error.Write("\r\e[K");
        bar = "";
    }
}
