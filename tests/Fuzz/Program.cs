using ChargeScape.Edge.Tests.Fuzz;

return FuzzVerb.Run(args, Console.Out, Console.Error);
