using ChargeScape.Edge.Host.Cli;

// Before anything else: what a signal ends in is promised for every moment.
Interruption.Watch();
return await CommandLine.Run(args);
