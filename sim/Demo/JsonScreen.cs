using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>One JSON object per happening, status and check, for programs.</summary>
internal sealed class JsonScreen(TextWriter into) : IScreen
{
    private static readonly TimeSpan period = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private TimeSpan now;
    private TimeSpan nextStatus;

    /// <inheritdoc/>
    public void Say(string what) => Write("happening", new() { ["what"] = what });

    /// <inheritdoc/>
    public void Judged(Verdict verdict) =>
        Write("check", new() { ["claim"] = verdict.Claim, ["held"] = verdict.Held, ["seen"] = verdict.Seen });

    /// <inheritdoc/>
    public void Show(Status status)
    {
        now = status.Elapsed;
        if (now < nextStatus || status.Truth is not { } home) return;
        nextStatus = now + period;
        Write("status", new()
        {
            ["grid_w"] = new JsonArray(home.L1, home.L2), ["house_w"] = home.House, ["pv_w"] = home.Pv,
            ["evse_w"] = home.Evse, ["soc_pct"] = home.Soc, ["mode"] = status.Site?.Mode,
            ["bound_by"] = status.Site?.Binding, ["order_w"] = status.Order?.Order.Power,
        });
    }

    /// <summary>The last line.</summary>
    public void End(int held, int failed) => Write("end", new() { ["held"] = held, ["failed"] = failed });

    private void Write(string kind, JsonObject fields)
    {
        var line = new JsonObject { ["kind"] = kind, ["elapsed_s"] = Math.Round(now.TotalSeconds, 1) };
        foreach (var (name, value) in fields) line[name] = value?.DeepClone();
        into.WriteLine(line.ToJsonString(plain));
        into.Flush();
    }
}
