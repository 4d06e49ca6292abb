using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Query;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Indicators;

/// <summary>What is said of the indicators as of an instant: targets, parts of targets, definitions and reported values.</summary>
internal sealed record IndicatorBook(
    IReadOnlyList<IndicatorTarget> Targets,
    IReadOnlyDictionary<string, IndicatorDefinition> Definitions,
    ILookup<string, IndicatorShare> Shares,
    ILookup<(string Indicator, string Place), IndicatorObservation> Observations)
{
    /// <summary>Reads the book, on a connection whose transaction the reads that follow share.</summary>
    public static async Task<IndicatorBook> ReadAsync(
        HubStorage storage, EntityTypes types, NpgsqlConnection connection, DateTime? recordedAsOf, CancellationToken cancellationToken)
    {
        var messages = new StoredMessages(storage, types, connection, new ReadTime(recordedAsOf, null));
        var targets = await messages.ReadAsync(IndicatorTarget.Parser, cancellationToken);
        var definitions = await messages.ReadAsync(IndicatorDefinition.Parser, cancellationToken);
        var shares = await messages.ReadAsync(IndicatorShare.Parser, cancellationToken);
        var observations = await messages.ReadAsync(IndicatorObservation.Parser, cancellationToken);
        return new IndicatorBook(
            targets,
            definitions.ToDictionary(definition => definition.IndicatorId),
            shares.ToLookup(share => share.IndicatorId),
            observations.ToLookup(observation => (observation.IndicatorId, observation.ReportingUnit)));
    }
}
