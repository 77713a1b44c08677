using ChargeScape.Edge.Hal.Modbus;
using static ChargeScape.Edge.Tests.Unit.Modbus.RtuFrames;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>What a server on a shared line takes for a request to it.</summary>
public sealed class ModbusRtuServerTests
{
    private static readonly byte[] read = Sealed(7, 3, 0, 5, 0, 2);

    private readonly RtuRequests requests = new();

    [Fact]
    public void Requests_that_arrive_together_or_in_pieces_are_all_taken()
    {
        byte[] write = Sealed(7, 16, 0, 5, 0, 2, 4, 1, 2, 3, 4);

        Assert.Empty(Heard(read[..3]));
        Assert.Equal([read[..^2], write[..^2]], Heard([.. read[3..], .. write, .. read[..1]]));
        Assert.Equal([read[..^2]], Heard(read[1..]));

        Assert.Equal(0u, requests.StrayBytes);
    }

    [Fact]
    public void The_answers_of_other_devices_do_not_put_it_out_of_step()
    {
        var other = Sealed(9, 3, 0, 0, 0, 20);

        var heard = Heard([.. other, .. Answer(other), .. Refusal(other, 2), .. read]);

        Assert.Equal([other[..^2], read[..^2]], heard);
    }

    [Fact]
    public void A_frame_with_a_bad_crc_is_dropped_with_everything_up_to_the_next_silence()
    {
        byte[] bent = [.. read[..^1], (byte)(read[^1] ^ 0x10)];

        Assert.Empty(Heard([.. bent, .. read]));
        Assert.True(requests.IsBroken);
        Assert.False(requests.TryEnd(out _));

        Assert.Equal([read[..^2]], Heard(read));
        Assert.Equal(16u, requests.StrayBytes);
    }

    [Fact]
    public void A_function_that_is_not_known_is_a_frame_when_the_line_falls_silent()
    {
        var coils = Sealed(7, 15, 0, 0, 0, 9, 2, 1, 1);

        Assert.Empty(Heard(coils));
        Assert.True(requests.TryEnd(out var frame));

        Assert.Equal(coils[..^2], frame.ToArray());
    }

    [Fact]
    public void A_request_that_is_cut_short_is_dropped_at_the_silence()
    {
        Heard(read[..5]);

        Assert.False(requests.TryEnd(out _));

        Assert.Equal([read[..^2]], Heard(read));
    }

    [Fact]
    public void Only_its_own_units_are_answered_and_nobody_answers_a_broadcast()
    {
        var device = new RegisterFile(100);
        var line = new ScriptedLine();
        Queue<byte[]> toSay = new(
        [
            Sealed(8, 3, 0, 5, 0, 1), Sealed(0, 6, 0, 5, 0, 9), Sealed(0, 3, 0, 5, 0, 1), Sealed(7, 43, 14, 1, 0),
            Sealed(7, 3, 0, 5, 0, 1),
        ]);
        using var done = new ManualResetEventSlim();
        line.OnSent = frame =>
        {
            if (frame[1] == 3) done.Set();
            return [];
        };
        for (var at = 1; toSay.TryDequeue(out var frame); at++) line.Say(200 * at, frame);

        using var server = new ModbusRtuServer(device, new(new("tty", 9600)), line, 7);
        Assert.True(done.Wait(TimeSpan.FromSeconds(20)));
        server.Dispose();

        Assert.Equal([Sealed(7, 0xAB, 1), Sealed(7, 3, 2, 0, 9)], line.Sent.Select(sent => sent.Frame));
    }

    private byte[][] Heard(byte[] bytes)
    {
        bytes.CopyTo(requests.Free);
        requests.Received(bytes.Length);
        var all = new List<byte[]>();
        while (requests.TryNext(out var frame)) all.Add(frame.ToArray());
        return [.. all];
    }
}
