using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Mqtt;
using ChargeScape.Edge.Host.Northbound;

namespace ChargeScape.Edge.Host.Cli;

/// <summary>Sends one order and prints its answers until the last one.</summary>
internal sealed class OrderSession(
    (string Host, int Port) broker, Topics topics, TimeSpan patience, TimeSpan life, bool isJson, bool endsWithFirst)
{
    private const int MostBytes = 65_536;
    // A timer of the runtime takes no more than this; the contract's longest order is far below.
    private static readonly TimeSpan longestLife = TimeSpan.FromDays(20);

    public async Task<int> Run(IReadOnlyList<(string Name, object? Value)> order, CancellationToken stop)
    {
        var answers = Channel.CreateBounded<string>(64);
        var connected = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Declared before the client, whose thread uses it until the client is disposed.
        using var lost = new CancellationTokenSource();
        using var mqtt = Connect();
        if (mqtt is null) return ExitCode.Failed;
        mqtt.ConnectionChanged += (isUp, reason) => Tell(isUp, reason, connected, lost);
        var id = order.First(field => field.Name == "id").Value!.ToString()!;
        var wanted = Encoding.UTF8.GetBytes(id);
        mqtt.Subscribe(topics.Answer, (in MqttReceived message) =>
        {
            // A flood of answers to others must not push ours out.
            if (message.Payload.IndexOf(wanted) >= 0) answers.Writer.TryWrite(Encoding.UTF8.GetString(message.Payload));
        });
        mqtt.Start();
        try
        {
            await connected.Task.WaitAsync(patience, stop);
            var text = Compose(order);
            if (isJson) Console.WriteLine(Encoding.UTF8.GetString(text));
            // Subscriptions are asked for before this is sent, and a broker takes packets in their order.
            mqtt.TryPublish(new(topics.Cmd, text));
            return await Follow(id, answers.Reader, lost.Token, stop);
        }
        catch (TimeoutException)
        {
            await Console.Error.WriteLineAsync($"chargescape-edge: no answer within {patience.TotalSeconds:0.#} s");
            return ExitCode.NoAnswer;
        }
        catch (OperationCanceledException)
        {
            if (stop.IsCancellationRequested) return ExitCode.Interrupted;
            await Console.Error.WriteLineAsync("chargescape-edge: " + (lost.IsCancellationRequested
                ? $"the broker {broker.Host}:{broker.Port} did not come back within {patience.TotalSeconds:0.#} s"
                : $"no last answer within {patience.TotalSeconds:0.#} s after the order's end")
                + "; what became of the order is not known");
            return ExitCode.NoAnswer;
        }
    }

    // A client reconnects for ever; whoever follows an order wants to know that nobody answers any more.
    private void Tell(bool isUp, string reason, TaskCompletionSource<string> connected, CancellationTokenSource lost)
    {
        var wasConnected = connected.Task.IsCompleted;
        if (isUp) connected.TrySetResult(reason);
        if (isUp && !wasConnected) return;
        lost.CancelAfter(isUp || !wasConnected ? Timeout.InfiniteTimeSpan : patience);
        Console.Error.WriteLine(
            $"broker {broker.Host}:{broker.Port}: {(isUp ? "back; what was answered meanwhile is missed" : reason)}");
    }

    private LibmosquittoClient? Connect()
    {
        try
        {
            return new(new(
                broker.Host, broker.Port, $"edge-order-{Environment.ProcessId}", TimeSpan.FromSeconds(30),
                TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(5), Will: null, MostBytes,
                SessionExpirySeconds: 0));
        }
        catch (NativeLibraryMissingException missing)
        {
            Console.Error.WriteLine($"chargescape-edge: {missing.Message}");
            return null;
        }
    }

    private async Task<int> Follow(
        string id, ChannelReader<string> answers, CancellationToken lost, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(lost, stop);
        end.CancelAfter((life < longestLife ? life : longestLife) + 2 * patience);
        var isFirst = true;
        while (true)
        {
            var next = answers.ReadAsync(end.Token).AsTask();
            var text = await (isFirst ? next.WaitAsync(patience, end.Token) : next);
            if (Stage(text, id) is not { } stage) continue;
            isFirst = false;
            Print(text);
            switch (stage)
            {
                case "rejected": return ExitCode.Rejected;
                case "received" when endsWithFirst: return ExitCode.Good;
                case "completed": return ExitCode.Good;
                case "superseded" or "cancelled" or "expired": return ExitCode.Failed;
                default: break;
            }
        }
    }

    // Answers to others' orders, and what is no answer at all, are not ours to judge.
    private static string? Stage(string text, string id)
    {
        try
        {
            using var answer = JsonDocument.Parse(text);
            var root = answer.RootElement;
            return root.TryGetProperty("order_id", out var of) && of.ValueEquals(id)
                ? root.GetProperty("stage").GetString()
                : null;
        }
        catch (Exception foreign) when (foreign is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private void Print(string text)
    {
        if (isJson)
        {
            Console.WriteLine(text);
            return;
        }
        using var answer = JsonDocument.Parse(text);
        var line = new StringBuilder();
        foreach (var field in answer.RootElement.EnumerateObject())
        {
            if (field.Name is "v" or "order_id" or "seq" or "issuer" or "at") continue;
            line.Append(field.Name == "stage"
                ? $"{field.Value.GetString(),-10}"
                : $"  {field.Name}={field.Value.GetRawText()}");
        }
        Console.WriteLine(line);
    }

    private static byte[] Compose(IReadOnlyList<(string Name, object? Value)> order)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            foreach (var (name, value) in order)
            {
                if (value is null) continue;
                json.WritePropertyName(name);
                // Connecting takes its time, so the moment of issue is that of sending.
                if (name == "issued_at") json.WriteStringValue(JsonTimes.Text(DateTimeOffset.UtcNow));
                else JsonSerializer.Serialize(json, value, value.GetType());
            }
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
