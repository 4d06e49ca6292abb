using Google.Protobuf;
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
        var targets = await ReadAsync(IndicatorTarget.Parser);
        var definitions = await ReadAsync(IndicatorDefinition.Parser);
        var shares = await ReadAsync(IndicatorShare.Parser);
        var observations = await ReadAsync(IndicatorObservation.Parser);
        return new IndicatorBook(
            targets,
            definitions.ToDictionary(definition => definition.IndicatorId),
            shares.ToLookup(share => share.IndicatorId),
            observations.ToLookup(observation => (observation.IndicatorId, observation.ReportingUnit)));

        async Task<List<T>> ReadAsync<T>(MessageParser<T> parser)
            where T : IMessage<T>, new()
        {
            await using var command = new NpgsqlCommand { Connection = connection };
            var rows = new RecordRows(storage, new ReadTime(recordedAsOf, null), command.Parameters);
            command.CommandText =
                $"select r.hub_payload from {rows.From(types.Of<T>(), ["hub_key", "hub_payload"])} r order by r.hub_key collate \"C\"";
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var records = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                records.Add(parser.ParseFrom(reader.GetFieldValue<byte[]>(0)));
            }

            return records;
        }
    }
}
