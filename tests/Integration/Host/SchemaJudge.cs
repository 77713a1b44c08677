using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Tests.Integration.Host;

/// <summary>python3-jsonschema as the judge of documents by a schema of ours, and documents to put before it.</summary>
internal static class SchemaJudge
{
    private const string Judge = """
        import json, sys, jsonschema
        schema = json.load(open(sys.argv[1], encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        judge = jsonschema.Draft202012Validator(schema)
        for line in sys.stdin.buffer:
            print("valid" if judge.is_valid(json.loads(line)) else "broken", flush=True)
        """;

    private static readonly JsonDocumentOptions lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>"valid" or "broken" for each document, in order.</summary>
    internal static List<string> Of(string schema, IReadOnlyList<string> documents)
    {
        using var python = Peer.Start(
            "/usr/bin/python3", "python3-jsonschema", "-W", "ignore", "-c", Judge,
            Path.Combine(EdgeProcess.Root, schema));
        var error = python.StandardError.ReadToEndAsync();
        var output = python.StandardOutput.ReadToEndAsync();
        foreach (var document in documents)
            python.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(document + "\n"));
        python.StandardInput.Close();
        python.WaitForExit();
        var verdicts = output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        Assert.True(
            verdicts.Count == documents.Count,
            $"the judge said nothing on some (apt-get install python3-jsonschema?): {error.Result}");
        return verdicts;
    }

    /// <summary>On one line, without comments and trailing commas.</summary>
    internal static string Strict(string document) =>
        JsonNode.Parse(document, documentOptions: lenient)!.ToJsonString();

    /// <summary>The document with another value at a path of member names and indices; an empty one takes it
    /// out.</summary>
    internal static string Changed(string document, string path, string value)
    {
        var root = JsonNode.Parse(document, documentOptions: lenient)!;
        var node = root;
        var steps = path.Split('.');
        foreach (var step in steps[..^1]) node = int.TryParse(step, out var index) ? node[index]! : node[step]!;
        if (value.Length == 0) node.AsObject().Remove(steps[^1]);
        else node[steps[^1]] = JsonNode.Parse(value);
        return root.ToJsonString();
    }
}
