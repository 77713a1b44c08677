namespace ChargeScape.Edge.Hal.Devices.Infy;

/// <summary>One module of a stage. It is given the frames of the bus and sends its own.</summary>
internal interface IInfyModule
{
    /// <summary>Newest reading; default = never heard.</summary>
    Reading<StageReading> Reading { get; }

    /// <summary>When it next wants to poll or to repeat what is commanded.</summary>
    TimeSpan NextDue { get; }

    /// <summary>Takes a frame; true when it completed a new reading of this module.</summary>
    bool Take(in CanFrame frame, TimeSpan at);

    /// <summary>Sends the command: at once when it changed, otherwise as the keep-alive asks.</summary>
    void Write(in StageCommand command, TimeSpan now);
}

/// <summary>The grid of polls.</summary>
internal static class InfyPace
{
    /// <summary>The next time on the grid; after a gap a new grid, so that nothing is made up for.</summary>
    public static TimeSpan Next(TimeSpan due, TimeSpan period, TimeSpan now) =>
        now - due >= period ? now + period : due + period;
}
