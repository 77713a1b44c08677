using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Hal.Trace;
using ChargeScape.Edge.Host.Trace;

namespace ChargeScape.Edge.Tests.Unit.Bench;

public sealed class TraceTests
{
    private readonly WireTap tap = new();

    [Fact]
    public void What_does_not_fit_is_dropped_and_counted_and_the_oldest_stay()
    {
        var ring = tap.Start(4);

        for (byte i = 0; i < 7; i++) tap.Note(TraceKind.Sent, [i]);

        Assert.Equal([0, 1, 2, 3], Taken(ring).Select(record => (int)record.Bytes[0]));
        Assert.Equal(3, ring.Dropped);
        tap.Note(TraceKind.Sent, [9]);
        Assert.Equal(9, Assert.Single(Taken(ring)).Bytes[0]);
    }

    [Fact]
    public void Off_it_keeps_nothing()
    {
        var ring = tap.Start(4);
        tap.Stop();

        tap.Note(TraceKind.Sent, [1]);

        Assert.False(tap.IsOn);
        Assert.Empty(Taken(ring));
    }

    [Fact]
    public void The_wires_thread_allocates_nothing_on_or_off()
    {
        var frame = new CanFrame(0x109, [1, 2, 3]);
        var record = default(TraceRecord);
        var line = new byte[TraceText.LongestLine];
        var bytes = new byte[260];
        var ring = tap.Start(8);
        Pass();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) Pass();
        tap.Stop();
        for (var i = 0; i < 10_000; i++) Pass();
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(0, after - before);

        void Pass()
        {
            tap.Note(TraceKind.Sent, bytes);
            tap.Note(TraceKind.Received, TimeSpan.Zero, frame);
            while (ring.TryTake(ref record)) TraceText.Put(line, 0, record);
        }
    }

    [Fact]
    public void Two_threads_lose_nothing_that_is_not_counted()
    {
        const int Count = 200_000;
        var ring = tap.Start(64);
        var writer = new Thread(() =>
        {
            for (var i = 0; i < Count; i++) tap.Note(TraceKind.Sent, BitConverter.GetBytes(i));
        });
        writer.Start();
        var (taken, last) = (0L, -1);
        var record = default(TraceRecord);
        while (writer.IsAlive || taken + ring.Dropped < Count)
        {
            if (!ring.TryTake(ref record)) continue;
            var number = BitConverter.ToInt32(record.Bytes);
            Assert.True(number > last, "out of order");
            (last, taken) = (number, taken + 1);
        }

        Assert.Equal(Count, taken + ring.Dropped);
    }

    [Fact]
    public void A_record_reads_back_from_its_line()
    {
        var ring = tap.Start(4);
        tap.Note(TraceKind.Received, TimeSpan.FromMicroseconds(1234567),
            new(0x1ABCDEF0, [0xAB, 0xCD], isExtended: true));
        var record = Assert.Single(Taken(ring));
        var text = new byte[TraceText.LongestLine];

        var length = TraceText.Put(text, 3, record);
        var line = TraceText.Line(System.Text.Encoding.ASCII.GetString(text, 0, length - 1));

        Assert.Equal((3, TimeSpan.FromMicroseconds(1234567), TraceKind.Received),
            (line!.Value.Bus, line.Value.At, line.Value.Kind));
        Assert.Equal("9ABCDEF0ABCD", Convert.ToHexString(line.Value.Bytes));
    }

    [Fact]
    public void A_full_record_fits_its_line()
    {
        var ring = tap.Start(4);
        tap.Note(TraceKind.Sent, new byte[2000]);
        var record = Assert.Single(Taken(ring)) with { At = TimeSpan.MaxValue };

        var length = TraceText.Put(new byte[TraceText.LongestLine], int.MaxValue, record);

        Assert.InRange(length, 2 * TraceRecord.Capacity, TraceText.LongestLine);
    }

    [Fact]
    public void Both_directions_of_a_CAN_bus_are_seen_and_it_works_as_before()
    {
        var wire = new InMemoryCanBus(() => TimeSpan.Zero);
        using var other = wire.Attach();
        using var traced = new TracedCanBus(wire.Attach(), tap);
        var ring = tap.Start(4);

        Assert.True(traced.TrySend(new(0x102, [7])));
        Assert.True(other.TryReceive(out var heard, out _));
        other.TrySend(new(0x109, []));
        Assert.True(traced.TryReceive(out var answer, out _));

        Assert.Equal((0x102u, 0x109u), (heard.Id, answer.Id));
        Assert.Equal([TraceKind.Sent, TraceKind.Received], Taken(ring).Select(record => record.Kind));
    }

    [Fact]
    public void A_Modbus_master_shows_its_connection_and_its_bytes()
    {
        var ring = tap.Start(16);
        using var server = new ModbusTcpServer(new Registers());
        using (var master = new ModbusTcpMaster(new("127.0.0.1", server.Port) { Tap = tap }))
            Assert.True(master.ReadHolding(1, 0, new ushort[1]).IsOk);

        var seen = Taken(ring);

        Assert.Equal(
            [TraceKind.Connected, TraceKind.Sent, TraceKind.Received], seen.Select(record => record.Kind).Take(3));
        var answer = seen[2];
        ReadOnlySpan<byte> bytes = answer.Bytes;
        Assert.Equal("0103020000", Convert.ToHexString(bytes[6..11]));
    }

    private static List<TraceRecord> Taken(TraceRing ring)
    {
        var taken = new List<TraceRecord>();
        for (var record = default(TraceRecord); ring.TryTake(ref record);) taken.Add(record);
        return taken;
    }

    private sealed class Registers : IModbusDevice
    {
        public byte Read(byte unit, ushort start, Span<ushort> into) => 0;

        public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values) => 0;
    }
}
