using System.Text.Json;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Northbound.Orders;

/// <summary>Outcome of reading a message: an order, or why it is none.</summary>
/// <param name="Order">Null when refused.</param>
/// <param name="Refused">Why.</param>
/// <param name="Detail">For people.</param>
internal readonly record struct OrderRead(Order? Order, Rejection Refused, string Detail)
{
    /// <summary>What could be read of who asked, also of a refused order.</summary>
    public Guid? Id { get; init; }
    public long? Seq { get; init; }
    public string? Issuer { get; init; }
}

/// <summary>Reads an order from bytes, in the order of checks 2 and 3 of the contract. Written by hand against the
/// schema.</summary>
internal static class OrderReader
{
    private const double MaxWatts = 1e6;
    private const long MaxSeq = 9_007_199_254_740_991;
    private const int MaxTimeToLiveS = 86_400;

    private static readonly string[] common = ["v", "id", "kind", "issuer", "seq", "issued_at"];
    private static readonly string[] life = ["start", "end", "ttl_s", "priority", "on_expire"];
    private static readonly Dictionary<WireKind, HashSet<string>> fieldsOf = new()
    {
        [WireKind.Setpoint] = [.. common, .. life, "p_evse_w", "ramp_w_per_s", "soc_floor_pct"],
        [WireKind.Envelope] = [.. common, .. life, "lower_w", "upper_w", "ramp_w_per_s", "soc_floor_pct"],
        [WireKind.Idle] = [.. common, .. life],
        [WireKind.Cancel] = [.. common, "cancels"],
    };

    public static OrderRead Read(ReadOnlySpan<byte> payload)
    {
        if (OrderFields.Parse(payload, out var problem) is not { } fields)
            return new(null, Rejection.Malformed, problem);
        var order = new Reading(fields).Read();
        return order with { Id = IdOf(fields["id"]), Seq = SeqOf(fields["seq"]), Issuer = IssuerOf(fields["issuer"]) };
    }

    private static Guid? IdOf(OrderField? field) =>
        field is { Type: JsonTokenType.String, Text: var text } && IsUuid(text) ? Guid.ParseExact(text, "D") : null;

    private static long? SeqOf(OrderField? field) => field?.Whole is >= 1 and <= MaxSeq ? field.Value.Whole : null;

    private static string? IssuerOf(OrderField? field) =>
        field is { Type: JsonTokenType.String, Text: var text } && Configuration.Words.IsIssuer(text) ? text : null;

    private static bool IsUuid(string text) =>
        text.Length == 36 && Guid.TryParseExact(text, "D", out _) && !text.Any(char.IsAsciiLetterUpper);

    // The state of reading one message: the first fault wins.
    private sealed class Reading(OrderFields fields)
    {
        private Rejection? refused;
        private string detail = "";

        public OrderRead Read()
        {
            var kind = CheckShape();
            if (refused is null && kind is { } known)
            {
                var order = known == WireKind.Cancel ? Cancel() : Ordinary(known);
                if (refused is null) return new(order, default, "");
            }
            return new(null, refused ?? Rejection.Malformed, detail);
        }

        private WireKind? CheckShape()
        {
            if (fields["v"]?.Whole is { } version && version != 1)
                Refuse(Rejection.UnsupportedVersion, "this edge speaks version 1");
            WireKind? kind = null;
            if (fields["kind"] is { Type: JsonTokenType.String, Text: var word })
            {
                if (WireWord<WireKind>.TryParse(word, out var known)) kind = known;
                else Refuse(Rejection.UnsupportedKind, "the kinds are setpoint, envelope, idle and cancel");
            }
            if (fields["p_site_w"] is not null) Refuse(Rejection.UnsupportedReference, "order p_evse_w");
            if (kind is { } of)
            {
                foreach (var name in fields.Names)
                    if (!fieldsOf[of].Contains(name)) Refuse(Rejection.UnknownField, $"field {Shown(name)}");
            }
            else
            {
                Refuse(Rejection.Malformed, "kind is missing or no text");
            }
            if (fields["v"]?.Whole is null) Refuse(Rejection.Malformed, "v is missing or no integer");
            return kind;
        }

        private Order Cancel() => Common(WireKind.Cancel) with { Cancels = Uuid("cancels") };

        private Order Ordinary(WireKind kind)
        {
            var order = Common(kind);
            var hasPower = kind != WireKind.Idle;
            var lower = hasPower ? Number(kind == WireKind.Setpoint ? "p_evse_w" : "lower_w", -MaxWatts, MaxWatts) : 0;
            var upper = kind == WireKind.Envelope ? Number("upper_w", -MaxWatts, MaxWatts) : lower;
            var end = OptionalTime("end");
            var timeToLive = OptionalWhole("ttl_s", 1, MaxTimeToLiveS);
            if (fields["end"] is null == fields["ttl_s"] is null)
                Malformed("exactly one of end and ttl_s");
            var start = OptionalTime("start");
            if (lower > upper) OutOfRange("lower_w is above upper_w");
            if (start >= end) OutOfRange("end is not after start");
            return order with
            {
                Lower = new(lower),
                Upper = new(upper),
                Start = start,
                End = end,
                TimeToLive = timeToLive is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                RampWattsPerSecond = fields["ramp_w_per_s"] is null ? null : Ramp(),
                Priority = (int)(OptionalWhole("priority", 0, 9) ?? Order.DefaultPriority),
                OnExpire = OnExpireOf(),
                SocFloor = fields["soc_floor_pct"] is null ? null : new Soc(Number("soc_floor_pct", 0, 100)),
            };
        }

        private Order Common(WireKind kind) => new()
        {
            Id = Uuid("id"),
            Kind = kind,
            Issuer = IssuerOf(fields["issuer"]) ?? Malformed<string>("issuer is missing or ill-formed") ?? "",
            Seq = Whole("seq", 1, MaxSeq),
            IssuedAt = OptionalTime("issued_at") ?? Malformed<DateTimeOffset>("issued_at is missing"),
        };

        private Guid Uuid(string name) => IdOf(fields[name]) ?? Malformed<Guid>($"{name} is no lower-case UUID");

        private double Ramp()
        {
            var ramp = Number("ramp_w_per_s", 0, MaxWatts);
            if (ramp == 0) OutOfRange("ramp_w_per_s is not above 0");
            return ramp;
        }

        private OnExpire OnExpireOf()
        {
            if (fields["on_expire"] is not { } field) return OnExpire.Zero;
            return field.Type == JsonTokenType.String && WireWord<OnExpire>.TryParse(field.Text, out var known)
                ? known
                : Malformed<OnExpire>("on_expire is none of zero, floor, local, plan");
        }

        private double Number(string name, double min, double max)
        {
            if (fields[name] is not { Type: JsonTokenType.Number } field)
                return Malformed<double>($"{name} is missing or no number");
            if (field.Number >= min && field.Number <= max) return field.Number;
            OutOfRange($"{name} is outside {min:0} to {max:0}");
            return 0;
        }

        private long Whole(string name, long min, long max)
        {
            if (OptionalWhole(name, min, max) is { } whole) return whole;
            return Malformed<long>($"{name} is missing or no integer");
        }

        private long? OptionalWhole(string name, long min, long max)
        {
            if (fields[name] is not { } field) return null;
            if (field.Type != JsonTokenType.Number) return Malformed<long>($"{name} is no integer");
            if (field.Whole is { } whole && whole >= min && whole <= max) return whole;
            // An integer too large for 64 bits is out of range; one with a fraction is ill-formed.
            if (field.Whole is not null || Math.Abs(field.Number) > MaxSeq)
                OutOfRange($"{name} is outside {min} to {max}");
            else Malformed($"{name} is no integer");
            return min;
        }

        private DateTimeOffset? OptionalTime(string name)
        {
            if (fields[name] is not { } field) return null;
            if (field.Type == JsonTokenType.String && JsonTimes.TryParse(field.Text, out var time)) return time;
            return Malformed<DateTimeOffset>($"{name} is no time in UTC with Z");
        }

        // Every malformed field comes before every number out of range, wherever they stand.
        private void OutOfRange(string what) => Refuse(Rejection.OutOfRange, what);

        private void Malformed(string what)
        {
            if (refused == Rejection.OutOfRange) refused = null;
            Refuse(Rejection.Malformed, what);
        }

        private T? Malformed<T>(string what)
        {
            Malformed(what);
            return default;
        }

        private void Refuse(Rejection why, string what)
        {
            if (refused is not null) return;
            refused = why;
            detail = what;
        }

        private static string Shown(string name)
        {
            var shown = name.Length <= 40 ? name : name[..40] + "…";
            return string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c));
        }
    }
}
