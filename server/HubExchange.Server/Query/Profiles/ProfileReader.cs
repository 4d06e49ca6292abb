using System.Data;
using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Findings;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Query.Profiles;

/// <summary>
/// Reads an organisation and everything that names it, in one round trip over one snapshot. Which fields name organisations is what the
/// contracts say; a new type is in the profile by being one.
/// </summary>
internal sealed class ProfileReader(HubStorage storage, EntityTypes types, RecordHistory history, FindingStore findings, TimeProvider clock)
{
    // Sorts after every source.
    private const string LastSource = "\uFFFF";

    private static readonly string CountOpenSql = SqlFiles.Read("Query/Profiles/CountOpen.sql");

    private readonly EntityType _organization = types.Of<Organization>();

    /// <summary>The profile. Without organisation and sections when nothing names it.</summary>
    /// <param name="uscc">The organisation, in canonical form.</param>
    /// <param name="time">The moment.</param>
    /// <param name="size">Most records of a section, and most changes.</param>
    /// <param name="caller">Who reads.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<GetOrganizationProfileResponse> ReadAsync(
        string uscc, ReadTime time, int size, Caller caller, CancellationToken cancellationToken)
    {
        var profile = new GetOrganizationProfileResponse();
        var sections = types.All
            .Select(type => (Type: type, Access: new ReadAccess(caller, type)))
            .Select(item => (item.Type, item.Access, References: OrganizationReference.Of(item.Type, item.Access, _organization)))
            .Where(item => item.References.Count > 0)
            .ToList();
        await using (var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken))
        {
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            await using var batch = new NpgsqlBatch(connection, transaction);
            batch.BatchCommands.Add(Organization(uscc, time, new ReadAccess(caller, _organization)));
            sections.ForEach(section => batch.BatchCommands.Add(Section(section.Type, section.References, uscc, time, size, section.Access)));
            var isCounted = time.IsCurrent && caller.May("quarantine.read");
            if (isCounted)
            {
                batch.BatchCommands.Add(Open(uscc, caller.Node));
            }

            await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
            if (await rows.ReadAsync(cancellationToken))
            {
                profile.Organization = RecordRow.Read(_organization, rows, new ReadAccess(caller, _organization), masksPeople: true);
            }

            foreach (var (type, access, references) in sections)
            {
                await rows.NextResultAsync(cancellationToken);
                if (await ReadSectionAsync(type, access, references, uscc, rows, cancellationToken) is { Total: > 0 } section)
                {
                    profile.Sections.Add(section);
                }
            }

            if (isCounted && await rows.NextResultAsync(cancellationToken) && await rows.ReadAsync(cancellationToken))
            {
                profile.OpenQuarantined = rows.GetInt64(0);
            }
        }

        profile.Changes.Add(await ChangesAsync(uscc, time, size, caller, cancellationToken));
        if (time.IsCurrent && caller.May("finding.read"))
        {
            var about = profile.Sections.SelectMany(section => section.Records).Select(item => (item.Record.Type, item.Record.Key));
            var open = await findings.ListOfRecordsAsync(
                [(_organization.Id, uscc), .. about], caller.Node, ChinaTime.Today(clock), size, cancellationToken);
            profile.Findings.Add(open.Select(FindingMessages.Of));
        }

        return profile;
    }

    private NpgsqlBatchCommand Organization(string uscc, ReadTime time, ReadAccess access)
    {
        var command = new NpgsqlBatchCommand();
        var rows = new RecordRows(storage, time, command.Parameters);
        var keys = $"= {command.Parameters.Use(uscc)}";
        command.CommandText = $"select {RecordRow.Columns} from {rows.From(_organization, RecordRow.Envelope, "", access.OwnNode, keys)} r";
        return command;
    }

    private NpgsqlBatchCommand Section(
        EntityType type, IReadOnlyList<OrganizationReference> references, string uscc, ReadTime time, int size, ReadAccess access)
    {
        var command = new NpgsqlBatchCommand();
        var rows = new RecordRows(storage, time, command.Parameters);
        var condition = string.Join(" or ", references.Select(reference => reference.Condition(uscc, command.Parameters)));
        string[] columns = [.. RecordRow.Envelope.Union(references.Select(reference => reference.Column))];

        // What a moment of the past shows of a key is one of its versions, and that names the organisation.
        var table = storage.TableOf(type);
        var keys = time.IsCurrent
            ? null
            : $"in (select r.hub_key from {table.Table} r where {condition} union select r.hub_key from {table.VersionTable} r where {condition})";
        command.CommandText =
            $"""
            select {RecordRow.Columns}, count(*) over (), count(*) filter (where cardinality(r.hub_warnings) > 0) over ()
            from {rows.From(type, columns, "", access.OwnNode, keys)} r
            where {condition}
            order by r.hub_effective_from desc, r.hub_recorded_at desc, r.hub_key, r.hub_source
            limit {command.Parameters.Use(size)}
            """;
        return command;
    }

    private NpgsqlBatchCommand Open(string uscc, string source)
    {
        var command = new NpgsqlBatchCommand(CountOpenSql);
        command.Parameters.Use(_organization.Id);
        command.Parameters.Use(uscc);
        command.Parameters.Use(source);
        return command;
    }

    private static async Task<ProfileSection> ReadSectionAsync(
        EntityType type,
        ReadAccess access,
        IReadOnlyList<OrganizationReference> references,
        string uscc,
        NpgsqlDataReader rows,
        CancellationToken cancellationToken)
    {
        var filters = references.Select(reference => reference.FilterFor(uscc)).ToArray();
        var section = new ProfileSection
        {
            Type = type.Id,
            Label = type.Label,
            Filter = Array.Exists(filters, filter => filter is null) ? "" : string.Join(" OR ", filters),
        };
        while (await rows.ReadAsync(cancellationToken))
        {
            var record = RecordRow.Read(type, rows, access, masksPeople: true);
            var value = type.Parse(record.Payload.Value);
            section.Total = rows.GetInt64(RecordRow.Count);
            section.Warned = rows.GetInt64(RecordRow.Count + 1);
            section.Records.Add(new ProfileRecord
            {
                Record = record,
                Roles =
                {
                    references.Where(reference => reference.Names(value, uscc))
                        .Select(reference => new ProfileRole { Field = reference.Path, Label = reference.Label }),
                },
            });
        }

        return section;
    }

    // As if the page before had ended just after the moment.
    private async Task<IReadOnlyList<HistoryVersion>> ChangesAsync(
        string uscc, ReadTime time, int size, Caller caller, CancellationToken cancellationToken)
    {
        var after = time.RecordedAsOf is { } instant
            ? new ListCursor(uscc, LastSource, [instant.AddMicroseconds(1).ToString("O", CultureInfo.InvariantCulture), "0"])
            : null;
        return (await history.ListAsync(_organization, uscc, "", after, size, caller, cancellationToken)).Versions;
    }
}
