namespace ChargeScape.Edge.Hal;

/// <summary>What a family promises about time; limits, trips and reaction promises derive from it
/// (design §6).</summary>
/// <param name="Period">How often a fresh reading is expected.</param>
/// <param name="Refresh">How old the device's own sample may be when it answers; 0 when it stamps or measures on
/// request.</param>
/// <param name="MaxAge">Oldest reading that counts as known.</param>
/// <param name="DeadTime">From a command on the wire to the first movement.</param>
/// <param name="SettlingTime">From a command on the wire until measured power stays in its band.</param>
/// <param name="StartTime">From "close" to contactor closed and ready, worst case.</param>
/// <param name="StopTime">From "open" to current below 1 A, worst case.</param>
/// <param name="Shortfall">Share of a command that the settled power may lack and still follow it; 1 = any: a device
/// that cannot say what its car takes.</param>
public sealed record DeviceTiming(
    TimeSpan Period, TimeSpan Refresh, TimeSpan MaxAge, TimeSpan DeadTime, TimeSpan SettlingTime,
    TimeSpan StartTime, TimeSpan StopTime, double Shortfall = 0.05);
