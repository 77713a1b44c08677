namespace ChargeScape.Edge.Hal.Can;

/// <summary>Why a kernel CAN interface cannot be used at present.</summary>
public enum CanTrouble : byte
{
    /// <summary>It can.</summary>
    None,
    /// <summary>There is no interface of this name.</summary>
    Missing,
    /// <summary>It is there and not up.</summary>
    Down,
    /// <summary>It left the bus after too many errors.</summary>
    BusOff,
    /// <summary>The process may not use CAN.</summary>
    NotPermitted,
    /// <summary>The kernel was built without CAN, or its module is not loaded.</summary>
    NoKernelCan,
    /// <summary>It is no CAN interface.</summary>
    NotCan,
    /// <summary>FD is asked for and the interface carries classic frames only.</summary>
    ClassicOnly,
    /// <summary>The kernel refused for another reason.</summary>
    Refused,
}

/// <summary>A CAN interface that cannot be had; the message names it and says what helps.</summary>
public sealed class CanException : Exception
{
    /// <summary>For an interface and its trouble.</summary>
    public CanException(string interfaceName, CanTrouble trouble)
        : base($"CAN interface '{interfaceName}' {Words(interfaceName, trouble)}") => Trouble = trouble;

    /// <summary>What is wrong.</summary>
    public CanTrouble Trouble { get; }

    private static string Words(string name, CanTrouble trouble) => trouble switch
    {
        CanTrouble.Missing => "does not exist: 'ip -br link' lists those that do",
        CanTrouble.Down => $"is down: bring it up with 'ip link set {name} up type can bitrate …'",
        CanTrouble.BusOff => "is bus-off: look for a short, missing termination or a wrong bit rate",
        CanTrouble.NotPermitted =>
            "may not be used by this process: its sandbox or security module forbids CAN sockets",
        CanTrouble.NoKernelCan => "needs a kernel with CAN: CONFIG_CAN and CONFIG_CAN_RAW, or 'modprobe can_raw'",
        CanTrouble.NotCan => "is no CAN interface",
        CanTrouble.ClassicOnly => $"carries no FD frames: 'ip link set {name} type can fd on', or mtu 72 on vcan",
        _ => "was refused by the kernel",
    };
}
