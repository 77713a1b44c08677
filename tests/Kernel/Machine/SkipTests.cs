namespace ChargeScape.Edge.Tests.Kernel.Machine;

/// <summary>Each reason for which the bench cannot run, brought about on this machine.</summary>
public sealed class SkipTests : IDisposable
{
    private const string NoRoot = "needs root, to lay the machine's files read-only under the guest";
    private const string NotFetched = "linux-source-6.1 could not be fetched: ";
    private readonly Elsewhere elsewhere = new();

    public void Dispose() => elsewhere.Dispose();

    [Theory]
    [InlineData("setpriv --reuid 65534 --regid 65534 --clear-groups", NoRoot)]
    [InlineData("setarch i686", "needs Linux on x86-64; this is Linux on i686")]
    [InlineData(
        "setpriv --bounding-set -sys_admin --inh-caps -sys_admin",
        "this machine does not allow new name spaces (unshare)")]
    public void Where_the_machine_does_not_allow_it_building_running_and_status_end_with_the_reason(
        string within, string reason)
    {
        foreach (var verb in new[] { "build", "run -- /bin/true", "status" })
            Assert.Equal((125, "", $"kernel bench: {reason}"), elsewhere.Bench(within, verb));
    }

    [Theory]
    [InlineData("unshare", "run -- /bin/true", "running it needs unshare, which is not installed")]
    [InlineData("flex", "build", "building the kernel needs flex, which is not installed")]
    public void A_program_that_is_not_there_is_named(string missing, string verb, string reason)
    {
        var (code, _, said) = elsewhere.Bench($"env PATH={elsewhere.PathWithout(missing)}", verb);

        Assert.Equal((125, $"kernel bench: {reason}"), (code, said));
    }

    [Fact]
    public void A_disk_that_is_too_small_to_build_on_is_a_reason()
    {
        var (code, _, said) = elsewhere.Bench(
            $"unshare --mount {elsewhere.Script("mount -t tmpfs -o size=10m none \"$XDG_CACHE_HOME\"")}", "build");

        Assert.Equal(125, code);
        Assert.Matches("^kernel bench: building the kernel needs 1.5 GB in .*; there are 10 MB$", said);
    }

    [Fact]
    public void Without_a_network_and_a_kernel_in_the_cache_every_test_is_skipped_with_that_reason() =>
        ExpectSkipped($"unshare --net --mount {elsewhere.Offline()}", NotFetched);

    // A user of no name, whose files are still ours: nobody may not enter where a home folder is closed to others.
    [Fact]
    public void Without_root_every_test_is_skipped_with_that_reason() => ExpectSkipped("unshare --user", NoRoot);

    [Fact]
    public void Without_a_network_a_kernel_in_the_cache_does()
    {
        var (code, _, said) = Shell.Try(
            "/usr/bin/unshare", "--net", RepositoryRoot.File("tests", "Kernel", "bench", "kernel-bench"), "build");

        Assert.Equal(0, code);
        Assert.StartsWith("kernel bench: there is one: ", said, StringComparison.Ordinal);
    }

    private void ExpectSkipped(string within, string reason)
    {
        var (code, output, said) = elsewhere.EdgeTest(within, "Tests.Kernel.");

        var tests = elsewhere.KernelResults();
        Assert.InRange(tests.Count, 50, int.MaxValue);
        Assert.All(tests, test => Assert.Equal("NotExecuted", test.Outcome));
        Assert.All(tests, test => Assert.StartsWith(reason, test.Why, StringComparison.Ordinal));
        Assert.Contains($"edge: tests/Kernel is skipped: {reason}", said, StringComparison.Ordinal);
        Assert.EndsWith($"0 passed, 0 failed, {tests.Count} skipped", output, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }
}
