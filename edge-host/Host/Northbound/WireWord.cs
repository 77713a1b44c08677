using System.Text;

namespace ChargeScape.Edge.Host.Northbound;

/// <summary>Words of an enumeration as the contract writes them: <c>MainBreaker</c> is <c>main_breaker</c>.</summary>
internal static class WireWord<T> where T : struct, Enum
{
    private static readonly Dictionary<T, string> words = 
        Enum.GetValues<T>().Distinct().ToDictionary(value => value, value => Snake(value.ToString()));

    public static string Of(T value) => words[value];

    public static bool TryParse(string word, out T value)
    {
        foreach (var (known, name) in words)
        {
            if (name != word) continue;
            value = known;
            return true;
        }
        value = default;
        return false;
    }

    private static string Snake(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
