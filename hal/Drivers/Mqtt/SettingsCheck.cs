namespace ChargeScape.Edge.Hal.Mqtt;

/// <summary>Bounds of <see cref="MqttSettings"/>.</summary>
internal static class SettingsCheck
{
    /// <exception cref="ArgumentException">A setting is out of range; the parameter name is the setting's.</exception>
    internal static void ThrowUnlessUsable(MqttSettings settings)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(settings.Host, "Host");
        ArgumentException.ThrowIfNullOrWhiteSpace(settings.ClientId, "ClientId");
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Port, 1, "Port");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Port, 65535, "Port");
        // 5 s is the library's least; 0 (no pings) would let a dead broker go unnoticed.
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.KeepAlive, TimeSpan.FromSeconds(5), "KeepAlive");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.KeepAlive, TimeSpan.FromSeconds(60), "KeepAlive");
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(settings.ReconnectMin, TimeSpan.Zero, "ReconnectMin");
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.ReconnectMax, settings.ReconnectMin, "ReconnectMax");
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.MaximumPayloadBytes, 1, "MaximumPayloadBytes");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.MaximumPayloadBytes, 1 << 24, "MaximumPayloadBytes");
        // Packet ids have 16 bits and must not meet themselves.
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.MaximumInFlight, 1, "MaximumInFlight");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.MaximumInFlight, 16384, "MaximumInFlight");
    }
}
