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
/// <param name="Hash">Hash of the version's content, empty for a deletion; null where the entry tells of no new version.</param>
/// <param name="Content">The version as it will stand in the table; null where that is not settled yet.</param>
internal readonly record struct FeedEntry(
    string Key,
    string Source,
    long Revision,
    string Operation,
    bool ChangesConsolidated,
    VersionId? Previous,
    byte[]? Hash = null,
    RecordVersion? Content = null)
{
    public const string Upsert = "U";
    public const string Delete = "D";
    public const string BackDate = "B";

    /// <summary>A version that was announced before stands for its key in consolidated views again, or for the first time.</summary>
    public const string Show = "S";

    /// <summary>The entry of a version.</summary>
    /// <param name="version">The version.</param>
    /// <param name="isSettled">Nothing of it depends on other sources.</param>
    public static FeedEntry Of(RecordVersion version, bool isSettled) => new(
        version.Key,
        version.Source,
        version.Revision,
        version.IsDeleted ? Delete : version.Kind == WriteKind.BackDate ? BackDate : Upsert,
        version.ChangesConsolidated,
        version.Previous,
        version.Hash,
        isSettled ? version : null);
}
