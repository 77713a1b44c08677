using ChargeScape.Edge.Tests.Fuzz;

namespace ChargeScape.Edge.Tests.Unit.Fuzz;

/// <summary>Every decoder of the product under fire, the same inputs each time; <c>./edge fuzz</c> goes on.</summary>
public sealed class FuzzTests
{
    private const ulong Seed = 20260714;

    public static TheoryData<string> Targets => [.. AllTargets.List.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_bytes_make_a_decoder_throw_hang_or_leave_its_range(string target)
    {
        var fire = new Fuzzer(AllTargets.List.Single(one => one.Name == target), Seed);

        fire.Run(fire.Target.Inputs);

        Assert.Null(fire.Complaint());
    }

    [Fact]
    public void More_than_a_million_inputs_are_tried()
    {
        Assert.InRange(AllTargets.List.Sum(target => target.Inputs), 1_000_000, 10_000_000);
        Assert.Distinct(AllTargets.List.Select(target => target.Name));
    }

    [Fact]
    public void A_harmful_input_is_found_shrunk_and_printed_so_that_it_can_be_given_again()
    {
        var fragile = new FuzzTarget("fragile", 0, () => ["all is well here"u8.ToArray()], input =>
            input.IndexOf("ill"u8) >= 0 ? throw new InvalidDataException("oh") : true)
        {
            Tokens = ["ill"u8.ToArray()],
        };
        var fire = new Fuzzer(fragile, 7);

        fire.Run(10_000);

        Assert.Equal("ill"u8.ToArray(), fire.Failure?.Input);
        Assert.Contains("InvalidDataException: oh", fire.Complaint());
        Assert.Contains("./edge fuzz --target fragile --input 696C6C", fire.Complaint());
        Assert.Contains("seed 7", fire.Complaint());
    }

    [Fact]
    public void A_decoder_that_refuses_everything_was_not_tried()
    {
        var closed = new Fuzzer(new("closed", 0, () => [[1, 2, 3]], _ => false), 1);
        var open = new Fuzzer(new("open", 0, () => [[1, 2, 3]], _ => true), 1);

        closed.Run(1000);
        open.Run(1000);

        Assert.Contains("took only 0 of 1000", closed.Complaint());
        Assert.Contains("refused only 0 of 1000", open.Complaint());
    }

    [Theory]
    [InlineData(0, "--list")]
    [InlineData(0, "--target", "order", "--input", "7B7D")]
    [InlineData(0, "--target", "slcan-text", "--seconds", "1", "--seed", "5")]
    [InlineData(2, "--target", "nobody")]
    [InlineData(2, "--seconds", "0")]
    [InlineData(2, "--seconds")]
    [InlineData(2, "--input", "00")]
    [InlineData(2, "--target", "order", "--input", "0")]
    [InlineData(2, "--what")]
    public void The_verb_ends_with_the_code_it_promises(int code, params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();

        Assert.Equal(code, FuzzVerb.Run(arguments, output, errors));

        Assert.Equal(code == 2, errors.ToString().Contains("usage:", StringComparison.Ordinal));
    }
}
