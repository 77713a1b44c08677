using System.Security;
using ChargeScape.Edge.Tests.Integration.Modbus;

namespace ChargeScape.Edge.Tests.Integration.Report;

/// <summary>What <c>./edge test</c> says last of what failed and what was skipped.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chargescape-report-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_failure_comes_with_its_message_and_where_it_was()
    {
        var said = Report(Result("Failed", "Home.The_car_charges", "Expected: <1>\nActual: 2",
            "   at Home.The_car_charges() in Home.cs:line 7\n   at System.Reflection.MethodBaseInvoker.Invoke()"));

        Assert.Equal(
            ["FAILED Home.The_car_charges", "  Expected: <1>", "  Actual: 2", "  at Home.The_car_charges() in Home.cs:line 7"],
            said);
    }

    [Fact]
    public void A_failure_that_talks_much_keeps_its_beginning_its_end_and_its_place()
    {
        var message = string.Join('\n', Enumerable.Range(1, 500).Select(n => $"line {n}"));

        var said = Report(Result("Failed", "Home.Talks", message, "at Home.Talks()"));

        Assert.Equal(40, said.Length);
        Assert.Equal("  line 1", said[1]);
        Assert.Equal(["  line 500", "  at Home.Talks()"], said[^2..]);
    }

    [Fact]
    public void What_was_skipped_says_why_in_a_line_and_what_passed_says_nothing()
    {
        var said = Report(
            Result("Passed", "Home.Good", "", "") + Result("NotExecuted", "Home.Kernel", "no\nroot", ""));

        Assert.Equal(["SKIPPED Home.Kernel: no root"], said);
    }

    [Fact]
    public void A_run_that_broke_off_says_so_and_a_file_that_is_none_hides_no_other()
    {
        File.WriteAllText(Path.Combine(folder, "torn.trx"), "<TestRun");

        var said = Report("", """
            <RunInfo outcome="Error"><Text>Home.Good [FAIL]</Text></RunInfo>
            <RunInfo outcome="Error"><Text>The active test run was aborted.</Text></RunInfo>
            """, "torn.trx");

        Assert.StartsWith("UNREADABLE", said[0], StringComparison.Ordinal);
        Assert.Equal("FAILED The active test run was aborted.", said[1]);
    }

    private static string Result(string outcome, string name, string message, string stack) => $"""
        <UnitTestResult testName="{name}" outcome="{outcome}"><Output><ErrorInfo>
        <Message>{SecurityElement.Escape(message)}</Message><StackTrace>{SecurityElement.Escape(stack)}</StackTrace>
        </ErrorInfo></Output></UnitTestResult>
        """;

    private string[] Report(string results, string infos = "", params string[] before)
    {
        var file = Path.Combine(folder, "results.trx");
        File.WriteAllText(file, $"""
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>{results}</Results>
            <ResultSummary><RunInfos>{infos}</RunInfos></ResultSummary></TestRun>
            """);
        string[] files = [.. before.Select(name => Path.Combine(folder, name)), file];
        return ModbusPeers.Run(ModbusPeers.Python, "python3", [RepositoryRoot.File("tests", "report.py"), .. files]);
    }
}
