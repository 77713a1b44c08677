using System.Net;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.Infy;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Integration.Demo;

/// <summary><c>chargescape-sim serve</c> as a process, seen from its wires.</summary>
public sealed class ServeTests
{
    private const ushort SunSpecBase = 40000;

    [Fact]
    public void Every_wire_of_the_ports_file_answers()
    {
        using var home = new ServedHomeProcess("demo-home");
        using var gpio = new GpioSocketClient(home.LinesSocket);
        var stopLoop = gpio.OpenInput("estop-loop");

        Assert.Equal("SunS", Marker(home.Port("meter")));
        Assert.Equal("SunS", Marker(home.Port("inverter")));
        Assert.True(ModuleAnswers(home.Port("module")), "the module answers on its CAN bus");
        Eventually.Is(
            () => Refreshed(gpio) && stopLoop.TryRead(out var isClosed) && isClosed, "the stop loop is closed");
    }

    [Fact]
    public void What_is_said_on_standard_input_is_done_and_stands_in_the_truth()
    {
        using var home = new ServedHomeProcess("demo-home");

        Assert.StartsWith("ok", home.Say("plug in"), StringComparison.Ordinal);
        Assert.StartsWith("ok", home.Say("oven on"), StringComparison.Ordinal);
        Assert.StartsWith("ok", home.Say("emergency-stop press"), StringComparison.Ordinal);
        Assert.StartsWith("error", home.Say("toaster on"), StringComparison.Ordinal);
        Assert.StartsWith("ok", home.Say("help"), StringComparison.Ordinal);

        Eventually.Is(() => home.Truth()["lines"]?["estop-loop"]?.GetValue<bool>() == false, "the stop loop opens");
        Eventually.Is(() => home.Truth()["house_w"]!.GetValue<double>() > 5000, "the oven draws its power");
        Assert.True(home.Truth()["lines"]!["proximity"]!.GetValue<bool>());
        Assert.Contains("\"did\":[\"plug in\"", File.ReadAllText(home.TruthFile), StringComparison.Ordinal);
    }

    [Fact]
    public void A_silent_meter_says_nothing_until_it_is_back()
    {
        using var home = new ServedHomeProcess("demo-home");

        home.Say("meter silent");
        Assert.Null(Marker(home.Port("meter")));
        home.Say("meter back");

        Assert.Equal("SunS", Marker(home.Port("meter")));
    }

    [Fact]
    public void It_ends_in_order_with_the_end_of_its_input()
    {
        using var home = new ServedHomeProcess("demo-home");

        home.Process.StandardInput.Close();

        Eventually.Is(() => home.Process.HasExited, "it ends");
        Assert.Equal(0, home.Process.ExitCode);
        Assert.False(File.Exists(home.LinesSocket));
    }

    private static bool Refreshed(GpioSocketClient gpio)
    {
        gpio.Refresh();
        return true;
    }

    private static string? Marker(int port)
    {
        using var modbus = new ModbusTcpMaster(new("127.0.0.1", port));
        var marker = new ushort[2];
        if (!modbus.ReadHolding(1, SunSpecBase, marker).IsOk) return null;
        return string.Concat(marker.Select(word => $"{(char)(word >> 8)}{(char)(word & 0xFF)}"));
    }

    private static bool ModuleAnswers(int port)
    {
        using var can = new SlcanTcpBus(new IPEndPoint(IPAddress.Loopback, port), 125_000);
        var toModule = new InfyId(0, InfyId.SingleModule, InfyId.Read, 0, InfyId.Controller);
        var ask = InfyRegister.Frame(toModule, InfyRegister.ModuleCount, 0);
        Eventually.Is(() => can.TrySend(ask), "the module's bus is up");
        Eventually.Is(() => can.TryReceive(out _, out _), "the module answers");
        return true;
    }
}
