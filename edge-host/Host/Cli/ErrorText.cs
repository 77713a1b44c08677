using System.CommandLine;
using System.CommandLine.Parsing;

namespace ChargeScape.Edge.Host.Cli;

/// <summary>What is wrong with a command line, in the words of the person who typed it: what is expected and what was
/// found, never the name of a type.</summary>
internal static class ErrorText
{
    private static readonly Dictionary<string, string> units = new()
    {
        ["WATTS"] = "watts", ["LOWER"] = "watts", ["UPPER"] = "watts", ["W"] = "watts", ["S"] = "seconds",
        ["MS"] = "milliseconds", ["PCT"] = "per cent", ["W_PER_S"] = "watts per second", ["FACTOR"] = "times",
    };

    /// <summary>One sentence per mistake.</summary>
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var isVerbMissing =
            parsed.Errors.Count > 0 && parsed.CommandResult.Command is { Subcommands.Count: > 0, Action: null };
        if (isVerbMissing)
        {
            var words = string.Join(", ", parsed.CommandResult.Command.Subcommands.Select(command => command.Name));
            var found = parsed.UnmatchedTokens.Count > 0 ? $", found '{parsed.UnmatchedTokens[0]}'" : "";
            // Whatever else is missing depends on the verb.
            return [$"expected one of: {words}{found}"];
        }
        return parsed.Errors.Select(Of).Concat(UnknownOptions(parsed)).Distinct();
    }

    // The parser takes an option that it does not know for the verb's file or host.
    private static IEnumerable<string> UnknownOptions(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Where(token => token.Value.StartsWith("--", StringComparison.Ordinal))
            .Select(token => $"unknown option '{token.Value}'");

    private static string Of(ParseError error) => error.SymbolResult switch
    {
        ArgumentResult { Tokens: [.., var token] } argument =>
            Mismatch(argument.Argument, argument.Parent as OptionResult, token.Value) ?? error.Message,
        ArgumentResult { Tokens.Count: 0, Parent: CommandResult } argument => $"{argument.Argument.Name}: missing",
        CommandResult { Command.Arguments: [_, ..] } command when IsMissing(error) =>
            $"missing: {string.Join(' ', command.Command.Arguments.Select(argument => argument.Name))}",
        OptionResult { Tokens: [.., var token] } option => Mismatch(null, option, token.Value) ?? error.Message,
        _ => error.Message,
    };

    private static bool IsMissing(ParseError error) =>
        error.Message.StartsWith("Required argument missing", StringComparison.Ordinal);

    private static string? Mismatch(Argument? argument, OptionResult? parent, string found)
    {
        var (name, unit, type) = parent?.Option is { } option
            ? (option.Name, option.HelpName, option.ValueType)
            : (argument!.Name, argument.Name, argument.ValueType);
        return Expected(type, unit) is { } expected ? $"{name}: expected {expected}, found '{found}'" : null;
    }

    private static string? Expected(Type type, string? unit)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        var of = unit is not null && units.TryGetValue(unit, out var word) ? $" of {word}" : "";
        if (plain == typeof(double)) return $"a number{of}";
        if (plain == typeof(int) || plain == typeof(long)) return $"a whole number{of}";
        if (plain == typeof(uint) || plain == typeof(ushort)) return $"a whole number{of}, not negative";
        if (plain == typeof(Guid)) return "an id such as 3e0f1f86-6c8f-4a37-8d02-8d1c41c3c7a5";
        return plain == typeof(bool) ? "true or false" : null;
    }
}
