using ChargeScape.Edge.Host.Cli;

return await CommandLine.Run(args);
