using System.Text.Json;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Limits;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Faults;
using ChargeScape.Edge.Host.Northbound;
using ChargeScape.Edge.Host.Northbound.Orders;

namespace ChargeScape.Edge.Tests.Unit.Host.Faults;

public sealed class CatalogueTests
{
    [Fact]
    public void Every_trip_limit_and_fault_bit_has_exactly_one_entry()
    {
        Assert.Equal(Words<TripId>(), Ids(Catalogue.Trips));
        Assert.Equal(Words<LimitId>(), Ids(Catalogue.Limits));
        Assert.Equal(Words<EvseFaults>(), Ids(Catalogue.EvseFaults));
    }

    [Fact]
    public void Every_trip_and_limit_has_its_line_in_the_list_that_the_step_evaluates()
    {
        Assert.Equal(
            Enum.GetValues<TripId>().Where(id => id != TripId.None).Order(),
            AllTrips.List.Select(trip => trip.Id).Order());
        Assert.Equal(
            Enum.GetValues<LimitId>().Where(id => id != LimitId.None).Order(),
            AllLimits.List.Select(limit => limit.Id).Order());
    }

    [Fact]
    public void Its_names_are_those_of_the_contract()
    {
        Assert.Equal(Enumerated("common", "trip"), Ids(Catalogue.Trips));
        Assert.Equal(Enumerated("common", "limit"), Ids(Catalogue.Limits));
        Assert.Equal(Enumerated("answer", "rejected_reason"), Ids(Catalogue.Reasons.Where(Says("rejected"))));
        Assert.Equal(Enumerated("answer", "deviating_reason"), Ids(Catalogue.Reasons.Where(Says("deviating"))));

        static Func<CatalogueEntry, bool> Says(string stage) => entry => entry.Class.Contains(stage);
    }

    [Fact]
    public void Every_reason_that_the_edge_can_give_is_in_it()
    {
        var known = Catalogue.Reasons.Select(entry => entry.Id).ToHashSet();

        Assert.Subset(known, Words<Rejection>().Concat(Words<Deviation>()).ToHashSet());
        Assert.Equal(known.Count, Catalogue.Reasons.Count);
    }

    [Fact]
    public void Each_entry_is_one_sentence_for_the_household_and_one_step_for_the_installer()
    {
        var all = Catalogue.Trips.Concat(Catalogue.Limits).Concat(Catalogue.EvseFaults).Concat(Catalogue.Reasons)
            .ToList();

        Assert.All(all, entry => Assert.Matches("^[A-Z][^.]{8,160}\\.$", entry.Household));
        Assert.All(all, entry => Assert.Matches("^[A-Z].{5,200}\\.$", entry.Installer));
        Assert.All(Catalogue.Trips, entry => Assert.Contains(entry.Class, Words<TripClass>()));
        Assert.All(Catalogue.EvseFaults, entry => Assert.Contains(entry.Class, Words<TripClass>()));
    }

    [Fact]
    public void The_page_is_the_one_that_is_made_from_it()
    {
        var page = File.ReadAllText(RepositoryRoot.File("edge-host/contract/faults.md"));

        Assert.True(
            page == CatalogueTable.Markdown(),
            "edge-host/contract/faults.md is not what './edge faults catalogue --markdown' writes");
    }

    private static string[] Ids(IEnumerable<CatalogueEntry> entries) => [.. entries.Select(entry => entry.Id).Order()];

    private static string[] Words<T>() where T : struct, Enum =>
        [.. Enum.GetValues<T>().Select(WireWord<T>.Of).Where(word => word != "none").Order()];

    private static string[] Enumerated(string schema, string part)
    {
        var text = File.ReadAllText(RepositoryRoot.File($"edge-host/contract/schemas/{schema}.schema.json"));
        using var json = JsonDocument.Parse(text);
        var names = json.RootElement.GetProperty("$defs").GetProperty(part).GetProperty("enum");
        return [.. names.EnumerateArray().Select(name => name.GetString()!).Order()];
    }
}
