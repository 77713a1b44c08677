namespace ChargeScape.Edge.Tests.Kernel.Home;

[Collection(HomeTests.Name)]
public sealed class LineTests(SharedHome shared)
{
    private static readonly string[] drives = ["d1", "d2", "lock"];
    private readonly KernelHome home = shared.Charging();

    [Fact]
    public void While_it_charges_the_drives_are_active_and_nobody_else_can_have_them()
    {
        var (code, _, error) = Shell.Try("/usr/bin/gpioset", "panel", $"{Sim.Devices.Lines.All.IndexOf("d1")}=0");

        Assert.All(drives, line => Assert.True(home.Lines[line]));
        Assert.NotEqual(0, code);
        Assert.Contains("busy", error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_loop_that_opens_at_the_line_stops_the_current_and_opens_the_contactor()
    {
        home.Lines.Pull("estop-loop", up: false);

        KernelHome.Await(() => !home.Lines["d1"] && !home.Lines["d2"], "the contactor's supply goes off");
        KernelHome.Await(() => !home.Truth.IsClosed, "the true contactor opens");
        Assert.InRange(home.Truth.Evse, -100, 100);
        Assert.Contains(home.Faults(), fault => (string?)fault["trip"] == "emergency_stop");
    }

    [Fact]
    public void A_controller_that_is_killed_leaves_no_line_driven()
    {
        home.KillHost();

        Assert.All(drives, line => Assert.False(home.Lines[line]));
    }
}
