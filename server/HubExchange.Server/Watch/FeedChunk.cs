using HubExchange.Contracts.Entities;
using HubExchange.Server.Changes;
using HubExchange.Server.Query;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Watch;

/// <summary>Entries of the feed that are handed out together, with the versions they tell of. Each is read once, whoever wants it.</summary>
/// <param name="entries">The entries in order; at least one.</param>
/// <param name="isContinued">They begin within a transaction.</param>
internal sealed class FeedChunk(IReadOnlyList<FeedRow> entries, bool isContinued)
{
    private readonly Dictionary<(string Type, string Key, VersionId Version), Record?> _versions = [];
    private readonly Dictionary<long, ResumeToken> _tokens = [];

    /// <summary>The entries.</summary>
    public IReadOnlyList<FeedRow> Entries => entries;

    /// <summary>Their positions end here.</summary>
    public long Last => entries[^1].Position;

    /// <summary>They begin within a transaction.</summary>
    public bool IsContinued => isContinued;

    /// <summary>Where the last transaction ends that is whole at the end of the entries; null when none ends in them.</summary>
    public long? Boundary { get; } = entries.LastOrDefault(entry => entry.EndsCommit)?.Position;

    /// <summary>Where a caller goes on after one of the entries.</summary>
    public ResumeToken TokenAt(long position) => _tokens.TryGetValue(position, out var token)
        ? token
        : _tokens[position] = ResumeToken.After(entries[(int)(position - entries[0].Position)]);

    /// <summary>The version of an entry, which has been loaded; null when its history is gone.</summary>
    public Record? Find(FeedRow entry) => _versions.GetValueOrDefault((entry.Type, entry.Key, entry.Version));

    /// <summary>Loads the versions of entries that are not there yet. Index: primary keys of the current and the version table.</summary>
    public async Task LoadAsync(
        NpgsqlConnection connection, HubStorage storage, EntityType type, IEnumerable<FeedRow> wanted, CancellationToken cancellationToken)
    {
        var missing = new List<FeedRow>();
        foreach (var entry in wanted)
        {
            var record = entry.Content is { } content ? RecordRow.Of(type, content, entry.RecordedAt) : null;
            if (_versions.TryAdd((entry.Type, entry.Key, entry.Version), record) && record is null)
            {
                missing.Add(entry);
            }
        }

        if (missing.Count == 0)
        {
            return;
        }

        var table = storage.TableOf(type);
        var columns = string.Join(", ", RecordRow.Envelope);
        await using var command = new NpgsqlCommand(
            $"""
            select {RecordRow.Columns}
            from unnest($1::text[], $2::text[], $3::bigint[]) as k (key, source, revision)
            cross join lateral ({VersionsOf(table, columns)}) r
            """,
            connection);
        AddKeys(command, missing.ConvertAll(entry => (entry.Key, entry.Version)));
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var record = RecordRow.Read(type, rows, access: null);
            _versions[(type.Id, record.Key, new VersionId(record.Source, record.Revision))] = record;
        }
    }

    /// <summary>The one row of a version <c>k (key, source, revision)</c>, wherever it stands.</summary>
    public static string VersionsOf(EntityTable table, string columns)
    {
        const string ofVersion = "v.hub_key = k.key and v.hub_source = k.source and v.hub_revision = k.revision";
        return
            $"""
            select {columns} from {table.Table} v where {ofVersion}
            union all
            select {columns} from {table.VersionTable} v where {ofVersion}
            """;
    }

    /// <summary>Adds three arrays that name versions, the first parameters of a statement.</summary>
    public static void AddKeys(NpgsqlCommand command, IReadOnlyCollection<(string Key, VersionId Version)> versions)
    {
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. versions.Select(version => version.Key)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. versions.Select(version => version.Version.Source)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. versions.Select(version => version.Version.Revision)] });
    }
}
