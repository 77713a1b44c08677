using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Tests.Unit.Posix;

/// <summary>Takes the process's descriptors away for a moment, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(ListenSocketTests), DisableParallelization = true)]
public sealed class ListenSocketAlone;

[Collection(nameof(ListenSocketTests))]
public sealed partial class ListenSocketTests : IDisposable
{
    private const int MostFiles = 7;

    private readonly ListenSocket listener = ListenSocket.Tcp(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public void Dispose()
    {
        client.Dispose();
        listener.Dispose();
    }

    [Fact]
    public void Without_a_descriptor_for_a_connection_it_is_not_readable_for_a_while_and_then_takes_it()
    {
        using var set = new PollSet(listener);
        client.Connect(IPAddress.Loopback, listener.Port);
        Assert.Equal(WaitOutcome.Readable, set.Wait(20.Seconds));

        var accepted = WithoutDescriptors(() => listener.Accept(unsentCapacity: 0));

        Assert.Null(accepted);
        Assert.Equal(-1, listener.Descriptor);
        Assert.NotNull(listener.Rest);
        Assert.Equal(WaitOutcome.TimedOut, set.Wait(listener.Rest!.Value));
        Eventually.Holds(() => listener.Rest is null, "it has rested");
        using var late = listener.Accept(unsentCapacity: 0);
        Assert.NotNull(late);
    }

    [Fact]
    public void With_nobody_at_the_door_it_does_not_rest()
    {
        Assert.Null(listener.Accept(unsentCapacity: 0));

        Assert.Null(listener.Rest);
    }

    private static T WithoutDescriptors<T>(Func<T> action)
    {
        Assert.Equal(0, GetLimit(MostFiles, out var limit));
        var none = limit;
        none.Soft = 0;
        try
        {
            Assert.Equal(0, SetLimit(MostFiles, none));
            return action();
        }
        finally
        {
            Assert.Equal(0, SetLimit(MostFiles, limit));
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
