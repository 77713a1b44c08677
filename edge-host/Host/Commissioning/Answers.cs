using System.Text.Json;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Hal.Configuration;

namespace ChargeScape.Edge.Host.Commissioning;

/// <summary>Who answers.</summary>
internal interface IAnswers
{
    /// <summary>The answer as the site file holds it. One that cannot be had is a null node: then nothing is
    /// written.</summary>
    JsonNode? To(Question question);
}

/// <summary>Nobody is there to answer any more.</summary>
internal sealed class UnansweredException : Exception;

/// <summary>A file of answers, <c>{"service.mainBreakerA": 100, …}</c>: every error at once.</summary>
internal sealed class FileAnswers(JsonObject file, string name) : IAnswers
{
    private readonly HashSet<string> asked = [];
    private readonly List<string> errors = [];

    /// <summary>What is missing, wrong, or was never asked for.</summary>
    public IReadOnlyList<string> Errors =>
        [.. errors, .. file.Select(answer => answer.Key).Where(key => !asked.Contains(key))
            .Select(key => $"{name}: {key}: nobody asks for this")];

    /// <summary>Reads the file; null with a message when it is none.</summary>
    public static FileAnswers? Read(string text, string name, out string error)
    {
        error = "";
        try
        {
            var options = new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true,
                AllowDuplicateProperties = false,
            };
            if (JsonNode.Parse(text, null, options) is JsonObject answers) return new(answers, name);
            error = $"{name}: expected an object such as {{\"siteId\": \"home\", …}}";
        }
        catch (JsonException wrong)
        {
            error = $"{name}: not valid JSON: {JsonTrouble.Where(wrong)}";
        }
        return null;
    }

    /// <inheritdoc/>
    public JsonNode? To(Question question)
    {
        asked.Add(question.Key);
        if (file[question.Key] is not { } given)
        {
            if (question.Usual is { } usual && !file.ContainsKey(question.Key)) return usual.DeepClone();
            errors.Add($"{name}: {question.Key}: missing: {question.Text}; expected {question.Expected}");
            return null;
        }
        if (question.Read(given) is { } answer) return answer.DeepClone();
        errors.Add($"{name}: {question.Key}: expected {question.Expected}, found {given.ToJsonString()}");
        return null;
    }
}

/// <summary>A person at the keyboard, asked again until an answer fits.</summary>
internal sealed class PersonAnswers(TextReader input, TextWriter prompts) : IAnswers
{
    /// <inheritdoc/>
    /// <exception cref="UnansweredException">The input ended.</exception>
    public JsonNode? To(Question question)
    {
        while (true)
        {
            var usual = question.Usual is { } known ? $" [{known}]" : "";
            prompts.Write($"{question.Text} ({question.Expected}){usual}: ");
            prompts.Flush();
            if (input.ReadLine()?.Trim() is not { } said) throw new UnansweredException();
            if (said.Length == 0 && question.Usual is { } taken) return taken.DeepClone();
            if (said.Length > 0 && question.Read(JsonValue.Create(said)) is { } answer) return answer;
            prompts.WriteLine($"  '{said}' does not fit; expected {question.Expected}");
        }
    }
}
