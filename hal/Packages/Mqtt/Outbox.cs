namespace ChargeScape.Edge.Hal.Packages.Mqtt;

/// <summary>
/// What was handed over at QoS 1 or 2 and is not acknowledged, in order. MQTTnet faults what is in flight when a
/// connection is lost; here it waits, and goes out again on the next one.
/// </summary>
internal sealed class Outbox
{
    private readonly Lock gate = new();
    private readonly List<Letter> letters = [];

    internal int Count
    {
        get
        {
            lock (gate) return letters.Count;
        }
    }

    /// <summary>False when so many wait already.</summary>
    internal bool TryAdd(Letter letter, int most)
    {
        lock (gate)
        {
            if (letters.Count >= most) return false;
            letters.Add(letter);
            return true;
        }
    }

    /// <summary>The first that has not gone out on this connection, unless too many are under way; marks it.</summary>
    internal Letter? Next(int mostUnderWay)
    {
        lock (gate)
        {
            var underWay = 0;
            foreach (var letter in letters)
            {
                if (!letter.IsUnderWay)
                {
                    letter.IsUnderWay = true;
                    return letter;
                }
                if (++underWay >= mostUnderWay) return null;
            }
            return null;
        }
    }

    internal void Remove(Letter letter)
    {
        lock (gate) letters.Remove(letter);
    }

    /// <summary>The connection is gone: whatever was under way must go out again.</summary>
    internal void Recall()
    {
        lock (gate)
            foreach (var letter in letters) letter.IsUnderWay = false;
    }
}

/// <summary>One message that must arrive.</summary>
internal sealed class Letter(MqttMessage message, byte[] payload)
{
    internal MqttMessage Message { get; } = message;
    internal byte[] Payload { get; } = payload;
    internal bool IsUnderWay { get; set; }
}
