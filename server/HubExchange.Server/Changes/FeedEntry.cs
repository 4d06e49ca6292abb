using HubExchange.Server.Ingestion;

namespace HubExchange.Server.Changes;

/// <summary>One entry of the change feed.</summary>
/// <param name="Key">Key of the record.</param>
/// <param name="Source">Whose version it is.</param>
/// <param name="Revision">Its number.</param>
/// <param name="Operation">What happened, as the feed stores it.</param>
/// <param name="ChangesConsolidated">Consolidated views show this record from here on, or, after a deletion, none.</param>
/// <param name="Previous">
/// The version whose place it takes: in consolidated views if it changes them, else among those of its source. Null when there was none.
/// </param>
internal readonly record struct FeedEntry(
    string Key, string Source, long Revision, string Operation, bool ChangesConsolidated, VersionId? Previous)
{
    public const string Upsert = "U";
    public const string Delete = "D";
    public const string BackDate = "B";

    /// <summary>A version that was announced before stands for its key in consolidated views again, or for the first time.</summary>
    public const string Show = "S";

    public static FeedEntry Of(RecordVersion version) => new(
        version.Key,
        version.Source,
        version.Revision,
        version.IsDeleted ? Delete : version.Kind == WriteKind.BackDate ? BackDate : Upsert,
        version.ChangesConsolidated,
        version.Previous);
}
