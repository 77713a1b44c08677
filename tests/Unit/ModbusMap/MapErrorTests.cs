using System.Text;
using ChargeScape.Edge.Hal.Devices.ModbusMap;

namespace ChargeScape.Edge.Tests.Unit.ModbusMap;

/// <summary>Maps that cannot be meant: every error at once, with line and JSON path, and never an exception.</summary>
public sealed class MapErrorTests
{
    private static MapResult Changed(string map, string from, string to)
    {
        // In the tests' lines a single quote stands for a double one.
        var text = Encoding.UTF8.GetString(MapFile.Text(map)).Replace('"', '\'');
        foreach (var (old, other) in from.Split('|').Zip(to.Split('|')))
        {
            Assert.Contains(old, text);
            text = text.Replace(old, other);
        }
        return MapFile.Parse(Encoding.UTF8.GetBytes(text.Replace('\'', '"')), "my.json");
    }

    [Theory]
    [InlineData("'register': 70", "'register': 69", "$.fields.frequencyHz", "no block")]
    [InlineData("'register': 70", "'register': 70000", "$.fields.frequencyHz.register", "65535")]
    [InlineData("'count': 18", "'count': 65535", "$.blocks[0].count", "from 1 to 125")]
    [InlineData("'start': 52", "'start': 17", "$.blocks", "shares registers")]
    [InlineData("'start': 70", "'start': 65535", "$.blocks[2].start", "65535")]
    [InlineData("'every': 10", "'every': 0", "$.blocks[2].every", "from 1 to 1000")]
    [InlineData("'min': 40", "'min': 71", "$.fields.frequencyHz.max", "below min")]
    [InlineData("'unit': 'Hz'", "'unit': 'kHz'", "$.fields.frequencyHz.unit", "'Hz'")]
    [InlineData("'kind': 'meter'", "'kind': 'toaster'", "$.kind", "meter")]
    [InlineData("'mapVersion': 1", "'mapVersion': 2", "$.mapVersion", "from 1 to 1")]
    [InlineData("'sure': 'documented'", "'sure': 'certain'", "$.fields.voltageL1V.sure", "tested")]
    [InlineData("'sure': 'documented'", "'note': 'x'", "$.fields.voltageL1V.sure", "missing")]
    [InlineData("'powerL2W'", "'powerOfL2W'", "$.fields.powerL2W", "belong together")]
    [InlineData("'powerW'", "'power'", "$.fields.powerW", "missing")]
    [InlineData("'unit': 'Hz'", "'scale': 0, 'unit': 'Hz'", "$.fields.frequencyHz.scale", "worth")]
    [InlineData("'unit': 'Hz'", "'scale': 1e999, 'unit': 'Hz'", "$.fields.frequencyHz.scale", "number")]
    [InlineData("'every': 10", "'evry': 10", "$.blocks[2].evry", "did you mean 'every'")]
    [InlineData("'unit': 'Hz'", "'notAvailable': [1.5], 'unit': 'Hz'",
        "$.fields.frequencyHz.notAvailable[0]", "whole number")]
    [InlineData("'refreshMs': 200", "'refreshMs': 3000", "$.times.maxAgeMs", "outlive")]
    [InlineData("'frequencyHz'", "'frequency Hz'", "$.fields.frequency Hz", "letter")]
    [InlineData("'unit': 'Hz'", "'moves': true, 'unit': 'Hz'", "$.fields.frequencyHz", "no positions")]
    [InlineData("'table': 'input', 'register': 70", "'table': 'holding', 'register': 70",
        "$.fields.frequencyHz", "no block")]
    [InlineData("'unit': 'Hz'", "'positive': 'ask', 'unit': 'Hz'", "$.fields.frequencyHz", "power and current")]
    [InlineData("'unit': 'Hz'", "'oneOf': [50], 'unit': 'Hz'", "$.fields.frequencyHz", "every round")]
    [InlineData("'unit': 'Hz'", "'oneOf': [], 'unit': 'Hz'", "$.fields.frequencyHz.oneOf", "1 to 64")]
    [InlineData("'unit': 'Hz'", "'notAvailable': [4294967296], 'unit': 'Hz'",
        "$.fields.frequencyHz.notAvailable[0]", "fits 2 registers")]
    [InlineData("'unit': 'Hz'", "'notAvailable': [1,2,3,4,5,6,7,8,9], 'unit': 'Hz'",
        "$.fields.frequencyHz.notAvailable", "at most 8")]
    [InlineData("'start': 52", "'start': 2", "$.blocks", "shares registers")]
    [InlineData("'register': 70", "'register': 65535", "$.fields.frequencyHz.register", "before address 65536")]
    [InlineData("'register': 14", "'register': 13", "$.fields", "shares registers")]
    public void A_meter_s_map_that_cannot_be_meant_says_where(string from, string to, string path, string why)
    {
        var (map, errors) = Changed("eastron-sdm630", from, to);

        Assert.Null(map);
        var told = errors.Where(error => error.Path == path && error is { Line: > 0, File: "my.json" })
            .Select(error => error.Message.Replace('"', '\''));
        Assert.Contains(told, message => message.Contains(why, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("'register': 88", "'register': 87", "$.writes", "shares registers")]
    [InlineData("{ 'write': 'run', 'value': 0 }", "{ 'write': 'rum', 'value': 0 }",
        "$.commands.stop[1].write", "'run'")]
    [InlineData("{ 'write': 'run', 'value': 0 }", "{ 'write': 'run', 'value': 2 }",
        "$.commands.stop[1].value", "0 to 1")]
    [InlineData("{ 'write': 'run', 'value': 0 }", "{ 'write': 'run', 'value': 'power' }",
        "$.commands.stop[1].value", "charge and discharge")]
    [InlineData("'value': 60 }", "'value': 5 }", "$.commands.takeOver[0].value", "10 to 600")]
    [InlineData("'hold': [{ 'write': 'setpointW', 'value': 0 }]", "'hold': []", "$.commands.hold", "zero")]
    [InlineData("'is': 'unplugged'", "'is': 'away'", "$.states.1.is", "not-controllable")]
    [InlineData("'12': {", "'twelve': {", "$.states.twelve", "whole number")]
    [InlineData("'11': {", "'012': {", "$.states.12", "twice")]
    [InlineData("'step': 100", "'step': 10000", "$.blocks[0].start", "65535")]
    [InlineData("'positions': { 'step': 100, 'min': 1, 'max': 11 },", "", "$.blocks[0].moves", "no positions")]
    [InlineData("'action': true, 'proof': 'none'", "'action': true, 'proof': 'read-back'",
        "$.writes.run.action", "none")]
    [InlineData("'handBack': 0", "'handBack': 99999", "$.writes.setpointW.handBack", "outside")]
    [InlineData("'side': 'dc'", "'side': 'dc', 'sign': 'state'", "$.power", "flow")]
    [InlineData("'side': 'dc'|'positive': 'ours', 'sure'", "'side': 'dc', 'sign': 'state'|'positive': 'ask', 'sure'",
        "$.fields.powerW", "nothing is left to ask")]
    [InlineData("'positions': { 'step': 100, 'min': 1, 'max': 11 },", "", "$.writes.setpointW", "no positions")]
    [InlineData("'min': 1, 'max': 11 }", "'min': 12, 'max': 11 }", "$.positions.max", "below min")]
    [InlineData("'moves': true, 'register': 86", "'moves': true, 'register': 64435", "$.writes.setpointW", "65535")]
    [InlineData("'state': { 'table'", "'stateOf': { 'table'", "$.states", "belong together")]
    [InlineData("'positive': 'ours', 'function'", "'positive': 'ask', 'function'",
        "$.writes.setpointW.positive", "known sign")]
    [InlineData("'refreshMs': 1000|'reversionMs': 60000", "'minimumGapMs': 1000, 'refreshMs': 1000|'reversionMs': 3000",
        "$.writes.setpointW", "minimum gap")]
    [InlineData("'action': true", "'action': true, 'handBack': 0", "$.writes.run.action", "handed back")]
    [InlineData("'action': true", "'action': true, 'reversionMs': 90000", "$.writes.run.action", "refreshed")]
    [InlineData("'action': true", "'action': true, 'waitsForEarlier': true", "$.writes.run.action", "action")]
    [InlineData("'stop': [{ 'write': 'setpointW', 'value': 0 }, { 'write': 'run', 'value': 0 }]", "'stop': []",
        "$.commands.stop", "a way to stop")]
    [InlineData("'charge': [{ 'write': 'setpointW'", "'charge': [{ 'write': 'run'",
        "$.commands.charge[0].value", "never by an action")]
    [InlineData("'max': 600, 'function'|'value': 60 }", "'max': 9e9, 'function'|'value': 5e9 }",
        "$.commands.takeOver[0].value", "does not fit")]
    [InlineData("'handBack': 0", "'handBack': 1e999", "$.writes.setpointW.handBack", "a number")]
    [InlineData("'every': 10", "'every': 10, 'moves': true", "$.fields.timeoutS", "no block")]
    [InlineData("'blocks': [", "'blocks': [], 'b': [", "$.blocks", "1 to 32 blocks")]
    [InlineData("'count': 40, 'moves': true }|'count': 6, 'moves': true }",
        "'count': 40, 'moves': true, 'every': 2 }|'count': 6, 'moves': true, 'every': 2 }", "$.blocks", "every round")]
    [InlineData("'states': {", "'states': {}, 's': {", "$.states", "belong together")]
    [InlineData("'writes': {", "'writes': {}, 'w': {", "$.writes", "empty")]
    public void An_evse_s_map_that_cannot_be_meant_says_where(string from, string to, string path, string why)
    {
        var (map, errors) = Changed("evtec-bidipro", from, to);

        Assert.Null(map);
        var told = errors.Where(error => error.Path == path).Select(error => error.Message.Replace('"', '\''));
        Assert.Contains(told, message => message.Contains(why, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("'takeOver': [", "{ 'write': 'timeoutS', 'value': 60 },", 16, "$.commands.takeOver", "more than 16")]
    [InlineData("'blocks': [", "{ 'table': 'input', 'start': #, 'count': 1 },", 30, "$.blocks", "1 to 32")]
    [InlineData("'fields': {", "'f#': {},", 150, "$.fields", "more than 150")]
    [InlineData("'writes': {", "'w#': {},", 50, "$.writes", "more than 50")]
    public void More_of_anything_than_a_device_can_need_is_an_error(
        string list, string one, int count, string path, string why)
    {
        var many = string.Concat(Enumerable.Range(0, count).Select(i => one.Replace("#", $"{i}")));

        var (map, errors) = Changed("evtec-bidipro", list, list + many);

        Assert.Null(map);
        Assert.Contains(errors, error => error.Path == path && error.Message.Contains(why, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    public void A_map_is_an_object(string text)
    {
        var error = Assert.Single(MapFile.Parse(Encoding.UTF8.GetBytes(text), "a").Errors);

        Assert.Contains("expected an object", error.Message);
    }

    [Fact]
    public void All_errors_come_at_once_in_the_order_of_the_file()
    {
        var (_, errors) = MapFile.Parse("""
            {
              "mapVersion": 1, "kind": "meter", "name": "m", "source": "s",
              "blocks": [ { "table": "coil", "start": 0, "count": 2 } ],
              "fields": {
                "powerW": { "table": "input", "register": 0, "type": "f31", "unit": "W", "min": 0, "max": 1,
                            "sure": "single" },
                "extra": 1,
              },
              "times": { "refreshMs": -1, "maxAgeMs": 100 },
            }
            """u8, "my.json");

        Assert.Equal(
            ["$.blocks[0].table", "$.fields.powerW.type", "$.fields.extra", "$.times.refreshMs"],
            errors.Select(error => error.Path).Where(path => !path.EndsWith("1W", StringComparison.Ordinal)
                && !path.EndsWith("1V", StringComparison.Ordinal) && !path.EndsWith("1A", StringComparison.Ordinal)));
        Assert.Equal(
            [3, 5, 7, 9], errors.Select(error => error.Line).Where(line => line is 3 or 5 or 7 or 9).Distinct());
    }

    [Theory]
    [InlineData("nobody", "no such map")]
    [InlineData("/nowhere/at-all.json", "cannot be read")]
    [InlineData("/proc/self.json", "cannot be read")]
    public void A_map_that_is_not_there_is_an_error(string name, string why)
    {
        var (map, errors) = MapFile.Read(name);

        Assert.Null(map);
        Assert.Contains(why, Assert.Single(errors).Message);
    }
}
