using ChargeScape.Edge.Hal.Serial;
using ChargeScape.Edge.Host.Bench.Scan;

namespace ChargeScape.Edge.Tests.Unit.Bench;

public sealed class ScanRangeTests
{
    private static readonly int[] port502 = [502];

    [Theory]
    [InlineData("192.168.1.0/24", 254, "192.168.1.1:502", "192.168.1.254:502")]
    [InlineData("192.168.1.77/30", 2, "192.168.1.77:502", "192.168.1.78:502")]
    [InlineData("10.0.0.8/31", 2, "10.0.0.8:502", "10.0.0.9:502")]
    [InlineData("10.0.0.8/32", 1, "10.0.0.8:502", "10.0.0.8:502")]
    [InlineData("192.168.1.10-20", 11, "192.168.1.10:502", "192.168.1.20:502")]
    [InlineData("meter.local, 10.0.0.5:1502", 2, "meter.local:502", "10.0.0.5:1502")]
    [InlineData("[::1]:1502,::1", 2, "::1:1502", "::1:502")]
    [InlineData("10.0.0.5,10.0.0.5", 1, "10.0.0.5:502", "10.0.0.5:502")]
    public void A_range_names_its_hosts_and_neither_network_nor_broadcast(
        string text, int count, string first, string last)
    {
        var targets = ScanRange.Parse(text, port502, out var error);

        Assert.Equal("", error);
        Assert.Equal(count, targets!.Count);
        Assert.Equal((first, last), (Text(targets[0]), Text(targets[^1])));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("10.0.0.0/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("fd00::/64")]
    [InlineData("10.0.0.300")]
    [InlineData("meter:0")]
    [InlineData("meter:70000")]
    [InlineData(":502")]
    [InlineData("a b")]
    public void What_is_no_range_is_refused_with_what_is_expected(string text)
    {
        var targets = ScanRange.Parse(text, port502, out var error);

        Assert.Null(targets);
        Assert.NotEqual("", error);
    }

    // A pty carries no parity: that a line has it can be seen here only.
    [Fact]
    public void A_serial_line_is_opened_with_each_rate_and_parity_in_turn()
    {
        var range = new SerialRange("/dev/ttyUSB0", [(9600, SerialParity.Even), (19_200, SerialParity.Odd)]);

        Assert.Equal(
            [("/dev/ttyUSB0", 9600, SerialParity.Even), ("/dev/ttyUSB0", 19_200, SerialParity.Odd)],
            range.Lines.Select(line => (line.Device, line.Baud, line.Parity)));
    }

    [Fact]
    public void A_scan_is_bounded()
    {
        var targets = ScanRange.Parse("10.0.0.0/16", [502, 1502], out var error);

        Assert.Null(targets);
        Assert.Contains("65536", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,3,100-102", new[] { 1, 3, 100, 101, 102 })]
    [InlineData("5,1", new[] { 1, 5 })]
    [InlineData("0-1", null)]
    [InlineData("3-1", null)]
    [InlineData("1-2-3", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void Numbers_are_a_list_with_ranges(string text, int[]? expected) =>
        Assert.Equal(expected, ScanRange.Numbers(text, 1, 255));

    private static string Text(ScanTarget target) => $"{target.Host}:{target.Port}";
}
