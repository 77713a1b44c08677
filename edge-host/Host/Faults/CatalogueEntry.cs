namespace ChargeScape.Edge.Host.Faults;

/// <summary>What the catalogue says of one thing that stops, limits or refuses.</summary>
/// <param name="Id">Its word on the wire.</param>
/// <param name="Class">Of a fault who may clear it (f0…f4; what a bounded retry turns into is not named); of a limit
/// "limit"; of a reason in which answers it stands.</param>
/// <param name="Household">One sentence for the people who live there.</param>
/// <param name="Installer">One step for who repairs it.</param>
public sealed record CatalogueEntry(string Id, string Class, string Household, string Installer);
