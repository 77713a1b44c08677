using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Infy;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>What a scenario can make wrong with one module of several.</summary>
public enum SlotTrouble
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Its fault bit is set and its output off.</summary>
    Faulted,
    /// <summary>Its CAN transceiver is dead: it hears nothing and says nothing, and goes on as it was told.</summary>
    Dead,
}

/// <summary>One module of the rack: what it was told, and its watch over the controller.</summary>
internal sealed class InfySlot(byte address)
{
    public byte Address { get; } = address;
    public bool IsOn { get; set; }
    public bool IsInverting { get; set; }
    public Volts SetVoltage { get; set; }
    public Amperes Limit { get; set; }
    public SlotTrouble Trouble { get; set; }
    public TimeSpan HeardAt { get; private set; }
    public bool IsLost { get; private set; }

    /// <summary>Its output conducts as far as the module itself goes.</summary>
    public bool Conducts => IsOn && Trouble != SlotTrouble.Faulted;

    public void Hear(TimeSpan now) => (HeardAt, IsLost) = (now, false);

    /// <summary>Switches off after the silence; true when it did.</summary>
    public bool Watch(TimeSpan now, TimeSpan keepAlive)
    {
        if (now - HeardAt < keepAlive || !IsOn) return false;
        (IsLost, IsOn) = (true, false);
        return true;
    }

    public InfyStatus Status(bool stageIsFaulted) =>
        (Conducts ? InfyStatus.None : InfyStatus.DcOff | InfyStatus.PfcOff)
        | (stageIsFaulted || Trouble == SlotTrouble.Faulted ? InfyStatus.Fault : InfyStatus.None)
        | (IsLost ? InfyStatus.CommunicationLost : InfyStatus.None);
}
