using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.ModbusMap;

namespace ChargeScape.Edge.Tests.Unit.ModbusMap;

/// <summary>A charger that is nothing but registers which the test moves, behind a map of its own.</summary>
internal sealed class HandEvse
{
    private const string Text = """
        {
          'mapVersion': 1, 'kind': 'evse', 'name': 'Acme', 'source': 'made for this test',
          'times': { 'refreshMs': 100, 'maxAgeMs': 4000, 'deadTimeMs': 1000, 'settlingMs': 5000, 'startMs': 20000,
                     'stopMs': 3000 },
          'power': { 'side': 'ac', 'minimumW': 100 },
          'blocks': [ { 'table': 'holding', 'start': 0, 'count': 12 } ],
          'fields': {
            'state':  { 'table': 'holding', 'register': 0, 'type': 'u16', 'unit': 'number', 'min': 0, 'max': 100,
                        'sure': 'single' },
            'powerW': { 'table': 'holding', 'register': 1, 'type': 's32', 'unit': 'W', 'min': -50000, 'max': 50000,
                        'notAvailable': [7], 'sure': 'single' },
            'faults': { 'table': 'holding', 'register': 4, 'type': 'u16', 'unit': 'bits', 'min': 0,
                        'max': 9, 'sure': 'single' },
            'powerForPeopleKw': { 'table': 'holding', 'register': 1, 'type': 's32', 'scale': 0.001, 'unit': 'kW',
                                  'min': -50, 'max': 50, 'sure': 'single' },
            'chargeLimitW': { 'table': 'holding', 'register': 5, 'type': 's32', 'unit': 'W', 'min': 0,
                              'max': 100000, 'sure': 'single' },
            'dischargeLimitW': { 'table': 'holding', 'register': 7, 'type': 's32', 'unit': 'W', 'min': -100000,
                                 'max': 0, 'sure': 'single' },
            'model': { 'table': 'holding', 'register': 9, 'type': 'u16', 'unit': 'number', 'min': 0, 'max': 65535,
                       'oneOf': [55], 'sure': 'single' },
          },
          'states': {
            '1': { 'name': 'no car', 'is': 'unplugged', 'flow': 'none', 'sure': 'single' },
            '2': { 'name': 'car', 'is': 'plugged-in', 'flow': 'none', 'sure': 'single' },
            '3': { 'name': 'starts', 'is': 'starting', 'flow': 'none', 'sure': 'single' },
            '4': { 'name': 'on', 'is': 'energised', 'flow': 'charge', 'sure': 'single' },
            '5': { 'name': 'stops', 'is': 'stopping', 'sure': 'single' },
          },
          'writes': {
            'leaseS': { 'register': 10, 'type': 'u16', 'unit': 's', 'min': 10, 'max': 600, 'function': '6',
                        'proof': 'read-back', 'sure': 'single' },
            'setpointW': { 'register': 30, 'type': 's32', 'unit': 'W', 'min': -6000, 'max': 6000, 'function': '16',
                           'proof': 'read-back', 'reversionMs': 20000, 'handBack': 0, 'sure': 'single' },
            'run': { 'register': 32, 'type': 'u16', 'unit': '', 'min': 0, 'max': 1, 'function': '16',
                     'action': true, 'proof': 'none', 'sure': 'single' },
          },
          'commands': {
            'takeOver': [{ 'write': 'leaseS', 'value': 60 }],
            'start': [{ 'write': 'setpointW', 'value': 0 }, { 'write': 'run', 'value': 1 }],
            'charge': [{ 'write': 'setpointW', 'value': 'power' }],
            'discharge': [{ 'write': 'setpointW', 'value': 'power' }],
            'hold': [{ 'write': 'setpointW', 'value': 0 }],
            'stop': [{ 'write': 'setpointW', 'value': 0 }, { 'write': 'run', 'value': 0 }],
          },
        }
        """;

    private const int NoCar = 1, Car = 2;
    public const int Starts = 3, On = 4, Stops = 5;
    private EvseCommand command;

    /// <param name="from">What is changed in the map; several are parted by |.</param>
    /// <param name="to">What it becomes.</param>
    /// <param name="with">What is changed in the settings.</param>
    public HandEvse(string from = "", string to = "", Func<MapEvseSettings, MapEvseSettings>? with = null)
    {
        Bus.Holding(0, NoCar, 0, 0, 0, 0, 0, 8000, 0xFFFF, unchecked((ushort)-8000), 55, 600, 0);
        Bus.Holding(30, 0, 3000, 0);
        var settings = new MapEvseSettings
        {
            Unit = 1, Period = 200.Milliseconds, MaxPower = 15.kW, MaxCharge = 10.kW, MaxDischarge = 10.kW,
        };
        Evse = new(Bus, Map(from, to), with?.Invoke(settings) ?? settings);
    }

    public HandRegisters Bus { get; } = new();
    public MapEvse Evse { get; }
    public TimeSpan Now { get; set; } = 1.Hours;
    /// <summary>How old commands are when they are taken; negative = stamped after the turn's time.</summary>
    public TimeSpan CommandAge { get; set; }
    public EvseReading Seen => Maps.Value(Evse.Readings, Now);
    public int Setpoint => Bus[30] << 16 | Bus[31];
    public IEnumerable<string> Writes => Bus.Requests.Where(request => request[0] is '6' or '1');
    public int Runs(int value) => Bus.Requests.Count(request => request == $"16:32={value}");

    public static DeviceMap Map(string from = "", string to = "")
    {
        var text = Text;
        foreach (var (old, other) in from.Split('|', StringSplitOptions.RemoveEmptyEntries).Zip(to.Split('|')))
        {
            Assert.Contains(old, text);
            text = text.Replace(old, other);
        }
        var read = MapFile.Parse(System.Text.Encoding.UTF8.GetBytes(text.Replace('\'', '"')), "acme.json");
        return read.Map ?? throw new InvalidOperationException(string.Join('\n', read.Errors));
    }

    public void Shows(int state, int watts = 0) =>
        Bus.Holding(0, (ushort)state, (ushort)(watts >> 16), (ushort)watts);

    public void Run(TimeSpan time, Watts? power = null, Connection? connection = null, uint? session = null)
    {
        command = new(
            power ?? command.Setpoint, connection ?? command.Connection, Now, session ?? command.Session);
        for (var end = Now + time; Now < end; Now += 50.Milliseconds)
        {
            Evse.Commands.Publish(command with { IssuedAt = Now - CommandAge });
            Evse.Read(Now);
            Evse.Write(Now);
        }
    }

    /// <summary>A session of ours with power, as the charger shows it.</summary>
    public void Charging(int watts = 4000)
    {
        Shows(Car);
        Run(1.Seconds, new(watts), Connection.Close, 1);
        Shows(On, watts);
        Run(2.Seconds);
        Assert.Equal(watts, Setpoint);
    }

    public void Plugged() => Shows(Car);
}
