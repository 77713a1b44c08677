using ChargeScape.Edge.Tests.Fuzz.Targets;

namespace ChargeScape.Edge.Tests.Fuzz;

/// <summary>The one list of decoders under fire: what is not written here is not tried.</summary>
public static class AllTargets
{
    public static IReadOnlyList<FuzzTarget> List { get; } =
    [
        .. ModbusTargets.All,
        .. RtuTargets.All,
        .. MapTargets.All,
        .. SunSpecTargets.All,
        .. QuasarTargets.All,
        .. CanTargets.All,
        .. BatteryTargets.All,
        .. TextTargets.All,
    ];
}
