using Dapper;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>Keeps reconciliations, what differed, and certificates.</summary>
internal sealed class ReconciliationStore(HubStorage storage)
{
    /// <summary>Notes that a reconciliation has begun.</summary>
    public async Task<V1.Reconciliation> BeginAsync(
        string source, string type, string stream, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var id = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            SqlFiles.Read("Reconciliation/BeginReconciliation.sql"),
            new { source, type, stream, at = at.UtcDateTime },
            cancellationToken: cancellationToken));
        return new V1.Reconciliation
        {
            Id = id,
            Source = source,
            Type = type,
            Stream = stream,
            State = ReconciliationState.Running,
            StartedAt = Timestamp.FromDateTimeOffset(at),
        };
    }

    /// <summary>Asks for a reconciliation, within the transaction of a job.</summary>
    public static Task QueueAsync(
        AttendedType pair, long run, DateTimeOffset at, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Reconciliation/QueueReconciliation.sql"),
            new { pair.Source, pair.Type, run, at = at.UtcDateTime },
            transaction,
            cancellationToken: cancellationToken));

    /// <summary>Reconciliations that jobs asked for and that have not ended.</summary>
    public async Task<List<OpenReconciliation>> ListOpenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return await ListOpenAsync(connection, cancellationToken);
    }

    /// <summary>The same, within the transaction of a job.</summary>
    public static async Task<List<OpenReconciliation>> ListOpenAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<OpenReconciliation>(new CommandDefinition(
            SqlFiles.Read("Reconciliation/ListOpen.sql"), cancellationToken: cancellationToken))).AsList();

    /// <summary>Begins a reconciliation that was asked for. Only for who has the right to reconcile.</summary>
    /// <returns>The reconciliation; null when it was done meanwhile.</returns>
    public async Task<V1.Reconciliation?> ClaimAsync(
        long id, string source, string type, string stream, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var claimed = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            SqlFiles.Read("Reconciliation/ClaimReconciliation.sql"),
            new { id, source, type, stream, at = at.UtcDateTime },
            cancellationToken: cancellationToken));
        return claimed is { } begun ? await GetAsync(begun, "", cancellationToken) : null;
    }

    /// <summary>Ends a reconciliation that nobody does.</summary>
    public async Task GiveUpAsync(long id, string failure, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Reconciliation/GiveUp.sql"), new { id, failure, at = at.UtcDateTime }, cancellationToken: cancellationToken));
    }

    /// <summary>Notes how it ended, and that it has settled what waited until then.</summary>
    /// <param name="run">The reconciliation.</param>
    /// <param name="approved">The one whose repairs were approved; 0 for none.</param>
    /// <param name="at">When.</param>
    /// <param name="certificate">Certificate of equality.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task EndAsync(V1.Reconciliation run, long approved, DateTimeOffset at, byte[]? certificate, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Reconciliation/EndReconciliation.sql"),
            new
            {
                run.Id,
                run.Source,
                run.Type,
                approved,
                state = CodeOf(run.State),
                at = at.UtcDateTime,
                run.Sequence,
                run.SourceCount,
                run.HubCount,
                digest = run.Digest.ToByteArray(),
                run.Missing,
                run.Extra,
                run.Stale,
                run.Forks,
                run.Mended,
                run.Allowed,
                run.Bytes,
                run.RoundTrips,
                run.Cells,
                run.Failure,
                run.DecidedBy,
                certificate,
            },
            cancellationToken: cancellationToken));
    }

    /// <summary>One reconciliation; null when there is none, or it is another source's. An empty node sees all.</summary>
    public async Task<V1.Reconciliation?> GetAsync(long id, string node, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            SqlFiles.Read("Reconciliation/GetReconciliation.sql"), new { id, node }, cancellationToken: cancellationToken));
        return row is null ? null : MessageOf(row);
    }

    /// <summary>Reconciliations below a number, newest first. Empty texts and the unspecified state mean all.</summary>
    public async Task<List<V1.Reconciliation>> ListAsync(
        string source, string type, ReconciliationState state, long before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            SqlFiles.Read("Reconciliation/ListReconciliations.sql"),
            new { source, type, state = state == ReconciliationState.Unspecified ? "" : CodeOf(state), before, limit },
            cancellationToken: cancellationToken));
        return [.. rows.Select(MessageOf)];
    }

    /// <summary>The certificate; null when there is none.</summary>
    public async Task<ReconciliationCertificate?> CertificateAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var bytes = await connection.ExecuteScalarAsync<byte[]?>(new CommandDefinition(
            SqlFiles.Read("Reconciliation/GetCertificate.sql"), new { id }, cancellationToken: cancellationToken));
        return bytes is null ? null : ReconciliationCertificate.Parser.ParseFrom(bytes);
    }

    /// <summary>Keeps what differed.</summary>
    public async Task AddDifferencesAsync(long id, List<FoundDifference> differences, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Reconciliation/AddDifferences.sql"),
            new
            {
                id,
                keys = differences.ConvertAll(difference => difference.Key),
                kinds = differences.ConvertAll(difference => CodeOf(difference.Kind)),
                revisions = differences.ConvertAll(difference => difference.HubRevision),
            },
            cancellationToken: cancellationToken));
    }

    /// <summary>Notes what became of differences.</summary>
    public Task NoteOutcomesAsync(long id, IReadOnlyList<FoundDifference> differences, CancellationToken cancellationToken) => NoteAsync(
        id,
        [.. differences.Select(difference => (difference.Key, difference.Outcome, difference.MendedRevision, 0L))],
        cancellationToken);

    /// <summary>Notes what became of differences that are known from before.</summary>
    public Task NoteOutcomesAsync(long id, IReadOnlyList<Difference> differences, CancellationToken cancellationToken) => NoteAsync(
        id,
        [.. differences.Select(difference => (difference.Key, difference.Outcome, difference.MendedRevision, difference.UndoneRevision))],
        cancellationToken);

    /// <summary>What differed, after a key.</summary>
    public async Task<List<Difference>> ListDifferencesAsync(long id, string after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<DifferenceRow>(new CommandDefinition(
            SqlFiles.Read("Reconciliation/ListDifferences.sql"), new { id, after, limit }, cancellationToken: cancellationToken));
        return
        [
            .. rows.Select(row => new Difference
            {
                Key = row.Key,
                Kind = System.Enum.Parse<DifferenceKind>(row.Kind, ignoreCase: true),
                Outcome = System.Enum.Parse<DifferenceOutcome>(row.Outcome, ignoreCase: true),
                HubRevision = row.HubRevision,
                MendedRevision = row.MendedRevision,
                UndoneRevision = row.UndoneRevision,
            }),
        ];
    }

    private async Task NoteAsync(
        long id, List<(string Key, DifferenceOutcome Outcome, long Revision, long Undone)> outcomes, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Reconciliation/NoteOutcomes.sql"),
            new
            {
                id,
                keys = outcomes.ConvertAll(outcome => outcome.Key),
                outcomes = outcomes.ConvertAll(outcome => CodeOf(outcome.Outcome)),
                revisions = outcomes.ConvertAll(outcome => outcome.Revision),
                undone = outcomes.ConvertAll(outcome => outcome.Undone),
            },
            cancellationToken: cancellationToken));
    }

    // Codes are the names of the enums in capitals; each is one word.
    private static string CodeOf<T>(T value)
        where T : struct, System.Enum => value.ToString().ToUpperInvariant();

    private static V1.Reconciliation MessageOf(Row row) => new()
    {
        Id = row.Id,
        Source = row.Source,
        Type = row.Type,
        State = System.Enum.Parse<ReconciliationState>(row.State, ignoreCase: true),
        StartedAt = Timestamp.FromDateTime(row.StartedAt),
        EndedAt = row.EndedAt is { } ended ? Timestamp.FromDateTime(ended) : null,
        Stream = row.Stream,
        Sequence = row.Sequence,
        SourceCount = row.SourceCount,
        HubCount = row.HubCount,
        Digest = ByteString.CopyFrom(row.Digest),
        Missing = row.Missing,
        Extra = row.Extra,
        Stale = row.Stale,
        Forks = row.Forks,
        Mended = row.Mended,
        Allowed = row.Allowed,
        Bytes = row.Bytes,
        RoundTrips = row.RoundTrips,
        Cells = row.Cells,
        Failure = row.Failure,
        DecidedBy = row.DecidedBy,
        JobRun = row.JobRun,
        SettledBy = row.SettledBy,
    };

    private sealed record DifferenceRow(string Key, string Kind, string Outcome, long HubRevision, long MendedRevision, long UndoneRevision);

    /// <summary>A reconciliation as it is stored.</summary>
    private sealed class Row
    {
        public long Id { get; init; }

        public string Source { get; init; } = "";

        public string Type { get; init; } = "";

        public string State { get; init; } = "";

        public DateTime StartedAt { get; init; }

        public DateTime? EndedAt { get; init; }

        public string Stream { get; init; } = "";

        public long Sequence { get; init; }

        public long SourceCount { get; init; }

        public long HubCount { get; init; }

        public byte[] Digest { get; init; } = [];

        public long Missing { get; init; }

        public long Extra { get; init; }

        public long Stale { get; init; }

        public long Forks { get; init; }

        public long Mended { get; init; }

        public long Allowed { get; init; }

        public long Bytes { get; init; }

        public int RoundTrips { get; init; }

        public int Cells { get; init; }

        public string Failure { get; init; } = "";

        public string DecidedBy { get; init; } = "";

        public long JobRun { get; init; }

        public long SettledBy { get; init; }
    }
}
