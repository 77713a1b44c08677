using System.Buffers;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Host.Exchange;
using ChargeScape.Edge.Host.Northbound.Orders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChargeScape.Edge.Host.Northbound;

/// <summary>
/// Between broker and exchange: orders go in, answers, telemetry, state and events go out. One flow of control owns
/// desk, telemetry and broker client; the broker's own thread only puts notes into the inbox.
/// </summary>
internal sealed class Gateway : BackgroundService
{
    private static readonly TimeSpan tickPeriod = 100.Milliseconds;

    private readonly SiteConfig site;
    private readonly ControlExchange exchange;
    private readonly Action wakeLoop;
    private readonly ILogger<Gateway> log;
    private readonly IMqtt mqtt;
    private readonly WallClock clock;
    private readonly GatewayInbox inbox = new();
    private readonly OrderDesk desk;
    private readonly Publisher publisher;
    private readonly List<OrderAnswer> answers = [];
    private readonly ArrayBufferWriter<byte> answerText = new(1024);
    private readonly LogGate dropGate = new(10.Seconds);
    private readonly LogGate rejectGate = new(1.Seconds);
    private ControlFrame frame;
    private uint eventsLogged;

    public Gateway(
        SiteConfig site, ControlExchange exchange, Action wakeLoop, Func<MqttSettings, IMqtt> connect, string software,
        ILogger<Gateway> log)
    {
        this.site = site;
        this.exchange = exchange;
        this.wakeLoop = wakeLoop;
        this.log = log;
        clock = new(site.Clock);
        desk = new(site.Limits, site.Mqtt.Issuers);
        var topics = new Topics(site.Id);
        mqtt = connect(new(
            site.Mqtt.Host, site.Mqtt.Port, site.Mqtt.ClientId, site.Mqtt.KeepAlive, site.Mqtt.Reconnect.Min,
            site.Mqtt.Reconnect.Max, new(topics.State, Telemetry.Offline, 1, Retain: true), OrderDesk.MaxPayloadBytes,
            site.Mqtt.Tls));
        publisher = new(
            mqtt, topics, new(site.Limits, site.InverterMaxAge, desk.Find, software, site.HomeBatteryMaxAge), desk,
            exchange);
        mqtt.Subscribe(topics.Cmd, inbox.Order);
        mqtt.ConnectionChanged += inbox.Connection;
    }

    /// <summary>After the end of gateway and control threads: what they left to tell.</summary>
    public void TellRest()
    {
        LogEvents();
        publisher.TellRest(exchange.Events, clock.Now);
    }

    public override void Dispose()
    {
        publisher.Dispose();
        mqtt.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        mqtt.Start();
        using var timer = new PeriodicTimer(tickPeriod);
        var ticking = Tick(timer, stoppingToken);
        try
        {
            await foreach (var note in inbox.ReadAll(stoppingToken)) Take(note);
        }
        catch (OperationCanceledException)
        {
            // The ordered stop.
        }
        await ticking;
        publisher.Offline();
    }

    private async Task Tick(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            while (await timer.WaitForNextTickAsync(stop)) inbox.Tick();
        }
        catch (OperationCanceledException)
        {
            // The ordered stop.
        }
    }

    private void Take(in InboxNote note)
    {
        exchange.Frame.TryRead(ref frame);
        var now = clock.Now;
        answers.Clear();
        if (inbox.TakeConnection() is { } change) TakeConnection(change, now);
        if (note.Kind == InboxKind.Order) desk.Receive(note.Payload, note.Arrival, now, frame, answers);
        // Plan first, words later: the power does not wait for the answer.
        PassPlan();
        desk.Tick(now, frame, answers);
        PassPlan();
        Say(now);
        LogEvents();
        publisher.Tick(frame, now, exchange.Events);
        TellDrops();
    }

    private void TakeConnection(ConnectionNote change, Moment now)
    {
        if (change.IsConnected)
        {
            log.LogInformation("broker {Host}:{Port} connected", site.Mqtt.Host, site.Mqtt.Port);
            publisher.Connected(now);
        }
        else
        {
            log.LogWarning(
                "broker {Host}:{Port} not connected: {Reason}", site.Mqtt.Host, site.Mqtt.Port, change.Reason);
        }
    }

    private void PassPlan()
    {
        if (!desk.TryTakePlan(out var plan)) return;
        exchange.Plan.Publish(plan);
        wakeLoop();
    }

    private void Say(Moment now)
    {
        foreach (var answer in answers)
        {
            answerText.ResetWrittenCount();
            AnswerWriter.Write(answer, answerText);
            publisher.Answer(answerText.WrittenMemory);
            Log(answer);
        }
    }

    private void Log(OrderAnswer answer)
    {
        if (answer.Stage != AnswerStage.Rejected)
        {
            log.LogInformation(
                "order {Order} of {Issuer}: {Stage}{Deviation}",
                answer.OrderId, answer.Issuer, WireWord<AnswerStage>.Of(answer.Stage),
                answer.Deviates == Deviation.None ? "" : $" ({WireWord<Deviation>.Of(answer.Deviates)})");
        }
        else if (rejectGate.TryPass(out var held))
        {
            log.LogWarning(
                "order {Order} of {Issuer} rejected: {Reason}, {Detail} ({Held} more since the last line)",
                answer.OrderId, answer.Issuer, WireWord<Rejection>.Of(answer.Refused!.Value), answer.Detail, held);
        }
    }

    // Whether or not there is a broker. Modes and trips are logged where their frames are watched.
    private void LogEvents()
    {
        while (exchange.Events.TryLook(ref eventsLogged, out var happened))
        {
            if (happened.Kind != ControlEventKind.Ownership) continue;
            var what = happened.Ownership;
            var level = what.What is OwnershipHappening.TakenOver or OwnershipHappening.HandedBack
                ? LogLevel.Information
                : LogLevel.Warning;
            log.Log(
                level, "{Device} register {Register}: {What}, expected {Expected}, seen {Seen}, exception {Code}",
                happened.Device, what.Address, WireWord<OwnershipHappening>.Of(what.What), what.Expected, what.Seen,
                what.ExceptionCode);
        }
    }

    private void TellDrops()
    {
        var orders = inbox.TakeDropped();
        var messages = publisher.TakeDropped();
        if (orders + messages > 0 && dropGate.TryPass(out _))
            log.LogWarning(
                "dropped: {Orders} orders of a flood, {Messages} messages that the broker did not take", orders,
                messages);
    }
}
