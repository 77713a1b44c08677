using System.Runtime.InteropServices;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Tests.Unit.Posix;

public sealed partial class PollSetTests
{
    [Fact]
    public void A_wait_without_news_ends_when_its_time_is_up_and_not_before()
    {
        using var set = new PollSet();
        foreach (var timeout in new[] { 0.Milliseconds, TimeSpan.FromMicroseconds(300), 5.Milliseconds })
        {
            var before = MonotonicClock.Now;

            Assert.Equal(WaitOutcome.TimedOut, set.Wait(timeout));

            Assert.True(MonotonicClock.Now - before >= timeout);
        }
    }

    [Fact]
    public void A_deadline_in_the_past_only_looks()
    {
        using var set = new PollSet();

        Assert.Equal(WaitOutcome.TimedOut, set.WaitUntil(TimeSpan.MinValue));
        Assert.Equal(WaitOutcome.TimedOut, set.Wait(-1.Milliseconds));
        set.Waker.Signal();
        Assert.Equal(WaitOutcome.Woken, set.WaitUntil(TimeSpan.MinValue));
    }

    [Fact]
    public void Signals_given_before_the_wait_count_once()
    {
        using var set = new PollSet();
        set.Waker.Signal();
        set.Waker.Signal();

        Assert.Equal(WaitOutcome.Woken, set.Wait(TimeSpan.MaxValue));
        Assert.Equal(WaitOutcome.TimedOut, set.Wait(TimeSpan.Zero));
    }

    [Fact]
    public void A_signal_from_another_thread_ends_an_endless_wait()
    {
        using var set = new PollSet();
        var other = new Thread(set.Waker.Signal);
        other.Start();

        Assert.Equal(WaitOutcome.Woken, set.Wait(TimeSpan.MaxValue));
        other.Join();
    }

    [Fact]
    public void It_tells_which_member_has_news()
    {
        using Waker quiet = new(), loud = new();
        using var set = new PollSet(quiet, loud);
        loud.Signal();

        Assert.Equal(WaitOutcome.Readable, set.Wait(TimeSpan.MaxValue));

        Assert.True(set.IsReadable(loud));
        Assert.False(set.IsReadable(quiet));
        set.Waker.Signal();
        Assert.Equal(WaitOutcome.Readable | WaitOutcome.Woken, set.Wait(TimeSpan.MaxValue));
    }

    [Fact]
    public void A_member_may_change_its_descriptor_between_waits_or_have_none()
    {
        using Waker first = new(), second = new();
        first.Signal();
        second.Signal();
        var port = new Port();
        using var set = new PollSet(port);

        Assert.Equal(WaitOutcome.TimedOut, set.Wait(TimeSpan.Zero));
        port.Descriptor = first.Descriptor;
        Assert.Equal(WaitOutcome.Readable, set.Wait(TimeSpan.Zero));
        first.Drain();
        Assert.Equal(WaitOutcome.TimedOut, set.Wait(TimeSpan.Zero));
        port.Descriptor = second.Descriptor;
        Assert.Equal(WaitOutcome.Readable, set.Wait(TimeSpan.Zero));
    }

    [Fact]
    public void Waiting_and_signalling_allocate_nothing()
    {
        using var member = new Waker();
        using var set = new PollSet(member);

        var bytes = Allocated.By(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                member.Signal();
                set.Waker.Signal();
                set.Wait(1.Seconds);
                member.Drain();
                set.Wait(TimeSpan.FromMicroseconds(1));
            }
        });

        Assert.Equal(0, bytes);
    }

    [Fact]
    public void Signalling_a_disposed_waker_does_nothing()
    {
        var waker = new Waker();
        waker.Dispose();

        waker.Signal();

        Assert.Equal(-1, waker.Descriptor);
    }

    [Fact]
    public void An_interrupting_signal_neither_ends_nor_shortens_the_wait()
    {
        // SIGURG, because the runtime and xunit leave it alone; with a handler it interrupts ppoll (EINTR).
        var handled = 0;
        const int sigurg = 23;
        using var handler = PosixSignalRegistration.Create((PosixSignal)sigurg, context =>
        {
            Interlocked.Increment(ref handled);
            context.Cancel = true;
        });
        using var set = new PollSet();
        var (outcome, thread, ended) = (WaitOutcome.Readable, 0, false);
        var waiting = new Thread(() =>
        {
            Volatile.Write(ref thread, GetThreadId());
            outcome = set.Wait(TimeSpan.MaxValue);
            Volatile.Write(ref ended, true);
        });
        waiting.Start();
        Eventually.Holds(() => Volatile.Read(ref thread) != 0, "the waiting thread runs");

        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal(0, SignalThread(Environment.ProcessId, thread, sigurg));
            Eventually.Holds(() => Volatile.Read(ref handled) >= i, "the signal is handled");
        }
        Assert.False(Volatile.Read(ref ended));
        set.Waker.Signal();
        waiting.Join();

        Assert.Equal(WaitOutcome.Woken, outcome);
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadId();

    [LibraryImport("libc", EntryPoint = "tgkill")]
    private static partial int SignalThread(int process, int thread, int signal);

    private sealed class Port : IPollable
    {
        public int Descriptor { get; set; } = -1;
    }
}
