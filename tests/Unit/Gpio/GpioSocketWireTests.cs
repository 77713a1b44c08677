using System.Net.Sockets;
using System.Text;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Gpio;

namespace ChargeScape.Edge.Tests.Unit.Gpio;

/// <summary>The protocol of README.md as raw sockets on either side see it.</summary>
public sealed class GpioSocketWireTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chargescape-gpio-").FullName;
    private readonly InMemoryGpioChip chip = new("bench", "estop", "k");
    private readonly List<IDisposable> open = [];

    public void Dispose()
    {
        foreach (var one in open) one.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private Socket Listening()
    {
        var listener = NewSocket();
        listener.Bind(new UnixDomainSocketEndPoint(SocketFile));
        listener.Listen();
        return listener;
    }

    // Opening waits for the server's first answer.
    private (T Line, Socket Server) Opened<T>(Socket listener, Func<T> opens, string answers)
    {
        var line = default(T);
        var opening = new Thread(() => line = opens());
        opening.Start();
        var server = listener.Accept();
        open.Add(server);
        Say(server, answers);
        opening.Join();
        return (line!, server);
    }

    private string SocketFile => Path.Combine(folder, "gpio");

    [Theory]
    [InlineData("in k\n", "ok k 0\n")]
    [InlineData("in nope\n", "none nope\n")]
    [InlineData("out estop\n", "busy estop\n")]
    [InlineData("out k\nset k 1\nset k 0\n", "ok k 0\nis k 1\ndone k 1\nis k 0\ndone k 0\n")]
    [InlineData("in k\nset k 1\n", "ok k 0\nrefused k 0\n")]
    [InlineData("in k\nin k\n", "ok k 0\nok k 0\n")]
    public void The_server_answers_as_documented(string said, string answered)
    {
        Serve();
        var client = Connect();

        Say(client, said);

        Assert.Equal("chip bench\n" + answered, Hear(client, 11 + answered.Length));
    }

    [Fact]
    public void A_change_is_told_to_those_who_asked_for_the_line_only()
    {
        var plant = Serve();
        var (watching, other) = (Connect(), Connect());
        Say(watching, "in estop\n");
        Say(other, "in k\n");
        Assert.Equal("chip bench\nok estop 0\n", Hear(watching, 22));
        Assert.Equal("chip bench\nok k 0\n", Hear(other, 18));

        plant.TryWrite(true);
        chip.SetFault("estop", LineFault.Unreadable);

        Assert.Equal("is estop 1\nis estop ?\n", Hear(watching, 22));
        Say(other, "in k\n");
        Assert.Equal("ok k 0\n", Hear(other, 7));
    }

    [Theory]
    [InlineData("hello\n")]
    [InlineData("in\n")]
    [InlineData("in k extra\n")]
    [InlineData("in  k\n")]
    [InlineData("set k 2\n")]
    [InlineData("set k ?\n")]
    [InlineData("set nope 1\n")]
    [InlineData("in \u00ffk\n")]
    [InlineData("\n")]
    [InlineData("in kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk")]
    public void Who_breaks_the_protocol_is_cut_off_and_lets_go_of_its_lines(string said)
    {
        Serve();
        var client = Connect();
        Say(client, "out k\nset k 1\n");
        Eventually.Holds(() => chip.Level("k") == true, "the line is driven");

        Say(client, said);

        Assert.EndsWith("done k 1\n", Hear(client, int.MaxValue), StringComparison.Ordinal);
        Eventually.Holds(() => chip.Level("k") == false, "the line is released");
    }

    [Fact]
    public void Chance_bytes_harm_neither_the_server_nor_its_other_clients()
    {
        Serve();
        var chance = new Random(11);
        string[] words = ["in", "out", "set", "k", "estop", "0", "1", "?", " ", " ", "\n", "\n", "\n", "\0", "\u00ff"];
        for (var i = 0; i < 300; i++)
        {
            using var hostile = NewSocket();
            hostile.Connect(new UnixDomainSocketEndPoint(SocketFile));
            var picked = Enumerable.Range(0, chance.Next(40)).Select(_ => words[chance.Next(words.Length)]);
            var text = string.Concat(picked);
            hostile.Send(Encoding.Latin1.GetBytes(text), SocketFlags.None, out _);
        }

        var client = Connect();
        Say(client, "in k\n");
        Assert.Equal("chip bench\nok k 0\n", Hear(client, 18));
    }

    [Fact]
    public void A_client_that_does_not_read_is_cut_off()
    {
        var plant = Serve();
        var deaf = Connect();
        Say(deaf, "out k\nset k 1\nin estop\n");
        Eventually.Holds(() => chip.Level("k") == true, "the line is driven");

        Eventually.Holds(
            () =>
            {
                for (var i = 0; i < 1000; i++) plant.TryWrite((i & 1) == 0);
                return chip.Level("k") == false;
            },
            "its line is released");
    }

    [Theory]
    [InlineData("hello world\n")]
    [InlineData("is nope 1\n")]
    [InlineData("is estop 7\n")]
    [InlineData("done estop 1\n")]
    [InlineData("what estop 1\n")]
    [InlineData("\n")]
    [InlineData("chipppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp")]
    public void A_server_that_breaks_the_protocol_is_left_and_its_levels_are_not_believed(string said)
    {
        using var listener = Listening();
        using var gpio = new GpioSocketClient(SocketFile, openWithin: 20.Seconds);
        var (estop, server) = Opened(listener, () => gpio.OpenInput("estop"), "chip bench\nok estop 1\n");
        Assert.True(estop.TryRead(out var isActive) && isActive);

        Say(server, said);

        Eventually.Holds(
            () =>
            {
                gpio.Refresh();
                return !estop.TryRead(out _);
            },
            "the level is unknown");
    }

    [Fact]
    public void A_server_that_hangs_is_not_believed_and_one_that_is_only_quiet_is()
    {
        using var listener = Listening();
        using var gpio = new GpioSocketClient(SocketFile, openWithin: 20.Seconds);
        var (estop, server) = Opened(listener, () => gpio.OpenInput("estop"), "ok estop 1\n");
        Assert.Equal("in estop\n", Hear(server, 9));

        Eventually.Holds(() => Refreshed(gpio) && server.Poll(0, SelectMode.SelectRead), "a quiet server is asked");
        Assert.Equal("in estop\n", Hear(server, 9));
        Say(server, "ok estop 1\n");
        Eventually.Holds(() => Refreshed(gpio) && server.Poll(0, SelectMode.SelectRead), "and asked again");
        Assert.True(estop.TryRead(out var isActive) && isActive);

        Eventually.Holds(() => Refreshed(gpio) && !estop.TryRead(out _), "without an answer the level is unknown");
    }

    [Fact]
    public void A_write_that_the_server_has_not_confirmed_cannot_be_read_back()
    {
        using var listener = Listening();
        using var gpio = new GpioSocketClient(SocketFile, openWithin: 20.Seconds);
        var (k, server) = Opened(listener, () => gpio.OpenOutput("k"), "ok k 0\n");

        Assert.True(k.TryWrite(true));
        Assert.False(k.TryReadBack(out _));

        Assert.Equal("out k\nset k 1\n", Hear(server, 14));
        Say(server, "done k 1\n");
        var isActive = false;
        Eventually.Holds(() => k.TryReadBack(out isActive), "it is confirmed");
        Assert.True(isActive);
    }

    [Fact]
    public void A_write_that_was_lost_with_its_connection_is_not_waited_for_on_the_next()
    {
        using var listener = Listening();
        using var gpio = new GpioSocketClient(SocketFile, openWithin: 20.Seconds);
        var (k, first) = Opened(listener, () => gpio.OpenOutput("k"), "ok k 0\n");
        Assert.True(k.TryWrite(true));

        first.Dispose();
        Eventually.Holds(() => !k.TryReadBack(out _) && listener.Poll(0, SelectMode.SelectRead), "it connects again");
        using var second = listener.Accept();
        Say(second, "ok k 0\n");

        var isActive = true;
        Eventually.Holds(() => k.TryReadBack(out isActive), "the line is known");
        Assert.False(isActive);
        Assert.Equal("out k\n", Hear(second, 6));
    }

    [Fact]
    public void A_line_in_pieces_is_the_same_line()
    {
        var text = new GpioText();
        var stream = "in k\nset k 1\n"u8.ToArray();
        for (var cut = 0; cut <= stream.Length; cut++)
        {
            var seen = new List<string>();
            foreach (var piece in new[] { stream[..cut], stream[cut..] })
            {
                ReadOnlySpan<byte> left = piece;
                while (text.TryTake(ref left, out var line)) seen.Add(Encoding.ASCII.GetString(line));
            }

            Assert.Equal(["in k", "set k 1"], seen);
        }
    }

    /// <summary>Starts the server and claims "estop" as the plant's output.</summary>
    private IGpioOutput Serve()
    {
        open.Add(new GpioSocketServer(chip, SocketFile));
        return chip.Attach().OpenOutput("estop");
    }

    private static bool Refreshed(GpioSocketClient gpio)
    {
        gpio.Refresh();
        return true;
    }

    private Socket Connect()
    {
        var client = NewSocket();
        client.Connect(new UnixDomainSocketEndPoint(SocketFile));
        open.Add(client);
        return client;
    }

    private static Socket NewSocket() =>
        new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };

    private static void Say(Socket socket, string text) => socket.Send(Encoding.Latin1.GetBytes(text));

    /// <summary>Reads so many characters, or up to the end of the stream.</summary>
    private static string Hear(Socket socket, int count)
    {
        var text = new StringBuilder();
        var bytes = new byte[1024];
        while (text.Length < count)
        {
            var wanted = Math.Min(bytes.Length, count - text.Length);
            var got = socket.Receive(bytes, 0, wanted, SocketFlags.None, out var error);
            Assert.NotEqual(SocketError.TimedOut, error);
            if (got == 0) break;
            text.Append(Encoding.Latin1.GetString(bytes, 0, got));
        }
        return text.ToString();
    }
}
