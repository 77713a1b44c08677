using System.Diagnostics;
using System.Text.Json;

namespace ChargeScape.Edge.Tests.Integration.Mutation;

/// <summary>The examples of the control side, judged by changing it; the whole of it is <c>./edge mutate</c>.</summary>
public sealed class MutationTests
{
    // Stryker makes every mutant of the control side once, which takes a minute; the sample is judged in seconds.
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(8);
    private const int Sample = 8;

    [Fact]
    public void An_example_falls_for_each_of_a_sample_of_mutants()
    {
        var (code, output, errors) = Run("--judged", "--sample", $"{Sample}", "--json");

        Assert.True(code == 0, $"exit code {code}\n{errors}\n{output}");
        using var result = JsonDocument.Parse(output);
        Assert.Equal(Sample, result.RootElement.GetProperty("judged").GetInt32());
        Assert.True(result.RootElement.GetProperty("killed").GetInt32() > 0);
    }

    [Fact]
    public void Every_branch_of_the_control_side_is_taken_by_an_example_or_listed_with_the_reason()
    {
        var (code, output, errors) = Run("coverage");

        Assert.True(code == 0, $"exit code {code}\n{errors}\n{output}");
    }

    [Theory]
    [InlineData("--sample", "none")]
    [InlineData("--file")]
    [InlineData("--nonsense")]
    [InlineData("coverage", "--nonsense")]
    public void Wrong_arguments_are_said_at_once(params string[] arguments)
    {
        var (code, _, errors) = Run(arguments);

        Assert.Equal(2, code);
        Assert.Contains("usage: ./edge", errors, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        var program = RepositoryRoot.File(
            "tests", "Mutation", "bin", "Release", "net10.0", "ChargeScape.Edge.Tests.Mutation");
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(AtMost))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"'{string.Join(' ', arguments)}' did not end within {AtMost}");
        }
        return (process.ExitCode, output.Result, errors.Result);
    }
}
