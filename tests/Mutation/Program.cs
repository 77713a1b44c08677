using ChargeScape.Edge.Tests.Mutation;

if (args is ["--worker", var folder, var how])
    return Worker.Run(folder, how == Pool.QuickWord, Console.In, Console.Out);

using var ended = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    ended.Cancel();
};
if (args is ["coverage", ..]) return CoverageVerb.Run(args[1..], Console.Out, Console.Error);
return MutateVerb.Run(args, Console.Out, Console.Error, ended.Token);
