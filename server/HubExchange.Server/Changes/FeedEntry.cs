using HubExchange.Server.Ingestion;

namespace HubExchange.Server.Changes;

/// <summary>One entry of the change feed.</summary>
/// <param name="Key">Key of the record.</param>
/// <param name="Source">Whose version it is.</param>
/// <param name="Revision">Its number.</param>
/// <param name="Operation">What happened, as the feed stores it.</param>
/// <param name="ChangesConsolidated">Consolidated views show this record from here on, or, after a deletion, none.</param>
internal readonly record struct FeedEntry(string Key, string Source, long Revision, string Operation, bool ChangesConsolidated)
{
    public const string Upsert = "U";
    public const string Delete = "D";
    public const string BackDate = "B";

    public static FeedEntry Of(RecordVersion version) => new(
        version.Key,
        version.Source,
        version.Revision,
        version.IsDeleted ? Delete : version.Kind == WriteKind.BackDate ? BackDate : Upsert,
        version.ChangesConsolidated);
}
