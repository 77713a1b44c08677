using System.Runtime.Versioning;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Tests.Unit.Gpio;

/// <summary>The contract over the socket; losing the host's connection is the end of the server.</summary>
public sealed class GpioSocketTests : GpioContract
{
    private readonly string folder = Directory.CreateTempSubdirectory("chargescape-gpio-").FullName;
    private readonly InMemoryGpioChip chip = new("bench", Lines);
    private readonly InMemoryGpio plant;
    private readonly GpioSocketClient host;
    private GpioSocketServer server;

    public GpioSocketTests()
    {
        server = new GpioSocketServer(chip, SocketFile);
        plant = chip.Attach();
        host = new GpioSocketClient(SocketFile);
    }

    private protected override IGpio Host => host;

    private protected override IGpio Plant => plant;

    private string SocketFile => Path.Combine(folder, "gpio");

    private protected override void LoseHost() => server.Dispose();

    private protected override void ReviveHost() => server = new GpioSocketServer(chip, SocketFile);

    public override void Dispose()
    {
        host.Dispose();
        plant.Dispose();
        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact, SupportedOSPlatform("linux")]
    public void The_file_can_be_opened_by_its_owner_only_and_is_gone_with_the_server()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketFile));

        server.Dispose();

        Assert.False(File.Exists(SocketFile));
    }

    [Fact]
    public void A_second_server_on_the_same_file_is_refused_and_the_first_goes_on()
    {
        var estop = host.OpenInput("estop");

        Assert.Throws<IOException>(() => new GpioSocketServer(new("other", "x"), SocketFile));

        plant.OpenOutput("estop").TryWrite(true);
        Shows(host, estop, level: true);
    }

    [Fact]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        var precious = Path.Combine(folder, "precious");
        File.WriteAllText(precious, "content");

        Assert.Throws<IOException>(() => new GpioSocketServer(new("other", "x"), precious));

        Assert.Equal("content", File.ReadAllText(precious));
    }

    [Fact]
    public void Without_a_server_opening_a_line_fails_in_time_and_names_the_line()
    {
        using var alone = new GpioSocketClient(Path.Combine(folder, "nobody"), openWithin: 50.Milliseconds);

        var error = Assert.Throws<GpioException>(() => alone.OpenInput("estop"));

        Assert.Contains("'estop'", error.Message, StringComparison.Ordinal);
        Assert.Contains("nobody", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_starts_first_waits_for_the_server()
    {
        server.Dispose();
        var opened = default(IGpioInput);
        using var early = new GpioSocketClient(SocketFile, openWithin: 20.Seconds);
        var opening = new Thread(() => opened = early.OpenInput("estop"));
        opening.Start();

        ReviveHost();
        opening.Join();

        Shows(early, opened!, level: false);
    }

    [Fact]
    public void A_client_that_dies_releases_its_outputs_and_a_successor_takes_them_at_once()
    {
        var watched = plant.OpenInput("k");
        for (var i = 0; i < 20; i++)
        {
            var mortal = new GpioSocketClient(SocketFile);
            var k = mortal.OpenOutput("k");
            Assert.True(k.TryReadBack(out var isActive));
            Assert.False(isActive);
            k.TryWrite(true);
            Shows(plant, watched, level: true);

            mortal.Dispose();
        }

        Shows(plant, watched, level: false);
    }

    [Fact]
    public void Two_clients_cannot_drive_one_line()
    {
        using var other = new GpioSocketClient(SocketFile);
        host.OpenOutput("k").TryWrite(true);

        var error = Assert.Throws<GpioException>(() => other.OpenOutput("k"));

        Assert.Contains("'bench'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'k'", error.Message, StringComparison.Ordinal);
        Shows(other, other.OpenInput("k"), level: true);
    }

    [Fact]
    public void A_line_that_another_client_took_meanwhile_comes_back_when_it_is_free()
    {
        var k = host.OpenOutput("k");
        LoseHost();
        Eventually.Holds(() => Refreshed(host) && !k.TryReadBack(out _), "the loss is seen");
        var thief = chip.Attach();
        thief.OpenOutput("k");

        ReviveHost();

        var j = host.OpenInput("j");
        Shows(host, j, level: false);
        Assert.False(k.TryReadBack(out _));
        Assert.False(k.TryWrite(true));
        thief.Dispose();
        Eventually.Holds(() => Refreshed(host) && k.TryWrite(true), "the line is ours again");
        Assert.True(k.TryReadBack(out var isActive) && isActive);
    }

    [Fact]
    public void An_input_that_cannot_become_an_output_stays_an_input()
    {
        plant.OpenOutput("estop").TryWrite(true);
        var estop = host.OpenInput("estop");

        Assert.Throws<GpioException>(() => host.OpenOutput("estop"));

        Shows(host, estop, level: true);
    }

    [Fact]
    public void An_edge_makes_the_descriptor_readable_and_refresh_makes_it_quiet()
    {
        var estop = host.OpenInput("estop");
        var driven = plant.OpenOutput("estop");
        using var set = new PollSet(host);
        Assert.Equal(WaitOutcome.TimedOut, set.Wait(TimeSpan.Zero));

        driven.TryWrite(true);

        Assert.Equal(WaitOutcome.Readable, set.Wait(20.Seconds));
        host.Refresh();
        Assert.True(estop.TryRead(out var isActive) && isActive);
        Assert.Equal(WaitOutcome.TimedOut, set.Wait(TimeSpan.Zero));
    }

    [Fact]
    public void A_change_by_a_client_wakes_the_plants_thread()
    {
        using var set = new PollSet();
        using var awake = chip.Attach(set.Waker);
        var seen = awake.OpenInput("k");

        host.OpenOutput("k").TryWrite(true);

        Assert.Equal(WaitOutcome.Woken, set.Wait(20.Seconds));
        Assert.True(seen.TryRead(out var isActive) && isActive);
    }

    [Theory]
    [InlineData(LineFault.StuckActive, true)]
    [InlineData(LineFault.StuckInactive, false)]
    [InlineData(LineFault.Unreadable, null)]
    public void A_faulty_line_shows_through_the_socket(LineFault fault, bool? shown)
    {
        var (k, read) = (host.OpenOutput("k"), host.OpenInput("k"));
        chip.SetFault("k", fault);

        k.TryWrite(fault == LineFault.StuckInactive);

        Assert.Equal(shown, k.TryReadBack(out var isActive) ? isActive : null);
        Assert.Equal(shown, read.TryRead(out isActive) ? isActive : null);
    }
}
