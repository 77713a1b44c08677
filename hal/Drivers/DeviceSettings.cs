using System.Globalization;
namespace ChargeScape.Edge.Hal;

/// <summary>What a setting may hold.</summary>
public enum SettingKind : byte
{
    /// <summary>A whole number.</summary>
    Integer,
    /// <summary>A finite number.</summary>
    Number,
    /// <summary>Text of 1…200 characters.</summary>
    Text,
    /// <summary>True or false.</summary>
    Flag,
    /// <summary>A name that the family knows, or the path of a file (it ends in ".json"), relative to the site
    /// file.</summary>
    File,
}

/// <summary>A field of a device's entry in the site file. The unit is in its name.</summary>
/// <param name="Name">Name of the field.</param>
/// <param name="Kind">What it may hold.</param>
/// <param name="Min">Smallest number, inclusive.</param>
/// <param name="Max">Largest number, inclusive.</param>
/// <param name="Default">Taken when the field is absent; null = the field is required. No number that safety rests on
/// has one.</param>
/// <param name="Choices">The only texts that the field may hold; null = any.</param>
/// <param name="Check">What is wrong with the file that the field names; null = nothing is asked.</param>
public sealed record SettingSpec(
    string Name, SettingKind Kind, double Min = double.MinValue, double Max = double.MaxValue, object? Default = null,
    IReadOnlyList<string>? Choices = null, Func<string, IReadOnlyList<Configuration.ConfigError>>? Check = null);

/// <summary>A device's settings, checked against its family's <see cref="SettingSpec"/>s before they come
/// here.</summary>
public sealed class DeviceSettings(IReadOnlyDictionary<string, object> values)
{
    /// <summary>A whole number.</summary>
    public int Integer(string name) => (int)(double)values[name];

    /// <summary>A number.</summary>
    public double Number(string name) => (double)values[name];

    /// <summary>A text.</summary>
    public string Text(string name) => (string)values[name];

    /// <summary>True or false.</summary>
    public bool Flag(string name) => (bool)values[name];

    /// <summary>Any of them in words, to tell one setup from another.</summary>
    public string Written(string name) => Convert.ToString(values[name], CultureInfo.InvariantCulture) ?? "";

    /// <summary>A number of milliseconds as a duration.</summary>
    public TimeSpan Milliseconds(string name) => TimeSpan.FromMilliseconds(Number(name));
}

/// <summary>What a family's factory makes a device from. A use that the family did not declare is a bug and
/// throws.</summary>
public sealed class DeviceParts(
    string name, DeviceSettings settings, IReadOnlyDictionary<string, object> buses, IDcPowerStage? stage)
{
    /// <summary>Name of the device in the site file.</summary>
    public string Name { get; } = name;

    /// <summary>Its settings.</summary>
    public DeviceSettings Settings { get; } = settings;

    /// <summary>The power stage of an EVSE that needs one.</summary>
    public IDcPowerStage Stage => stage ?? throw new InvalidOperationException($"{Name} has no power stage");

    /// <summary>The Modbus bus that a field names.</summary>
    public IModbus Modbus(string field = "bus") => (IModbus)buses[field];

    /// <summary>The CAN bus that a field names.</summary>
    public ICanBus Can(string field = "bus") => (ICanBus)buses[field];

    /// <summary>The digital lines that a field names, as a client of its own.</summary>
    public IGpio Gpio(string field = "bus") => (IGpio)buses[field];
}
