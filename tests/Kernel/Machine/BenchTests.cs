using System.Globalization;

namespace ChargeScape.Edge.Tests.Kernel.Machine;

public sealed class BenchTests : IDisposable
{
    private readonly Bench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void Output_and_exit_status_of_a_command_come_back()
    {
        var (code, output, _) = bench.Run([], "/bin/sh", "-c", "echo out; echo err >&2; exit 7");

        Assert.Equal((7, "out\nerr"), (code, output));
    }

    [Fact]
    public void The_guest_reads_this_machines_files_and_writes_to_its_job_only()
    {
        // Not below /tmp, which the guest has for itself.
        var mine = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(bench.Job) + ".txt");
        File.WriteAllText(mine, "machine");
        try
        {
            var (code, output, error) = bench.Run(
                [], "/bin/sh", "-c", "cat \"$1\"; echo guest >\"$1\"; cat \"$1\"; echo job >\"$JOB/made\"", "_", mine);

            Assert.Equal((0, "machineguest"), (code, output.Replace("\n", "", StringComparison.Ordinal)));
            Assert.Equal("", error);
            Assert.Equal("machine", File.ReadAllText(mine));
            Assert.Equal("job\n", bench.Left("made"));
        }
        finally
        {
            File.Delete(mine);
        }
    }

    [Fact]
    public void A_command_that_takes_too_long_is_ended()
    {
        Assert.Equal(124, bench.Run(["--seconds", "2"], "/bin/sleep", "100").Code);
    }

    [Fact]
    public void In_virtual_time_waiting_costs_nothing()
    {
        var (code, output, error) = bench.Run(
            ["--virtual-time"], "/bin/bash", "-c", "sleep 100000 & wait; cut -d . -f 1 /proc/uptime");

        Assert.True(code == 0, error);
        Assert.InRange(int.Parse(output, CultureInfo.InvariantCulture), 100_000, 100_010);
    }

    [Fact]
    public void A_guest_that_restarts_without_leave_is_an_error()
    {
        // LINUX_REBOOT_CMD_RESTART.
        var (code, _, error) = bench.Run([], "/usr/bin/perl", "-e", "syscall(169, 0xfee1dead, 672274793, 0x1234567)");

        Assert.Equal(126, code);
        Assert.Contains("restarted", error, StringComparison.Ordinal);
    }
}
