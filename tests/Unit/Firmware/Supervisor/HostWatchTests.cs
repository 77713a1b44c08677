using ChargeScape.Edge.Firmware.Link;
using ChargeScape.Edge.Firmware.Supervisor;

namespace ChargeScape.Edge.Tests.Unit.Firmware.Supervisor;

public sealed class HostWatchTests
{
    [Fact]
    public void A_host_that_proves_itself_gets_the_permit_keeps_it_at_every_phase_and_its_contactor_closes()
    {
        for (uint phase = 0; phase < 100; phase += 3)
        {
            var bench = Bench.Charging(phase: phase);

            bench.Run(20_000, () => Assert.True(bench.Done.Permit, $"phase {phase}: {bench.Standing}"));
            Assert.True(bench.IsClosed);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(50)]
    public void The_permit_falls_within_500_ms_after_the_last_good_answer_at_every_phase(uint step)
    {
        for (uint phase = 0; phase < 100; phase++)
            for (uint dies = 0; dies < 200; dies += 7)
            {
                var bench = Bench.Charging(step, phase);
                bench.Run(dies);
                bench.IsHostAlive = false;
                var good = bench.State.GoodAt;
                bench.RunUntil(() => !bench.Done.Permit, 500);

                Assert.InRange(bench.Now - good, 0u, 500u);
                Assert.False(bench.Done.DriveContactor);
                bench.RunUntil(() => !bench.IsClosed, 100);
            }
    }

    [Fact]
    public void A_host_that_comes_back_wanting_closed_does_not_close_before_it_has_said_open()
    {
        var bench = Bench.Charging();
        bench.IsHostAlive = false;
        bench.Run(2000);
        bench.IsHostAlive = true;

        bench.Run(20_000, () => Assert.False(bench.Done.DriveContactor));
        Assert.True(bench.Done.Permit);
        bench.WantsClosed = false;
        bench.Run(300);
        bench.WantsClosed = true;
        bench.RunUntil(() => bench.IsClosed, 1000);
    }

    public static TheoryData<string> Liars => ["fold", "sequence", "cycle stands", "cycle goes back", "one for all"];

    [Theory]
    [MemberData(nameof(Liars))]
    public void A_host_that_answers_wrongly_loses_the_permit_and_does_not_get_it_back(string how)
    {
        var bench = Bench.Charging();
        Answer? first = null;
        bench.Host = answer =>
        {
            first ??= answer;
            return how switch
            {
                "fold" => answer with { Fold = Fold.Next(answer.Fold, Fold.OutputsWritten) },
                "sequence" => answer with { Sequence = (byte)(answer.Sequence + 1) },
                "cycle stands" => answer with { Cycle = 5 },
                "cycle goes back" => answer with { Cycle = uint.MaxValue - answer.Cycle },
                _ => first.Value,
            };
        };

        bench.RunUntil(() => !bench.Done.Permit, 500);
        bench.Run(10_000, () => Assert.False(bench.Done.Permit));
        Assert.Equal(Fault.HostSilent, bench.Standing);
    }

    [Fact]
    public void One_wrong_answer_in_four_is_forgiven_and_one_in_two_is_not()
    {
        var (bench, count) = (Bench.Charging(), 0);
        bench.Host = answer => ++count % 4 == 0 ? answer with { Fold = 0 } : answer;
        bench.Run(20_000, () => Assert.True(bench.Done.Permit));

        bench.Host = answer => ++count % 2 == 0 ? answer with { Fold = 0 } : answer;
        bench.RunUntil(() => !bench.Done.Permit, 1500);
    }

    [Fact]
    public void A_question_is_answered_once_and_a_second_answer_with_a_later_cycle_is_wrong()
    {
        var bench = Bench.Charging();
        bench.RunUntil(() => bench.Done.Asks, 500);
        bench.Seen.HasAnswer = true;

        for (uint i = 1; i <= 3; i++)
        {
            // As if it had been asked just now: nothing new is asked in between.
            bench.State.AskedAt = bench.Now + 60 * i;
            bench.Seen.Answer = new()
            {
                Sequence = bench.State.Sequence, Fold = Fold.Of(bench.State.Nonce), Cycle = 9000 + i, WantsClosed = true,
            };
            SupervisorLogic.Step(bench.Seen, bench.Ceilings, bench.Now + 60 * i, ref bench.State, out bench.Done);
            Assert.Equal(i < 3, bench.Done.Permit);
        }
    }

    [Fact]
    public void The_way_back_is_as_many_good_answers_as_the_score_is_high_and_never_more_than_eight()
    {
        var bench = Bench.Charging();
        bench.Seen.HeardOtherVersion = true;
        bench.Tick();
        bench.Seen.HeardOtherVersion = false;
        Assert.InRange(AnswersUntilPermit(bench), 4, 8);

        bench.HostHash = Bench.Hash + 1;
        bench.Run(300);
        bench.HostHash = Bench.Hash;
        Assert.InRange(AnswersUntilPermit(bench), 4, 8);

        bench.IsHostAlive = false;
        bench.Run(60_000);
        bench.IsHostAlive = true;
        Assert.InRange(AnswersUntilPermit(bench), 6, 8);
    }

    private static int AnswersUntilPermit(Bench bench)
    {
        var answers = 0;
        bench.RunUntil(() =>
        {
            if (bench.Seen.HasAnswer) answers++;
            return bench.Done.Permit;
        }, 2000);
        return answers;
    }

    [Fact]
    public void Answers_that_come_too_fast_are_wrong()
    {
        var bench = Bench.Charging();
        for (uint i = 1; bench.Done.Permit; i++)
        {
            Assert.InRange(i, 1u, 20u);
            // Asked and answered anew every 40 ms, as a loop that runs wild would.
            bench.State.AskedAt = unchecked(bench.Now - AnswerWatch.Period);
            bench.State.IsAsking = false;
            bench.Seen.HasAnswer = false;
            SupervisorLogic.Step(bench.Seen, bench.Ceilings, bench.Now + 40 * i, ref bench.State, out bench.Done);
            bench.Seen.HasAnswer = true;
            bench.Seen.Answer = new()
            {
                Sequence = bench.State.Sequence, Fold = Fold.Of(bench.State.Nonce), Cycle = 5000 + i, WantsClosed = true,
            };
            SupervisorLogic.Step(bench.Seen, bench.Ceilings, bench.Now + 40 * i, ref bench.State, out bench.Done);
        }
    }

    [Fact]
    public void With_another_configuration_or_version_there_is_never_a_permit()
    {
        var bench = new Bench { HostHash = Bench.Hash + 1 };
        bench.Run(20_000, () => Assert.False(bench.Done.Permit));
        Assert.True(bench.Standing.HasFlag(Fault.OtherConfiguration));

        bench = Bench.Charging();
        bench.Seen.HeardOtherVersion = true;
        bench.Run(20_000, () => Assert.False(bench.Done.Permit || bench.Done.DriveContactor));
        Assert.True(bench.Standing.HasFlag(Fault.OtherVersion));
    }

    [Fact]
    public void A_host_that_was_restarted_counts_from_its_beginning_and_is_taken_back()
    {
        var bench = Bench.Charging();
        bench.WantsClosed = false;
        bench.Cycle = 0;
        bench.Run(1000, () => Assert.True(bench.Done.Permit));
    }

    [Fact]
    public void A_step_of_the_board_that_took_long_costs_the_permit()
    {
        var bench = Bench.Charging();

        SupervisorLogic.Step(
            bench.Seen, bench.Ceilings, bench.Now + SupervisorLogic.LongestStep + 1, ref bench.State, out bench.Done);

        Assert.False(bench.Done.Permit || bench.Done.DriveContactor);
    }

    [Fact]
    public void The_counter_may_wrap_at_any_moment()
    {
        for (uint before = 0; before < 4000; before += 130)
        {
            var bench = Bench.Charging(start: unchecked(0u - 60_000 + before));

            bench.Run(70_000, () => Assert.True(bench.Done.Permit && bench.IsClosed));
            bench.IsHostAlive = false;
            bench.RunUntil(() => !bench.Done.Permit, 500);
            Assert.True(bench.Now < 60_000);
        }
    }
}
