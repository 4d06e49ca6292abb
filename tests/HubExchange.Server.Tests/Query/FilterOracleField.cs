using System.Globalization;
using HubExchange.Enterprise.V1;
using HubExchange.Sample.V1;
using HubExchange.V1;
using Record = HubExchange.V1.Record;

namespace HubExchange.Server.Tests.Query;

internal enum OracleKind
{
    Text,
    Code,
    Number,
    Flag,
    Date,
    Instant,
}

/// <summary>What the oracle knows: every record a caller may see.</summary>
internal sealed record OracleWorld(
    IReadOnlyList<OracleRow> Rows,
    IReadOnlyDictionary<string, OracleTarget> Targets,
    IReadOnlyDictionary<string, Organization> Organizations,
    DateOnly Today);

/// <summary>A record with its envelope.</summary>
internal sealed record OracleRow(Record Envelope, OracleCase Value);

/// <summary>A field of the filter language, read out of messages by hand-written code.</summary>
/// <param name="Path">Its name in a filter.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Values">Every value it has in a record: none where it is absent.</param>
/// <param name="IsSet">Whether <c>:*</c> holds.</param>
/// <param name="IsList">Of a list only <c>:</c>, IN, contains and prefix.</param>
/// <param name="IsOrderable">It may stand in an order.</param>
/// <param name="IsCode">Texts are compared in upper case.</param>
internal sealed record FilterOracleField(
    string Path,
    OracleKind Kind,
    Func<OracleWorld, OracleRow, IEnumerable<object>> Values,
    Func<OracleWorld, OracleRow, bool> IsSet,
    bool IsList = false,
    bool IsOrderable = false,
    bool IsCode = false)
{
    /// <summary>Every field of the sample type, for a caller who sees personal data or does not.</summary>
    public static IReadOnlyList<FilterOracleField> All(bool isPersonalVisible) =>
    [
        Own("case_id", OracleKind.Text, value => Text(value.CaseId)),
        Own("name", OracleKind.Text, value => Text(value.Name)),
        Own("note", OracleKind.Text, value => Text(value.Note)),
        Own("small", OracleKind.Number, value => value.HasSmall ? [(decimal)value.Small] : []),
        Own("plain", OracleKind.Number, value => [(decimal)value.Plain]),
        Own("big", OracleKind.Number, value => value.HasBig ? [(decimal)value.Big] : []),
        Own("ratio", OracleKind.Number, value => Decimal(value.Ratio)),
        Own("made_on", OracleKind.Date, value => Date(value.MadeOn)),
        Own("ended_on", OracleKind.Date, value => Date(value.EndedOn)),
        Own("flag", OracleKind.Flag, value => value.HasFlag ? [value.Flag] : []),
        Own("plain_flag", OracleKind.Flag, value => [value.PlainFlag]),
        Own("state", OracleKind.Code, value => State(value.State)),
        Own("other_state", OracleKind.Code, value => State(value.OtherState)),
        Own("source", OracleKind.Text, value => Text(value.Source)),
        Own("target_id", OracleKind.Text, value => Text(value.TargetId)),
        Own("uscc", OracleKind.Text, value => Text(value.Uscc)) with { IsCode = true },
        Own("seen_at", OracleKind.Instant, value => value.SeenAt is { } at ? [at.ToDateTimeOffset()] : []),
        Own("words", OracleKind.Text, value => value.Words) with { IsList = true, IsOrderable = false },
        Own("numbers", OracleKind.Number, value => value.Numbers.Select(number => (object)(decimal)number)) with { IsList = true, IsOrderable = false },
        Own("states", OracleKind.Code, value => value.States.SelectMany(State)) with { IsList = true, IsOrderable = false },
        Own("days", OracleKind.Date, value => value.Days.SelectMany(Date)) with { IsList = true, IsOrderable = false },
        Own("target_ids", OracleKind.Text, value => value.TargetIds) with { IsList = true, IsOrderable = false },
        .. isPersonalVisible ? [Own("secret", OracleKind.Text, value => Text(value.Secret))] : (FilterOracleField[])[],
        .. Part("part.", isPersonalVisible, (_, row) => row.Value.Part is { } part ? [part] : []).Select(field => field with { IsOrderable = !field.IsList }),
        .. Part("parts.", isPersonalVisible, (_, row) => row.Value.Parts),
        .. Target("target_id.", isPersonalVisible, (world, row) => Referred(world.Targets, [row.Value.TargetId])),
        .. Target("target_ids.", isPersonalVisible, (world, row) => Referred(world.Targets, row.Value.TargetIds)),
        .. Organization("uscc.", (world, row) => Referred(world.Organizations, [row.Value.Uscc])),
        .. Organization("organization.", (world, row) => Referred(world.Organizations, [row.Value.Uscc])),
        Envelope("key", OracleKind.Text, record => [record.Key]),
        Envelope("hub_source", OracleKind.Text, record => [record.Source]),
        Envelope("effective_from", OracleKind.Date, record => Date(record.EffectiveFrom)),
        Envelope("recorded_at", OracleKind.Instant, record => [record.RecordedAt.ToDateTimeOffset()]),
        Envelope("disputed", OracleKind.Text, record => record.DisputedFields) with { IsList = true, IsOrderable = false },
    ];

    private static FilterOracleField Own(string path, OracleKind kind, Func<OracleCase, IEnumerable<object>> values) =>
        new(path, kind, (_, row) => values(row.Value), (_, row) => values(row.Value).Any(), IsOrderable: true);

    private static FilterOracleField Envelope(string path, OracleKind kind, Func<Record, IEnumerable<object>> values) =>
        new(path, kind, (_, row) => values(row.Envelope), (_, row) => values(row.Envelope).Any(), IsOrderable: true);

    private static IEnumerable<FilterOracleField> Part(
        string prefix, bool isPersonalVisible, Func<OracleWorld, OracleRow, IEnumerable<OraclePart>> parts)
    {
        yield return Of(prefix + "name", OracleKind.Text, parts, part => Text(part.Name));
        yield return Of(prefix + "count", OracleKind.Number, parts, part => [(decimal)part.Count]);
        yield return Of(prefix + "price_fen", OracleKind.Number, parts, part => part.HasPriceFen ? [(decimal)part.PriceFen] : []);
        yield return Of(prefix + "weight", OracleKind.Number, parts, part => Decimal(part.Weight));
        yield return Of(prefix + "tested_on", OracleKind.Date, parts, part => Date(part.TestedOn));
        yield return Of(prefix + "state", OracleKind.Code, parts, part => State(part.State));
        yield return Of(prefix + "good", OracleKind.Flag, parts, part => [part.Good]);
        yield return Of(prefix + "maker.name", OracleKind.Text, parts, part => Text(part.Maker?.Name ?? ""));
        yield return Of(prefix + "tags", OracleKind.Text, parts, part => part.Tags) with { IsList = true };
        if (isPersonalVisible)
        {
            yield return Of(prefix + "secret", OracleKind.Text, parts, part => Text(part.Secret));
        }
    }

    private static IEnumerable<FilterOracleField> Target(
        string prefix, bool isPersonalVisible, Func<OracleWorld, OracleRow, IEnumerable<OracleTarget>> targets) =>
    [
        Of(prefix + "target_id", OracleKind.Text, targets, target => Text(target.TargetId)),
        Of(prefix + "name", OracleKind.Text, targets, target => Text(target.Name)),
        Of(prefix + "size", OracleKind.Number, targets, target => target.HasSize ? [(decimal)target.Size] : []),
        Of(prefix + "opened_on", OracleKind.Date, targets, target => Date(target.OpenedOn)),
        Of(prefix + "tags", OracleKind.Text, targets, target => target.Tags) with { IsList = true },
        .. Part(prefix + "parts.", isPersonalVisible, (world, row) => targets(world, row).SelectMany(target => target.Parts)),
    ];

    private static FilterOracleField[] Organization(string prefix, Func<OracleWorld, OracleRow, IEnumerable<Organization>> organizations) =>
    [
        Of(prefix + "name", OracleKind.Text, organizations, organization => Text(organization.Name)),
        Of(prefix + "staff_total", OracleKind.Number, organizations, organization => organization.HasStaffTotal ? [(decimal)organization.StaffTotal] : []),
        Of(prefix + "established_on", OracleKind.Date, organizations, organization => Date(organization.EstablishedOn)),
        Of(prefix + "zone_ids", OracleKind.Text, organizations, organization => organization.ZoneIds) with { IsList = true, IsCode = true },
    ];

    private static FilterOracleField Of<T>(
        string path, OracleKind kind, Func<OracleWorld, OracleRow, IEnumerable<T>> owners, Func<T, IEnumerable<object>> values) =>
        new(path, kind, (world, row) => owners(world, row).SelectMany(values), (world, row) => owners(world, row).SelectMany(values).Any());

    private static IEnumerable<T> Referred<T>(IReadOnlyDictionary<string, T> records, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            if (records.TryGetValue(key, out var record))
            {
                yield return record;
            }
        }
    }

    private static object[] Text(string text) => text.Length > 0 ? [text] : [];

    private static object[] Decimal(string text) => text.Length > 0 ? [decimal.Parse(text, CultureInfo.InvariantCulture)] : [];

    private static object[] Date(string text) =>
        text.Length > 0 ? [DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture)] : [];

    private static object[] State(OracleState state) => state switch
    {
        OracleState.Fresh => ["FRESH"],
        OracleState.InUse => ["IN_USE"],
        OracleState.Gone => ["GONE"],
        _ => [],
    };
}
