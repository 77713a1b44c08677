using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Devices.Infy;

/// <summary>
/// One or several Infy modules on one CAN bus as one power stage. The current is shared equally by the modules in
/// service; a module that is out is left out (derate) or stops the stage, as the site file says. One thread.
/// <code>
/// In ──fault, or silent──► Leaving (off; the stage has no sum while its current is unknown) ──off for certain──► Out
/// Out ──heard, sound, and the stage commanded off──► In;  Out ──heard, and conducting──► Leaving
/// </code>
/// </summary>
[SkipLocalsInit]
public sealed class InfyStage : IDcPowerStage
{
    private static readonly Amperes Gone = new(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly ICanBus bus;
    private readonly InfySettings settings;
    private readonly Member[] members;
    private readonly StageRatings[] ratingsOf;
    private TimeSpan? firstTurn;
    private int inService;
    private int sharing;

    /// <summary>Modules on a bus of their own.</summary>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public InfyStage(ICanBus bus, InfySettings settings)
    {
        this.bus = bus;
        this.settings = settings.Checked();
        members = new Member[settings.Modules];
        for (var i = 0; i < members.Length; i++) members[i] = new(Make((byte)(settings.FirstAddress + i)));
        ratingsOf = new StageRatings[members.Length + 1];
        for (var i = 0; i <= members.Length; i++)
            ratingsOf[i] = settings.Ratings with
            {
                MaxCurrent = settings.Ratings.MaxCurrent * i, MaxPower = settings.Ratings.MaxPower * i,
            };
        inService = sharing = members.Length;
    }

    /// <inheritdoc/>
    public StageRatings Ratings => ratingsOf[^1];

    /// <inheritdoc/>
    public StageRatings Available => ratingsOf[inService];

    /// <inheritdoc/>
    public bool IsBidirectional => !settings.IsRectifier;

    /// <summary>Modules that share the current now.</summary>
    public int InService => inService;

    /// <inheritdoc/>
    public Reading<StageReading> Reading { get; private set; }

    /// <inheritdoc/>
    public TimeSpan NextDue
    {
        get
        {
            var due = TimeSpan.MaxValue;
            foreach (var member in members)
                if (member.Module.NextDue < due) due = member.Module.NextDue;
            return due;
        }
    }

    /// <inheritdoc/>
    public bool Read(TimeSpan now)
    {
        firstTurn ??= now;
        for (var i = 0; i < 256 && bus.TryReceive(out var frame, out var arrivedAt); i++)
        {
            var at = arrivedAt < now ? arrivedAt : now;
            foreach (var member in members)
                if (member.Module.Take(frame, at)) break;
        }
        if (members.Length > 1) Judge(now);
        return Sum(now);
    }

    /// <inheritdoc/>
    public void Write(in StageCommand command, TimeSpan now)
    {
        if (command.Mode == StageMode.Off && members.Length > 1) TakeBack(now);
        var isFirst = true;
        foreach (var member in members)
        {
            // For a voltage with next to no current one module is enough.
            var isAsked = member.State == MemberState.In && (isFirst || command.Mode != StageMode.Voltage);
            isFirst &= member.State != MemberState.In;
            var share = settings.IsCurrentOfSystem ? command.Current : command.Current * (1.0 / Math.Max(1, sharing));
            member.Module.Write(isAsked ? command with { Current = share } : default, now);
        }
    }

    private IInfyModule Make(byte address) =>
        settings.IsRectifier ? new RectifierModule(bus, settings, address)
        : new BidirectionalModule(bus, settings, settings.Modules == 1 && !settings.IsAddressed ? null : address);

    private void Judge(TimeSpan now)
    {
        foreach (var member in members)
        {
            var seen = member.Module.Reading.Within(settings.StatusAge, now);
            var isSound = seen is { IsFaulted: false };
            if (isSound || seen is null && now - firstTurn < settings.StatusAge) member.SoundAt = now;
            if (seen is not null) member.HeardAt = member.Module.Reading.TakenAt;
            if (member.State == MemberState.In && !isSound && member.SoundAt != now) member.State = MemberState.Leaving;
            var isConducting = seen is { } found && (found.IsOn || Amperes.Abs(found.Current) >= Gone);
            if (member.State == MemberState.Out && isConducting) member.State = MemberState.Leaving;
            if (member.State != MemberState.Leaving) continue;
            // A module that is not heard is off for certain only after its own watch has run out.
            var isOff = seen is not null
                ? !isConducting : now - (member.HeardAt ?? firstTurn) >= settings.OffForCertain;
            if (isOff) member.State = MemberState.Out;
        }
        Count();
    }

    private void TakeBack(TimeSpan now)
    {
        foreach (var member in members)
            if (member.State != MemberState.In
                && member.Module.Reading.Within(settings.StatusAge, now) is { IsFaulted: false })
                member.State = MemberState.In;
        Count();
    }

    private void Count()
    {
        (inService, sharing) = (0, 0);
        foreach (var member in members)
        {
            if (member.State == MemberState.In) inService++;
            // The share of one that leaves is given to the others only when it is gone.
            if (member.State != MemberState.Out) sharing++;
        }
    }

    /// <summary>The sum over all that may carry current; none while one of these is not heard.</summary>
    private bool Sum(TimeSpan now)
    {
        var (isNew, isComplete) = (false, true);
        var (oldest, volts, amperes) = (now, 0.0, 0.0);
        var (isOn, isFaulted, bits, counted) = (false, false, 0u, 0);
        foreach (var member in members)
        {
            var reading = member.Module.Reading;
            if (reading.Within(settings.StatusAge, now) is not { } seen)
            {
                if (member.State != MemberState.Out) return false;
                continue;
            }
            isNew |= reading.Sequence != member.Summed;
            isComplete &= member.State == MemberState.Out || reading.Sequence != member.Summed;
            if (member.State == MemberState.Out) continue;
            counted++;
            if (reading.TakenAt < oldest) oldest = reading.TakenAt;
            volts = Math.Max(volts, seen.Voltage.Value);
            amperes += seen.Current.Value;
            isOn |= seen.IsOn;
            bits |= seen.FaultBits;
            // One that is faulted and still conducts is a fault of the stage after a moment.
            isFaulted |= seen.IsFaulted && (members.Length == 1 || now - member.SoundAt >= Patience);
        }
        if (!isNew || !isComplete) return false;
        if (counted == 0) return PublishNone(now);
        foreach (var member in members) member.Summed = member.Module.Reading.Sequence;
        isFaulted |= settings.StopsWhenOneIsOut && inService < members.Length;
        if (settings.IsCurrentOfSystem) amperes /= counted;
        Reading = new(new(new(volts), new(amperes), isOn, isFaulted, bits), oldest, NextNumber());
        return true;
    }

    // Every module is out but some are heard: a stage that is there and can do nothing.
    private bool PublishNone(TimeSpan now)
    {
        var (volts, bits) = (0.0, 0u);
        foreach (var member in members)
        {
            member.Summed = member.Module.Reading.Sequence;
            if (member.Module.Reading.Within(settings.StatusAge, now) is not { } seen) continue;
            volts = Math.Max(volts, seen.Voltage.Value);
            bits |= seen.FaultBits;
        }
        Reading = new(new(new(volts), Amperes.Zero, false, true, bits), now, NextNumber());
        return true;
    }

    private uint NextNumber() => Reading.Sequence == uint.MaxValue ? 1 : Reading.Sequence + 1;

    private enum MemberState : byte { In, Leaving, Out }

    private sealed class Member(IInfyModule module)
    {
        public IInfyModule Module { get; } = module;
        public MemberState State { get; set; }
        public TimeSpan SoundAt { get; set; }
        public TimeSpan? HeardAt { get; set; }
        public uint Summed { get; set; }
    }
}
