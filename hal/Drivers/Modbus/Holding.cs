namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>Where one owned block stands.</summary>
internal enum HoldingKind : byte
{
    Unclaimed,
    Finding,
    Pending,
    Confirming,
    Held,
    Restoring,
    CheckingRestored,
    Released,
}

/// <summary>What a step of a block did.</summary>
internal enum HoldingStep : byte
{
    /// <summary>Nothing is due.</summary>
    Idle,
    /// <summary>A request was answered, also by an exception.</summary>
    Answered,
    /// <summary>A request was not answered: the others will not be either.</summary>
    NoAnswer,
}

/// <summary>
/// One owned block on its way; makes at most one step on the wire at a time.
/// <code>
/// Unclaimed ──wanted──► Finding ──value before us read, or unreadable──► Pending
/// Pending ──written──► Confirming ──reads back──► Held     (no read-back asked for: Pending ──written──► Held)
/// Confirming ──does not read back in time──► Pending       Held ──other value wanted, refresh due──► Pending
/// Held ──other value stands there──► Pending, or Unclaimed (yield)
/// any ──hand-back──► Restoring ──written──► CheckingRestored ──reads back──► Released
/// </code>
/// </summary>
internal sealed class Holding(OwnedBlock block, int index, OwnershipOptions options, OwnershipEvents events)
{
    private readonly ushort[] wanted = new ushort[block.Registers.Count];
    private readonly ushort[] held = new ushort[block.Registers.Count];
    private readonly ushort[] found = new ushort[block.Registers.Count];
    private readonly ushort[] seen = new ushort[block.Registers.Count];
    private HoldingKind kind;
    private TimeSpan nextTry;
    private TimeSpan writtenAt;
    private TimeSpan observedAt;
    private TimeSpan effectBy = TimeSpan.MaxValue;
    private OwnershipHappening? trouble;
    private int attempts;
    private bool isFound;
    private bool isTouched;
    private bool isRefresh;
    private bool wasAway;
    private bool wasTaken;
    private bool wasHeld;

    public OwnedBlock Block => block;

    public bool IsHeld => kind == HoldingKind.Held && effectBy == TimeSpan.MaxValue;

    /// <summary>What waits for it can go: it is not wanted, or was held since it was wanted first.</summary>
    public bool IsSettled => wasHeld || kind == HoldingKind.Unclaimed;

    public bool IsReleased => kind == HoldingKind.Released;

    public ReadOnlySpan<ushort> Found => isFound ? found : [];

    /// <summary>Somebody else wrote it; read and cleared by the owner.</summary>
    public bool WasTaken
    {
        get => wasTaken;
        set => wasTaken = value;
    }

    public TimeSpan NextDue => kind switch
    {
        HoldingKind.Unclaimed or HoldingKind.Released => TimeSpan.MaxValue,
        HoldingKind.Held => Earliest(Earliest(RefreshAt, WatchAt), effectBy),
        _ => nextTry,
    };

    private TimeSpan RefreshAt =>
        block.Refresh > TimeSpan.Zero && !block.IsAction ? writtenAt + block.Refresh : TimeSpan.MaxValue;

    // A read that failed is tried again after the usual pause, not at once.
    private TimeSpan WatchAt => block.IsReadable && options.WatchEvery > TimeSpan.Zero
        ? Latest(observedAt + options.WatchEvery, nextTry)
        : TimeSpan.MaxValue;

    public void Want(ReadOnlySpan<ushort> values)
    {
        if (values.Length != wanted.Length)
            throw new ArgumentException($"{block.Name} has {wanted.Length} registers", nameof(values));
        var isSame = kind != HoldingKind.Unclaimed && values.SequenceEqual(wanted);
        if (isSame && !block.IsAction) return;
        values.CopyTo(wanted);
        isRefresh = false;
        if (kind == HoldingKind.Unclaimed) kind = block.IsReadable ? HoldingKind.Finding : HoldingKind.Pending;
        else if (kind is HoldingKind.Held or HoldingKind.Confirming) Rewrite(default);
    }

    /// <summary>Takes the next step that is due.</summary>
    public HoldingStep Step(IModbus bus, byte unit, TimeSpan now)
    {
        if (now < NextDue) return HoldingStep.Idle;
        return kind switch
        {
            HoldingKind.Finding => Find(bus, unit, now),
            HoldingKind.Pending => Write(bus, unit, now),
            HoldingKind.Confirming => LookBack(bus, unit, now),
            HoldingKind.Held => Keep(bus, unit, now),
            HoldingKind.Restoring => Restore(bus, unit, now),
            HoldingKind.CheckingRestored => CheckRestored(bus, unit, now),
            _ => HoldingStep.Idle,
        };
    }

    /// <summary>What the driver read for another reason, asked for at <paramref name="takenAt"/>.</summary>
    public void Observe(ushort start, ReadOnlySpan<ushort> registers, TimeSpan takenAt)
    {
        var (from, count) = (block.Registers.Start, block.Registers.Count);
        var isWithin = from >= start && from + count <= start + registers.Length;
        // A reading from before the write shows what stood there then.
        if (kind != HoldingKind.Held || !block.IsReadable || !isWithin || takenAt <= observedAt) return;
        Judge(registers.Slice(from - start, count), takenAt);
    }

    public void ConfirmEffect()
    {
        effectBy = TimeSpan.MaxValue;
        if (trouble == OwnershipHappening.NoEffect) trouble = null;
    }

    /// <summary>Somebody else has it now; with the values of the look that showed it.</summary>
    public void TellYielded()
    {
        var at = Math.Max(Differs(held, seen), 0);
        Tell(OwnershipHappening.Yielded, observedAt, at, 0, held[at]);
    }

    /// <summary>Forgets what was held and found; the next wish takes over anew.</summary>
    public void Forget()
    {
        kind = HoldingKind.Unclaimed;
        effectBy = TimeSpan.MaxValue;
        (isFound, isTouched, wasAway, wasTaken, wasHeld, isRefresh) = (false, false, false, false, false, false);
        trouble = null;
    }

    /// <summary>Begins to restore what stood there before us.</summary>
    public void BeginHandBack()
    {
        effectBy = TimeSpan.MaxValue;
        nextTry = TimeSpan.MinValue;
        attempts = 0;
        var isLeft = block.HandBack is { Count: 0 } || (block.HandBack is null && !isFound);
        kind = !isTouched || isLeft || block.IsAction ? HoldingKind.Released : HoldingKind.Restoring;
        if (kind != HoldingKind.Restoring) return;
        for (var i = 0; i < wanted.Length; i++)
            wanted[i] = block.HandBack is { } fixedValues ? fixedValues[i] : found[i];
    }

    private HoldingStep Find(IModbus bus, byte unit, TimeSpan now)
    {
        var result = bus.ReadHolding(unit, block.Registers.Start, found);
        if (!result.IsOk && result.Status != ModbusStatus.Exception) return Failed(result, now);
        isFound = result.IsOk;
        Tell(isFound ? OwnershipHappening.TakenOver : OwnershipHappening.FoundUnreadable, now, 0, result.ExceptionCode);
        Rewrite(default);
        return HoldingStep.Answered;
    }

    private HoldingStep Write(IModbus bus, byte unit, TimeSpan now)
    {
        // Even a write that is not answered may have been executed.
        isTouched = true;
        var result = Send(bus, unit);
        if (!result.IsOk) return NotWritten(result, now);
        writtenAt = now;
        if (block.HasEffect && !isRefresh) effectBy = now + block.EffectWithin;
        if (trouble == OwnershipHappening.Refused) trouble = null;
        if (block.IsReadable) (kind, nextTry) = (HoldingKind.Confirming, now);
        else Hold(wanted, now);
        return HoldingStep.Answered;
    }

    private HoldingStep LookBack(IModbus bus, byte unit, TimeSpan now)
    {
        var result = bus.ReadHolding(unit, block.Registers.Start, seen);
        if (result.IsOk && Fits(seen))
        {
            trouble = null;
            Hold(seen, now);
            return HoldingStep.Answered;
        }
        if (now - writtenAt >= options.ConfirmWithin)
        {
            if (result.IsOk) TellOnce(OwnershipHappening.NotTaken, now, Differs(wanted, seen), 0);
            if (result.Status == ModbusStatus.Exception)
                TellOnce(OwnershipHappening.Refused, now, 0, result.ExceptionCode);
            Rewrite(now + options.RetryAfter);
        }
        else nextTry = now + options.LookEvery;
        return result.IsOk || result.Status == ModbusStatus.Exception ? HoldingStep.Answered : Failed(result, now);
    }

    private HoldingStep Keep(IModbus bus, byte unit, TimeSpan now)
    {
        if (now >= effectBy)
        {
            TellOnce(OwnershipHappening.NoEffect, now, 0, 0);
            effectBy = block.IsAction ? TimeSpan.MaxValue : now + block.EffectWithin;
            if (!block.IsAction) Rewrite(now);
            return HoldingStep.Idle;
        }
        // Read before the refresh as well: a refresh must not wipe out unseen what somebody else wrote.
        // After a read that was not answered the refresh goes without: the device would revert otherwise.
        if (block.IsReadable && observedAt < now && now >= nextTry)
        {
            var result = bus.ReadHolding(unit, block.Registers.Start, seen);
            if (result.IsOk)
            {
                Judge(seen, now);
                return HoldingStep.Answered;
            }
            if (result.Status != ModbusStatus.Exception) return Failed(result, now);
            observedAt = now;
            nextTry = now + options.RetryAfter;
            return HoldingStep.Answered;
        }
        isRefresh = true;
        Rewrite(now);
        return Write(bus, unit, now);
    }

    private void Judge(ReadOnlySpan<ushort> registers, TimeSpan now)
    {
        observedAt = now;
        var at = Differs(held, registers);
        if (at < 0)
        {
            wasAway = false;
            return;
        }
        registers.CopyTo(seen);
        var isExplained = wasAway || (block.Reversion > TimeSpan.Zero && now - writtenAt >= block.Reversion);
        Tell(isExplained ? OwnershipHappening.Reverted : OwnershipHappening.SecondMaster, now, at, 0, held[at]);
        wasTaken = !isExplained;
        (wasAway, wasHeld) = (false, false);
        Rewrite(now);
    }

    private HoldingStep Restore(IModbus bus, byte unit, TimeSpan now)
    {
        attempts++;
        var result = Send(bus, unit);
        if (!result.IsOk) return GiveUpOrWait(result, now);
        if (block.IsReadable) (kind, writtenAt) = (HoldingKind.CheckingRestored, now);
        else Release(OwnershipHappening.HandedBack, now, 0);
        return HoldingStep.Answered;
    }

    private HoldingStep CheckRestored(IModbus bus, byte unit, TimeSpan now)
    {
        var result = bus.ReadHolding(unit, block.Registers.Start, seen);
        if (result.IsOk && Fits(seen))
        {
            Release(OwnershipHappening.HandedBack, now, 0);
            return HoldingStep.Answered;
        }
        if (now - writtenAt < options.ConfirmWithin && result.IsOk)
        {
            nextTry = now + options.LookEvery;
            return HoldingStep.Answered;
        }
        kind = HoldingKind.Restoring;
        return GiveUpOrWait(result, now);
    }

    private HoldingStep GiveUpOrWait(ModbusResult result, TimeSpan now)
    {
        nextTry = now + options.RetryAfter;
        if (attempts >= options.HandBackAttempts)
            Release(OwnershipHappening.HandBackFailed, now, result.ExceptionCode);
        return result.IsOk || result.Status == ModbusStatus.Exception ? HoldingStep.Answered : HoldingStep.NoAnswer;
    }

    private void Release(OwnershipHappening how, TimeSpan now, byte code)
    {
        kind = HoldingKind.Released;
        Tell(how, now, 0, code);
    }

    private ModbusResult Send(IModbus bus, byte unit)
    {
        var start = block.Registers.Start;
        var isOne = wanted.Length == 1;
        if (block.Function == WriteFunction.Multiple || (block.Function == WriteFunction.Any && !isOne))
            return bus.WriteMultiple(unit, start, wanted);
        for (var i = 0; i < wanted.Length; i++)
        {
            var result = bus.WriteSingle(unit, (ushort)(start + i), wanted[i]);
            if (!result.IsOk) return result;
        }
        return ModbusResult.Ok;
    }

    private void Hold(ReadOnlySpan<ushort> stands, TimeSpan now)
    {
        stands.CopyTo(held);
        (kind, observedAt, nextTry) = (HoldingKind.Held, now, now);
        (wasHeld, wasAway, isRefresh) = (true, false, false);
    }

    private void Rewrite(TimeSpan notBefore) => (kind, nextTry) = (HoldingKind.Pending, Latest(nextTry, notBefore));

    private HoldingStep Failed(ModbusResult result, TimeSpan now)
    {
        // What did not leave this machine says nothing about the device.
        var wasAsked = result.Status != ModbusStatus.NotSent;
        wasAway |= wasAsked;
        nextTry = now + (wasAsked ? options.RetryAfter : options.LookEvery);
        return HoldingStep.NoAnswer;
    }

    private HoldingStep NotWritten(ModbusResult result, TimeSpan now)
    {
        var isRefused = result.Status == ModbusStatus.Exception;
        if (block.IsAction)
        {
            kind = HoldingKind.Unclaimed;
            Tell(isRefused ? OwnershipHappening.Refused : OwnershipHappening.Unanswered, now, 0, result.ExceptionCode);
        }
        else if (isRefused) TellOnce(OwnershipHappening.Refused, now, 0, result.ExceptionCode);
        if (!isRefused) return Failed(result, now);
        nextTry = now + options.RetryAfter;
        return HoldingStep.Answered;
    }

    private bool Fits(ReadOnlySpan<ushort> read) =>
        block.Fits is { } fits ? fits(wanted, read) : read.SequenceEqual(wanted);

    private static int Differs(ReadOnlySpan<ushort> expected, ReadOnlySpan<ushort> read)
    {
        var same = expected.CommonPrefixLength(read);
        return same == expected.Length ? -1 : same;
    }

    // A device that refuses the same thing four times a second must not drown what else happens.
    private void TellOnce(OwnershipHappening what, TimeSpan now, int at, byte code)
    {
        if (trouble == what) return;
        trouble = what;
        Tell(what, now, Math.Max(at, 0), code);
    }

    private void Tell(OwnershipHappening what, TimeSpan now, int at, byte code, ushort? expected = null) =>
        events.Add(new(
            what, index, now, (ushort)(block.Registers.Start + at), expected ?? wanted[at],
            what == OwnershipHappening.TakenOver ? found[at] : seen[at], code));

    private static TimeSpan Earliest(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Latest(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
