using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Host.Configuration;
#if CARD_PACKAGES
using ChargeScape.Edge.Hal.Packages.Can;
using ChargeScape.Edge.Hal.Packages.Gpio;
using ChargeScape.Edge.Hal.Packages.Modbus;
using ChargeScape.Edge.Hal.Packages.Mqtt;
#endif

namespace ChargeScape.Edge.Host.Composition;

/// <summary>
/// The ports over other libraries (hal/Packages), where they were built in with <c>-p:CardPackages=true</c>. A site
/// file that names one in a program without them is a configuration error, so nothing here is reached then.
/// </summary>
internal static class CardPorts
{
#if CARD_PACKAGES
    /// <summary>This program has them.</summary>
    public static bool AreBuiltIn => true;

    /// <summary>MQTT over MQTTnet.</summary>
    public static IMqtt Mqtt(MqttSettings settings) => new MqttNetClient(settings);

    /// <summary>Modbus TCP over NModbus.</summary>
    public static IModbus Modbus(ModbusTcpOptions options) => new NModbusMaster(options);

    /// <summary>A kernel CAN interface over Iot.Device.Bindings.</summary>
    public static ICanBus Can(BusConfig bus) => new BindingsCanBus(bus.Interface);

    /// <summary>Lines of a kernel chip over System.Device.Gpio.</summary>
    public static IGpio Gpio(BusConfig bus)
    {
        try
        {
            return new DeviceGpio(bus.Chip, bus.Lines);
        }
        catch (ArgumentException refused)
        {
            throw new WireException($"bus \"{bus.Name}\": {refused.Message}", refused);
        }
    }
#else
    /// <summary>This program does not have them.</summary>
    public static bool AreBuiltIn => false;

    /// <summary>Not in this program.</summary>
    public static IMqtt Mqtt(MqttSettings settings) => throw Missing();

    /// <summary>Not in this program.</summary>
    public static IModbus Modbus(ModbusTcpOptions options) => throw Missing();

    /// <summary>Not in this program.</summary>
    public static ICanBus Can(BusConfig bus) => throw Missing();

    /// <summary>Not in this program.</summary>
    public static IGpio Gpio(BusConfig bus) => throw Missing();

    private static InvalidOperationException Missing() =>
        new("a port that was not built in, which validation should have refused");
#endif
}
