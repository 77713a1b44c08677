using ChargeScape.Edge.Sim.Cli;
using ChargeScape.Edge.Sim.Demo;
using ChargeScape.Edge.Sim.Serve;

const string usage = """
    ChargeScape Edge simulator: a home with PV, a meter, a V2H car and a bidirectional power module.

    usage: chargescape-sim VERB [options]      chargescape-sim VERB --help tells a verb's own options

      run SCENARIO…     run scenario files in virtual time and judge them at the true plant
      swarm             random homes, orders and faults, judged the same way, for hours
      replay --seed N   one run of the swarm again, bit by bit, with its journal
      reactions         thousands of short runs: how long until no power flows, until the contactor is open
      serve SCENARIO    the scenario's home in real time behind real wires, for a controller to run against
      demo              broker, home and controller as processes of their own; checks itself

    exit codes: 0 good; 1 failed, the output says what; 2 wrong arguments or files
    """;

var verb = args.FirstOrDefault() ?? "--help";
var verbs = new Dictionary<string, (string Usage, Func<Arguments, int> Run)>
{
    ["run"] = (RunVerb.Usage, RunVerb.Run),
    ["swarm"] = (SwarmVerb.Usage, SwarmVerb.Run),
    ["replay"] = (ReplayVerb.Usage, ReplayVerb.Run),
    ["reactions"] = (ReactionsVerb.Usage, ReactionsVerb.Run),
    ["serve"] = (ServeVerb.Usage, ServeVerb.Run),
    ["demo"] = (DemoVerb.Usage, DemoVerb.Run),
};
if (verb is "--help" or "-h" or "help")
{
    Console.Out.WriteLine(usage);
    return args.Length == 0 ? 2 : 0;
}
if (!verbs.TryGetValue(verb, out var chosen))
{
    Console.Error.WriteLine($"chargescape-sim: unknown verb '{verb}'\n\n{usage}");
    return 2;
}
if (args.Contains("--help") || args.Contains("-h"))
{
    Console.Out.WriteLine(chosen.Usage);
    return 0;
}
try
{
    return chosen.Run(new Arguments(args.Skip(1)));
}
catch (UsageException wrong)
{
    Console.Error.WriteLine($"chargescape-sim {verb}: {wrong.Message}\n\n{chosen.Usage}");
    return 2;
}
